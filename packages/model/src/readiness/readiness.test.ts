import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  auditContact,
  cellsOf,
  inventoryOf,
  judge,
  judgeAddress,
  lacks,
  meantDomain,
  needsOf,
  readDay,
  shortestUnlock,
  triggers,
  wilson,
  type Holdings,
  type Locked,
  type Subject,
  type Surroundings,
} from "./index.ts";
import type { Graph } from "../journeys/index.ts";

const FOLDER = [process.env["RELANCE_TEST_DATA"], "../shared/data"].find(
  (folder) => folder !== undefined && existsSync(`${folder}/email-validation/isemail_tests.csv`),
);
const lines = (file: string): string[] =>
  readFileSync(`${FOLDER}/email-validation/${file}`, "utf8")
    .split("\n")
    .map((line) => line.replace(/\s{2,}#.*$/, "").trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
const rowOf = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((cell) => cell[1]?.replaceAll('""', '"') ?? cell[2]!);

describe.skipIf(FOLDER === undefined)("addresses of published lists (needs RELANCE_TEST_DATA or ../shared/data)", () => {
  test("every verdict of isemail's list is ours: deliverable are its valid, DNS and RFC 5321 categories", () => {
    const rows = readFileSync(`${FOLDER}/email-validation/isemail_tests.csv`, "utf8").trim().split("\n").slice(1).map(rowOf);
    const differ = rows.filter(([, address, category]) => {
      const text = address!.replace(/[\u2400-\u241f]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0x2400));
      return (
        (judgeAddress(text).kind !== "invalid") !== ["ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN", "ISEMAIL_RFC5321"].includes(category!)
      );
    });
    expect([rows.length, differ]).toEqual([82, []]);
  });

  test("flanker's lists: all it refuses is refused; of what it takes, four with display names, comments or an underscore are not; of parts before the @, all as it says", () => {
    expect(
      ["mailbox_valid", "mailbox_invalid", "abridged_localpart_valid", "abridged_localpart_invalid"].map(
        (file) => lines(`flanker_${file}.txt`).length,
      ),
    ).toEqual([71, 44, 50, 26]); // one of its 45 lines is a remark
    const locals = (file: string) => lines(file).filter((one) => judgeAddress(`${one}@example.com`).kind === "invalid").length;
    expect([locals("flanker_abridged_localpart_valid.txt"), locals("flanker_abridged_localpart_invalid.txt")]).toEqual([0, 26]);
    const valid = lines("flanker_mailbox_valid.txt").filter((one) => judgeAddress(one).kind === "invalid");
    expect(valid).toEqual([
      "bob@under_scope",
      "Steve Jobs <steve@apple.com>",
      "(this is a comment) test@example.com",
      "test@example.com(this is a comment)",
    ]);
    expect(lines("flanker_mailbox_invalid.txt").filter((one) => judgeAddress(one).kind !== "invalid")).toEqual([]);
  });

  test("flanker's mistyped domains: 91 of 95 become what was meant, and none of its 36 real ones is touched", () => {
    const pairs = lines("flanker_domain_typos_valid.txt").map((line) => line.split(",") as [string, string]);
    expect([pairs.length, pairs.filter(([typed, meant]) => meantDomain(typed) === meant).length]).toEqual([95, 91]);
    expect(lines("flanker_domain_typos_invalid.txt").filter((one) => meantDomain(one) !== null)).toEqual([]);
  });
});

test("the interval of a share is the published one (Newcombe 1998, table I, method 3)", () => {
  const rounded = (hits: number, of: number) => {
    const { low, high } = wilson(hits, of)!;
    return [low.toFixed(4), high.toFixed(4)];
  };
  expect([rounded(81, 263), rounded(15, 148), rounded(0, 20), rounded(1, 29)]).toEqual([
    ["0.2553", "0.3662"],
    ["0.0624", "0.1605"],
    ["0.0000", "0.1611"],
    ["0.0061", "0.1718"],
  ]);
  expect([wilson(0, 0), wilson(20, 20)!.high]).toEqual([null, 1]);
});

test("a day is read as it is written, and only where nobody could read it otherwise", () => {
  expect(
    ["1988-05-14", "14/05/1988", "05/14/1988", "4.5.1988", "19880514", "31/02/1988", "14 May"].map((text) => readDay(text, null)),
  ).toEqual(["1988-05-14", "1988-05-14", "1988-05-14", null, "1988-05-14", null, null]);
  expect([readDay("04/05/1988", "day_first"), readDay("04/05/1988", "month_first")]).toEqual(["1988-05-04", "1988-04-05"]);
});

const around: Surroundings = {
  today: "2026-11-29",
  stores: [
    { id: "fr", country: "FR", languages: ["fr"] },
    { id: "ca", country: "CA", languages: ["en", "fr"] },
  ],
  isDisposable: (domain) => domain === "mailinator.com",
  takesMail: (domain) => (domain === "gone.fr" ? false : null),
  phone: (text, country) =>
    text.startsWith("+")
      ? /^\+\d{8,}$/.test(text)
        ? text
        : null
      : country === "FR" && /^0\d{9}$/.test(text.replaceAll(" ", ""))
        ? `+33${text.replaceAll(" ", "").slice(1)}`
        : null,
  attributes: new Set(["attributes.plan"]),
};
const someone = (fields: Subject["fields"], more: Partial<Subject> = {}): Subject => ({
  fields,
  heardAt: {},
  sources: {},
  consents: [],
  received: 0,
  engaged: 0,
  ...more,
});
const found = (subject: Subject) =>
  auditContact(subject, around).findings.map(({ code, proposal }) => (proposal === undefined ? code : [code, proposal]));

test("each kind of problem is found, with what would cure it", () => {
  expect(found(someone({ email: "ana@gmial.com", country: "FR", locale: "fr", store_id: "fr" }))).toEqual([
    ["email_typo", "ana@gmail.com"],
  ]);
  expect(found(someone({ email: "a..b@shop.fr" }))).toEqual(["email_syntax"]);
  expect(found(someone({ email: "contact@mailinator.com" }, { received: 5 }))).toEqual(["email_disposable", "email_role", "never_engaged"]);
  expect(found(someone({ email: "bo@gone.fr" }))).toEqual(["email_no_mail"]);
  expect(found(someone({ "attributes.mobile": "06 12 34 56 78", "attributes.birthday": "14/05/1988", country: "france" }))).toEqual([
    ["phone_unread", "+33612345678"],
    ["birth_unread", "1988-05-14"],
    ["country_name", "FR"],
    ["store_missing", "fr"],
    ["language_missing", "fr"],
  ]);
  expect(found(someone({ birth_date: "2031-01-01", phone: "+1", country: "Atlantis" }))).toEqual([
    ["phone_wrong", null],
    ["birth_impossible", null],
    "country_wrong",
  ]);
  expect(found(someone({ locale: "pt-BR", country: "FR", store_id: "fr" }))).toEqual(["language_elsewhere"]);
  expect(found(someone({ email: "ana@shop.fr", birth_date: "1988-05-14", country: "CA", locale: "fr-CA", store_id: "ca" }))).toEqual([]);
});

const NOW = Date.UTC(2026, 10, 29);
const counted = (subjects: readonly Subject[]) => {
  const n = new Map<string, number>();
  for (const subject of subjects) for (const key of cellsOf(auditContact(subject, around), NOW)) n.set(key, (n.get(key) ?? 0) + 1);
  return [...n].map(([key, many]) => ({ key, n: many, latest: null }));
};

test("pages are sums of cells: filled, credible, fresh, by source and by store", () => {
  const cells = counted([
    someone({ email: "ana@shop.fr", store_id: "fr" }, { heardAt: { email: NOW }, sources: { email: "import" }, consents: ["email"] }),
    someone(
      { email: "bo@gmial.com", store_id: "ca", "attributes.plan": "gold", "attributes.other": 1 },
      { heardAt: { email: Date.UTC(2021, 1, 1) } },
    ),
  ]);
  const { people, fields, findings } = inventoryOf(cells, NOW);
  expect(people.map((one) => [one.store, [...one.fields].sort(), one.n])).toEqual([
    ["fr", ["consent:email", "email", "store_id"], 1],
    ["ca", ["attributes.plan", "store_id"], 1],
  ]);
  expect(fields.find((one) => one.field === "email")).toMatchObject({
    filled: 2,
    credible: 1,
    fresh: 1,
    sources: { import: 1, unknown: 1 },
  });
  expect([findings, inventoryOf(cells, NOW, "ca").fields.map((one) => one.field)]).toEqual([
    { email_typo: 1, language_missing: 1 },
    ["attributes.plan", "email", "store_id"],
  ]);
});

const held: Holdings = {
  people: [
    { store: "fr", language: "fr", fields: new Set(["email", "consent:email", "birth_date"]), n: 38 },
    { store: "fr", language: "fr", fields: new Set(["email", "consent:email"]), n: 62 },
  ],
  events: new Map([
    ["Product Added", NOW - 86_400_000],
    ["Order Completed", NOW - 40 * 86_400_000],
  ]),
  heard: new Map(),
  website: true,
  catalogue: false,
  stores: true,
  coupons: false,
  templates: new Set(["t"]),
};
const graph = (starts: Graph["starts"], steps: Graph["steps"] = []): Graph => ({
  version: 1,
  starts,
  first: null,
  steps,
  settings: { filter: null, reentry: { kind: "never" }, exits: [] },
  positions: {},
});
const mail = { id: "stp_a", name: "", kind: "email", template: "t", exits: { next: null } } as const;
const parts = {
  templates: new Map([
    ["t", { channel: "email", marketing: true, source: "Bonjour {{ contact.first_name | default: '' }} {{ contact.plan }}" }],
  ]),
  segments: new Map(),
};

test("a journey's needs are read off its graph, and judged by how many people have all that is essential", () => {
  const birthday = needsOf(graph([{ kind: "date", attribute: "birth_date", days: 0, at: "09:00", yearly: true }], [mail]), parts);
  expect(birthday.map((need) => [need.of, "attribute" in need ? need.attribute : "", need.essential !== false])).toEqual([
    ["attribute", "attributes.plan", false],
    ["attribute", "birth_date", true],
    ["attribute", "email", true],
    ["attribute", "first_name", false],
    ["consent", "", true],
    ["template", "", true],
  ]);
  expect(judge(birthday, held, NOW)).toMatchObject({ ready: "some", people: 38, of: 100 });
  const cart = judge(needsOf(graph([{ kind: "cart", idle: { n: 1, unit: "hour" }, least: null }], [mail]), parts), held, NOW);
  expect([cart.ready, cart.people, lacks(cart)]).toEqual(["all", 100, []]);
  const silent = judge(needsOf(graph([{ kind: "order", on: "completed", where: [] }], [mail]), parts), held, NOW);
  expect([silent.ready, silent.needs.find((one) => one.need.of === "event")?.why, lacks(silent)]).toEqual([
    "not_yet",
    "silent",
    ["event Order Completed"],
  ]);
  expect(lacks(judge(needsOf(graph([], [{ ...mail, template: null }]), parts), held, NOW))).toEqual(["template "]);
});

test("every start of the catalogue says what it waits for", () => {
  expect(triggers().map((one) => [one.start, one.needs.length > 0])).toEqual(triggers().map((one) => [one.start, true]));
});

/** Most journeys that any `k` actions open: by trying all. */
function mostOpen(journeys: readonly Locked[], k: number): number {
  const actions = [...new Set(journeys.flatMap((one) => one.lacks))];
  let most = 0;
  for (let set = 0; set < 2 ** actions.length; set++) {
    const chosen = actions.filter((_, i) => set & (1 << i));
    if (chosen.length <= k) most = Math.max(most, journeys.filter((one) => one.lacks.every((action) => chosen.includes(action))).length);
  }
  return most;
}

test("the list of actions opens as much as any other of its length, in nine of ten small cases, and never less than half as much", () => {
  let seed = 7;
  const draw = (n: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * n);
  };
  let best = 0;
  let looks = 0;
  for (let round = 0; round < 300; round++) {
    const journeys = Array.from({ length: 2 + draw(7) }, (_, i): Locked => ({
      key: `j${i}`,
      lacks: Array.from({ length: draw(4) }, () => `a${draw(6)}`),
    }));
    const list = shortestUnlock(journeys);
    let open = journeys.filter((one) => one.lacks.length === 0).length;
    list.forEach(({ opens }, i) => {
      open += opens.length;
      // A list is judged where it has just opened something.
      if (opens.length === 0) return;
      const most = mostOpen(journeys, i + 1);
      expect(open * 2, JSON.stringify(journeys)).toBeGreaterThanOrEqual(most);
      looks++;
      if (open === most) best++;
    });
    expect(open).toBe(journeys.length);
    expect(list.length).toBe(new Set(journeys.flatMap((one) => one.lacks)).size);
  }
  expect(best / looks).toBeGreaterThan(0.9);
});
