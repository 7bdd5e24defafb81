import { heldOut, type ArbiterSettings, type JourneyWord } from "@relance/model/arbiter";
import { bucketOf, DAY, fromIso, HOUR, MINUTE, toIso, type Id, type Instant } from "@relance/model/base";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { addContact } from "../../../test/support/messaging.ts";
import { decideSlowly, type SlowPerson, type SlowSend, type SlowWorld } from "../../../test/support/slow-gate.ts";
import { seededChance } from "../../platform/chance/index.ts";
import { sql, ts, tsArray } from "../../platform/db/sql.ts";
import { decideSends, suppress, type Candidate } from "./index.ts";

const holder = testDatabase();
let app: TestApp;
beforeAll(async () => {
  app = await testApp(holder.db, holder.url);
});
afterAll(() => app.close());

/** GATE_SEEDS=200 asks more. */
const SEEDS = Number(process.env["GATE_SEEDS"] ?? 18);
/** Moments at which calendars are hardest: clocks forward and back, leap day, new year, Easter, 14 July, a Saturday night. */
const MOMENTS = [
  "2027-03-27T21:10",
  "2027-10-30T23:40",
  "2028-02-28T22:05",
  "2028-02-29T11:00",
  "2026-12-31T20:20",
  "2027-03-26T12:00",
  "2027-07-13T19:50",
  "2026-11-28T19:30",
  "2029-06-30T21:00",
  "2027-11-07T05:30",
  "2027-07-14T10:00",
  "2026-12-26T15:00",
];
/** What people say of where they are, and what follows from it. */
const PLACES = [
  { country: "FR", region: null, postal: "75011", zone: null, place: "FR", in: "Europe/Paris" },
  { country: "FR", region: null, postal: "67000", zone: null, place: "FR-67", in: "Europe/Paris" },
  { country: "FR", region: null, postal: "97400", zone: null, place: "FR-974", in: "Indian/Reunion" },
  { country: "CA", region: "Québec", postal: null, zone: null, place: "CA-QC", in: "America/Toronto" },
  { country: "CA", region: null, postal: "V6B 1A1", zone: null, place: "CA-BC", in: "America/Vancouver" },
  { country: "CH", region: "Genève", postal: null, zone: "Europe/Zurich", place: "CH-GE", in: "Europe/Zurich" },
  { country: "BE", region: null, postal: null, zone: "America/St_Johns", place: "BE", in: "America/St_Johns" },
  { country: null, region: null, postal: null, zone: "Nowhere/Land", place: "FR", in: "Europe/Paris" },
] as const;

test.each(Array.from({ length: SEEDS }, (_, seed) => seed))(
  "the gate decides a batch as its slow twin decides it one by one, seed %i",
  async (seed) => {
    const { world, candidates, words, workspace } = await draw(seed);
    const fast = await holder.db.transaction((tx) =>
      decideSends(tx, {
        now: world.now,
        secrets: app.deps.secrets,
        candidates: candidates.map((one) => candidateOf(workspace, one, world.now)),
        words,
      }),
    );
    const slow = decideSlowly(world, candidates, words);
    const told = (verdict: { kind: string; until?: Instant; reason?: string }) => ({
      ...verdict,
      ...(verdict.until !== undefined && { until: toIso(verdict.until) }),
    });
    expect(Object.fromEntries(candidates.map((one) => [one.id, told(fast.get(one.id)!.verdict)]))).toEqual(
      Object.fromEntries(candidates.map((one) => [one.id, told(slow.get(one.id)!)])),
    );
  },
);

test("the seeds meet every reason there is to hold or refuse", async () => {
  const met = new Set<string>();
  for (let seed = 0; seed < SEEDS; seed++) {
    const { world, candidates, words } = await invent(seed, seededChance(`gate ${seed}`), false);
    for (const verdict of decideSlowly(world, candidates, words).values())
      met.add("reason" in verdict ? verdict.reason.replace(/\..*/, "") : "send");
  }
  expect([...met].sort()).toEqual([
    "cap",
    "consent",
    "day",
    "exclusion",
    "holdout",
    "journey",
    "priority",
    "quiet_hours",
    "send",
    "sms_hours",
    "suppressed",
  ]);
});

test("a contact's best hour is learned from the clicks of people and from orders, not from machines; one who has no habit is not kept waiting", async () => {
  const now = fromIso("2026-11-24T09:00:00Z")!;
  const shop = await workspaceWith({ bestTime: { on: true, within: 24 }, requireConsent: false, quietHours: null, cap: null });
  const chance = seededChance("best hour");
  const [evening, machine, nobody] = [chance.id(now), chance.id(now), chance.id(now)];
  for (const id of [evening, machine, nobody]) await addContact(holder.db, { id, workspace: shop, now, timeZone: "Europe/Paris" });
  for (let day = 1; day <= 6; day++) {
    for (const [contact, isMachine] of [
      [evening, false],
      [machine, true],
    ] as const) {
      await holder.db.query(sql`
        insert into engagements (bucket, send_id, id, workspace_id, contact_id, kind, machine, at)
        values (${bucketOf(contact)}, ${chance.id(now)}, ${chance.id(now)}, ${shop}, ${contact}, 'clicked', ${isMachine}, ${ts(now - day * DAY + 9 * HOUR)}::timestamptz)`);
    }
  }
  const send = (contact: Id, createdAt = now): SlowSend & { createdAt: Instant } => ({
    id: `00000000-0000-7000-8000-0000000000${contact === evening ? "11" : contact === machine ? "12" : "13"}`,
    contact,
    channel: "email",
    class: "marketing",
    topic: "",
    tags: [],
    priority: 50,
    group: null,
    address: "a@client.example",
    patienceUntil: now + 3 * DAY,
    state: "waiting",
    at: null,
    dueAt: now,
    createdAt,
  });
  const decided = await holder.db.transaction((tx) =>
    decideSends(tx, {
      now,
      secrets: app.deps.secrets,
      candidates: [evening, machine, nobody].map((contact) => candidateOf(shop, send(contact), now)),
    }),
  );
  const verdicts = [...decided.values()].map((one) => one.verdict);
  expect(verdicts).toEqual([
    { kind: "hold", reason: "best_time", until: fromIso("2026-11-24T18:00:00Z") },
    { kind: "send" },
    { kind: "send" },
  ]);
  // At its hour it leaves; and a day after it was planned it leaves whatever the hour.
  for (const [at, createdAt] of [
    [fromIso("2026-11-24T18:00:00Z")!, now],
    [now, now - DAY],
  ] as const) {
    const again = await holder.db.transaction((tx) =>
      decideSends(tx, { now: at, secrets: app.deps.secrets, candidates: [candidateOf(shop, send(evening), createdAt)] }),
    );
    expect([...again.values()][0]?.verdict).toEqual({ kind: "send" });
  }
});

function candidateOf(workspace: Id, one: SlowSend, createdAt: Instant): Candidate {
  return {
    id: one.id,
    bucket: bucketOf(one.contact),
    workspace,
    contact: one.contact,
    channel: one.channel,
    class: one.class as "marketing",
    topic: one.topic,
    address: one.address,
    journey: null,
    priority: one.priority,
    group: one.group,
    tags: one.tags,
    atOnce: false,
    createdAt,
    patienceUntil: one.patienceUntil,
  };
}

async function workspaceWith(settings: Partial<ArbiterSettings>): Promise<Id> {
  const { id } = await app.workspace();
  await holder.db.query(
    sql`update workspaces set settings = settings || ${JSON.stringify(settings)}::jsonb, time_zone = 'Europe/Paris' where id = ${id}`,
  );
  return id;
}

interface Drawn {
  readonly workspace: Id;
  readonly world: SlowWorld;
  readonly candidates: readonly SlowSend[];
  readonly words: ReadonlyMap<Id, JourneyWord>;
}
const draw = (seed: number): Promise<Drawn> => invent(seed, seededChance(`gate ${seed}`), true);

/** A workspace, its people and their ledger; stored when asked for. */
async function invent(seed: number, chance: ReturnType<typeof seededChance>, store: boolean): Promise<Drawn> {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(chance.float() * of.length)]!;
  const maybe = (p: number) => chance.float() < p;
  const now = fromIso(`${MOMENTS[seed % MOMENTS.length]!}:00Z`)! + Math.floor(chance.float() * 60) * 1000;
  const date = toIso(now + DAY).slice(0, 10);
  const settings: ArbiterSettings = {
    requireConsent: maybe(0.7),
    cap: maybe(0.5) ? { messages: pick([1, 2, 4]), days: pick([1, 7]) } : null,
    caps: Array.from({ length: pick([0, 1, 2]) }, () => ({
      channel: pick([null, "email", "sms"] as const),
      topic: pick([null, null, "news"]),
      tag: pick([null, null, "promo"]),
      messages: pick([1, 2, 3]),
      per: pick([{ last: 3 }, { this: "day" }, { this: "week" }, { this: "month" }] as const),
    })),
    quietHours: pick([null, { from: "21:00", to: "08:00" }, { from: "12:00", to: "14:00" }]),
    quietHoursOf: maybe(0.3) ? { sms: pick([null, { from: "19:30", to: "09:15" }]) } : {},
    smsHours: { from: pick(["07:00", "09:00"]), to: pick(["20:00", "23:00"]), sundays: maybe(0.5), holidays: maybe(0.5) },
    calendar: {
      channels: pick([[], ["email"], ["email", "sms"]] as const),
      place: "",
      days: maybe(0.5) ? [{ date, name: "Inventaire", kind: pick(["on", "off"] as const), store: null }] : [],
    },
    holdout: pick([0, 0, 20]),
    bestTime: { on: false, within: 24 },
    priorityAhead: pick([0, 24]),
  };
  const workspace = store ? await workspaceWith(settings) : chance.id(now);
  const people = Array.from({ length: 6 }, () => ({ id: chance.id(now), ...pick(PLACES) }));
  const consents = people.flatMap((person) =>
    ["email", "sms"].flatMap((channel) =>
      ["", "news"]
        .filter((topic) => maybe(topic === "" ? 0.9 : 0.3))
        .map((topic) => ({
          contact: person.id,
          channel,
          topic,
          state: pick(["granted", "granted", "granted", "granted", "withdrawn", "objected"]),
          at: now - Math.floor(chance.float() * 50) * DAY,
          expiresOn: maybe(0.1) ? toIso(now).slice(0, 10) : null,
        })),
    ),
  );
  const addressOf = (contact: Id, channel: string) =>
    channel === "email" ? `${contact.slice(-12)}@client.example` : `+1999${Number.parseInt(contact.slice(-6), 16)}`;
  const suppressed = people
    .filter(() => maybe(0.15))
    .map((person) => ({
      channel: "email",
      address: addressOf(person.id, "email"),
      reason: pick(["unsubscribed", "hard_bounce"] as const),
    }));
  const send = (over: Partial<SlowSend>): SlowSend => {
    const contact = pick(people).id;
    const channel = pick(["email", "email", "sms"]);
    return {
      id: chance.id(now),
      contact,
      channel,
      class: maybe(0.9) ? "marketing" : "transactional",
      topic: pick(["", "news"]),
      tags: pick([[], ["promo"], ["promo", "vip"]]),
      priority: pick([30, 50, 50, 80]),
      group: null,
      address: addressOf(contact, channel),
      patienceUntil: now + pick([HOUR, 3 * DAY, 20 * DAY]),
      state: "accepted",
      at: now - Math.floor(chance.float() * 40 * 24 * 60) * MINUTE,
      dueAt: now,
      ...over,
    };
  };
  const sends = [
    ...Array.from({ length: 24 }, () => send({ state: pick(["accepted", "accepted", "uncertain", "handing", "skipped", "failed"]) })),
    ...Array.from({ length: 8 }, () => send({ state: pick(["accepted", "claimed"]), at: now - Math.floor(chance.float() * 30) * HOUR })),
    ...Array.from({ length: 2 }, () =>
      send({ state: "held", dueAt: now + Math.floor(chance.float() * 40) * HOUR, priority: 80, at: now - HOUR }),
    ),
  ];
  const candidates = Array.from({ length: 16 }, () => send({ state: "waiting", at: null, group: maybe(0.2) ? "lifecycle" : null }));
  const words = new Map(
    candidates
      .filter(() => maybe(0.5))
      .map((one): [Id, JourneyWord] => [
        one.id,
        {
          left: maybe(0.1) ? { event: "Order Completed", at: now } : null,
          filter: maybe(0.1) ? false : null,
          products: null,
          rivals: maybe(0.5) ? [{ journey: workspace, name: "Bienvenue", priority: 80, enteredAt: now - DAY }] : [],
        },
      ]),
  );
  if (store) await put(workspace, now, { people, consents, suppressed, sends: [...sends, ...candidates] });
  const slow = new Map(
    people.map((person): [Id, SlowPerson] => [
      person.id,
      { id: person.id, place: person.place, zone: person.in, store: null, heldOut: heldOut(person.id, settings.holdout) },
    ]),
  );
  return { workspace, world: { now, settings, workspacePlace: "FR", people: slow, consents, suppressed, sends }, candidates, words };
}

async function put(
  workspace: Id,
  now: Instant,
  rows: {
    people: readonly ({ id: Id } & (typeof PLACES)[number])[];
    consents: SlowWorld["consents"];
    suppressed: readonly { channel: string; address: string; reason: "unsubscribed" | "hard_bounce" }[];
    sends: readonly SlowSend[];
  },
): Promise<void> {
  const { people, consents, suppressed, sends } = rows;
  await holder.db.query(sql`
    insert into contacts (bucket, id, workspace_id, country, region, postal_code, time_zone, known, created_at, updated_at)
    select b, i, ${workspace}::uuid, c, r, p, z, true, ${ts(now)}::timestamptz, ${ts(now)}::timestamptz
    from unnest(${people.map((one) => bucketOf(one.id))}::smallint[], ${people.map((one) => one.id)}::uuid[], ${people.map((one) => one.country)}::text[], ${people.map((one) => one.region)}::text[], ${people.map((one) => one.postal)}::text[], ${people.map((one) => one.zone)}::text[]) as x (b, i, c, r, p, z)`);
  await holder.db.query(sql`
    insert into consents (bucket, contact_id, channel, topic, workspace_id, state, basis, changed_at, expires_on, proof_id)
    select b, i, c, t, ${workspace}::uuid, s, 'express', a, e, i
    from unnest(${consents.map((one) => bucketOf(one.contact))}::smallint[], ${consents.map((one) => one.contact)}::uuid[], ${consents.map((one) => one.channel)}::text[], ${consents.map((one) => one.topic)}::text[], ${consents.map((one) => one.state)}::text[],
      ${tsArray(consents.map((one) => one.at))}::timestamptz[], ${consents.map((one) => one.expiresOn)}::date[]) as x (b, i, c, t, s, a, e)`);
  await holder.db.transaction((tx) =>
    suppress(tx, { now, secrets: app.deps.secrets, rows: suppressed.map((one) => ({ workspace, ...one })) }),
  );
  await holder.db.query(sql`
    insert into sends (bucket, id, workspace_id, contact_id, channel, class, topic, template_id, template_version, key, state, due_at, patience_until, lease_epoch, created_at, gate_at, accepted_at, priority, exclusive_group, tags)
    select b, i, ${workspace}::uuid, c, ch, cl, t, ${workspace}::uuid, 1, 'test:' || i, s, d, p, 0, coalesce(a, ${ts(now)}::timestamptz), a, case when s = 'accepted' then a end, pr, g, string_to_array(tg, ',')
    from unnest(${sends.map((one) => bucketOf(one.contact))}::smallint[], ${sends.map((one) => one.id)}::uuid[], ${sends.map((one) => one.contact)}::uuid[], ${sends.map((one) => one.channel)}::text[], ${sends.map((one) => one.class)}::text[],
      ${sends.map((one) => one.topic)}::text[], ${sends.map((one) => one.state)}::text[], ${tsArray(sends.map((one) => one.dueAt))}::timestamptz[], ${tsArray(sends.map((one) => one.patienceUntil))}::timestamptz[],
      ${tsArray(sends.map((one) => one.at))}::timestamptz[], ${sends.map((one) => one.priority)}::smallint[], ${sends.map((one) => one.group)}::text[], ${sends.map((one) => one.tags.join(","))}::text[]) as x (b, i, c, ch, cl, t, s, d, p, a, pr, g, tg)`);
}
