/** Advertising networks that take lists of hashed identifiers. */
export const NETWORKS = ["meta", "google", "criteo"] as const;
export type Network = (typeof NETWORKS)[number];

/** What of a person a network can recognise. The phone is in E.164, as contacts store it. */
export interface Recognisable {
  readonly email: string | null;
  readonly phone: string | null;
}

/** Hexadecimal SHA-256 of UTF-8 text; given by the caller, the model has no machine. */
export type Sha256 = (text: string) => string;

/** Hashed identifiers in the order of the network's file; '' for one the person does not have. */
export interface Hashed {
  readonly email: string;
  readonly phone: string;
}

/**
 * The identifiers of a person as a network wants them, or null when it could not recognise the person. Criteo's lists of addresses hold
 * no phones.
 */
export function hashedFor(network: Network, person: Recognisable, sha256: Sha256): Hashed | null {
  const email = person.email === null ? "" : normalEmail(network, person.email);
  const phone = person.phone === null || network === "criteo" ? "" : normalPhone(network, person.phone);
  if (email === "" && phone === "") return null;
  return { email: email === "" ? "" : sha256(email), phone: phone === "" ? "" : sha256(phone) };
}

/**
 * An address before hashing. All: no spaces around, lower case. Google besides: no full stops before the @ of gmail.com and
 * googlemail.com (Google Ads API, "Get started with Customer Match", on normalising and hashing).
 */
export function normalEmail(network: Network, email: string): string {
  const plain = email.trim().toLowerCase();
  const [, local, domain] = /^([^@]+)@(gmail\.com|googlemail\.com)$/.exec(plain) ?? [];
  return network === "google" && local !== undefined ? `${local.replaceAll(".", "")}@${domain}` : plain;
}

/**
 * A phone before hashing. Google: E.164 with its plus sign. Meta: digits only, with the country code and no zeros before it (Marketing
 * API, "Customer File Custom Audiences", on hashing and normalising).
 */
export function normalPhone(network: Network, phone: string): string {
  const digits = phone.replace(/\D/g, "").replace(/^0+/, "");
  return network === "google" && digits !== "" ? `+${digits}` : digits;
}

/** Titles of the columns that a network's upload page expects. */
export const FILE_COLUMNS: Readonly<Record<Network, readonly (keyof Hashed)[]>> = {
  meta: ["email", "phone"],
  google: ["email", "phone"],
  criteo: ["email"],
};
const TITLES: Readonly<Record<Network, Readonly<Record<keyof Hashed, string>>>> = {
  meta: { email: "email", phone: "phone" },
  google: { email: "Email", phone: "Phone" },
  criteo: { email: "email", phone: "phone" },
};

/** The first line of the file for a network, and a line for each person. */
export const fileTitle = (network: Network): string => `${FILE_COLUMNS[network].map((column) => TITLES[network][column]).join(",")}\n`;
export const fileLine = (network: Network, hashed: Hashed): string =>
  `${FILE_COLUMNS[network].map((column) => hashed[column]).join(",")}\n`;
