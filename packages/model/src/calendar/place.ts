import type { TimeZone } from "../base/index.ts";
import { HOLIDAY_PLACES, type Place } from "./holidays.ts";

/** What is known of where someone is. */
export interface Whereabouts {
  readonly country: string | null;
  readonly region: string | null;
  readonly postalCode: string | null;
}

const FRENCH_PARTS = ["57", "67", "68", "971", "972", "973", "974", "976", "977", "978"];
/** The two islands that left Guadeloupe and kept its postal codes. */
const LEFT_GUADELOUPE: Readonly<Record<string, string>> = { 97133: "977", 97150: "978" };
/** First letter of a Canadian postal code. X is shared: X0A to X0C is Nunavut, the rest the Northwest Territories. */
const CANADIAN: Readonly<Record<string, string>> = {
  A: "NL",
  B: "NS",
  C: "PE",
  E: "NB",
  G: "QC",
  H: "QC",
  J: "QC",
  K: "ON",
  L: "ON",
  M: "ON",
  N: "ON",
  P: "ON",
  R: "MB",
  S: "SK",
  T: "AB",
  V: "BC",
  X: "NT",
  Y: "YT",
};
const NAMES: Readonly<Record<string, string>> = {
  quebec: "CA-QC",
  ontario: "CA-ON",
  "british columbia": "CA-BC",
  "colombie-britannique": "CA-BC",
  alberta: "CA-AB",
  manitoba: "CA-MB",
  saskatchewan: "CA-SK",
  "nova scotia": "CA-NS",
  "nouvelle-ecosse": "CA-NS",
  "new brunswick": "CA-NB",
  "nouveau-brunswick": "CA-NB",
  "prince edward island": "CA-PE",
  "ile-du-prince-edouard": "CA-PE",
  yukon: "CA-YT",
  nunavut: "CA-NU",
  "newfoundland and labrador": "CA-NL",
  "terre-neuve-et-labrador": "CA-NL",
  "northwest territories": "CA-NT",
  "territoires du nord-ouest": "CA-NT",
  geneve: "CH-GE",
  geneva: "CH-GE",
  genf: "CH-GE",
  vaud: "CH-VD",
  waadt: "CH-VD",
  valais: "CH-VS",
  wallis: "CH-VS",
  neuchatel: "CH-NE",
  fribourg: "CH-FR",
  freiburg: "CH-FR",
  jura: "CH-JU",
  berne: "CH-BE",
  bern: "CH-BE",
  zurich: "CH-ZH",
  ticino: "CH-TI",
  tessin: "CH-TI",
  lucerne: "CH-LU",
  luzern: "CH-LU",
  uri: "CH-UR",
  schwyz: "CH-SZ",
  obwalden: "CH-OW",
  nidwalden: "CH-NW",
  glarus: "CH-GL",
  glaris: "CH-GL",
  zug: "CH-ZG",
  zoug: "CH-ZG",
  solothurn: "CH-SO",
  soleure: "CH-SO",
  "basel-stadt": "CH-BS",
  "bale-ville": "CH-BS",
  "basel-landschaft": "CH-BL",
  "bale-campagne": "CH-BL",
  schaffhausen: "CH-SH",
  schaffhouse: "CH-SH",
  "st. gallen": "CH-SG",
  "saint-gall": "CH-SG",
  graubunden: "CH-GR",
  grisons: "CH-GR",
  aargau: "CH-AG",
  argovie: "CH-AG",
  thurgau: "CH-TG",
  thurgovie: "CH-TG",
  "appenzell ausserrhoden": "CH-AR",
  "appenzell innerrhoden": "CH-AI",
  moselle: "FR-57",
  "bas-rhin": "FR-67",
  "haut-rhin": "FR-68",
  guadeloupe: "FR-971",
  martinique: "FR-972",
  guyane: "FR-973",
  reunion: "FR-974",
  "la reunion": "FR-974",
  mayotte: "FR-976",
};

const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").trim().toLowerCase();

/**
 * The place whose holidays and sending hours someone has: the country, or its part where the region or the postal code tells it.
 * @returns null when the country is unknown
 */
export function placeOf({ country, region, postalCode }: Whereabouts): Place | null {
  const land = country?.trim().toUpperCase() ?? "";
  if (!/^[A-Z]{2}$/.test(land)) return null;
  const post = postalCode?.replace(/\s/g, "").toUpperCase() ?? "";
  return regionOf(land, region) ?? postalPlace(land, post) ?? land;
}

function regionOf(land: string, region: string | null): Place | null {
  if (!region) return null;
  const code = region.trim().toUpperCase();
  const coded = code.startsWith(`${land}-`) ? code : `${land}-${code}`;
  if (HOLIDAY_PLACES.includes(coded)) return coded;
  const named = NAMES[plain(region)];
  return named?.startsWith(land) ? named : null;
}

function postalPlace(land: string, post: string): Place | null {
  if (land === "FR") {
    const part = LEFT_GUADELOUPE[post] ?? (post.startsWith("97") ? post.slice(0, 3) : post.slice(0, 2));
    return FRENCH_PARTS.includes(part) ? `FR-${part}` : null;
  }
  if (land !== "CA") return null;
  const province = /^X0[ABC]/.test(post) ? "NU" : CANADIAN[post.slice(0, 1)];
  return province ? `CA-${province}` : null;
}

const ZONES: Readonly<Record<Place, TimeZone>> = {
  FR: "Europe/Paris",
  "FR-971": "America/Guadeloupe",
  "FR-972": "America/Martinique",
  "FR-973": "America/Cayenne",
  "FR-974": "Indian/Reunion",
  "FR-976": "Indian/Mayotte",
  "FR-977": "America/St_Barthelemy",
  "FR-978": "America/Marigot",
  BE: "Europe/Brussels",
  LU: "Europe/Luxembourg",
  CH: "Europe/Zurich",
  DE: "Europe/Berlin",
  GB: "Europe/London",
  IE: "Europe/Dublin",
  IT: "Europe/Rome",
  NL: "Europe/Amsterdam",
  AT: "Europe/Vienna",
  PL: "Europe/Warsaw",
  MC: "Europe/Monaco",
  "CA-AB": "America/Edmonton",
  "CA-BC": "America/Vancouver",
  "CA-MB": "America/Winnipeg",
  "CA-NB": "America/Moncton",
  "CA-NL": "America/St_Johns",
  "CA-NS": "America/Halifax",
  "CA-NT": "America/Yellowknife",
  "CA-NU": "America/Iqaluit",
  "CA-ON": "America/Toronto",
  "CA-PE": "America/Halifax",
  "CA-QC": "America/Toronto",
  "CA-SK": "America/Regina",
  "CA-YT": "America/Whitehorse",
};

/** The time zone of a place, where one is enough to send by; null where a country has several and its part is unknown. */
export function zoneOfPlace(place: Place): TimeZone | null {
  return ZONES[place] ?? (place.startsWith("CA") ? null : (ZONES[place.slice(0, 2)] ?? null));
}

/** The place of a workspace whose country nobody told, by its time zone; `FR` where that says nothing. */
export function placeOfZone(zone: TimeZone): Place {
  const same: Readonly<Record<TimeZone, Place>> = {
    "America/Montreal": "CA-QC",
    "America/Toronto": "CA",
    "America/Halifax": "CA-NS",
    "America/Moncton": "CA-NB",
  };
  return same[zone] ?? Object.entries(ZONES).find(([, of]) => of === zone)?.[0] ?? "FR";
}

const PREFIXES: readonly (readonly [string, Place])[] = [
  ["+590", "FR-971"],
  ["+596", "FR-972"],
  ["+594", "FR-973"],
  ["+262", "FR-974"],
  ["+352", "LU"],
  ["+33", "FR"],
  ["+32", "BE"],
  ["+41", "CH"],
  ["+44", "GB"],
  ["+49", "DE"],
  ["+39", "IT"],
  ["+31", "NL"],
];

/** The country of a phone number in international form, where its prefix tells it alone (+1 does not). */
export function placeOfPhone(number: string): Place | null {
  const digits = number.replace(/[^\d+]/g, "");
  return PREFIXES.find(([prefix]) => digits.startsWith(prefix))?.[1] ?? null;
}

/** The ISO code of the country a number in international form belongs to, where its prefix tells: +1 is shared by Canada, the United States and others, so it does not. */
export function countryOfPhone(number: string): string | null {
  return placeOfPhone(number)?.slice(0, 2) ?? null;
}
