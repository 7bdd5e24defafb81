import type { Instant, LocalDate } from "../base/index.ts";
import type { Json, PhoneReader } from "../events/index.ts";
import { isReserved, isRole, judgeAddress } from "./address.ts";
import { readDay, type DayOrder } from "./day.ts";
import { countryCode, isCountry, languageOf, speaks } from "./place.ts";
import { meantDomain } from "./typo.ts";

/** A contact as the inventory looks at it. */
export interface Subject {
  /** Filled typed columns and own attributes, by their names in rules. */
  readonly fields: Readonly<Record<string, Json>>;
  readonly heardAt: Readonly<Record<string, Instant>>;
  /** Where each field last came from: `import`, `api`, `events`… */
  readonly sources: Readonly<Record<string, string>>;
  /** Channels agreed to today. */
  readonly consents: readonly string[];
  /** Marketing messages that left, and how many of their own deeds answer them. */
  readonly received: number;
  readonly engaged: number;
}

export interface StoreSeen {
  readonly id: string;
  readonly country: string;
  readonly languages: readonly string[];
}

/** What a contact is held against. */
export interface Surroundings {
  readonly today: LocalDate;
  readonly stores: readonly StoreSeen[];
  readonly phone: PhoneReader;
  readonly isDisposable: (domain: string) => boolean;
  /** Whether a domain takes mail, as DNS said last; null: not known. */
  readonly takesMail: (domain: string) => boolean | null;
  /** Own attributes that are counted, by their names in rules. */
  readonly attributes: ReadonlySet<string>;
}

export const FINDINGS = [
  "email_syntax",
  "email_unusual",
  "email_typo",
  "email_no_mail",
  "email_disposable",
  "email_role",
  "never_engaged",
  "phone_wrong",
  "phone_unread",
  "birth_impossible",
  "birth_unread",
  "country_name",
  "country_wrong",
  "language_missing",
  "language_elsewhere",
  "store_missing",
] as const;
export type FindingCode = (typeof FINDINGS)[number];

/** Something wrong with a contact. `proposal`: what the field would become; undefined: nothing can be proposed; null: to be emptied. */
export interface Finding {
  readonly code: FindingCode;
  readonly field: string;
  readonly value: Json;
  readonly proposal?: Json;
}

export interface Field {
  readonly name: string;
  readonly credible: boolean;
  readonly heardAt: Instant | null;
  readonly source: string;
}
/** `store`: its own, or else the only one of its country; '' for neither. */
export interface Audit {
  readonly store: string;
  readonly language: string;
  readonly fields: readonly Field[];
  readonly findings: readonly Finding[];
  /** Of its e-mail; null without one. */ readonly domain: string | null;
}

/** Columns that the inventory counts, in the order it shows them. */
export const COUNTED = [
  "email",
  "phone",
  "first_name",
  "last_name",
  "birth_date",
  "locale",
  "country",
  "postal_code",
  "city",
  "region",
  "store_id",
  "customer_type",
  "latitude",
  "external_id",
] as const;
/** Messages without one answer after which someone counts as never engaged. */
export const SILENT_AFTER = 5;
/** Findings that make a field not credible; the others are only worth a look. */
const DISCREDIT: ReadonlySet<FindingCode> = new Set([
  "email_syntax",
  "email_unusual",
  "email_typo",
  "email_no_mail",
  "email_disposable",
  "phone_wrong",
  "birth_impossible",
  "country_wrong",
  "country_name",
]);

/** What is known of a contact, what of it is credible, and what is wrong with the rest. */
export function auditContact(subject: Subject, around: Surroundings): Audit {
  const { fields } = subject;
  const text = (name: string): string | null => (typeof fields[name] === "string" && fields[name] !== "" ? fields[name] : null);
  const store = around.stores.find((one) => one.id === fields["store_id"]) ?? null;
  const email = text("email");
  const domain = email === null ? null : email.slice(email.lastIndexOf("@") + 1).toLowerCase();
  const findings = [
    ...(email === null ? [] : ofEmail(email, subject, around)),
    ...ofPhone(text, store, around),
    ...ofBirth(fields, store, around),
    ...ofPlace(text, store, around),
  ];
  const wrong = new Set(findings.filter((one) => DISCREDIT.has(one.code)).map((one) => one.field));
  const counted = [...COUNTED.filter((name) => name in fields), ...Object.keys(fields).filter((name) => around.attributes.has(name))];
  const known: Field[] = counted.map((name) => ({
    name,
    credible: !wrong.has(name),
    heardAt: subject.heardAt[name] ?? null,
    source: subject.sources[name] ?? "unknown",
  }));
  const consents: Field[] = subject.consents.map((channel) => ({
    name: `consent:${channel}`,
    credible: true,
    heardAt: null,
    source: "consent",
  }));
  return {
    store: (store ?? onlyStoreIn(text("country"), around))?.id ?? "",
    language: text("locale") === null ? "" : languageOf(text("locale")!),
    fields: [...known, ...consents],
    findings,
    domain,
  };
}

function ofEmail(email: string, subject: Subject, around: Surroundings): Finding[] {
  const at = { field: "email", value: email };
  const verdict = judgeAddress(email);
  const split = email.lastIndexOf("@");
  const [local, domain] = [email.slice(0, split), email.slice(split + 1)];
  const meant = verdict.kind === "invalid" ? null : meantDomain(domain.toLowerCase());
  // A domain that takes mail and is only like a well-known one may be someone's own.
  const typo = meant !== null && around.takesMail(domain) !== true;
  if (typo) return [{ ...at, code: "email_typo", proposal: `${local}@${meant}` }];
  if (verdict.kind === "invalid") return [{ ...at, code: "email_syntax" }];
  if (verdict.kind === "unusual") return [{ ...at, code: "email_unusual" }];
  const found: Finding[] = [];
  if (around.isDisposable(domain)) found.push({ ...at, code: "email_disposable" });
  else if (!isReserved(domain) && around.takesMail(domain) === false) found.push({ ...at, code: "email_no_mail" });
  if (isRole(local)) found.push({ ...at, code: "email_role" });
  if (subject.received >= SILENT_AFTER && subject.engaged === 0) found.push({ ...at, code: "never_engaged" });
  return found;
}

/** The one store of a contact's country, for contacts that say none; null where there are several or none. */
function onlyStoreIn(country: string | null, around: Surroundings): StoreSeen | null {
  const code = country === null ? null : countryCode(country);
  const there = code === null ? [] : around.stores.filter((one) => one.country === code);
  return there.length === 1 ? there[0]! : null;
}

type Text = (name: string) => string | null;
const PHONE_NAMES = [
  "attributes.phone",
  "attributes.mobile",
  "attributes.phone_number",
  "attributes.phoneNumber",
  "attributes.telephone",
  "attributes.tel",
];
const BIRTH_NAMES = [
  "attributes.birthday",
  "attributes.birth_date",
  "attributes.birthDate",
  "attributes.birthdate",
  "attributes.date_of_birth",
  "attributes.dateOfBirth",
];

function ofPhone(text: Text, store: StoreSeen | null, around: Surroundings): Finding[] {
  const written = text("country");
  const home =
    (written === null ? null : countryCode(written)) ?? store?.country ?? (around.stores.length === 1 ? around.stores[0]!.country : null);
  const phone = text("phone");
  if (phone !== null) {
    const read = around.phone(phone, home);
    return read === phone ? [] : [{ code: "phone_wrong", field: "phone", value: phone, proposal: read }];
  }
  // What no plan could read when it was said stands beside as it was said.
  for (const name of PHONE_NAMES) {
    const said = text(name);
    if (said === null) continue;
    const read = around.phone(said, home);
    return [{ code: "phone_unread", field: "phone", value: said, ...(read !== null && { proposal: read }) }];
  }
  return [];
}

function ofBirth(fields: Subject["fields"], store: StoreSeen | null, around: Surroundings): Finding[] {
  const born = fields["birth_date"];
  if (typeof born === "string")
    return plausible(born, around.today) ? [] : [{ code: "birth_impossible", field: "birth_date", value: born, proposal: null }];
  const order: DayOrder | null =
    store === null
      ? around.stores.length > 0 && around.stores.every((one) => one.country !== "US")
        ? "day_first"
        : null
      : store.country === "US"
        ? "month_first"
        : "day_first";
  for (const name of BIRTH_NAMES) {
    const said = fields[name];
    if (typeof said !== "string" || said === "") continue;
    const read = readDay(said, order);
    return [
      { code: "birth_unread", field: "birth_date", value: said, ...(read !== null && plausible(read, around.today) && { proposal: read }) },
    ];
  }
  return [];
}

/** Nobody is born tomorrow or more than 115 years ago, and 1 January 1900 or 1970 is what programs write for "unknown". */
const plausible = (born: LocalDate, today: LocalDate): boolean =>
  born <= today && Number(today.slice(0, 4)) - Number(born.slice(0, 4)) <= 115 && !["1900-01-01", "1970-01-01"].includes(born);

function ofPlace(text: Text, store: StoreSeen | null, around: Surroundings): Finding[] {
  const found: Finding[] = [];
  const country = text("country");
  const code = country === null ? null : countryCode(country);
  if (country !== null && code === null) found.push({ code: "country_wrong", field: "country", value: country });
  else if (country !== null && country !== code) found.push({ code: "country_name", field: "country", value: country, proposal: code });
  const near = onlyStoreIn(country, around);
  if (store === null && near !== null) found.push({ code: "store_missing", field: "store_id", value: null, proposal: near.id });
  const at = store ?? near;
  const locale = text("locale");
  if (locale === null) {
    if (at !== null && at.languages.length === 1)
      found.push({ code: "language_missing", field: "locale", value: null, proposal: languageOf(at.languages[0]!) });
  } else if (
    code !== null &&
    isCountry(code) &&
    !speaks(code, languageOf(locale)) &&
    !(at?.languages ?? []).some((one) => languageOf(one) === languageOf(locale))
  ) {
    found.push({ code: "language_elsewhere", field: "locale", value: locale });
  }
  return found;
}
