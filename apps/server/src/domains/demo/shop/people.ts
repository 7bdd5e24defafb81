import { DAY, type Instant, type LocalDate } from "@relance/model/base";
import type { Generator } from "../../../platform/chance/index.ts";

/** A customer of the demo shop. All invented; addresses are of domains reserved for examples. */
export interface DemoPerson {
  readonly userId: string;
  readonly anonymousId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly phone: string | null;
  readonly language: "fr" | "en";
  readonly store: "fr" | "ca";
  readonly country: "FR" | "CA";
  readonly city: string;
  readonly postalCode: string;
  readonly timeZone: string;
  readonly birthDate: LocalDate | null;
  readonly agreesToEmail: boolean;
  readonly agreesToSms: boolean;
  readonly joinedAt: Instant;
  /** Orders a year while alive, and the moment the person stops buying. */
  readonly ordersPerYear: number;
  readonly leavesAt: Instant;
  readonly favourite: string;
}

const FRENCH = ["Élodie", "Camille", "Thibault", "Marie", "Sophie", "Karim", "Nathalie", "Julien", "Inès", "Bastien", "Claire", "Olivier", "Anne-Laure", "Guillaume", "Léa", "Hugo", "Manon", "Antoine", "Chloé", "Mathieu", "Sarah", "Nicolas", "Émilie", "Pierre", "Laura", "Vincent", "Céline", "Romain", "Aurélie", "Samir", "Pauline", "François", "Charlotte", "Maxime", "Isabelle", "Yann", "Lucie", "Adrien", "Fatou", "Benoît"];
const FRENCH_LAST = ["Marchetti", "Lacaze", "Benhaddou", "Roumégoux", "Kervadec", "Aubry", "Ferreira", "Dorval", "Lemoine", "Garnier", "Perrin", "Chevalier", "Masson", "Blanchard", "Guérin", "Morvan", "Delmas", "Vasseur", "Barbier", "Rolland", "Leclerc", "Fontaine", "Carlier", "Besson", "Hamon", "Tessier", "Pichon", "Diallo", "Maillard", "Lambert"];
const QUEBEC = ["Marie-Ève", "Jean-François", "Geneviève", "Étienne", "Catherine", "Simon", "Valérie", "Alexandre", "Mélanie", "Maxime", "Josée", "Félix", "Audrey", "Samuel", "Noémie", "Gabriel", "Roxanne", "Louis-Philippe"];
const QUEBEC_LAST = ["Gagnon", "Tremblay", "Pelchat", "Thériault", "Bouchard", "Côté", "Lavoie", "Fortin", "Ouellet", "Pelletier", "Bergeron", "Paquette", "Gauthier", "Desjardins", "Lapointe", "Cloutier"];
const ENGLISH = ["Emma", "Liam", "Olivia", "Noah", "Charlotte", "James", "Grace", "Ethan", "Hannah", "Lucas", "Sarah", "Daniel", "Megan", "Andrew", "Rachel", "Michael", "Priya", "Wei", "Amelia", "Owen"];
const ENGLISH_LAST = ["MacDonald", "Campbell", "Wilson", "Singh", "Chen", "Martin", "Taylor", "Anderson", "Murphy", "Fraser", "Patel", "Reid", "Kowalski", "Stewart", "Bennett", "Hughes"];

interface Place { readonly city: string; readonly postalCode: string; readonly timeZone: string; readonly language: "fr" | "en"; readonly dialling: string }
const FRANCE: readonly Place[] = [["Paris", "75011"], ["Lyon", "69003"], ["Marseille", "13006"], ["Toulouse", "31000"], ["Nantes", "44000"], ["Lille", "59800"], ["Bordeaux", "33000"], ["Rennes", "35000"], ["Strasbourg", "67000"], ["Brest", "29200"], ["Dijon", "21000"], ["Grenoble", "38000"], ["Annecy", "74000"]]
  .map(([city, postalCode]) => ({ city: city!, postalCode: postalCode!, timeZone: "Europe/Paris", language: "fr" as const, dialling: "+336" }));
const CANADA: readonly Place[] = [
  { city: "Montréal", postalCode: "H2X 1Y4", timeZone: "America/Toronto", language: "fr", dialling: "+1514555" }, { city: "Québec", postalCode: "G1R 2J6", timeZone: "America/Toronto", language: "fr", dialling: "+1418555" },
  { city: "Laval", postalCode: "H7N 1A1", timeZone: "America/Toronto", language: "fr", dialling: "+1450555" }, { city: "Sherbrooke", postalCode: "J1H 1Z3", timeZone: "America/Toronto", language: "fr", dialling: "+1819555" },
  { city: "Ottawa", postalCode: "K1P 5M7", timeZone: "America/Toronto", language: "en", dialling: "+1613555" }, { city: "Toronto", postalCode: "M5V 2T6", timeZone: "America/Toronto", language: "en", dialling: "+1416555" },
  { city: "Vancouver", postalCode: "V6B 1A1", timeZone: "America/Vancouver", language: "en", dialling: "+1604555" }, { city: "Halifax", postalCode: "B3H 1A1", timeZone: "America/Halifax", language: "en", dialling: "+1902555" },
];

/** The whole clientele, the same for the same generator and `now`. Two thirds in France. */
export function makePeople(chance: Generator, input: { readonly count: number; readonly now: Instant }): DemoPerson[] {
  return Array.from({ length: input.count }, (_, index) => makePerson(chance.split(`person ${index}`), index, input.now));
}

function makePerson(chance: Generator, index: number, now: Instant): DemoPerson {
  const store = chance.chance(0.66) ? "fr" : "ca";
  const place = chance.pick(store === "fr" ? FRANCE : CANADA);
  const [first, last] = store === "fr" ? [FRENCH, FRENCH_LAST] : place.language === "fr" ? [QUEBEC, QUEBEC_LAST] : [ENGLISH, ENGLISH_LAST];
  const firstName = chance.pick(first);
  const lastName = chance.pick(last);
  const joinedAt = now - Math.floor((chance.float() ** 1.4) * 700 + 1) * DAY - Math.floor(chance.float() * DAY);
  // A few buy much, many buy once: exponential around two orders a year; half have stopped within two years.
  const ordersPerYear = 0.4 - Math.log(1 - chance.float() * 0.999) * 2.2;
  const leavesAt = joinedAt - Math.log(1 - chance.float() * 0.999) * 800 * DAY;
  return {
    userId: `F${100_000 + index}`,
    anonymousId: `web-${(chance.word() >>> 0).toString(16).padStart(8, "0")}-${index}`,
    firstName,
    lastName,
    email: `${slug(firstName)}.${slug(lastName)}${index}@${store === "fr" ? "exemple.example" : "courriel.example"}`,
    phone: chance.chance(0.62) ? place.dialling + digits(chance, store === "fr" ? 8 : 4) : null,
    language: place.language,
    store,
    country: store === "fr" ? "FR" : "CA",
    city: place.city,
    postalCode: place.postalCode,
    timeZone: place.timeZone,
    birthDate: chance.chance(0.38) ? birthDate(chance) : null,
    agreesToEmail: chance.chance(0.83),
    agreesToSms: chance.chance(0.31),
    joinedAt,
    ordersPerYear,
    leavesAt,
    favourite: chance.pick(["cuisson", "cuisson", "couteaux", "table", "linge", "epicerie", "epicerie", "matin", "matin"]),
  };
}

function birthDate(chance: Generator): LocalDate {
  const year = 1948 + chance.below(58);
  const month = 1 + chance.below(12);
  const day = 1 + chance.below(month === 2 ? (year % 4 === 0 ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

function digits(chance: Generator, count: number): string {
  return Array.from({ length: count }, () => chance.below(10)).join("");
}

function slug(name: string): string {
  return name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z]+/g, "-");
}
