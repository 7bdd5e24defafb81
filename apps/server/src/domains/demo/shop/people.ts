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
  /** Of the shop's circle, to whom its letter goes when they agree to e-mails. */
  readonly inCircle: boolean;
  /** Where the telephone of a user of the shop's application is at home; null for who has it not, or lives where nobody looked. */
  readonly home: Position | null;
}

interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

const FRENCH = [
  "Élodie",
  "Camille",
  "Thibault",
  "Marie",
  "Sophie",
  "Karim",
  "Nathalie",
  "Julien",
  "Inès",
  "Bastien",
  "Claire",
  "Olivier",
  "Anne-Laure",
  "Guillaume",
  "Léa",
  "Hugo",
  "Manon",
  "Antoine",
  "Chloé",
  "Mathieu",
  "Sarah",
  "Nicolas",
  "Émilie",
  "Pierre",
  "Laura",
  "Vincent",
  "Céline",
  "Romain",
  "Aurélie",
  "Samir",
  "Pauline",
  "François",
  "Charlotte",
  "Maxime",
  "Isabelle",
  "Yann",
  "Lucie",
  "Adrien",
  "Fatou",
  "Benoît",
];
const FRENCH_LAST = [
  "Marchetti",
  "Lacaze",
  "Benhaddou",
  "Roumégoux",
  "Kervadec",
  "Aubry",
  "Ferreira",
  "Dorval",
  "Lemoine",
  "Garnier",
  "Perrin",
  "Chevalier",
  "Masson",
  "Blanchard",
  "Guérin",
  "Morvan",
  "Delmas",
  "Vasseur",
  "Barbier",
  "Rolland",
  "Leclerc",
  "Fontaine",
  "Carlier",
  "Besson",
  "Hamon",
  "Tessier",
  "Pichon",
  "Diallo",
  "Maillard",
  "Lambert",
];
const QUEBEC = [
  "Marie-Ève",
  "Jean-François",
  "Geneviève",
  "Étienne",
  "Catherine",
  "Simon",
  "Valérie",
  "Alexandre",
  "Mélanie",
  "Maxime",
  "Josée",
  "Félix",
  "Audrey",
  "Samuel",
  "Noémie",
  "Gabriel",
  "Roxanne",
  "Louis-Philippe",
];
const QUEBEC_LAST = [
  "Gagnon",
  "Tremblay",
  "Pelchat",
  "Thériault",
  "Bouchard",
  "Côté",
  "Lavoie",
  "Fortin",
  "Ouellet",
  "Pelletier",
  "Bergeron",
  "Paquette",
  "Gauthier",
  "Desjardins",
  "Lapointe",
  "Cloutier",
];
const ENGLISH = [
  "Emma",
  "Liam",
  "Olivia",
  "Noah",
  "Charlotte",
  "James",
  "Grace",
  "Ethan",
  "Hannah",
  "Lucas",
  "Sarah",
  "Daniel",
  "Megan",
  "Andrew",
  "Rachel",
  "Michael",
  "Priya",
  "Wei",
  "Amelia",
  "Owen",
];
const ENGLISH_LAST = [
  "MacDonald",
  "Campbell",
  "Wilson",
  "Singh",
  "Chen",
  "Martin",
  "Taylor",
  "Anderson",
  "Murphy",
  "Fraser",
  "Patel",
  "Reid",
  "Kowalski",
  "Stewart",
  "Bennett",
  "Hughes",
];

/** @property postalCodes of France whole; of Canada the first halves, the second is drawn */
interface Place {
  readonly city: string;
  readonly postalCodes: readonly string[];
  readonly timeZone: string;
  readonly language: "fr" | "en";
  readonly dialling: string;
}
/** The middle of towns with a store, and of two without. */
const POSITIONS: Readonly<Record<string, Position>> = {
  Paris: { latitude: 48.8637, longitude: 2.3451 },
  Lyon: { latitude: 45.764, longitude: 4.8357 },
  Montréal: { latitude: 45.5088, longitude: -73.554 },
  Québec: { latitude: 46.8139, longitude: -71.208 },
};
const FRANCE: readonly Place[] = (
  [
    ["Paris", 75001, 20],
    ["Lyon", 69001, 9],
    ["Marseille", 13001, 16],
    ["Toulouse", 31000, 6, 100],
    ["Nantes", 44000, 4, 100],
    ["Lille", 59000, 2, 800],
    ["Bordeaux", 33000, 4, 100],
    ["Rennes", 35000, 2, 200],
    ["Strasbourg", 67000, 3, 100],
    ["Brest", 29200, 1],
    ["Dijon", 21000, 1],
    ["Grenoble", 38000, 2, 100],
    ["Annecy", 74000, 1],
  ] as const
).map(([city, first, districts, apart = 1]) => ({
  city,
  postalCodes: Array.from({ length: districts }, (_, at) => String(first + at * apart)),
  timeZone: "Europe/Paris",
  language: "fr" as const,
  dialling: "+336",
}));
const CANADA: readonly Place[] = [
  { city: "Montréal", postalCodes: ["H2X", "H2J", "H2T", "H3A", "H1W"], timeZone: "America/Toronto", language: "fr", dialling: "+1514555" },
  { city: "Québec", postalCodes: ["G1R", "G1K", "G1S", "G1V"], timeZone: "America/Toronto", language: "fr", dialling: "+1418555" },
  { city: "Laval", postalCodes: ["H7N", "H7T"], timeZone: "America/Toronto", language: "fr", dialling: "+1450555" },
  { city: "Sherbrooke", postalCodes: ["J1H", "J1L"], timeZone: "America/Toronto", language: "fr", dialling: "+1819555" },
  { city: "Ottawa", postalCodes: ["K1P", "K1N", "K2P", "K1S"], timeZone: "America/Toronto", language: "en", dialling: "+1613555" },
  { city: "Toronto", postalCodes: ["M5V", "M4Y", "M6G", "M5A", "M6J"], timeZone: "America/Toronto", language: "en", dialling: "+1416555" },
  { city: "Vancouver", postalCodes: ["V6B", "V5T", "V6K", "V5L"], timeZone: "America/Vancouver", language: "en", dialling: "+1604555" },
  { city: "Halifax", postalCodes: ["B3H", "B3K"], timeZone: "America/Halifax", language: "en", dialling: "+1902555" },
];

/** The whole clientele, the same for the same generator and `now`. Two thirds in France. */
export function makePeople(chance: Generator, input: { readonly count: number; readonly now: Instant }): DemoPerson[] {
  return Array.from({ length: input.count }, (_, index) => makePerson(chance.split(`person ${index}`), index, input.now));
}

/**
 * People who leave their address in the form of the shop's letter between two moments: most become customers within weeks, some have not yet.
 * @param input.after so many people there are beside them
 */
export function makeSubscribers(
  chance: Generator,
  input: { readonly count: number; readonly after: number; readonly since: Instant; readonly now: Instant },
): { readonly at: Instant; readonly person: DemoPerson }[] {
  return Array.from({ length: input.count }, (_, index) => {
    const own = chance.split(`subscriber ${index}`);
    const at = Math.floor(input.since + own.float() * (input.now - input.since));
    const person = makePerson(own.split("person"), input.after + index, input.now);
    const joinedAt = at + Math.floor((0.2 - Math.log(1 - own.float() * 0.99) * 12) * DAY);
    return { at, person: { ...person, agreesToEmail: true, joinedAt, leavesAt: joinedAt + 400 * DAY } };
  });
}

function makePerson(chance: Generator, index: number, now: Instant): DemoPerson {
  const store = chance.chance(0.66) ? "fr" : "ca";
  const place = chance.pick(store === "fr" ? FRANCE : CANADA);
  const [first, last] = store === "fr" ? [FRENCH, FRENCH_LAST] : place.language === "fr" ? [QUEBEC, QUEBEC_LAST] : [ENGLISH, ENGLISH_LAST];
  const firstName = chance.pick(first);
  const lastName = chance.pick(last);
  const joinedAt = now - Math.floor(chance.float() ** 1.4 * 700 + 1) * DAY - Math.floor(chance.float() * DAY);
  // A few buy much, many buy once: exponential around two orders a year; half have stopped within two years.
  const ordersPerYear = 0.4 - Math.log(1 - chance.float() * 0.999) * 2.2;
  const leavesAt = joinedAt - Math.log(1 - chance.float() * 0.999) * 800 * DAY;
  return {
    userId: `F${100_000 + index}`,
    anonymousId: `web-${(chance.word() >>> 0).toString(16).padStart(8, "0")}-${index}`,
    firstName,
    lastName,
    email: `${slug(firstName)}.${slug(lastName)}${index}@${store === "fr" ? "exemple.example" : "courriel.example"}`,
    phone: chance.chance(0.62) ? phone(chance, place, index) : null,
    language: place.language,
    store,
    country: store === "fr" ? "FR" : "CA",
    city: place.city,
    postalCode: postalCode(chance.split("postal code"), place),
    timeZone: place.timeZone,
    birthDate: chance.chance(0.38) ? birthDate(chance) : null,
    agreesToEmail: chance.chance(0.83),
    agreesToSms: chance.chance(0.31),
    joinedAt,
    ordersPerYear,
    leavesAt,
    favourite: chance.pick(["cuisson", "cuisson", "couteaux", "table", "linge", "epicerie", "epicerie", "matin", "matin"]),
    inCircle: chance.split("circle").chance(0.05),
    home: chance.split("application").chance(0.15) ? (POSITIONS[place.city] ?? null) : null,
  };
}

function birthDate(chance: Generator): LocalDate {
  const year = 1948 + chance.below(58);
  const month = 1 + chance.below(12);
  const day = 1 + chance.below(month === 2 ? (year % 4 === 0 ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** In France 06 3 and 06 9 belong to the overseas: one in ten of those is left, for a list that has something to clean. */
function phone(chance: Generator, place: Place, index: number): string {
  if (place.dialling !== "+336") return place.dialling + digits(chance, 4);
  const drawn = digits(chance, 8);
  return place.dialling + (index % 10 === 0 ? drawn : drawn.replace(/^3/, "2").replace(/^9/, "8"));
}

// Canada Post leaves out what is taken for a figure or another letter: D, F, I, O, Q, U.
const POSTAL_LETTERS = "ABCEGHJKLMNPRSTVWXYZ";

function postalCode(chance: Generator, place: Place): string {
  const code = chance.pick(place.postalCodes);
  return code.length === 5
    ? code
    : `${code} ${chance.below(10)}${POSTAL_LETTERS.charAt(chance.below(POSTAL_LETTERS.length))}${chance.below(10)}`;
}

function digits(chance: Generator, count: number): string {
  return Array.from({ length: count }, () => chance.below(10)).join("");
}

function slug(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z]+/g, "-");
}
