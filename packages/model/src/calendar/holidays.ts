import type { LocalDate, Words } from "../base/index.ts";
import { dayOf, dayText, easter, nthWeekday, weekday, type DayNumber } from "./easter.ts";

/** One public holiday of a place in a year. */
export interface Holiday {
  readonly date: LocalDate;
  /** Stable name of the rule: `bastille_day`. */
  readonly key: string;
  readonly name: Words;
}

interface Rule {
  readonly name: Words;
  readonly on: (year: number) => DayNumber;
  readonly since?: number;
}

const fixed = (month: number, day: number) => (year: number) => dayOf(year, month, day);
const fromEaster = (days: number) => (year: number) => easter(year) + days;
const nth = (n: number, of: number, month: number) => (year: number) => nthWeekday(year, month, n, of);
const rule = (fr: string, en: string, on: Rule["on"], since?: number): Rule => ({
  name: { fr, en },
  on,
  ...(since !== undefined && { since }),
});

/** A day that moves to Monday when it falls on a Sunday (Holidays Act of Canada s. 2; Québec LNT art. 60). */
const mondayIfSunday = (month: number, day: number) => (year: number) => {
  const date = dayOf(year, month, day);
  return weekday(date) === 7 ? date + 1 : date;
};

/** Näfelser Fahrt: the first Thursday of April, a week later in Holy Week. */
const naefels = (year: number) => {
  const date = nthWeekday(year, 4, 1, 4);
  return date === easter(year) - 3 ? date + 7 : date;
};

/** The rules by key. Sources: COMPLIANCE §9 (Code du travail, Holidays Act, LNT, cantonal lists). */
const RULES = {
  new_year: rule("Jour de l’an", "New Year’s Day", fixed(1, 1)),
  berchtold: rule("2 janvier (Saint-Berchtold)", "Berchtold’s Day", fixed(1, 2)),
  epiphany: rule("Épiphanie", "Epiphany", fixed(1, 6)),
  neuchatel: rule("Instauration de la République", "Republic Day of Neuchâtel", fixed(3, 1)),
  joseph: rule("Saint-Joseph", "Saint Joseph’s Day", fixed(3, 19)),
  naefels: rule("Näfelser Fahrt", "Näfelser Fahrt", naefels),
  good_friday: rule("Vendredi saint", "Good Friday", fromEaster(-2)),
  easter_monday: rule("Lundi de Pâques", "Easter Monday", fromEaster(1)),
  labour: rule("Fête du Travail", "Labour Day", fixed(5, 1)),
  victory: rule("Victoire de 1945", "Victory Day", fixed(5, 8)),
  europe: rule("Journée de l’Europe", "Europe Day", fixed(5, 9)),
  ascension: rule("Ascension", "Ascension Day", fromEaster(39)),
  whit_monday: rule("Lundi de Pentecôte", "Whit Monday", fromEaster(50)),
  corpus_christi: rule("Fête-Dieu", "Corpus Christi", fromEaster(60)),
  mayotte: rule("Abolition de l’esclavage", "Abolition of slavery", fixed(4, 27)),
  martinique: rule("Abolition de l’esclavage", "Abolition of slavery", fixed(5, 22)),
  guadeloupe: rule("Abolition de l’esclavage", "Abolition of slavery", fixed(5, 27)),
  guyane: rule("Abolition de l’esclavage", "Abolition of slavery", fixed(6, 10)),
  barthelemy: rule("Abolition de l’esclavage", "Abolition of slavery", fixed(10, 9)),
  reunion: rule("Abolition de l’esclavage", "Abolition of slavery", fixed(12, 20)),
  jura: rule("Plébiscite jurassien", "Jura Independence Day", fixed(6, 23)),
  luxembourg: rule("Fête nationale", "National Day", fixed(6, 23)),
  peter_paul: rule("Saints Pierre et Paul", "Saints Peter and Paul", fixed(6, 29)),
  bastille_day: rule("Fête nationale", "Bastille Day", fixed(7, 14)),
  belgium: rule("Fête nationale", "Belgian National Day", fixed(7, 21)),
  swiss: rule("Fête nationale", "Swiss National Day", fixed(8, 1)),
  assumption: rule("Assomption", "Assumption", fixed(8, 15)),
  geneva_fast: rule("Jeûne genevois", "Geneva Fast", (year) => nthWeekday(year, 9, 1, 7) + 4),
  fast_monday: rule("Lundi du Jeûne", "Federal Fast Monday", (year) => nthWeekday(year, 9, 3, 7) + 1),
  mauritius: rule("Saint-Maurice", "Saint Maurice’s Day", fixed(9, 22)),
  niklaus: rule("Saint-Nicolas de Flüe", "Saint Nicholas of Flüe", fixed(9, 25)),
  all_saints: rule("Toussaint", "All Saints’ Day", fixed(11, 1)),
  armistice: rule("Armistice de 1918", "Armistice Day", fixed(11, 11)),
  immaculate: rule("Immaculée Conception", "Immaculate Conception", fixed(12, 8)),
  christmas: rule("Noël", "Christmas Day", fixed(12, 25)),
  stephen: rule("26 décembre (Saint-Étienne)", "Saint Stephen’s Day", fixed(12, 26)),
  restoration: rule("Restauration de la République", "Restoration of the Republic", fixed(12, 31)),
  family: rule("Jour de la famille", "Family Day", nth(3, 1, 2)),
  victoria: rule("Fête de la Reine", "Victoria Day", (year) => {
    const d = dayOf(year, 5, 24);
    return d - (weekday(d) - 1);
  }),
  patriots: rule("Journée nationale des patriotes", "National Patriots’ Day", (year) => {
    const d = dayOf(year, 5, 24);
    return d - (weekday(d) - 1);
  }),
  indigenous: rule("Journée nationale des peuples autochtones", "National Indigenous Peoples Day", fixed(6, 21)),
  quebec: rule("Fête nationale du Québec", "Québec National Day", fixed(6, 24)),
  canada: rule("Fête du Canada", "Canada Day", mondayIfSunday(7, 1)),
  nunavut: rule("Fête du Nunavut", "Nunavut Day", fixed(7, 9), 2020),
  civic: rule("Congé civique d’août", "August civic holiday", nth(1, 1, 8)),
  discovery: rule("Jour de la Découverte", "Discovery Day", nth(3, 1, 8)),
  labour_september: rule("Fête du Travail", "Labour Day", nth(1, 1, 9)),
  truth: rule("Journée nationale de la vérité et de la réconciliation", "National Day for Truth and Reconciliation", fixed(9, 30), 2021),
  truth_2022: rule(
    "Journée nationale de la vérité et de la réconciliation",
    "National Day for Truth and Reconciliation",
    fixed(9, 30),
    2022,
  ),
  truth_2023: rule(
    "Journée nationale de la vérité et de la réconciliation",
    "National Day for Truth and Reconciliation",
    fixed(9, 30),
    2023,
  ),
  thanksgiving: rule("Action de grâce", "Thanksgiving", nth(2, 1, 10)),
  remembrance: rule("Jour du Souvenir", "Remembrance Day", fixed(11, 11)),
  boxing: rule("Lendemain de Noël", "Boxing Day", fixed(12, 26)),
} as const satisfies Record<string, Rule>;
type Key = keyof typeof RULES;

const FRANCE = "new_year easter_monday labour victory ascension whit_monday bastille_day assumption all_saints armistice christmas";
// Good Friday: in communes with a Protestant church or a mixed one; taken for the whole department (COMPLIANCE §9).
const ALSACE = `${FRANCE} good_friday stephen`;
const SWISS = "new_year ascension swiss christmas";
const REFORMED = `${SWISS} good_friday easter_monday whit_monday`;
const CATHOLIC = `${SWISS} corpus_christi assumption all_saints immaculate`;
const CANADA = "new_year good_friday canada labour_september christmas";
// Canada Labour Code s. 166.
const FEDERAL = `${CANADA} victoria truth thanksgiving remembrance boxing`;

/** The holidays of each place we know. Sundays that are holidays anyway (Easter, Pentecost, the Federal Fast) are left out. */
const PLACES: Readonly<Record<string, string>> = {
  FR: FRANCE,
  "FR-57": ALSACE,
  "FR-67": ALSACE,
  "FR-68": ALSACE,
  "FR-971": `${FRANCE} guadeloupe`,
  "FR-972": `${FRANCE} martinique`,
  "FR-973": `${FRANCE} guyane`,
  "FR-974": `${FRANCE} reunion`,
  "FR-976": `${FRANCE} mayotte`,
  "FR-977": `${FRANCE} barthelemy`,
  "FR-978": `${FRANCE} guadeloupe`,
  BE: "new_year easter_monday labour ascension whit_monday belgium assumption all_saints armistice christmas",
  LU: "new_year easter_monday labour europe ascension whit_monday luxembourg assumption all_saints christmas stephen",
  CH: SWISS,
  "CH-ZH": `${REFORMED} labour stephen`,
  "CH-BE": `${REFORMED} berchtold stephen`,
  "CH-LU": `${CATHOLIC} good_friday stephen`,
  "CH-UR": `${CATHOLIC} epiphany joseph good_friday easter_monday whit_monday stephen`,
  "CH-SZ": `${CATHOLIC} epiphany joseph good_friday easter_monday whit_monday stephen`,
  "CH-OW": `${CATHOLIC} good_friday niklaus`,
  "CH-NW": `${CATHOLIC} joseph good_friday`,
  "CH-GL": `${REFORMED} naefels all_saints stephen`,
  "CH-ZG": `${CATHOLIC} good_friday`,
  "CH-FR": `${CATHOLIC} good_friday`,
  "CH-SO": `${SWISS} joseph good_friday labour corpus_christi assumption all_saints`,
  "CH-BS": `${REFORMED} labour stephen`,
  "CH-BL": `${REFORMED} labour stephen`,
  "CH-SH": `${REFORMED} labour stephen`,
  "CH-AR": `${REFORMED} stephen`,
  "CH-AI": `${REFORMED} corpus_christi assumption mauritius all_saints stephen`,
  "CH-SG": `${REFORMED} all_saints stephen`,
  "CH-GR": `${SWISS} easter_monday whit_monday stephen`,
  "CH-AG": `${REFORMED} berchtold labour corpus_christi assumption all_saints immaculate stephen`,
  "CH-TG": `${REFORMED} berchtold labour stephen`,
  "CH-TI": `${CATHOLIC} epiphany joseph easter_monday labour whit_monday peter_paul stephen`,
  "CH-VD": `${REFORMED} berchtold fast_monday`,
  "CH-VS": `${CATHOLIC} joseph`,
  "CH-NE": `${SWISS} neuchatel good_friday labour`,
  "CH-GE": `${REFORMED} geneva_fast restoration`,
  "CH-JU": `${REFORMED} berchtold labour corpus_christi jura assumption all_saints`,
  CA: FEDERAL,
  "CA-AB": `${CANADA} family victoria thanksgiving remembrance`,
  "CA-BC": `${CANADA} family victoria civic truth_2023 thanksgiving remembrance`,
  "CA-MB": `${CANADA} family victoria truth_2023 thanksgiving`,
  "CA-NB": `${CANADA} family civic remembrance`,
  "CA-NL": `${CANADA} remembrance`,
  "CA-NS": `${CANADA} family remembrance`,
  "CA-NT": `${CANADA} victoria indigenous civic truth_2022 thanksgiving remembrance`,
  "CA-NU": `${CANADA} victoria nunavut civic truth_2022 thanksgiving remembrance`,
  "CA-ON": `${CANADA} family victoria thanksgiving boxing`,
  "CA-PE": `${CANADA} family truth_2022 remembrance`,
  "CA-QC": "new_year good_friday easter_monday patriots quebec canada labour_september thanksgiving christmas",
  "CA-SK": `${CANADA} family victoria civic thanksgiving remembrance`,
  "CA-YT": `${CANADA} victoria indigenous discovery truth_2023 thanksgiving remembrance`,
};

/** A country, or a part of it with holidays of its own: `FR`, `FR-67`, `CH-GE`, `CA-QC`. */
export type Place = string;

export const HOLIDAY_PLACES: readonly Place[] = Object.keys(PLACES);

/** The public holidays of a place in a year, by date; none for a place we do not know. A part of a country we do not know has the country's. */
export function holidays(place: Place, year: number): readonly Holiday[] {
  const known = PLACES[place] ?? PLACES[place.slice(0, 2)] ?? "";
  const keys = known === "" ? [] : (known.split(" ") as Key[]);
  return keys
    .filter((key) => year >= ((RULES[key] as Rule).since ?? -Infinity))
    .map((key) => ({ date: dayText(RULES[key].on(year)), key, name: RULES[key].name }))
    .sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
}

const remembered = new Map<string, ReadonlyMap<LocalDate, Holiday>>();

/** The public holiday that a date is in a place, if it is one. */
export function holidayOn(place: Place, date: LocalDate): Holiday | null {
  const key = `${place} ${date.slice(0, 4)}`;
  let year = remembered.get(key);
  if (!year) {
    if (remembered.size > 500) remembered.clear();
    // Two holidays of one date are one day without messages; the first names it.
    year = new Map(
      holidays(place, Number(date.slice(0, 4)))
        .toReversed()
        .map((one) => [one.date, one]),
    );
    remembered.set(key, year);
  }
  return year.get(date) ?? null;
}
