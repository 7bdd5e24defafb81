/** Languages in common use by country, where shops of ours sell most; of other countries nothing is said. */
const SPOKEN: Readonly<Record<string, readonly string[]>> = {
  FR: ["fr"],
  BE: ["fr", "nl", "de"],
  CH: ["de", "fr", "it", "rm"],
  LU: ["fr", "de", "lb"],
  MC: ["fr"],
  CA: ["en", "fr"],
  US: ["en", "es"],
  GB: ["en", "cy"],
  IE: ["en", "ga"],
  DE: ["de"],
  AT: ["de"],
  NL: ["nl"],
  ES: ["es", "ca", "eu", "gl"],
  PT: ["pt"],
  IT: ["it", "de"],
  PL: ["pl"],
  SE: ["sv"],
  NO: ["no", "nb", "nn"],
  DK: ["da"],
  FI: ["fi", "sv"],
  CZ: ["cs"],
  RO: ["ro"],
  GR: ["el"],
  HU: ["hu"],
  BR: ["pt"],
  MX: ["es"],
  AR: ["es"],
  JP: ["ja"],
  CN: ["zh"],
  AU: ["en"],
  NZ: ["en", "mi"],
  MA: ["ar", "fr"],
  DZ: ["ar", "fr"],
  TN: ["ar", "fr"],
  SN: ["fr"],
  CI: ["fr"],
};

const CODES =
  "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW".split(
    " ",
  );
const KNOWN: ReadonlySet<string> = new Set(CODES);
const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, " ")
    .trim();
const ALSO: Readonly<Record<string, string>> = {
  uk: "GB",
  "great britain": "GB",
  england: "GB",
  angleterre: "GB",
  scotland: "GB",
  "grande bretagne": "GB",
  usa: "US",
  "u s a": "US",
  eire: "IE",
  rsa: "ZA",
  holland: "NL",
  hollande: "NL",
  belgie: "BE",
  deutschland: "DE",
  espana: "ES",
  italia: "IT",
  schweiz: "CH",
  osterreich: "AT",
  nederland: "NL",
};
let byName: ReadonlyMap<string, string> | null = null;

function names(): ReadonlyMap<string, string> {
  byName ??= new Map([
    ...["fr", "en"].flatMap((language) => {
      const name = new Intl.DisplayNames([language], { type: "region" });
      return CODES.map((code): [string, string] => [plain(name.of(code) ?? code), code]);
    }),
    ...Object.entries(ALSO),
  ]);
  return byName;
}

export const isCountry = (code: string): boolean => KNOWN.has(code);

/** The code of a country written as a code or by its French or English name; null when it is none we know. */
export function countryCode(text: string): string | null {
  const bare = text.trim();
  if (/^[A-Za-z]{2}$/.test(bare)) return bare.toUpperCase() === "UK" ? "GB" : KNOWN.has(bare.toUpperCase()) ? bare.toUpperCase() : null;
  return names().get(plain(bare)) ?? null;
}

/** `fr` of `fr-CA`. */
export const languageOf = (locale: string): string => locale.toLowerCase().split(/[-_]/)[0]!;

/** Whether a language is in common use in a country; of countries we know nothing about: yes. */
export const speaks = (country: string, language: string): boolean => !(country in SPOKEN) || SPOKEN[country]!.includes(language);
