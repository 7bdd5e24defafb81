import { DAY, HOUR, MINUTE, type Id } from "@relance/model/base";
import { EMPTY_GRAPH } from "@relance/model/journeys";
import { expect, test } from "vitest";
import { testDatabase } from "../../../test/support/db.ts";
import { cart, email, wait } from "../../../test/support/journey-steps.ts";
import { storyShop } from "../../../test/support/journey-story.ts";
import { systemChance } from "../../platform/chance/index.ts";
import { sql } from "../../platform/db/sql.ts";
import { foldContacts } from "../contacts/merge.ts";
import { dropHeldStarts } from "./runs/held.ts";

const holder = testDatabase();
const chance = systemChance();
const Story = storyShop(holder);

test("a start whose filter does not match yet is asked again when late facts come, for half an hour, and enters once", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const journey = await story.publish({
    starts: [{ kind: "event", event: "Signed Up", where: [], key: null }],
    first: "stp_e",
    settings: {
      ...EMPTY_GRAPH.settings,
      filter: {
        kind: "event",
        event: "Newsletter Joined",
        where: [],
        window: { kind: "ever" },
        measure: { of: "count" },
        is: { op: "gte", value: 1 },
      },
    },
    steps: [email("e", template, null)],
  });
  const [soon, late, never] = [await story.contact(), await story.contact(), await story.contact()];
  await story.happens({ contact: soon, name: "Signed Up" }, { contact: late, name: "Signed Up" }, { contact: never, name: "Signed Up" });
  const why = (await story.call("GET", `/api/journeys/${journey}/why?contact=${soon}`)).body;
  expect(why.checks.find((one: { about: string }) => one.about === "filter").facts.askedUntil).toBe("2026-03-02T10:30:00.000Z");
  story.now += 5 * MINUTE;
  // News that does not bring it about, then the one that was missing, told late with its own time, twice.
  await story.happens({ contact: soon, name: "Product Viewed" }, { contact: never, name: "Product Viewed" });
  expect(await story.runs(journey)).toEqual([]);
  await story.happens({ contact: soon, name: "Newsletter Joined", at: story.now - 5 * MINUTE });
  await story.happens({ contact: soon, name: "Newsletter Joined" });
  expect((await story.runs(journey)).map((run) => run.contact)).toEqual([soon]);
  story.now += 25 * MINUTE;
  await story.happens({ contact: late, name: "Newsletter Joined" });
  expect((await story.runs(journey)).map((run) => run.contact)).toEqual([soon]);
  await dropHeldStarts(holder.db, { now: story.now });
  expect(await holder.db.query(sql`select 1 from held_starts where workspace_id = ${story.workspace}`)).toEqual([]);
  expect((await story.sends()).map((send) => send.contact_id)).toEqual([soon]);
  await story.expectBooks();
});

test("a start that waits for its filter follows its contact through a merge", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const journey = await story.publish({
    starts: [{ kind: "event", event: "Signed Up", where: [], key: null }],
    first: "stp_e",
    settings: { ...EMPTY_GRAPH.settings, filter: { kind: "attribute", attribute: "birth_date", is: { op: "set" } } },
    steps: [email("e", template, null)],
  });
  const [loser, winner] = [await story.contact(), await story.contact({ birth: "1990-01-01" })];
  await story.happens({ contact: loser, name: "Signed Up" });
  await holder.db.transaction((tx) =>
    foldContacts(tx, {
      workspace: story.workspace,
      chance,
      now: story.now,
      current: (id) => id,
      merges: [
        { winner, loser: { id: loser }, evidence: { kind: "user_id", value: "1" } } as unknown as Parameters<
          typeof foldContacts
        >[1]["merges"][number],
      ],
    }),
  );
  await story.tell([{ contact: winner, kind: "contact.merged", data: { loser } }]);
  expect((await story.runs(journey)).map((run) => run.contact)).toEqual([winner]);
});

test("entering a segment starts a journey, at the instant time alone brings it about; what was there before does not", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const asleep = {
    kind: "all",
    of: [
      {
        kind: "event",
        event: "Order Completed",
        where: [],
        window: { kind: "ever" },
        measure: { of: "count" },
        is: { op: "gte", value: 1 },
      },
      {
        kind: "event",
        event: "Order Completed",
        where: [],
        window: { kind: "ever" },
        measure: { of: "last", property: null },
        is: { op: "not_within_last", span: { n: 90, unit: "day" } },
      },
    ],
  };
  const [before, after] = [await story.contact(), await story.contact()];
  await story.happens(
    { contact: before, name: "Order Completed", amount: 5, at: story.now - 100 * DAY },
    { contact: after, name: "Order Completed", amount: 5 },
  );
  const segment = (await story.call("POST", "/api/segments", { name: "Asleep", rule: asleep })).body.id as Id;
  const journey = await story.publish({
    starts: [{ kind: "segment", segment, on: "enter" }],
    first: "stp_e",
    steps: [email("e", template, null)],
  });
  expect((await story.call("GET", `/api/segments/${segment}`)).body.members).toBe(1);
  story.now += 90 * DAY - 1;
  await story.tick();
  expect(await story.runs(journey)).toEqual([]);
  story.now += 1;
  await story.tick();
  expect((await story.runs(journey)).map((run) => run.contact)).toEqual([after]);
});

test("imported history and events of last week start nothing; re-entry follows its rule", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const journey = await story.publish({
    starts: [{ kind: "event", event: "Signed Up", where: [], key: null }],
    first: "stp_e",
    steps: [email("e", template, null)],
    settings: { ...EMPTY_GRAPH.settings, reentry: { kind: "after", span: { n: 30, unit: "day" } } },
  });
  const contact = await story.contact();
  await story.happens({ contact, name: "Signed Up", live: false }, { contact, name: "Signed Up", at: story.now - 7 * DAY });
  expect(await story.runs(journey)).toEqual([]);
  await story.happens({ contact, name: "Signed Up" });
  story.now += 30 * DAY - 1;
  await story.happens({ contact, name: "Signed Up" });
  expect(await story.runs(journey)).toHaveLength(1);
  story.now += 1;
  await story.happens({ contact, name: "Signed Up" });
  expect(await story.runs(journey)).toHaveLength(2);
});

test("a program may start and stop contacts; another workspace's journeys and runs are absent", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const journey = await story.publish({
    starts: [{ kind: "event", event: "Never", where: [], key: null }],
    first: "stp_w",
    steps: [wait("w", 1, "day", "e"), email("e", template, null)],
  });
  const contact = await story.contact();
  expect((await story.call("POST", `/api/journeys/${journey}/start`, { contacts: [contact] })).body).toEqual({ asked: 1 });
  await story.tell([{ contact, kind: "journey.asked", data: { journey } }]);
  const [run] = await story.runs(journey);
  const other = await Story.shop.workspace();
  for (const url of [`/api/journeys/${journey}`, `/api/journeys/${journey}/runs`, `/api/runs/${run!.id}`])
    expect((await Story.shop.call(other.key, "GET", url)).status).toBe(404);
  expect((await story.call("POST", `/api/runs/${run!.id}/stop`)).body).toEqual({ ok: true });
  expect((await story.call("POST", `/api/runs/${run!.id}/stop`)).body.error.code).toBe("journey.wrong_state");
  await story.expectBooks();
});

test("an anonymous visitor's runs follow to the contact they turn out to be; of two about the same cart one stays", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const journey = await story.publish({ starts: [cart], first: "stp_w", steps: [wait("w", 1, "hour", "e"), email("e", template, null)] });
  const [winner, loser] = [await story.contact(), await story.contact()];
  await story.happens(
    { contact: winner, name: "Product Added", properties: { cart_id: "A" } },
    { contact: loser, name: "Product Added", properties: { cart_id: "A" } },
    { contact: loser, name: "Product Added", properties: { cart_id: "B" } },
  );
  await holder.db.transaction((tx) =>
    foldContacts(tx, {
      workspace: story.workspace,
      chance,
      now: story.now,
      current: (id) => id,
      merges: [
        { winner, loser: { id: loser }, evidence: { kind: "user_id", value: "1" } } as unknown as Parameters<
          typeof foldContacts
        >[1]["merges"][number],
      ],
    }),
  );
  await story.tell([{ contact: winner, kind: "contact.merged", data: { loser } }]);
  await story.tell([{ contact: winner, kind: "contact.merged", data: { loser } }]);
  expect((await story.runs(journey)).map((run) => [run.contact === winner, run.key, run.state, run.outcome]).sort()).toEqual([
    [true, "A", "left", "merged"],
    [true, "A", "waiting", null],
    [true, "B", "waiting", null],
  ]);
  expect((await story.call("GET", `/api/journeys/${journey}`)).body.totals).toMatchObject({ here: 2, entered: 3, leftEarly: 1 });
  story.now += HOUR;
  await story.tick();
  expect((await story.sends()).map((send) => send.contact_id)).toEqual([winner, winner]);
  await story.expectBooks();
});
