/** What rules may ask of a customer's value, and what it holds. Scores are 1 to 5; alive and churn 0 to 1; amounts in the workspace's currency. */
export const RFM_PARTS = ["group", "recency", "frequency", "monetary", "worth"] as const;
export type RfmPart = (typeof RFM_PARTS)[number];
export const PREDICTION_FIELDS = ["alive", "churn", "orders90", "nextOn", "value365", "total"] as const;
export type PredictionField = (typeof PREDICTION_FIELDS)[number];

/** The names in which each is called, French first. */
export const RFM_PART_NAMES: Readonly<Record<RfmPart, readonly [fr: string, en: string]>> = {
  group: ["le groupe RFM", "RFM group"],
  recency: ["la note de récence", "recency score"],
  frequency: ["la note de fréquence", "frequency score"],
  monetary: ["la note de montant", "amount score"],
  worth: ["la note de fréquence et montant", "frequency and amount score"],
};
export const PREDICTION_NAMES: Readonly<Record<PredictionField, readonly [fr: string, en: string]>> = {
  alive: ["la probabilité d’être encore client", "probability of still being a customer"],
  churn: ["le risque de ne rien commander en un an", "risk of no order in a year"],
  orders90: ["le nombre de commandes attendues en 90 jours", "number of orders expected in 90 days"],
  nextOn: ["la date de la prochaine commande attendue", "expected next order"],
  value365: ["la valeur attendue sur un an", "value expected in a year"],
  total: ["la valeur totale", "total value"],
};
