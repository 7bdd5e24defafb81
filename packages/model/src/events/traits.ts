import type { LocalDate } from "../base/index.ts";
import { isObject, textOf, type Json, type JsonObject } from "./clean.ts";
import { readInstant } from "./time.ts";

/** Values for a contact by field: a typed column (`email`, `birth_date`) or `attributes.<name>`; null empties it. */
export type ContactValues = Readonly<Record<string, Json>>;

/** Puts a phone number into E.164, or answers null. Needs the world's numbering plans, so it is handed in. */
export type PhoneReader = (text: string, country: string | null) => string | null;

const EMAIL = /^[^\s@<>"(),;:\\]+@[^\s@<>"(),;:\\]+\.[^\s@<>"(),;:\\]+$/;
const MOST_ATTRIBUTES = 200;

/** Lower case, trimmed; null when it is no address. */
export function readEmail(text: string): string | null {
  const bare = text.trim().toLowerCase();
  return bare.length <= 254 && EMAIL.test(bare) ? bare : null;
}

/** Traits' names (as the Segment spec and common sites write them, compared without case and separators) → our columns. */
const COLUMN_OF: Readonly<Record<string, string>> = {
  email: "email",
  emailaddress: "email",
  phone: "phone",
  phonenumber: "phone",
  mobile: "phone",
  firstname: "first_name",
  givenname: "first_name",
  lastname: "last_name",
  familyname: "last_name",
  surname: "last_name",
  locale: "locale",
  language: "locale",
  timezone: "time_zone",
  birthday: "birth_date",
  birthdate: "birth_date",
  dateofbirth: "birth_date",
  country: "country",
  countrycode: "country",
  region: "region",
  state: "region",
  postalcode: "postal_code",
  zip: "postal_code",
  zipcode: "postal_code",
  postcode: "postal_code",
  city: "city",
  customertype: "customer_type",
  store: "store_id",
  storeid: "store_id",
  storecode: "store_id",
  latitude: "latitude",
  longitude: "longitude",
};
const ADDRESS_PARTS = ["country", "region", "state", "postalCode", "postal_code", "zip", "city"];
const plain = (name: string) => name.toLowerCase().replace(/[\s_-]/g, "");

/**
 * Traits of an identify call → values of a contact. What fits a typed column goes there; a value that does not (an impossible date,
 * a phone number nobody can call) and everything else stays as an attribute, so nothing said is lost.
 */
export function readTraits(traits: JsonObject, phone: PhoneReader): ContactValues {
  const values: Record<string, Json> = {};
  const address = isObject(traits["address"]) ? traits["address"] : {};
  const said: [string, Json][] = [
    ...ADDRESS_PARTS.filter((part) => part in address).map((part): [string, Json] => [part, address[part]!]),
    ...Object.entries(traits),
  ];
  const country = textOf(said.find(([name]) => plain(name) === "country" || plain(name) === "countrycode")?.[1]);
  const countryCode = country === null ? null : readCountry(country);
  let attributes = 0;
  for (const [name, value] of said) {
    if (name === "address" && isObject(value)) continue;
    const column = COLUMN_OF[plain(name)];
    const typed =
      column === undefined
        ? undefined
        : value === null
          ? null
          : readColumn(column, value, (text) => phone(text, countryCode?.length === 2 ? countryCode : null));
    if (column !== undefined && typed !== undefined) values[column] = typed;
    else if (name !== "anonymousId" && name !== "" && name.length <= 100 && attributes++ < MOST_ATTRIBUTES)
      values[`attributes.${name}`] = value;
  }
  splitName(traits["name"], values);
  return values;
}

function splitName(name: Json | undefined, values: Record<string, Json>): void {
  const text =
    typeof name === "string" ? name.trim() : isObject(name) ? `${textOf(name["first"]) ?? ""} ${textOf(name["last"]) ?? ""}`.trim() : "";
  if (text === "" || text.length > 200 || values["first_name"] !== undefined || values["last_name"] !== undefined) return;
  const space = text.indexOf(" ");
  values["first_name"] = space < 0 ? text : text.slice(0, space);
  if (space > 0) values["last_name"] = text.slice(space + 1).trim();
  delete values["attributes.name"];
}

/** The value of a typed column (a store: its code or our id), or undefined when what was said does not fit it. An empty text empties nothing. */
export function readColumn(column: string, value: Json, phone: (text: string) => string | null): Json | undefined {
  if (column === "latitude" || column === "longitude") {
    const number = typeof value === "number" ? value : typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
    return Number.isFinite(number) && Math.abs(number) <= (column === "latitude" ? 90 : 180) ? number : undefined;
  }
  const text = textOf(value);
  if (text === null || text.length > 500) return undefined;
  switch (column) {
    case "email":
      return readEmail(text) ?? undefined;
    case "phone":
      return phone(text) ?? undefined;
    case "birth_date":
      return readBirthDate(text) ?? undefined;
    case "country":
      return readCountry(text);
    case "locale":
      return /^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*$/.test(text) ? text.replaceAll("_", "-") : undefined;
    case "time_zone":
      return isTimeZone(text) ? text : undefined;
    default:
      return text;
  }
}

// A code in capitals; a name as it is ("United Kingdom"), for whoever maps names to codes later.
const readCountry = (text: string) => (/^[a-z]{2}$/i.test(text) ? text.toUpperCase() : text);

function readBirthDate(text: string): LocalDate | null {
  const match = /^(\d{4}-\d{2}-\d{2})(T.*)?$/.exec(text);
  if (!match || readInstant(match[1]!) === null) return null;
  try {
    const date = Temporal.PlainDate.from(match[1]!, { overflow: "reject" });
    return date.year >= 1900 ? date.toString() : null;
  } catch {
    return null; // 30 February and the like
  }
}

// Asking takes as long as reading the rest of a message; names there are few, and those asked first are those asked often.
const ZONES = new Map<string, boolean>();
const MOST_ZONES = 1_000;

function isTimeZone(name: string): boolean {
  if (name.length > 60 || !name.includes("/")) return false;
  const known = ZONES.get(name);
  if (known !== undefined) return known;
  const found = isKnownZone(name);
  if (ZONES.size < MOST_ZONES) ZONES.set(name, found);
  return found;
}

function isKnownZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
