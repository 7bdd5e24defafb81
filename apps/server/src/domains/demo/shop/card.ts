import type { ObjectType } from "@relance/model/objects";

/** The loyalty card of the demo shop, told by its events. */
export const LOYALTY_CARD: ObjectType = {
  key: "loyalty_card",
  names: { one: { fr: "Carte de fidélité", en: "Loyalty card" }, many: { fr: "Cartes de fidélité", en: "Loyalty cards" } },
  fields: [
    { key: "level", names: { fr: "Niveau", en: "Level" }, kind: "choice", choices: ["bronze", "argent", "or"] },
    { key: "points", names: { fr: "Points", en: "Points" }, kind: "number" },
    { key: "renews_on", names: { fr: "Renouvellement", en: "Renewal" }, kind: "date" },
  ],
};
