import type { CodeFile, CodePlanned, CodeProblem } from "@relance/contract/code";
import type { Id } from "@relance/model/base";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { sql } from "../../platform/db/sql.ts";
import { demoJourneys, SEGMENTS } from "../demo/journeys.ts";
import { ENTRIES } from "../library/entries/index.ts";
import { closeRenderPool, STARTERS } from "../messages/index.ts";

const holder = testDatabase();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
});
afterAll(async () => {
  await closeRenderPool();
  await shop.close();
});

interface Space {
  readonly id: Id;
  readonly key: string;
}
const make = async (at: Space, path: string, body?: unknown): Promise<{ id: string }> => {
  const answer = await shop.call(at.key, "POST", path, body);
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as { id: string };
};
const exported = async (at: Space): Promise<CodeFile[]> => (await shop.call(at.key, "GET", "/api/code")).body.files as CodeFile[];
const plan = async (at: Space, files: readonly CodeFile[], prune = false) =>
  (await shop.call(at.key, "POST", "/api/code/plan", { files, prune })).body as { objects: CodePlanned[]; problems: CodeProblem[] };
const apply = (at: Space, files: readonly CodeFile[], more: Record<string, unknown> = {}) =>
  shop.call(at.key, "POST", "/api/code/apply", { files, ...more });
const changes = (of: { objects: readonly CodePlanned[] }) =>
  of.objects.filter((one) => one.change !== "same").map((one) => `${one.change} ${one.file}`);
const edit = (files: readonly CodeFile[], path: string, from: string, to: string): CodeFile[] =>
  files.map((file) => {
    if (file.path !== path) return file;
    expect(file.text).toContain(from);
    return { path, text: file.text.replace(from, to) };
  });

/** The demo shop's programme, and beside it one of everything that names something else. */
async function furnishedShop(): Promise<Space> {
  const at = await shop.workspace();
  await shop.call(at.key, "PATCH", "/api/workspace", {
    currency: "CAD",
    settings: {
      sender: { name: "Fauvel", email: "hello@fauvel.example", replyTo: "", postalAddress: "1 rue du Port, Lyon" },
      caps: [{ messages: 2, per: { last: 3 }, topic: "news" }],
    },
  });
  await make(at, "/api/topics", { key: "news", names: { fr: "Nouveautés", en: "News" } });
  const store = await make(at, "/api/stores", {
    code: "FR",
    name: "France",
    country: "FR",
    currency: "EUR",
    languages: ["fr"],
    timeZone: "Europe/Paris",
  });
  const group = await make(at, "/api/groups", { name: "Amies", description: "Tenu à la main" });
  const segments = new Map<string, Id>();
  for (const { key, ...segment } of SEGMENTS) segments.set(key, (await make(at, "/api/segments", segment)).id);
  const templates = new Map<string, Id>();
  for (const starter of STARTERS) {
    const { id } = await make(at, "/api/templates", {
      name: starter.names["fr"],
      class: starter.class,
      content: starter.content,
      topic: starter.key === "newsletter" ? "news" : "",
    });
    await make(at, `/api/templates/${id}/publish`);
    templates.set(starter.key, id);
  }
  // The demo shop writes its own; here a newsletter stands for it.
  templates.set("letter", templates.get("newsletter")!);
  const journeys: Id[] = [];
  for (const journey of demoJourneys(templates, segments)) {
    const { id } = await make(at, "/api/journeys", journey);
    await make(at, `/api/journeys/${id}/publish`, { revision: 1 });
    journeys.push(id);
  }
  await make(at, "/api/computed-attributes", {
    key: "orders",
    name: "Commandes",
    computation: { event: "Order Completed", where: [], window: { kind: "ever" }, measure: { of: "count" } },
  });
  await make(at, "/api/segments", {
    name: "Tout à la fois",
    rule: {
      kind: "all",
      of: [
        { kind: "segment", segment: segments.get("best"), member: true },
        { kind: "group", group: group.id, member: false },
        { kind: "attribute", attribute: "attributes.orders", is: { op: "gte", value: 2 } },
        {
          kind: "message",
          what: "clicked",
          channel: "email",
          journey: journeys[0],
          template: templates.get("welcome"),
          link: "",
          by: "human",
          window: { kind: "ever" },
          is: { op: "gte", value: 1 },
        },
        { kind: "distance", to: { store: store.id }, km: 20, within: true },
      ],
    },
  });
  await make(at, "/api/sql-segments", {
    name: "Par requête",
    query: "select contact_id from orders group by contact_id having count(*) > 3",
    everyMinutes: 60,
  });
  const twin = await make(at, "/api/segments", {
    name: "Canada",
    rule: { kind: "attribute", attribute: "country", is: { op: "eq", value: "CA" } },
  });
  await make(at, "/api/journeys", {
    name: "Brouillon",
    graph: {
      version: 1,
      starts: [
        { kind: "segment", segment: twin.id, on: "enter" },
        { kind: "schedule", segment: twin.id, date: "2027-12-24", at: "09:00", zone: "workspace", repeat: null },
        { kind: "journey", journey: journeys[1], on: "completed" },
      ],
      first: null,
      steps: [],
      settings: { filter: null, reentry: { kind: "never" }, exits: [] },
      positions: {},
    },
  });
  return at;
}

test("a shop exported, applied in an empty workspace and exported again is the same to the byte; applying it again changes nothing", async () => {
  const from = await furnishedShop();
  const files = await exported(from);
  expect(files.filter((file) => /[0-9a-f]{8}-[0-9a-f]{4}-/.test(file.text)).map((file) => file.path)).toEqual([]);
  expect(files.map((file) => file.path)).toEqual(
    expect.arrayContaining([
      "settings.yaml",
      "topics/news.yaml",
      "groups/amies.yaml",
      "attributes/orders.yaml",
      "segments/canada.yaml",
      "segments/canada-2.yaml",
      "segments/tout-a-la-fois.yaml",
      "segments/par-requete.yaml",
      "journeys/panier-abandonne.yaml",
      "templates/bienvenue.fr.mjml",
    ]),
  );
  expect(changes(await plan(from, files))).toEqual([]);

  const to = await shop.workspace();
  await make(to, "/api/stores", {
    code: "FR",
    name: "France",
    country: "FR",
    currency: "EUR",
    languages: ["fr"],
    timeZone: "Europe/Paris",
  });
  const planned = await plan(to, files);
  expect(planned.problems).toEqual([]);
  expect(planned.objects.filter((one) => one.change !== "added").map((one) => one.file)).toEqual(["settings.yaml"]);
  expect((await exported(to)).length).toBe(1);
  const applied = await apply(to, files);
  expect(applied.body.objects.filter((one: { error: unknown }) => one.error !== null)).toEqual([]);
  expect(await exported(to)).toEqual(files);
  const versions = () =>
    holder.db.query(sql`select name, live_version, draft_revision from journeys where workspace_id = ${to.id} order by name`);
  const before = await versions();
  const again = await apply(to, files);
  expect(again.body.objects.every((one: { change: string }) => one.change === "same")).toBe(true);
  expect(await versions()).toEqual(before);

  const renamed = await shop.call(to.key, "GET", "/api/segments");
  const { id } = renamed.body.items.find((one: { name: string }) => one.name === "Meilleurs clients");
  await shop.call(to.key, "PATCH", `/api/segments/${id}`, { name: "Les meilleurs" });
  expect(changes(await plan(to, files))).toEqual(["changed segments/meilleurs-clients.yaml"]);
  const one = await shop.call(to.key, "GET", `/api/code?kind=segment&id=${id}`);
  expect(one.body.files.map((file: CodeFile) => file.path)).toEqual(["segments/meilleurs-clients.yaml"]);
});

test("everything in the library, made one's own, comes through files into an empty workspace as it was", async () => {
  const from = await shop.workspace();
  await make(from, "/api/coupon-pools", { name: "MERCI", kind: "generated", prefix: "MERCI-" });
  for (const { key } of ENTRIES) await make(from, "/api/library/drafts", { key });
  const files = await exported(from);
  expect(files.filter((file) => file.path.startsWith("journeys/")).length).toBe(ENTRIES.length);
  expect(files.filter((file) => /[0-9a-f]{8}-[0-9a-f]{4}-/.test(file.text)).map((file) => file.path)).toEqual([]);
  const to = await shop.workspace();
  await make(to, "/api/coupon-pools", { name: "MERCI", kind: "generated", prefix: "MERCI-" });
  expect((await plan(to, files)).problems).toEqual([]);
  expect((await apply(to, files)).body).toMatchObject({ failed: 0 });
  expect(await exported(to)).toEqual(files);
});

test("a segment made by a query needs an administrator, changes as a query, and never becomes rules", async () => {
  const at = await shop.workspace();
  const file = { path: "segments/asked.yaml", text: "name: Asked\nquery: select id as contact_id from contacts where country = 'CA'\n" };
  const { cookie } = await shop.member(at.id, "editor");
  const byEditor = await shop.app.inject({
    method: "POST",
    url: "/api/code/apply",
    headers: { cookie, "relance-workspace": at.id },
    payload: { files: [file] },
  });
  expect([byEditor.statusCode, byEditor.json().error.message]).toEqual([
    403,
    "This needs the role admin, because of segments/asked.yaml. Nothing was changed.",
  ]);
  expect((await apply(at, [file])).body.failed).toBe(0);
  const changed = { ...file, text: file.text.replace("'CA'", "'FR'").replace("query:", "everyMinutes: 30\nquery:") };
  expect((await plan(at, [changed])).objects[0]!.differences.map((one) => one.path)).toEqual(["query", "everyMinutes"]);
  expect((await apply(at, [changed])).body.failed).toBe(0);
  const [segment] = (await shop.call(at.key, "GET", "/api/segments")).body.items as { id: Id }[];
  expect((await shop.call(at.key, "GET", `/api/sql-segments/${segment!.id}`)).body).toMatchObject({
    query: "select id as contact_id from contacts where country = 'FR'",
    everyMinutes: 30,
  });
  expect((await apply(at, [{ ...file, text: file.text.replace("contacts", "secrets") }])).body.objects[0].error).toMatchObject({
    code: expect.stringMatching(/^segment\./),
  });
  const rules = await plan(at, [{ ...file, text: "name: Asked\nrule: { kind: attribute, attribute: country, is: { op: set } }\n" }]);
  expect(rules.problems.map((one) => `${one.file}:${one.line} ${one.code}`)).toEqual(["segments/asked.yaml:2 code.query_or_rule"]);
});

test("the plan names what differs and whom it touches; people who wait stay unless the files' caller says otherwise", async () => {
  const at = await shop.workspace();
  for (const [externalId, country] of [
    ["a", "CA"],
    ["b", "CA"],
    ["c", "FR"],
  ])
    await make(at, "/api/contacts", { externalId: `${externalId}-${at.id}`, country });
  await make(at, "/api/segments", { name: "Country", rule: { kind: "attribute", attribute: "country", is: { op: "eq", value: "CA" } } });
  const graph = (hours: number) => ({
    version: 1,
    starts: [{ kind: "api" }],
    first: "stp_wait",
    positions: {},
    settings: { filter: null, reentry: { kind: "always" }, exits: [] },
    steps: [{ id: "stp_wait", name: "", kind: "wait", until: { of: "duration", span: { n: hours, unit: "hour" } }, exits: { next: null } }],
  });
  const journey = await make(at, "/api/journeys", { name: "Care", graph: graph(1) });
  await make(at, `/api/journeys/${journey.id}/publish`, { revision: 1 });
  await holder.db.query(
    sql`insert into step_totals (journey_id, version, step_id, slot, workspace_id, arrived, passed) values (${journey.id}, 1, 'stp_wait', 0, ${at.id}, 5, 2)`,
  );
  let files = edit(await exported(at), "segments/country.yaml", "value: CA", "value: FR");
  files = edit(files, "journeys/care.yaml", "n: 1", "n: 2");
  files.push(
    { path: "segments/fresh.yaml", text: "name: Fresh\nrule: { kind: attribute, attribute: country, is: { op: set } }\n" },
    { path: "segments/second.yaml", text: "name: Second\nrule: { kind: segment, segment: fresh, member: true }\n" },
  );
  const planned = await plan(at, files);
  const of = (file: string) => planned.objects.find((one) => one.file === file)!;
  expect(of("segments/country.yaml")).toMatchObject({
    change: "changed",
    differences: [{ path: "rule.is.value", before: "CA", after: "FR" }],
    people: { joining: 1 },
  });
  expect(of("segments/fresh.yaml")).toMatchObject({ change: "added", people: { joining: 3, leaving: 0 } });
  expect(of("segments/second.yaml").people).toBeNull();
  expect(of("journeys/care.yaml")).toMatchObject({
    publishes: true,
    differences: [{ path: "steps[stp_wait].until.span.n", before: "1", after: "2" }],
    steps: [{ step: "stp_wait", change: "changed", here: 3, choices: ["stay", "move", "retime", "leave"] }],
  });
  const wrong = await apply(at, files, { journeys: { care: { stp_nope: { what: "leave" } } } });
  expect(wrong.body.failed).toBe(1);
  expect(wrong.body.objects.find((one: { kind: string }) => one.kind === "journey").error).toMatchObject({ code: "journey.unknown_step" });
  const right = await apply(at, files, { journeys: { care: { stp_wait: { what: "retime" } } } });
  expect([right.status, right.body.failed]).toEqual([200, 0]);
  const [version] = await holder.db.query<{ choices: unknown; version: number }>(
    sql`select version, choices from journey_versions where journey_id = ${journey.id} order by version desc limit 1`,
  );
  expect(version).toMatchObject({ version: 2, choices: { stp_wait: { what: "retime" } } });
});

test("files with a problem change nothing at all, and every problem names file and line", async () => {
  const at = await shop.workspace();
  const files: CodeFile[] = [
    { path: "segments/good.yaml", text: "name: Good\nrule: { kind: attribute, attribute: country, is: { op: set } }\n" },
    {
      path: "segments/circle.yaml",
      text: "name: Circle\nrule:\n  kind: all\n  of:\n    - { kind: segment, segment: circle, member: true }\n",
    },
    {
      path: "journeys/empty.yaml",
      text: "name: Empty\npublished: true\nstarts: [{ kind: segment, segment: good, on: enter }]\nfirst: stp_mail\nsteps:\n  - kind: email\n    id: stp_mail\n    name: Mail\n    template: hello\n    exits: { next: null }\nsettings: { filter: null, reentry: { kind: never }, exits: [] }\n",
    },
    {
      path: "templates/hello.yaml",
      text: "name: Hello\nclass: transactional\nfallback: fr\nvariants:\n  fr: { subject: Bonjour, format: mjml }\n",
    },
    { path: "templates/hello.fr.mjml", text: "<mjml><mj-body><mj-section></mj-section></mj-body></mjml>" },
  ];
  const { problems } = await plan(at, files);
  expect(problems.map((one) => `${one.file}:${one.line} ${one.field} ${one.code}`)).toEqual([
    "segments/circle.yaml:5 rule.of[0].segment segment_cycle",
    "journeys/empty.yaml:6 steps[0] unpublished_template",
  ]);
  const refused = await apply(at, files);
  expect([refused.status, refused.body.error.code, refused.body.error.problems.map((one: { field: string }) => one.field)]).toEqual([
    422,
    "code.has_problems",
    ["segments/circle.yaml:5 rule.of[0].segment", "journeys/empty.yaml:6 steps[0]"],
  ]);
  expect((await exported(at)).map((file) => file.path)).toEqual(["settings.yaml"]);
});

test("what the files do not hold stays, unless pruning is asked; then it goes in an order in which nothing is still used", async () => {
  const at = await furnishedShop();
  const files = (await exported(at)).filter((file) => ["settings.yaml", "segments/canada.yaml"].includes(file.path));
  expect(changes(await plan(at, files))).toEqual([]);
  expect(changes(await plan(at, files, true)).length).toBeGreaterThan(15);
  const done = await apply(at, files, { prune: true });
  expect(done.body.objects.filter((one: { error: unknown }) => one.error !== null)).toEqual([]);
  // A computed attribute is taken out of every contact by the engine; until then it is in no file.
  expect((await exported(at)).map((file) => file.path)).toEqual(["settings.yaml", "segments/canada.yaml"]);
});

test("a key needs the scope, and a member the role, that each change needs in the app; else nothing changes", async () => {
  const at = await shop.workspace();
  const files = [
    { path: "groups/friends.yaml", text: "name: Friends\n" },
    { path: "segments/all.yaml", text: "name: All\nrule: { kind: attribute, attribute: country, is: { op: set } }\n" },
  ];
  const key = await shop.key(at.id, ["code:read", "code:write", "segments:write"]);
  const refused = await apply({ id: at.id, key }, files);
  expect([refused.status, refused.body.error.message]).toEqual([
    403,
    "This needs the scope contacts:write, because of groups/friends.yaml. Nothing was changed.",
  ]);
  const { cookie } = await shop.member(at.id, "editor");
  const settings = (await exported(at)).map((file) => ({ ...file, text: file.text.replace("currency: EUR", "currency: CAD") }));
  const byEditor = await shop.app.inject({
    method: "POST",
    url: "/api/code/apply",
    headers: { cookie, "relance-workspace": at.id },
    payload: { files: settings },
  });
  expect([byEditor.statusCode, byEditor.json().error.message]).toEqual([
    403,
    "This needs the role admin, because of settings.yaml. Nothing was changed.",
  ]);
  expect((await exported(at)).map((file) => file.path)).toEqual(["settings.yaml"]);
});
