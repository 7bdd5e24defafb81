import type { TimeZone } from "../base/index.ts";

/** Provinces and states by their code, where a country has several zones: the zone most of its people live in. */
const REGIONS: Readonly<Record<string, Readonly<Record<string, TimeZone>>>> = {
  CA: {
    NL: "America/St_Johns",
    NS: "America/Halifax",
    NB: "America/Moncton",
    PE: "America/Halifax",
    QC: "America/Toronto",
    ON: "America/Toronto",
    MB: "America/Winnipeg",
    SK: "America/Regina",
    AB: "America/Edmonton",
    BC: "America/Vancouver",
    YT: "America/Whitehorse",
    NT: "America/Yellowknife",
    NU: "America/Iqaluit",
  },
  US: {
    ...Object.fromEntries(
      [
        "CT",
        "DE",
        "DC",
        "FL",
        "GA",
        "IN",
        "KY",
        "ME",
        "MD",
        "MA",
        "MI",
        "NH",
        "NJ",
        "NY",
        "NC",
        "OH",
        "PA",
        "RI",
        "SC",
        "VT",
        "VA",
        "WV",
      ].map((state) => [state, "America/New_York"]),
    ),
    ...Object.fromEntries(
      ["AL", "AR", "IL", "IA", "KS", "LA", "MN", "MS", "MO", "NE", "ND", "OK", "SD", "TN", "TX", "WI"].map((state) => [
        state,
        "America/Chicago",
      ]),
    ),
    ...Object.fromEntries(["CO", "ID", "MT", "NM", "UT", "WY"].map((state) => [state, "America/Denver"])),
    AZ: "America/Phoenix",
    ...Object.fromEntries(["CA", "NV", "OR", "WA"].map((state) => [state, "America/Los_Angeles"])),
    AK: "America/Anchorage",
    HI: "Pacific/Honolulu",
  },
};
/** The first letter of a Canadian postcode says the province. */
const CANADA: Readonly<Record<string, string>> = {
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
/** French postcodes overseas; those of Europe are Paris. */
const OVERSEAS: Readonly<Record<string, TimeZone>> = {
  971: "America/Guadeloupe",
  972: "America/Martinique",
  973: "America/Cayenne",
  974: "Indian/Reunion",
  975: "America/Miquelon",
  976: "Indian/Mayotte",
  986: "Pacific/Wallis",
  987: "Pacific/Tahiti",
  988: "Pacific/Noumea",
};
/** Countries that are of one zone but for places far away. */
const MAIN: Readonly<Record<string, TimeZone>> = {
  FR: "Europe/Paris",
  ES: "Europe/Madrid",
  PT: "Europe/Lisbon",
  DE: "Europe/Berlin",
  NL: "Europe/Amsterdam",
  CN: "Asia/Shanghai",
  NZ: "Pacific/Auckland",
};

/** The zone of an address: by postcode or region where a country has several, else the country's only one; null when it cannot be told. */
export function zoneOfPlace(place: {
  readonly country: string | null;
  readonly region: string | null;
  readonly postalCode: string | null;
}): TimeZone | null {
  const country = place.country?.toUpperCase() ?? "";
  if (!/^[A-Z]{2}$/.test(country)) return null;
  const postcode = place.postalCode?.trim().toUpperCase() ?? "";
  if (country === "FR" && OVERSEAS[postcode.slice(0, 3)]) return OVERSEAS[postcode.slice(0, 3)]!;
  const region =
    place.region
      ?.trim()
      .toUpperCase()
      .replace(/^[A-Z]{2}-/, "") ?? "";
  const known = REGIONS[country]?.[region] ?? (country === "CA" ? REGIONS["CA"]![CANADA[postcode.slice(0, 1)] ?? ""] : undefined);
  return known ?? MAIN[country] ?? onlyZone(country);
}

function onlyZone(country: string): TimeZone | null {
  const zones = new Intl.Locale("und", { region: country }).getTimeZones();
  return zones?.length === 1 ? zones[0]! : null;
}
