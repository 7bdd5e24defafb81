import { HOUR, type Id } from "@relance/model/base";
import { EMPTY_GRAPH } from "@relance/model/journeys";
import { expect, test } from "vitest";
import { testDatabase } from "../../../test/support/db.ts";
import { cart, did, email, step, wait } from "../../../test/support/journey-steps.ts";
import { storyShop } from "../../../test/support/journey-story.ts";
import { sql } from "../../platform/db/sql.ts";

const holder = testDatabase();
const Story = storyShop(holder);

test("people inside keep their version when the next one is published, or leave when asked to", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const [first, second] = [await story.template(), await story.template()];
  const starts = [{ kind: "event", event: "Signed Up", where: [], key: null }] as const;
  const journey = await story.publish({ starts: [...starts], first: "stp_w", steps: [wait("w", 1, "hour", "e"), email("e", first, null)] });
  const early = await story.contact();
  await story.happens({ contact: early, name: "Signed Up" });
  const draft = { ...EMPTY_GRAPH, starts: [...starts], first: "stp_e", steps: [email("e", second, null)] };
  expect((await story.call("PUT", `/api/journeys/${journey}/draft`, { graph: draft, revision: 1 })).body).toMatchObject({
    draftRevision: 2,
    changed: true,
  });
  expect((await story.call("PUT", `/api/journeys/${journey}/draft`, { graph: draft, revision: 1 })).body.error).toMatchObject({
    code: "journey.draft_changed",
    field: "revision",
  });
  expect((await story.call("POST", `/api/journeys/${journey}/publish`, { revision: 2 })).body).toMatchObject({
    liveVersion: 2,
    changed: false,
  });
  story.now += HOUR;
  await story.happens({ contact: await story.contact(), name: "Signed Up" });
  await story.tick();
  const used = await holder.db.query<{ template_id: Id }>(
    sql`select template_id from sends where workspace_id = ${story.workspace} order by contact_id = ${early} desc`,
  );
  expect(used.map((row) => row.template_id)).toEqual([first, second]);
});

test("whoever is taken out while a turn is under way gets nothing that turn plans, or was taken out after it: never half of each", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const journey = await story.publish({
    starts: [{ kind: "event", event: "Signed Up", where: [], key: null }],
    first: "stp_w",
    steps: [wait("w", 1, "hour", "e"), email("e", template, null)],
  });
  const contact = await story.contact();
  await story.happens({ contact, name: "Signed Up" });
  story.now += HOUR;
  const [run] = await story.runs(journey);
  await Promise.all([story.call("POST", `/api/runs/${run!.id}/stop`), story.tick()]);
  const [after] = await story.runs(journey);
  expect([after!.state, (await story.sends()).length]).toEqual(after!.state === "left" ? ["left", 0] : ["completed", 1]);
  await story.expectBooks();
});

test("archiving lets nobody in afterwards, not even a turn that had begun", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const journey = await story.publish({
    starts: [{ kind: "event", event: "Signed Up", where: [], key: null }],
    first: "stp_w",
    steps: [wait("w", 1, "hour", null)],
  });
  const people = await Promise.all(Array.from({ length: 5 }, () => story.contact()));
  await Promise.all([
    story.call("DELETE", `/api/journeys/${journey}`),
    story.happens(...people.map((contact) => ({ contact, name: "Signed Up" }))),
  ]);
  expect((await story.runs(journey)).filter((run) => run.state === "waiting")).toEqual([]);
  const listed = async (query: string) =>
    (await story.call("GET", `/api/journeys${query}`)).body.items.map((one: { id: string }) => one.id);
  expect([await listed(""), await listed("?archived=true")]).toEqual([[], [journey]]);
  await story.expectBooks();
});

test.each([
  [
    "a loop without a wait",
    {
      first: "stp_a",
      steps: [step("a", { kind: "goal", exits: { next: "stp_b" } }), step("b", { kind: "goal", exits: { next: "stp_a" } })],
    },
    "cycle_without_wait",
  ],
  [
    "an unreachable step",
    { first: "stp_a", steps: [step("a", { kind: "exit", exits: {} }), step("b", { kind: "exit", exits: {} })] },
    "unreachable",
  ],
  ["a way out to nowhere", { first: "stp_a", steps: [step("a", { kind: "goal", exits: { next: "stp_zz" } })] }, "unknown_step"],
  [
    "an e-mail without a template",
    { first: "stp_a", steps: [step("a", { kind: "email", template: null, exits: { next: null } })] },
    "missing_template",
  ],
  ["no start", { starts: [], first: "stp_a", steps: [step("a", { kind: "exit", exits: {} })] }, "no_start"],
] as const)("%s keeps a journey from being published and is named", async (_what, graph, code) => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const made = await story.call("POST", "/api/journeys", { name: "J", graph: { ...EMPTY_GRAPH, starts: [cart], ...graph } });
  expect(made.body.problems.map((problem: { code: string }) => problem.code)).toContain(code);
  const refused = await story.call("POST", `/api/journeys/${made.body.id}/publish`, { revision: 1 });
  expect([refused.status, refused.body.error.code]).toEqual([422, "journey.has_problems"]);
});

test("publishing says who is where and does with each what was chosen: stay, move with their timer, have it computed again, leave", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const starts = ["A", "B", "C", "D"].map((event) => ({ kind: "event" as const, event, where: [], key: null }));
  const by = (paths: Record<string, string>) => ({
    id: "stp_x",
    name: "",
    kind: "branch" as const,
    paths: Object.keys(paths).map((name) => ({ exit: `p${name.toLowerCase()}`, name, rule: did(name) })),
    exits: { ...Object.fromEntries(Object.entries(paths).map(([name, to]) => [`p${name.toLowerCase()}`, to])), else: null },
  });
  const before = {
    ...EMPTY_GRAPH,
    starts,
    first: "stp_x",
    steps: [
      by({ A: "stp_a", B: "stp_b", C: "stp_c", D: "stp_d" }),
      wait("a", 4, "hour", "e"),
      wait("b", 4, "hour", "e"),
      wait("c", 4, "hour", "e"),
      wait("d", 4, "hour", "e"),
      email("e", template, null),
    ],
  };
  const journey = await story.publish(before);
  const people: Record<string, Id> = {};
  for (const name of ["A", "B", "C", "D"]) await story.happens({ contact: (people[name] = await story.contact()), name });
  story.now += HOUR;
  // A's wait is gone; B's is longer, C's and D's shorter than the hour that has passed… or not yet.
  const after = {
    ...before,
    steps: [
      by({ B: "stp_b", C: "stp_c", D: "stp_d" }),
      wait("b", 3, "hour", "e"),
      wait("c", 2, "hour", "e"),
      wait("d", 4, "hour", null),
      email("e", template, null),
    ],
  };
  expect((await story.call("PUT", `/api/journeys/${journey}/draft`, { graph: after, revision: 1 })).status).toBe(200);
  const preview = (await story.call("GET", `/api/journeys/${journey}/publish`)).body;
  expect(preview).toMatchObject({ revision: 2, version: 2, startsChanged: false, applying: false });
  expect(
    preview.steps.map((one: { step: string; change: string; what: string[]; here: number; choices: string[] }) => [
      one.step,
      one.change,
      one.what.join(),
      one.here,
      one.choices.length,
    ]),
  ).toEqual([
    ["stp_x", "changed", "settings,exits", 0, 0],
    ["stp_b", "changed", "settings", 1, 4],
    ["stp_c", "changed", "settings", 1, 4],
    ["stp_d", "changed", "exits", 1, 4],
    ["stp_e", "same", "", 0, 0],
    ["stp_a", "removed", "", 1, 3],
  ]);
  expect(
    (await story.call("POST", `/api/journeys/${journey}/publish`, { revision: 2, choices: { stp_a: { what: "move" } } })).body.error,
  ).toMatchObject({ code: "journey.unknown_step", field: "choices.stp_a.to" });
  await story.call("POST", `/api/journeys/${journey}/publish`, {
    revision: 2,
    inside: "stay",
    choices: { stp_a: { what: "move", to: "stp_e" }, stp_b: { what: "move" }, stp_c: { what: "retime" }, stp_d: { what: "leave" } },
  });
  expect((await story.call("GET", `/api/journeys/${journey}/publish`)).body).toMatchObject({ applying: true });
  await story.tick();
  expect((await story.call("GET", `/api/journeys/${journey}/publish`)).body).toMatchObject({ applying: false });
  const runs = new Map((await story.runs(journey)).map((run) => [run.contact, run]));
  expect(runs.get(people["A"]!)).toMatchObject({ state: "completed", outcome: "completed" });
  expect(runs.get(people["B"]!)).toMatchObject({ state: "waiting", step: "stp_b", version: 2, wakeAt: "2026-03-02T14:00:00.000Z" });
  expect(runs.get(people["C"]!)).toMatchObject({ state: "waiting", step: "stp_c", version: 2, wakeAt: "2026-03-02T12:00:00.000Z" });
  expect(runs.get(people["D"]!)).toMatchObject({ state: "left", outcome: "new_version", version: 1 });
  expect((await story.call("GET", `/api/journeys/${journey}/people?step=stp_b`)).body.items).toEqual([
    expect.objectContaining({
      contact: people["B"],
      version: 2,
      since: "2026-03-02T10:00:00.000Z",
      until: "2026-03-02T14:00:00.000Z",
      reason: { why: "waiting", until: "2026-03-02T14:00:00.000Z", from: 1 },
    }),
  ]);
  await story.expectBooks();
  story.now += 3 * HOUR;
  await story.tick();
  expect((await story.sends()).map((send) => send.contact_id).sort()).toEqual([people["A"], people["B"], people["C"]].sort());
  await story.expectBooks();
});

test("choices of a publish during a pause wait for its end, also those of two versions in a row, and no timer overtakes them", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const [first, second, third] = [await story.template(), await story.template(), await story.template()];
  const starts = [{ kind: "event" as const, event: "A", where: [], key: null }];
  const graph = (template: Id) => ({
    ...EMPTY_GRAPH,
    starts,
    first: "stp_w",
    steps: [wait("w", 1, "hour", "e"), email("e", template, null)],
  });
  const journey = await story.publish(graph(first));
  for (let n = 0; n < 5; n++) await story.happens({ contact: await story.contact(), name: "A" });
  await story.call("POST", `/api/journeys/${journey}/pause`, {});
  for (const [revision, template] of [
    [1, second],
    [2, third],
  ] as const) {
    await story.call("PUT", `/api/journeys/${journey}/draft`, { graph: graph(template), revision });
    expect((await story.call("POST", `/api/journeys/${journey}/publish`, { revision: revision + 1, inside: "move" })).body.state).toBe(
      "paused",
    );
  }
  story.now += 2 * HOUR;
  await story.tick();
  expect((await story.runs(journey)).map((run) => run.state)).toEqual(["waiting", "waiting", "waiting", "waiting", "waiting"]);
  await story.call("POST", `/api/journeys/${journey}/resume`, { overdue: "catch_up" });
  await story.tick();
  const used = await holder.db.query<{ template_id: Id }>(
    sql`select template_id from sends where workspace_id = ${story.workspace} order by id`,
  );
  expect(used.map((row) => row.template_id)).toEqual([third, third, third, third, third]);
  await story.expectBooks();
});
