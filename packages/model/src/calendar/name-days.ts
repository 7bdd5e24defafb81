// The calendar of first names that French almanacs print: who is wished a happy name day, month by month, as `day names`. Names that share a
// patron stand beside them. Belgium, French-speaking Switzerland and Quebec use the same.
const MONTHS: readonly string[] = [
  `2 Basile; 3 Geneviève, Ginette; 4 Odilon; 5 Édouard, Eddy; 6 Mélaine, Balthazar, Gaspard, Melchior; 7 Raymond, Virginie, Cédric; 8 Lucien, Lucienne; 9 Alix;
  10 Guillaume, Guillemette; 11 Paulin, Pauline; 12 Tatiana; 13 Yvette; 14 Nina; 15 Rémi, Rémy; 16 Marcel; 17 Roseline; 18 Prisca; 19 Marius; 20 Sébastien, Fabien;
  21 Agnès; 22 Vincent; 23 Barnard; 25 Apollos; 26 Paule, Timothée; 27 Angèle, Angela, Angélique; 29 Gildas; 30 Martine; 31 Marcelle`,
  `1 Ella; 2 Théophane; 3 Blaise, Oscar; 4 Véronique, Vanessa; 5 Agathe; 6 Gaston, Dorothée; 7 Eugénie, Eugène; 8 Jacqueline; 9 Apolline; 10 Arnaud; 11 Héloïse; 12 Félix;
  13 Béatrice; 14 Valentin, Valentine; 15 Claude, Claudine, Georgette; 16 Julienne; 17 Alexis, Alexia; 18 Bernadette; 19 Gabin; 20 Aimée; 22 Isabelle, Isabel; 23 Lazare;
  24 Modeste; 25 Roméo; 26 Nestor; 27 Honorine; 28 Romain; 29 Auguste`,
  `1 Aubin, Jonathan; 3 Guénolé; 4 Casimir; 5 Olive, Olivia; 6 Colette; 7 Félicité, Félicie; 9 Françoise, Fanny; 10 Vivien; 11 Rosine; 12 Justine; 13 Rodrigue;
  14 Mathilde, Maud; 15 Louise, Lucrèce; 16 Bénédicte; 17 Patrick, Patrice, Patricia; 18 Cyrille, Cyril; 19 Joseph, José, Josiane, Josette; 20 Herbert; 21 Clémence; 22 Léa, Lia;
  23 Victorien; 25 Humbert; 26 Larissa; 27 Habib; 28 Gontran; 29 Gwladys, Gladys; 30 Amédée; 31 Benjamin, Benjamine`,
  `1 Hugues, Hugo, Valéry; 2 Sandrine, Sandra; 3 Richard; 4 Isidore, Aleth; 5 Irène; 6 Marcellin; 8 Julie; 9 Gautier, Gauthier; 10 Fulbert; 11 Stanislas; 12 Jules; 13 Ida;
  14 Maxime, Ludivine; 15 Paterne; 17 Anicet; 18 Parfait; 19 Emma; 20 Odette; 21 Anselme; 22 Alexandre, Alexandra, Alexandrine; 23 Georges; 24 Fidèle;
  25 Marc; 26 Alida; 27 Zita; 28 Valérie; 30 Robert`,
  `1 Jérémie, Jérémy, Brieuc; 2 Boris, Zoé; 3 Philippe; 4 Sylvain, Sylvaine, Florian; 5 Judith; 6 Prudence; 7 Gisèle; 8 Désiré, Désirée; 9 Pacôme; 10 Solange; 11 Estelle, Mamert;
  12 Achille; 13 Rolande; 14 Matthias, Mathis; 15 Denise; 16 Honoré; 17 Pascal, Pascale; 18 Éric, Érika; 19 Yves, Yvan, Yvon, Erwan; 20 Bernardin; 21 Constantin; 22 Émile, Rita;
  23 Didier; 24 Donatien; 25 Sophie, Sofia; 26 Bérenger, Bérengère; 28 Germain; 29 Aymar, Géraldine; 30 Ferdinand, Jeanne, Lorraine; 31 Perrine, Pétronille`,
  `1 Justin, Ronan; 2 Blandine; 3 Kévin; 4 Clotilde; 5 Igor; 6 Norbert; 7 Gilbert; 8 Médard; 9 Diane; 10 Landry; 11 Barnabé, Yolande; 12 Guy; 13 Antoine, Antoinette, Anthony, Antonin;
  14 Élisée; 15 Germaine; 16 Régis, Aurélien; 17 Hervé; 18 Léonce; 19 Romuald, Micheline; 20 Silvère; 21 Rodolphe; 22 Alban; 23 Audrey; 24 Jean-Baptiste, Baptiste; 25 Prosper, Éléonore;
  26 Anthelme; 27 Fernand, Fernande; 28 Irénée; 29 Pierre, Paul, Peter; 30 Martial`,
  `1 Thierry, Esther; 2 Martinien; 3 Thomas; 4 Florent, Bertha, Berthe; 6 Mariette; 7 Raoul; 8 Thibault, Thibaut, Edgar; 9 Amandine, Hermine; 10 Ulrich; 11 Benoît, Olga; 12 Olivier, Jason;
  13 Henri, Joël, Joëlle; 14 Camille; 15 Donald, Vladimir; 16 Carmen, Elvire; 17 Charlotte, Arlette, Caroline; 18 Frédéric, Frédérique; 19 Arsène; 20 Marina, Marine;
  21 Victor; 22 Marie-Madeleine, Madeleine, Marlène; 23 Brigitte; 24 Christine, Christelle, Ségolène; 25 Jacques, Jacob; 26 Anne, Annie, Anna, Anaïs, Annick, Annette, Joachim; 27 Nathalie;
  28 Samson; 29 Marthe, Loup, Béatrix; 30 Juliette; 31 Ignace`,
  `1 Alphonse; 2 Julien; 3 Lydie, Lydia; 4 Jean-Marie, Vianney; 5 Abel; 7 Gaëtan; 8 Dominique; 9 Amour; 10 Laurent, Laurence, Laure, Laura, Dieudonné; 11 Claire, Clara, Suzanne; 12 Clarisse;
  13 Hippolyte; 14 Évrard; 15 Marie, Maria, Manon, Marion, Myriam, Alfred; 16 Armel, Armelle, Roch; 17 Hyacinthe; 18 Hélène, Léna, Milène, Mylène, Laetitia; 20 Bernard, Philibert, Samuel;
  21 Christophe, Grâce; 22 Fabrice; 23 Rose; 24 Barthélemy, Nathan; 25 Louis, Loïs, Ludovic; 26 Natacha, Natasha; 27 Monique; 28 Augustin, Augustine; 29 Sabine; 30 Fiacre; 31 Aristide`,
  `1 Gilles; 2 Ingrid; 3 Grégoire, Grégory; 4 Rosalie, Marin, Iris; 5 Raïssa; 6 Bertrand, Ève, Eva; 7 Reine, Régine, Réjane; 8 Adrien, Adrienne; 9 Alain; 10 Inès; 11 Adelphe; 12 Apollinaire; 13 Aimé;
  14 Materne; 15 Roland, Dolorès; 16 Édith; 17 Renaud; 18 Nadège, Véra, Nadia; 19 Émilie; 20 Davy; 21 Matthieu, Mathieu, Déborah; 22 Maurice; 23 Constant, Constance; 24 Thècle; 25 Hermann;
  26 Côme, Damien; 28 Venceslas; 29 Michel, Michèle, Michelle, Mickaël, Michaël, Gabriel, Gabrielle, Raphaël, Raphaëlle; 30 Jérôme`,
  `1 Thérèse; 2 Léger; 3 Gérard; 4 François, Francis, Franck, Francine; 5 Fleur, Chloé; 6 Bruno; 7 Serge; 8 Pélagie; 9 Denis, Sarah, Sara; 10 Ghislain, Ghislaine, Virgile; 11 Firmin; 12 Wilfried; 13 Géraud;
  14 Juste; 15 Aurélie; 16 Edwige; 17 Baudouin, Solène, Solenne; 18 Luc, Lucas, Aimable; 19 René, Cléo; 20 Adeline, Aline; 21 Céline, Ursule; 22 Élodie, Salomé; 24 Florentin, Magali;
  25 Crépin, Doria; 26 Dimitri; 27 Émeline; 28 Simon, Simone, Jude, Thaddée; 29 Narcisse; 30 Bienvenue; 31 Quentin, Wolfgang`,
  `3 Hubert, Gwenaël; 4 Charles, Jessica, Aymeric, Amaury; 5 Sylvie; 6 Bertille, Léonard; 7 Carine, Karine, Karin, Ernest; 8 Geoffroy, Geoffrey, Clair; 9 Théodore, Théo; 10 Léon, Léo, Léontine; 11 Martin;
  12 Christian; 13 Brice; 14 Sidoine; 15 Albert, Alberte, Léopold; 16 Marguerite, Margot, Margaux, Gertrude; 17 Élisabeth, Élise, Lise, Lisa, Élisa, Hilda; 18 Aude; 19 Tanguy; 20 Edmond, Octave;
  21 Rufus; 22 Cécile, Cécilia; 23 Clément, Clémentine; 24 Flora; 25 Catherine, Katia, Cathy; 26 Delphine; 27 Séverin, Séverine; 29 Saturnin; 30 André, Andrée, Andréa`,
  `1 Florence, Éloi; 2 Viviane; 3 François-Xavier, Xavier; 4 Barbara, Barbe; 5 Gérald; 6 Nicolas, Nicole, Colin; 7 Ambroise; 8 Elfried; 10 Romaric; 11 Daniel, Danièle, Danielle; 12 Chantal, Corentin;
  13 Lucie, Jocelyn, Jocelyne; 14 Odile; 15 Ninon; 16 Alice; 17 Gaël, Gaëlle, Judicaël; 18 Gatien; 19 Urbain; 20 Abraham, Isaac, Théophile, Zéphyrin; 23 Armand;
  24 Adèle; 25 Noël, Noëlle, Emmanuel, Emmanuelle, Manuel; 26 Étienne, Stéphane, Stéphanie; 27 Jean, Johan, Yoann, Yann, Ivan; 28 Innocent; 29 David; 30 Roger; 31 Sylvestre, Colombe`,
];

const plain = (name: string): string =>
  name
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[\s’'-]+/g, " ")
    .trim();

/** Every name of the calendar, plain, with its day. */
export const NAME_DAYS: readonly (readonly [name: string, day: string])[] = MONTHS.flatMap((month, index) =>
  month.split(";").flatMap((line) => {
    const [, day, names] = /^\s*(\d+) ([^]+)$/.exec(line)!;
    const date = `${String(index + 1).padStart(2, "0")}-${day!.padStart(2, "0")}`;
    return names!.split(",").map((name) => [plain(name), date] as const);
  }),
);
const DAYS: ReadonlyMap<string, string> = new Map(NAME_DAYS);

/** The day of the year on which a first name is celebrated in France, `MM-DD`; a name of two parts has that of its first. Null for names the calendar does not know. */
export function nameDayOf(firstName: string): string | null {
  const name = plain(firstName);
  return DAYS.get(name) ?? DAYS.get(name.split(" ")[0]!) ?? null;
}
