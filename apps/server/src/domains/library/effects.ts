import type { Effect } from "./entry.ts";

const REPORT = { name: "Klaviyo, 2024 Benchmark Report", url: "https://resources.klaviyo.com/2024-benchmark-report/p/4", year: 2023 };
const published = (fr: string, en: string): Effect => ({ texts: { fr, en }, source: REPORT });

/** Published figures, with their definition: revenue divided by recipients, clicks of machines taken out; all industries, data of 2023. */
export const EFFECTS = {
  cart: published(
    "3,65 $ par destinataire en moyenne, le plus fort des scénarios publiés.",
    "$3.65 per recipient on average, the strongest of the journeys published.",
  ),
  welcome: published("2,65 $ par destinataire ; 2,32 % des destinataires commandent.", "$2.65 per recipient; 2.32% of recipients order."),
  browse: published("1,07 $ par destinataire en moyenne.", "$1.07 per recipient on average."),
  after: published(
    "0,41 $ par destinataire en moyenne ; l’intérêt est surtout le deuxième achat.",
    "$0.41 per recipient on average; the point is the second order.",
  ),
  /** Where nobody published a figure of its own. */
  any: published(
    "Aucun chiffre publié pour ce scénario seul. Tous scénarios confondus, 1,71 % des destinataires commandent. Gardez un groupe témoin pour connaître le vôtre.",
    "No figure published for this journey alone. Over all journeys, 1.71% of recipients order. Keep a holdout to learn yours.",
  ),
  protects: {
    texts: {
      fr: "Ne vend pas : protège votre réputation d’expéditeur, donc l’arrivée de tous vos autres messages.",
      en: "Sells nothing: it protects your sender reputation, and so the arrival of all your other messages.",
    },
    source: null,
  },
  duty: {
    texts: {
      fr: "Ne vend pas : garde le droit d’écrire à vos clients.",
      en: "Sells nothing: it keeps your right to write to your customers.",
    },
    source: null,
  },
} as const satisfies Readonly<Record<string, Effect>>;
