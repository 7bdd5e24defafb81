import { defineWords } from "../../i18n/words.ts";

const REASONS = {
  en: {
    "message.not_object": "the message is not a JSON object",
    "message.too_large": "the message is larger than 32 kB",
    "message.too_deep": "nested more than 32 levels deep",
    "message.forbidden_key": "a name that is not accepted",
    "type.required": "no type",
    "type.unknown": "a type that does not exist",
    "id.required": "nobody is named: neither userId nor anonymousId",
    "id.not_text": "an identifier that is not a text",
    "id.too_long": "an identifier longer than 255 characters",
    "user_id.required": "no userId",
    "previous_id.required": "no previousId",
    "event.required": "the event has no name",
    "event.not_text": "the event’s name is not a text",
    "event.too_long": "the event’s name is longer than 200 characters",
    "timestamp.unreadable": "a time that cannot be read",
    "timestamp.too_early": "a time before 1994",
    "ingest.body_malformed": "the whole call: it is no JSON object",
    "ingest.call_too_large": "the whole call: larger than allowed",
    "ingest.batch_missing": "the whole call: no list of messages",
    "ingest.batch_too_long": "the whole call: too many messages at a time",
  },
  fr: {
    "message.not_object": "le message n’est pas un objet JSON",
    "message.too_large": "le message dépasse 32 ko",
    "message.too_deep": "plus de 32 niveaux imbriqués",
    "message.forbidden_key": "un nom qui n’est pas admis",
    "type.required": "pas de type",
    "type.unknown": "un type qui n’existe pas",
    "id.required": "personne n’est désigné : ni userId, ni anonymousId",
    "id.not_text": "un identifiant qui n’est pas un texte",
    "id.too_long": "un identifiant de plus de 255 caractères",
    "user_id.required": "pas de userId",
    "previous_id.required": "pas de previousId",
    "event.required": "l’événement n’a pas de nom",
    "event.not_text": "le nom de l’événement n’est pas un texte",
    "event.too_long": "le nom de l’événement dépasse 200 caractères",
    "timestamp.unreadable": "une date illisible",
    "timestamp.too_early": "une date d’avant 1994",
    "ingest.body_malformed": "l’appel entier : ce n’est pas un objet JSON",
    "ingest.call_too_large": "l’appel entier : plus grand que permis",
    "ingest.batch_missing": "l’appel entier : aucune liste de messages",
    "ingest.batch_too_long": "l’appel entier : trop de messages à la fois",
  },
} as const;

const known = (language: "en" | "fr", code: string): string => (REASONS[language] as Readonly<Record<string, string>>)[code] ?? code;

export const liveWords = defineWords({
  en: {
    freeze: "Freeze",
    goOn: "Go on",
    frozen: "Frozen",
    live: "Live",
    find: "Contact, event, reason",
    source: "Source",
    everySource: "Every source",
    onlyRefused: "Refused only",
    received: "Received",
    event: "Event",
    who: "Contact",
    verdict: "Verdict",
    valid: "Valid",
    history: "Valid, history",
    refused: "Refused:",
    refusedMark: "Refused",
    unnamed: "Unnamed message",
    visitor: (end: string) => `Visitor …${end}`,
    reason: (code: string, field: string) => (field === "" ? known("en", code) : `${known("en", code)} (${field})`),
    cure: (code: string) =>
      code.startsWith("timestamp.")
        ? "Write times as 2026-11-29T14:05:00Z, or leave them out: the time of arrival counts then."
        : code.startsWith("id.") || code.endsWith("_id.required")
          ? "Send userId for someone who signed in, anonymousId for a visitor: the snippet does it by itself."
          : code === "message.too_large"
            ? "Send less with each event: what describes the product, not its page."
            : code.startsWith("ingest.")
              ? "Nothing of this call was stored. What is shown is its beginning."
              : "Correct it where it is sent. It was not stored, the rest of its batch was; sent again corrected, it counts.",
    none: "Nothing came in the last eight days.",
    noneText: "Open a page of your site: its first view appears here within two seconds.",
    toSources: "See the sources",
    noMatch: "No message of the last hundred answers.",
    clear: "Show all",
    foot: "The last 100 messages of the last 8 days, refreshed every 2 seconds. Repeats are counted on the page of sources and stored once. Refused ones are kept for 30 days.",
    time: (at: string) => `Received at ${at}`,
    times: (received: string, happened: string) => `Received at ${received}, happened at ${happened}`,
    consequences: "What it changed is on the contact’s time line.",
    historyText: "History: it counts in segments and starts no journey.",
    asReceived: "What it said",
    copy: "Copy",
    copied: "Copied",
  },
  fr: {
    freeze: "Figer",
    goOn: "Reprendre",
    frozen: "Figé",
    live: "En direct",
    find: "Contact, événement, raison",
    source: "Source",
    everySource: "Toutes les sources",
    onlyRefused: "Refusés seulement",
    received: "Reçu",
    event: "Événement",
    who: "Contact",
    verdict: "Verdict",
    valid: "Valide",
    history: "Valide, historique",
    refused: "Refusé :",
    refusedMark: "Refusé",
    unnamed: "Message sans nom",
    visitor: (end: string) => `Visiteur …${end}`,
    reason: (code: string, field: string) => (field === "" ? known("fr", code) : `${known("fr", code)} (${field})`),
    cure: (code: string) =>
      code.startsWith("timestamp.")
        ? "Écrivez les dates ainsi : 2026-11-29T14:05:00Z, ou omettez-les : l’heure d’arrivée compte alors."
        : code.startsWith("id.") || code.endsWith("_id.required")
          ? "Envoyez userId pour qui s’est identifié, anonymousId pour un visiteur : le script le fait de lui-même."
          : code === "message.too_large"
            ? "Envoyez moins avec chaque événement : ce qui décrit le produit, pas sa page."
            : code.startsWith("ingest.")
              ? "Rien de cet appel n’a été gardé. Ce qui se lit ici est son début."
              : "Corrigez-le là d’où il part. Il n’a pas été gardé, le reste de son lot l’a été ; renvoyé corrigé, il compte.",
    none: "Rien n’est arrivé depuis huit jours.",
    noneText: "Ouvrez une page de votre site : sa première vue paraît ici en deux secondes.",
    toSources: "Voir les sources",
    noMatch: "Aucun des cent derniers messages ne répond.",
    clear: "Tout afficher",
    foot: "Les 100 derniers messages des 8 derniers jours, relus toutes les 2 secondes. Les doublons sont comptés sur la page des sources et gardés une seule fois. Les refusés restent 30 jours.",
    time: (at: string) => `Reçu à ${at}`,
    times: (received: string, happened: string) => `Reçu à ${received}, survenu à ${happened}`,
    consequences: "Ce qu’il a changé se lit dans l’historique du contact.",
    historyText: "Historique : il compte dans les segments et ne lance aucun scénario.",
    asReceived: "Ce qu’il disait",
    copy: "Copier",
    copied: "Copié",
  },
});
