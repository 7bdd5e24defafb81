import { defineWords } from "../../../i18n/words.ts";

const s = (n: number): string => (n < 2 ? "" : "s");

export const movingWords = defineWords({
  en: {
    title: "From another product",
    journeys: "Journeys",
    say: "A flow you have elsewhere becomes [[a draft here]], with a line on each of its parts.",
    sayText: "You see the report first. The draft sends nothing: you finish it and publish it when you like.",
    upload: "Choose the file",
    another: "Another file",
    drop: "or drop it here",
    notJson: (name: string) => `${name} is not JSON: choose the file as the product gave it.`,
    how: "How to get the file",
    klaviyo: "Klaviyo: with your private key, keep the answer of",
    klaviyoThen: "as a file.",
    mautic: "Mautic 7: Campaigns, the campaign’s menu, Export; unzip the file and take the JSON inside. Its mails come along.",
    names: "What its ids are called",
    namesHelp: "The file names these by their id only. Klaviyo shows the id in the address of each page.",
    of: { metric: "Metric", list: "List", segment: "Segment", group: "List or segment" },
    unnamed: "Journey name",
    listHelp: "A group here; made, and empty, where there is none",
    segmentHelp: "A segment here",
    report: "What becomes of it",
    counts: (mapped: number, different: number, impossible: number) =>
      `${mapped} the same, ${different} with a difference, ${impossible} not possible`,
    sentence: (steps: number, stepsText: string, lost: number, lostText: string) =>
      `[[${stepsText} step${steps === 1 ? "" : "s"}]]${lost === 0 ? ", and nothing is lost." : `; ${lostText} part${lost === 1 ? " has" : "s have"} no counterpart.`}`,
    templates: (n: number, text: string) =>
      `${text} template${n === 1 ? "" : "s"} made, with what of ${n === 1 ? "it" : "them"} the file holds: read ${n === 1 ? "it" : "them"} over.`,
    verdicts: { mapped: "the same", different: "different", impossible: "not possible" },
    parts: { trigger: "Start", action: "Step", filter: "Filter", reentry: "Coming again" },
    only: "Only what differs or is lost",
    all: "All",
    nothing: "Everything does the same.",
    create: "Make the draft",
    done: (name: string) => `“${name}” is there as a draft.`,
    open: "Open the draft",
    notYours: "Your role reads only. An editor can make the draft.",
    keep: "Download the report",
  },
  fr: {
    title: "Depuis un autre outil",
    journeys: "Scénarios",
    say: "Un scénario que vous avez ailleurs devient [[un brouillon ici]], avec une ligne sur chacune de ses parties.",
    sayText: "Vous voyez d’abord le rapport. Le brouillon n’envoie rien : vous le terminez et le publiez quand vous voulez.",
    upload: "Choisir le fichier",
    another: "Un autre fichier",
    drop: "ou déposez-le ici",
    notJson: (name) => `${name} n’est pas du JSON : choisissez le fichier tel que l’outil l’a donné.`,
    how: "Comment obtenir le fichier",
    klaviyo: "Klaviyo : avec votre clé privée, gardez la réponse de",
    klaviyoThen: "dans un fichier.",
    mautic:
      "Mautic 7 : Campagnes, menu de la campagne, Exporter ; ouvrez l’archive et prenez le JSON qu’elle contient. Ses e-mails viennent avec.",
    names: "Le nom de ses identifiants",
    namesHelp: "Le fichier ne donne que leur identifiant. Klaviyo l’affiche dans l’adresse de chaque page.",
    of: { metric: "Statistique", list: "Liste", segment: "Segment", group: "Liste ou segment" },
    unnamed: "Nom du scénario",
    listHelp: "Un groupe d’ici ; créé, vide, s’il n’existe pas",
    segmentHelp: "Un segment d’ici",
    report: "Ce que cela devient",
    counts: (mapped, different, impossible) =>
      `${mapped} à l’identique, ${different} avec une différence, ${impossible} impossible${s(impossible)}`,
    sentence: (steps, stepsText, lost, lostText) =>
      `[[${stepsText} étape${s(steps)}]]${lost === 0 ? ", et rien ne se perd." : ` ; ${lostText} partie${s(lost)} sans équivalent.`}`,
    templates: (n, text) =>
      n < 2
        ? `${text} modèle créé, avec ce que le fichier en contient : relisez-le.`
        : `${text} modèles créés, avec ce que le fichier en contient : relisez-les.`,
    verdicts: { mapped: "à l’identique", different: "différent", impossible: "impossible" },
    parts: { trigger: "Départ", action: "Étape", filter: "Filtre", reentry: "Retour" },
    only: "Seulement ce qui diffère ou se perd",
    all: "Tout",
    nothing: "Tout se fait à l’identique.",
    create: "Créer le brouillon",
    done: (name) => `« ${name} » est là, en brouillon.`,
    open: "Ouvrir le brouillon",
    notYours: "Votre rôle permet de lire. Un éditeur peut créer le brouillon.",
    keep: "Télécharger le rapport",
  },
});
