import type { Words } from "@relance/model/base";

/** What tells two variants of a product apart; the code is the same in every language. */
export interface DemoColour {
  readonly code: string;
  readonly names: Words;
}

/** A product of the demo shop, invented for it. Prices are in units of each store's currency. */
export interface DemoProduct {
  readonly id: string;
  readonly names: Words;
  /** A sentence for the product's page, by language. */
  readonly words: Words;
  readonly category: string;
  readonly eur: number;
  readonly cad: number;
  /** How often it is bought beside others of its category. */
  readonly weight: number;
  /** Bought again after about so many days, for what is used up. */
  readonly everyDays?: number;
  readonly colours?: readonly DemoColour[];
}

export const CATEGORIES: Readonly<Record<string, Words>> = {
  cuisson: { fr: "Cuisson", en: "Cookware" },
  couteaux: { fr: "Couteaux et planches", en: "Knives and boards" },
  table: { fr: "Arts de la table", en: "Tableware" },
  linge: { fr: "Linge de maison", en: "Linens" },
  epicerie: { fr: "Épicerie fine", en: "Fine foods" },
  matin: { fr: "Petit déjeuner", en: "Breakfast" },
};

const COLOURS: readonly DemoColour[] = [
  { code: "ARD", names: { fr: "ardoise", en: "slate" } },
  { code: "CRE", names: { fr: "crème", en: "cream" } },
  { code: "BRI", names: { fr: "rouge brique", en: "brick red" } },
  { code: "SAU", names: { fr: "vert sauge", en: "sage green" } },
];

/** Name and sentence. */
type Sheet = readonly [name: string, words: string];
const product = (
  id: string,
  category: string,
  fr: Sheet,
  en: Sheet,
  eur: number,
  weight: number,
  more: { everyDays?: number; colours?: readonly DemoColour[] } = {},
): DemoProduct => ({
  id,
  category,
  names: { fr: fr[0], en: en[0] },
  words: { fr: fr[1], en: en[1] },
  eur,
  cad: Math.round(eur * 1.55),
  weight,
  ...more,
});

export const PRODUCTS: readonly DemoProduct[] = [
  product(
    "cocotte-24",
    "cuisson",
    ["Cocotte en fonte 24 cm", "Mijote lentement, du feu à la table ; pour quatre."],
    ["Cast iron casserole 24 cm", "Slow cooking from hob to table, for four."],
    129,
    9,
    { colours: COLOURS },
  ),
  product(
    "cocotte-28",
    "cuisson",
    ["Cocotte en fonte 28 cm", "La même, pour six et les grandes tablées du dimanche."],
    ["Cast iron casserole 28 cm", "The same for six, and for long Sunday tables."],
    159,
    6,
    { colours: COLOURS },
  ),
  product(
    "poele-26",
    "cuisson",
    ["Poêle en acier 26 cm", "Se culotte à l’usage et n’attache plus."],
    ["Carbon steel pan 26 cm", "Seasons with use until nothing sticks."],
    59,
    10,
  ),
  product(
    "poele-30",
    "cuisson",
    ["Poêle en acier 30 cm", "Large fond pour saisir sans entasser."],
    ["Carbon steel pan 30 cm", "A wide base, to sear without crowding."],
    69,
    6,
  ),
  product(
    "sauteuse-24",
    "cuisson",
    ["Sauteuse inox 24 cm", "Bords hauts, fond épais, tous feux."],
    ["Stainless sauté pan 24 cm", "High sides, thick base, every hob."],
    89,
    5,
  ),
  product(
    "casserole-trio",
    "cuisson",
    ["Trio de casseroles inox", "16, 18 et 20 cm, becs verseurs des deux côtés."],
    ["Set of three saucepans", "16, 18 and 20 cm, with spouts on both sides."],
    149,
    3,
  ),
  product(
    "plat-four",
    "cuisson",
    ["Plat à four en grès", "Passe du four à la table, et au lave-vaisselle."],
    ["Stoneware baking dish", "Goes from oven to table, and in the dishwasher."],
    45,
    7,
    { colours: COLOURS.slice(0, 2) },
  ),
  product("moule-cake", "cuisson", ["Moule à cake", "Acier bleui, démoulage net."], ["Loaf tin", "Blued steel, releases cleanly."], 22, 5),
  product(
    "couteau-chef",
    "couteaux",
    ["Couteau de chef 20 cm", "Lame forgée, équilibre au talon, affûtage fin."],
    ["Chef’s knife 20 cm", "Forged blade, balanced at the heel, finely honed."],
    79,
    8,
  ),
  product(
    "couteau-office",
    "couteaux",
    ["Couteau d’office 9 cm", "Pour éplucher, parer, ciseler."],
    ["Paring knife 9 cm", "To peel, trim and chop."],
    29,
    9,
  ),
  product(
    "couteau-pain",
    "couteaux",
    ["Couteau à pain 25 cm", "Dents larges, croûte tranchée sans miettes."],
    ["Bread knife 25 cm", "Wide teeth that cut a crust without crumbs."],
    49,
    6,
  ),
  product(
    "set-couteaux",
    "couteaux",
    ["Coffret de trois couteaux", "Chef, office et pain dans un coffret de hêtre."],
    ["Three knife set", "Chef’s, paring and bread knives in a beech box."],
    139,
    3,
  ),
  product(
    "planche-noyer",
    "couteaux",
    ["Planche en noyer", "Bois de bout, rigole, deux faces."],
    ["Walnut board", "End grain, juice groove, two sides."],
    55,
    6,
  ),
  product(
    "aiguiseur",
    "couteaux",
    ["Pierre à aiguiser", "Grains 1000 et 6000, socle antidérapant."],
    ["Whetstone", "1000 and 6000 grit, on a base that stays put."],
    35,
    4,
  ),
  product(
    "assiettes-6",
    "table",
    ["Six assiettes plates", "Grès émaillé à la main, 27 cm."],
    ["Six dinner plates", "Hand glazed stoneware, 27 cm."],
    72,
    6,
    { colours: COLOURS.slice(0, 2) },
  ),
  product(
    "bols-4",
    "table",
    ["Quatre bols en grès", "Pour le café du matin ou la soupe du soir."],
    ["Four stoneware bowls", "For morning coffee or evening soup."],
    48,
    8,
    { colours: COLOURS },
  ),
  product(
    "verres-6",
    "table",
    ["Six verres soufflés", "Soufflés bouche, chacun un peu différent."],
    ["Six blown glasses", "Mouth blown, each a little different."],
    42,
    7,
  ),
  product(
    "carafe",
    "table",
    ["Carafe en verre", "Un litre, col fin, se range dans la porte du réfrigérateur."],
    ["Glass carafe", "One litre, slim neck, fits in the fridge door."],
    34,
    5,
  ),
  product(
    "couverts-24",
    "table",
    ["Ménagère 24 pièces", "Inox poli, six personnes."],
    ["24 piece cutlery set", "Polished steel, for six."],
    119,
    3,
  ),
  product(
    "saladier",
    "table",
    ["Saladier en olivier", "Tourné dans une seule pièce d’olivier."],
    ["Olive wood salad bowl", "Turned from a single piece of olive wood."],
    65,
    4,
  ),
  product(
    "nappe-lin",
    "linge",
    ["Nappe en lin lavé", "Lin européen lavé, 170 × 250 cm, sans repassage."],
    ["Washed linen tablecloth", "Washed European linen, 170 × 250 cm, no ironing."],
    89,
    5,
    { colours: COLOURS },
  ),
  product(
    "serviettes-4",
    "linge",
    ["Quatre serviettes en lin", "Lin lavé, ourlet simple, 45 × 45 cm."],
    ["Four linen napkins", "Washed linen, plain hem, 45 × 45 cm."],
    39,
    7,
    { colours: COLOURS },
  ),
  product(
    "torchons-3",
    "linge",
    ["Trois torchons", "Métis de lin et coton, très absorbant."],
    ["Three tea towels", "Linen and cotton, very absorbent."],
    24,
    10,
  ),
  product(
    "tablier",
    "linge",
    ["Tablier de cuisine", "Toile de coton épaisse, deux poches."],
    ["Kitchen apron", "Heavy cotton canvas, two pockets."],
    45,
    7,
    { colours: COLOURS },
  ),
  product(
    "maniques",
    "linge",
    ["Paire de maniques", "Coton matelassé, tient jusqu’à 220 °C."],
    ["Pair of oven mitts", "Quilted cotton, good to 220 °C."],
    19,
    6,
  ),
  product(
    "huile-olive",
    "epicerie",
    ["Huile d’olive de Nyons, 50 cl", "Récolte d’hiver, fruité noir, olives tanche."],
    ["Nyons olive oil, 50 cl", "Winter harvest, ripe and round, Tanche olives."],
    19,
    12,
    { everyDays: 60 },
  ),
  product(
    "sel-fleur",
    "epicerie",
    ["Fleur de sel de Guérande", "Récoltée à la main, sachet de 250 g."],
    ["Guérande sea salt", "Raked by hand, 250 g bag."],
    9,
    9,
    { everyDays: 90 },
  ),
  product(
    "moutarde",
    "epicerie",
    ["Moutarde à l’ancienne", "Graines concassées à la meule, pot de 200 g."],
    ["Wholegrain mustard", "Stone crushed seeds, 200 g jar."],
    7,
    8,
    { everyDays: 75 },
  ),
  product(
    "chocolat-noir",
    "epicerie",
    ["Chocolat noir 70 %, 500 g", "Palets à fondre ou à croquer."],
    ["Dark chocolate 70%, 500 g", "Drops to melt or to eat."],
    16,
    8,
    { everyDays: 45 },
  ),
  product(
    "vinaigre-xeres",
    "epicerie",
    ["Vinaigre de Xérès", "Vieilli douze ans en fût, 37,5 cl."],
    ["Sherry vinegar", "Aged twelve years in oak, 37.5 cl."],
    12,
    5,
    { everyDays: 110 },
  ),
  product(
    "coffret-epicerie",
    "epicerie",
    ["Coffret du cuisinier", "Huile, sel, moutarde et vinaigre, prêts à offrir."],
    ["Cook’s gift box", "Oil, salt, mustard and vinegar, ready to give."],
    59,
    4,
  ),
  product(
    "cafe-grain",
    "matin",
    ["Café en grain, 1 kg", "Torréfié la semaine de l’envoi, notes de cacao."],
    ["Coffee beans, 1 kg", "Roasted the week it ships, notes of cocoa."],
    29,
    12,
    { everyDays: 30 },
  ),
  product(
    "the-noir",
    "matin",
    ["Thé noir de Ceylan", "Feuilles entières, boîte de 100 g."],
    ["Ceylon black tea", "Whole leaves, 100 g tin."],
    14,
    7,
    { everyDays: 60 },
  ),
  product(
    "confiture",
    "matin",
    ["Trio de confitures", "Abricot, fraise et mirabelle, 70 % de fruits."],
    ["Three jams", "Apricot, strawberry and plum, 70% fruit."],
    18,
    8,
    { everyDays: 50 },
  ),
  product(
    "miel",
    "matin",
    ["Miel de lavande", "Récolté en Provence, pot de 500 g."],
    ["Lavender honey", "From Provence, 500 g jar."],
    13,
    8,
    { everyDays: 70 },
  ),
  product(
    "cafetiere",
    "matin",
    ["Cafetière à piston", "Verre épais, un litre, filtre fin."],
    ["French press", "Thick glass, one litre, fine filter."],
    39,
    6,
  ),
  product(
    "bouilloire",
    "matin",
    ["Bouilloire émaillée", "1,5 litre, tous feux, sifflet discret."],
    ["Enamel kettle", "1.5 litres, every hob, a quiet whistle."],
    69,
    4,
    { colours: COLOURS },
  ),
  product(
    "grille-pain",
    "matin",
    ["Grille-pain deux fentes", "Sept niveaux, tiroir à miettes, décongèle."],
    ["Two slice toaster", "Seven settings, crumb tray, defrosts."],
    79,
    3,
  ),
];
