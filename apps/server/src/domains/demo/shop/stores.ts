import type { ArticleInput } from "@relance/contract/articles";
import type { StoreInput } from "@relance/contract/catalog";
import type { CategoryInput } from "@relance/contract/categories";
import { DAY, toIso, type Instant, type Words } from "@relance/model/base";
import { CATEGORIES } from "./catalogue.ts";

const SITE = "https://fauvel.example";
const store = (
  code: string,
  name: string,
  country: string,
  languages: string[],
  currency: string,
  timeZone: string,
  latitude: number,
  longitude: number,
  postalAddress: string,
): StoreInput => ({
  code,
  name,
  country,
  languages,
  currency,
  timeZone,
  url: `${SITE}/${code}`,
  latitude,
  longitude,
  sender: { name, email: `bonjour@${code}.fauvel.example`, replyTo: "", postalAddress },
});

export const STORES: readonly StoreInput[] = [
  store("fr", "Fauvel France", "FR", ["fr"], "EUR", "Europe/Paris", 48.8637, 2.3451, "Fauvel, 12 rue des Halles, 75001 Paris"),
  store(
    "ca",
    "Fauvel Canada",
    "CA",
    ["fr", "en"],
    "CAD",
    "America/Toronto",
    45.5088,
    -73.554,
    "Fauvel, 401 rue Notre-Dame Est, Montréal (Québec) H2Y 1C9",
  ),
];

const ABOVE: Readonly<Record<string, { names: Words; holds: readonly string[] }>> = {
  cuisine: { names: { fr: "Cuisine", en: "Kitchen" }, holds: ["cuisson", "couteaux"] },
  maison: { names: { fr: "Maison", en: "Home" }, holds: ["table", "linge"] },
  gourmandises: { names: { fr: "Gourmandises", en: "Treats" }, holds: ["epicerie", "matin"] },
};

/** Three families of two categories; in Canada, fine foods have a name of their own. */
export function demoCategories(): CategoryInput[] {
  return Object.entries(ABOVE).flatMap(([externalId, { names, holds }]): CategoryInput[] => [
    { externalId, names },
    ...holds.map((one): CategoryInput => ({
      externalId: one,
      parent: externalId,
      names: CATEGORIES[one]!,
      ...(one === "epicerie" && { stores: [{ store: "fr" }, { store: "ca", names: { fr: "Produits fins", en: "Fine foods" } }] }),
    })),
  ]);
}

const GUIDES: readonly { id: string; tag: string; fr: readonly [string, string]; en: readonly [string, string] }[] = [
  {
    id: "culotter-poele",
    tag: "cuisson",
    fr: ["Culotter une poêle en acier", "Quatre gestes, une heure, et plus rien n’attache."],
    en: ["Seasoning a steel pan", "Four steps, one hour, and nothing sticks again."],
  },
  {
    id: "affuter",
    tag: "couteaux",
    fr: ["Affûter à la pierre, sans peur", "L’angle, la pression et le fil, en photos."],
    en: ["Sharpening on a stone without fear", "Angle, pressure and edge, in pictures."],
  },
  {
    id: "table-dimanche",
    tag: "table",
    fr: ["Une table de dimanche", "Dix couverts avec ce que l’on a déjà."],
    en: ["A Sunday table", "Ten places with what you already own."],
  },
  {
    id: "laver-lin",
    tag: "linge",
    fr: ["Laver le lin et le garder doux", "Ni adoucissant, ni fer : de l’air."],
    en: ["Washing linen so it stays soft", "No softener, no iron: air."],
  },
  {
    id: "choisir-huile",
    tag: "epicerie",
    fr: ["Choisir une huile d’olive", "Fruité vert, mûr ou noir : à chaque plat la sienne."],
    en: ["Choosing an olive oil", "Green, ripe or black fruit: one for each dish."],
  },
  {
    id: "cafe-piston",
    tag: "matin",
    fr: ["Le café à piston en quatre minutes", "La mouture, l’eau et la patience."],
    en: ["French press coffee in four minutes", "The grind, the water and some patience."],
  },
  {
    id: "pain-cocotte",
    tag: "cuisson",
    fr: ["Le pain en cocotte, sans pétrir", "Une nuit d’attente, une croûte qui chante."],
    en: ["No-knead bread in a casserole", "A night’s wait, a crust that sings."],
  },
  {
    id: "noyer-huile",
    tag: "couteaux",
    fr: ["Huiler une planche en noyer", "Deux fois l’an, dix minutes, pour vingt ans."],
    en: ["Oiling a walnut board", "Twice a year, ten minutes, for twenty years."],
  },
  {
    id: "vinaigrettes",
    tag: "epicerie",
    fr: ["Trois vinaigrettes qui changent tout", "Au miel, à la moutarde, au xérès."],
    en: ["Three dressings that change everything", "With honey, with mustard, with sherry vinegar."],
  },
  {
    id: "the-sans-amertume",
    tag: "matin",
    fr: ["Un thé noir sans amertume", "Quatre minutes, et une eau qui ne bout plus."],
    en: ["Black tea without bitterness", "Four minutes, and water off the boil."],
  },
  {
    id: "confitures",
    tag: "matin",
    fr: ["Des confitures moins sucrées", "Plus de fruits, une cuisson courte, un couvercle."],
    en: ["Jams with less sugar", "More fruit, a short boil and a lid."],
  },
];

/** The shop's magazine in both languages, one article every nine days up to now. */
export function demoArticles(now: Instant): ArticleInput[] {
  return GUIDES.flatMap(({ id, tag, ...texts }, at) =>
    (["fr", "en"] as const).map((language): ArticleInput => ({
      externalId: id,
      language,
      title: texts[language][0],
      summary: texts[language][1],
      url: `${SITE}/journal/${language}/${id}`,
      imageUrl: `${SITE}/images/journal/${id}.jpg`,
      author: "Camille Fauvel",
      tags: [tag],
      publishedAt: toIso(now - (1 + at * 9) * DAY),
      ...(language === "en" && { store: "ca" }),
    })),
  );
}
