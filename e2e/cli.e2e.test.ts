import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { API_KEY, Product, compileCache, type Answer } from "./support/product.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const UCI = resolve(process.env["RELANCE_TEST_DATA"] ?? `${ROOT}../shared/data`, "online-retail-uci/online_retail_2010-12_2011-08.csv.gz");
const folder = mkdtempSync(join(tmpdir(), "relance-cli-"));
let shop: Product;
beforeAll(async () => {
  shop = await Product.make();
  await shop.start();
});
afterAll(async () => {
  await shop.end();
  rmSync(folder, { recursive: true, force: true });
});

interface Told {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line as a process of its own, from a folder of its own. */
function relance(args: readonly string[], environment: Record<string, string> = {}): Promise<Told> {
  const env = {
    PATH: process.env["PATH"] ?? "",
    TZ: "UTC",
    ...compileCache(),
    RELANCE_URL: `http://127.0.0.1:${shop.port}`,
    RELANCE_API_KEY: API_KEY,
    LANG: "en_GB.UTF-8",
    ...environment,
  };
  const child = spawn(process.execPath, [`${ROOT}apps/cli/src/main.ts`, ...args], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  return new Promise((done) => {
    child.once("close", (code) => done({ code, out, err }));
  });
}

const json = async (...args: string[]) => {
  const told = await relance([...args, "--json"]);
  expect([told.code, told.err.split("\n").filter((line) => line.startsWith("{"))]).toEqual([expect.any(Number), []]);
  return { code: told.code, answer: JSON.parse(told.out) as Answer };
};

test("a file is checked, then imported, with a report in words and the rows left out beside it", async () => {
  const rows = [
    "commande;date;client;prenom;montant",
    "A1;2026-01-05 10:00:00;anna;Anna;12,50",
    "A2;2026-01-06 10:00:00;ben;Ben;7,50",
    "A3;2026-01-07 10:00:00;cara;Cara;beaucoup",
  ];
  writeFileSync(join(folder, "commandes.csv"), rows.join("\n"));
  writeFileSync(
    join(folder, "columns.yaml"),
    [
      "columns:",
      "  commande: order.id",
      "  date: order.placed_at",
      "  client: contact.user_id",
      "  prenom: contact.first_name",
      "  montant: order.total",
      "templates:",
      '  contact.email: "{{client}}@shop.example"',
      "options:",
      "  decimal: ','",
      "  timeZone: Europe/Paris",
    ].join("\n"),
  );
  const checked = await relance(["import", "commandes.csv", "--mapping", "columns.yaml", "--check"]);
  expect([checked.code, checked.out.split("\n")[0]]).toEqual([3, "3 rows read, 1 of them cannot be used."]);
  expect(checked.err).toContain("Sending the file: 100%");
  expect(readFileSync(join(folder, "commandes.csv.refused.csv"), "utf8")).toContain("beaucoup");
  expect((await json("contacts", "find")).answer.items).toEqual([]);

  const strict = await relance(["import", "commandes.csv", "--mapping", "columns.yaml", "--strict", "--wait"]);
  expect([strict.code, strict.out]).toEqual([3, expect.stringContaining("Nothing was imported")]);
  expect((await json("contacts", "find")).answer.items).toEqual([]);

  const done = await relance(["import", "commandes.csv", "--mapping", "columns.yaml", "--wait", "--report", "left-out.csv"], {
    LANG: "fr_FR.UTF-8",
  });
  expect([done.code, done.out]).toEqual([3, expect.stringContaining("Terminé\u00a0: 2 créés, 0 modifiés, 0 inchangés.")]);
  expect(done.out).toContain("left-out.csv");
  const again = await json("import", "commandes.csv", "--mapping", "columns.yaml", "--wait");
  expect(again.answer).toMatchObject({
    state: "done",
    report: { rows: 3, refused: 1, total: 20, applied: { created: 0, updated: 0, unchanged: 2 } },
  });
  expect((await json("imports", "--limit", "1")).answer).toMatchObject({
    more: true,
    items: [{ fileName: "commandes.csv", state: "done" }],
  });
  expect((await json("imports", "get", again.answer.id)).answer.report.rows).toBe(3);
  const anna = (await json("contacts", "get", "anna@shop.example")).answer;
  expect(anna).toMatchObject({ firstName: "Anna", externalId: "anna" });
  expect((await relance(["contacts", "find", "Ben"])).out).toMatch(/ben@shop\.example/);
});

test("all that is known of a person is given, and the person erased, once it is said that it is meant", async () => {
  const { id } = await shop.api("POST", "/api/contacts", { email: "gone@shop.example", firstName: "Gone" });
  const given = JSON.parse((await relance(["contacts", "everything", "gone@shop.example"])).out);
  expect(given).toMatchObject({ contact: id, tables: { contacts: [{ first_name: "Gone" }] } });
  expect(await relance(["contacts", "erase", "gone@shop.example"])).toEqual({
    code: 2,
    out: "",
    err: expect.stringContaining("Add --for-good."),
  });
  expect((await relance(["contacts", "erase", "gone@shop.example", "--reason", "whim", "--for-good"])).code).toBe(2);
  const erased = await relance(["contacts", "erase", "gone@shop.example", "--reason", "objection", "--for-good"]);
  expect(erased).toEqual({ code: 0, out: expect.stringContaining("Erased: 0 journeys ended, 0 messages stopped, 0 orders kept"), err: "" });
  expect((await relance(["contacts", "get", id])).code).toBe(1);
  expect((await shop.api("GET", "/api/rights")).items).toMatchObject([{ kind: "erasure", reason: "objection" }]);
});

test("files of several tables are one import by a mapping for each; tables are exported to a folder", async () => {
  writeFileSync(join(folder, "ventes.csv"), "id;date;client\nV1;05/01/2026 10:00;anna\n");
  writeFileSync(join(folder, "lignes.csv"), "vente;produit;prix\nV1;LAMPE;12,50\nV9;LAMPE;1\n");
  writeFileSync(
    join(folder, "ventes.yaml"),
    [
      "tables:",
      "  ventes.csv: { columns: { id: order.id, date: order.placed_at, client: contact.user_id } }",
      "  lignes.csv: { columns: { vente: order.id, produit: line.product_id, prix: line.total } }",
      "options: { timeZone: Europe/Paris, decimal: ',' }",
    ].join("\n"),
  );
  const done = await json("import", "ventes.csv", "lignes.csv", "--mapping", "ventes.yaml", "--wait");
  expect(done).toMatchObject({
    code: 3,
    answer: {
      state: "done",
      refusals: ["ventes.csv.lignes.csv.refused.csv"],
      report: { orders: 1, total: 12.5, refused: 1, refusedByTable: { "lignes.csv": 1 } },
    },
  });
  const told = await relance(["export-data", "orders", "products", "--format", "ndjson", "--to", "sauvegarde"]);
  expect([told.code, told.out]).toEqual([0, expect.stringContaining("products: 1 rows in ")]);
  expect(JSON.parse(readFileSync(join(folder, "sauvegarde", "products.ndjson"), "utf8"))).toMatchObject({ product_id: "LAMPE" });
  expect(readFileSync(join(folder, "sauvegarde", "orders.ndjson"), "utf8")).toContain('"order_id":"V1"');
  expect((await relance(["export-data", "secrets"])).code).toBe(2);
});

test("readiness says which journeys the data carries, and of one, ready-made too, what it lacks, in words", async () => {
  expect((await json("readiness")).answer.journeys.length).toBeGreaterThan(10);
  const one = await relance(["readiness", "Birthday"], { LANG: "fr_FR.UTF-8" });
  expect([one.code, one.out]).toEqual([1, expect.stringContaining("accord pour email")]);
  expect((await relance(["readiness", "Nothing of this name"])).code).toBe(1);
});

test("segments are listed and counted, by name, by id and by a rule in a file", async () => {
  const rule = { kind: "attribute", attribute: "first_name", is: { op: "eq", value: "Anna" } };
  writeFileSync(join(folder, "rule.json"), JSON.stringify(rule));
  const counted = await json("segments", "count", "--rule", "rule.json");
  expect(counted).toMatchObject({ code: 0, answer: { count: 1, problems: [] } });
  const segment = await shop.api("POST", "/api/segments", { name: "Annas", rule });
  await expect
    .poll(async () => (await json("segments", "count", "annas")).answer, { timeout: 20_000 })
    .toEqual({ id: segment.id, name: "Annas", state: "live", members: 1 });
  expect((await relance(["segments", "list"])).out).toContain("Annas");
  writeFileSync(join(folder, "annas.sql"), "select id from contacts where first_name = 'Anna'");
  expect((await json("segments", "count", "--sql", "annas.sql")).answer).toMatchObject({ count: 1 });
  expect(await json("segments", "save", "By query", "--sql", "annas.sql", "--every", "60")).toMatchObject({
    code: 0,
    answer: { name: "By query" },
  });
  expect((await json("segments", "refresh", "by query")).answer).toMatchObject({ named: 1, everyMinutes: 60 });
  writeFileSync(join(folder, "annas.sql"), "select id from contacts where first_name = 'Nobody'");
  expect((await json("segments", "save", "By query", "--sql", "annas.sql")).code).toBe(0);
  expect((await json("segments", "refresh", "by query")).answer).toMatchObject({ named: 0, everyMinutes: 60 });
  const unknown = await relance(["segments", "count", "Bens"]);
  expect(unknown).toEqual({ code: 1, out: "", err: 'Nothing is called "Bens" in this workspace.\n' });
});

test("a journey is published, paused and resumed by its name; one with problems is not", async () => {
  const empty = await shop.api("POST", "/api/journeys", { name: "Unfinished" });
  const refused = await json("journeys", "publish", "Unfinished");
  expect([refused.code, refused.answer.problems.length > 0]).toEqual([1, empty.problems.length > 0]);
  const graph = {
    version: 1,
    starts: [{ kind: "event", event: "Order Completed", where: [], key: null }],
    first: "stp_wait",
    positions: {},
    settings: { filter: null, reentry: { kind: "never" }, exits: [] },
    steps: [{ id: "stp_wait", name: "", kind: "wait", until: { of: "duration", span: { n: 1, unit: "day" } }, exits: { next: null } }],
  };
  const made = await shop.api("POST", "/api/journeys", { name: "After an order", graph });
  expect(made.problems).toEqual([]);
  expect(await relance(["journeys", "publish", "after an order"])).toEqual({
    code: 0,
    out: '"After an order" is live, version 1.\n',
    err: "",
  });
  expect((await json("journeys", "pause", made.id, "--reason", "stocktaking")).answer).toMatchObject({
    state: "paused",
    pause: { reason: "stocktaking" },
  });
  expect((await json("journeys", "resume", made.id)).answer).toMatchObject({ state: "live" });
  expect((await relance(["journeys", "list"])).out).toContain("After an order");

  // Someone inside waits a day; a version that waits two is published, and their wait is computed again.
  const DAY = 86_400_000;
  expect(
    await shop.track([
      { type: "track", userId: "inside", event: "Order Completed", messageId: "cli-inside", properties: { order_id: "C1", total: 5 } },
    ]),
  ).toBe(true);
  const waits = async () =>
    (await shop.api("GET", `/api/journeys/${made.id}/runs`)).items.map((run: { version: number; enteredAt: string; wakeAt: string }) => [
      run.version,
      Date.parse(run.wakeAt) - Date.parse(run.enteredAt),
    ]);
  await expect.poll(waits, { timeout: 15_000 }).toEqual([[1, DAY]]);
  const longer = { ...graph, steps: [{ ...graph.steps[0]!, until: { of: "duration", span: { n: 2, unit: "day" } } }] };
  await shop.api("PUT", `/api/journeys/${made.id}/draft`, { graph: longer, revision: 1 });
  expect((await relance(["journeys", "publish", made.id, "--inside", "retime"])).code).toBe(0);
  await expect.poll(waits, { timeout: 15_000 }).toEqual([[2, 2 * DAY]]);
});

test("a flow of another product is reported on, then made a draft, and the draft is rehearsed by its name", async () => {
  const flow = {
    name: "Moved",
    definition: {
      triggers: [{ type: "metric", id: "WmxKv5" }],
      entry_action_id: "1",
      actions: [
        { id: "1", type: "time-delay", links: { next: "2" }, data: { unit: "hours", value: 1 } },
        { id: "2", type: "code", links: { next: null }, data: null },
      ],
    },
  };
  writeFileSync(join(folder, "flow.json"), JSON.stringify(flow));
  writeFileSync(join(folder, "names.yaml"), "metrics: { WmxKv5: Placed Order }\n");
  const checked = await relance(["import-flow", "flow.json", "--check"]);
  expect([checked.code, checked.out]).toEqual([
    0,
    expect.stringMatching(/^~ metric: [^]*\n= 1 {2}time-delay: Does the same\.\n! 2 {2}code: /),
  ]);
  expect((await relance(["journeys", "list"])).out).not.toContain("Moved");
  const made = await json("import-flow", "flow.json", "--names", "names.yaml", "--name", "Moved here");
  expect(made.answer).toMatchObject({
    journey: expect.any(String),
    name: "Moved here",
    report: [{ type: "metric", verdict: "mapped" }, { verdict: "mapped" }, { verdict: "impossible" }],
    asks: [{ of: "metric", id: "WmxKv5", name: "Placed Order" }],
  });
  expect((await relance(["import-flow", "names.yaml"])).err).toContain("This is no flow definition");
  const campaign = [
    {
      campaign: [{ id: 1, name: "Carried over" }],
      campaign_event: [
        {
          id: 1,
          name: "Points",
          type: "lead.changepoints",
          event_type: "action",
          properties: { points: 5 },
          trigger_mode: "interval",
          trigger_interval: 2,
          trigger_interval_unit: "h",
        },
        { id: 2, name: "Owner", type: "lead.changeowner", event_type: "action", parent_id: 1 },
      ],
    },
  ];
  writeFileSync(join(folder, "campaign.json"), JSON.stringify(campaign));
  const carried = await relance(["import-flow", "campaign.json"]);
  expect([carried.code, carried.out]).toEqual([
    0,
    expect.stringMatching(/^~ 1 {2}lead\.changepoints {2}Points: [^]*\n! 2 {2}lead\.changeowner {2}Owner: [^]*Carried over/),
  ]);
  // Whoever ordered in the tests before this one would have come in.
  const rehearsed = await json("rehearse", "moved here", "--days", "365");
  expect(rehearsed).toMatchObject({ code: 0, answer: { state: "done", name: "Moved here", result: { sent: 0 } } });
  expect(rehearsed.answer.result.entries).toBeGreaterThan(0);
  expect((await relance(["rehearse", made.answer.journey, "--days", "3000"])).code).toBe(2);
});

test("sends and their ledger are read; the state of the server needs no key", async () => {
  expect((await json("sends", "--state", "accepted")).answer).toEqual({ items: [], more: false });
  expect((await json("sends", "ledger")).answer).toMatchObject({ planned: 0 });
  expect(await relance(["status"], { RELANCE_API_KEY: "", LANG: "fr_FR.UTF-8" })).toEqual({ code: 0, out: "Prêt.\n", err: "" });
  expect(await relance(["status"], { RELANCE_URL: "http://127.0.0.1:1" })).toMatchObject({ code: 1, out: "" });
});

test("what was typed wrongly is answered by one sentence and its exit code", async () => {
  const sentence = async (args: string[], environment: Record<string, string> = {}) => {
    const { code, out, err } = await relance(args, environment);
    return [code, out, err.trim()];
  };
  expect(await sentence(["fly"])).toEqual([2, "", 'There is no command "fly"; `relance --help` lists them.']);
  expect(await sentence(["import"])).toEqual([2, "", "Something is missing; the command is: relance import FILE [FILE…]"]);
  expect(await sentence(["import", "absent.csv"])).toEqual([2, "", "absent.csv cannot be read; is the name right?"]);
  expect(await sentence(["sends", "--state", "lost"])).toEqual([
    2,
    "",
    expect.stringMatching(/^--state must be one of: waiting, .*uncertain\.$/),
  ]);
  expect(await sentence(["contacts", "find", "--limit", "many"])).toEqual([2, "", "--limit must be a whole number from 1 to 10000."]);
  expect(await sentence(["contacts", "find"], { RELANCE_API_KEY: "" })).toEqual([
    2,
    "",
    "Set RELANCE_API_KEY to an API key of the workspace (Settings, Keys).",
  ]);
  expect(await sentence(["contacts", "find"], { RELANCE_API_KEY: "rlk_unknown0123456789012345" })).toEqual([
    1,
    "",
    "The server does not know this key; check RELANCE_API_KEY.",
  ]);
  expect(await sentence(["imports", "get", "00000000-0000-7000-8000-000000000000"], { LC_ALL: "fr_CA" })).toEqual([
    1,
    "",
    "Cela n’existe pas dans cet espace.",
  ]);
  const told = await relance(["imports", "get", "no-id", "--json"]);
  expect([told.code, JSON.parse(told.err).error]).toEqual([1, expect.objectContaining({ code: "invalid", field: "params.id" })]);
});

test("what others wrote cannot steer the terminal", async () => {
  await shop.api("POST", "/api/contacts", { externalId: "evil", firstName: "\u001b[2J\u202eEvil\nname" });
  const { out } = await relance(["contacts", "find", "evil"]);
  // oxlint-disable-next-line no-control-regex
  expect([out.includes("Evil name"), /[\u0000-\u0009\u000b-\u001f\u202e]/.test(out)]).toEqual([true, false]);
});

test.skipIf(!existsSync(UCI))(
  "the whole of a real shop's nine months comes in by the command line, to the penny (needs the shared test data)",
  { timeout: 600_000 },
  async () => {
    writeFileSync(
      join(folder, "retail.json"),
      JSON.stringify({
        templates: { "contact.email": "customer-{{CustomerID}}@shop.example" },
        options: { currency: "GBP", timeZone: "Europe/London", returnPrefix: "C" },
      }),
    );
    const told = await relance(["import", UCI, "--mapping", "retail.json", "--wait"]);
    expect(told).toMatchObject({ code: 0, out: expect.stringContaining("320,705 rows read, 0 of them cannot be used.") });
    expect(told.out).toContain("Total of all lines: 5,761,931.38; quantity: 3,089,482.");
    expect(told.out).toContain("Done: 16,459 new, 0 changed, 0 as before.");
    expect(told.err).toMatch(/Importing: [\d,]+ of 320,705 rows/);
  },
);

test("the workspace is exported to a folder, a changed file is planned with its difference, applied, and then nothing is left to do", async () => {
  mkdirSync(join(folder, "shop/segments"), { recursive: true });
  writeFileSync(
    join(folder, "shop/segments/from-canada.yaml"),
    "name: From Canada\nrule: { kind: attribute, attribute: country, is: { op: eq, value: CA } }\n",
  );
  writeFileSync(join(folder, "shop/README.md"), "Ours.\n");
  const planned = await relance(["plan", "shop"]);
  expect([planned.code, planned.out]).toEqual([
    0,
    expect.stringMatching(/^\+ segments\/from-canada\.yaml {2}From Canada\n[^]*1 added, 0 changed, 0 removed, 0 as they are\.\n$/),
  ]);
  expect((await relance(["apply", "shop"])).code).toBe(0);
  const exported = await relance(["export", "shop"]);
  expect([exported.code, existsSync(join(folder, "shop/settings.yaml")), readFileSync(join(folder, "shop/README.md"), "utf8")]).toEqual([
    0,
    true,
    "Ours.\n",
  ]);
  const file = join(folder, "shop/segments/from-canada.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace("CA }", "FR }"));
  expect((await relance(["plan", "shop"])).out).toContain("~ segments/from-canada.yaml  From Canada\n    rule.is.value: CA → FR\n");
  expect((await json("apply", "shop")).answer.failed).toBe(0);
  expect((await relance(["plan", "shop"], { LANG: "fr_FR.UTF-8" })).out).toMatch(/^0 ajoutés, 0 modifiés, 0 retirés, \d+ inchangés\.\n$/);
  writeFileSync(file, "name: From Canada\nrule: { kind: segment, segment: nobody, member: true }\n");
  const wrong = await relance(["plan", "shop"]);
  expect([wrong.code, wrong.out]).toEqual([
    1,
    expect.stringContaining("! segments/from-canada.yaml:2 rule.segment: There is no segment named “nobody”"),
  ]);
  expect((await relance(["apply", "shop"])).err).toContain("segments/from-canada.yaml:2 rule.segment");
});
