import { bucketOf, DAY, HOUR, toIso, type Id, type Instant } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import type { Rule } from "@relance/model/rules";
import { expect } from "vitest";
import { recordConsents } from "../../src/domains/compliance/index.ts";
import { foldContacts } from "../../src/domains/contacts/merge.ts";
import { askAll } from "../../src/domains/segments/ask.ts";
import { settleGrounds, segmentListener } from "../../src/domains/segments/index.ts";
import { systemChance, type Generator } from "../../src/platform/chance/index.ts";
import type { Database } from "../../src/platform/db/database.ts";
import { json, sql, ts } from "../../src/platform/db/sql.ts";
import type { NewFact, Turn } from "../../src/platform/engine.ts";
import type { TestApp } from "./app.ts";

const BUCKETS = Array.from({ length: 256 }, (_, bucket) => bucket);
export const chance = systemChance();

interface Stage {
  readonly shop: TestApp;
  readonly db: Database;
}

/** A shop whose contacts live by hand: what happens is stored and told to the listener as the engine would. */
export class SegmentWorld {
  readonly #shop: TestApp;
  readonly #db: Database;
  readonly workspace: Id;
  readonly key: string;
  now: Instant;
  readonly contacts: Id[] = [];
  readonly moves: NewFact[] = [];

  private constructor({ shop, db }: Stage, workspace: { id: Id; key: string }, now: Instant) {
    this.#shop = shop;
    this.#db = db;
    this.workspace = workspace.id;
    this.key = workspace.key;
    this.now = now;
  }

  /** A workspace of its own at an instant. */
  static async open(stage: Stage, now: Instant): Promise<SegmentWorld> {
    return new SegmentWorld(stage, await stage.shop.workspace(), now);
  }

  async contact(attributes: Record<string, unknown> = {}): Promise<Id> {
    const id = chance.id(this.now);
    this.contacts.push(id);
    await this.#db.query(
      sql`insert into contacts (bucket, id, workspace_id, known, country, attributes, created_at, updated_at) values (${bucketOf(id)}, ${id}, ${this.workspace}, true, 'FR', ${json(attributes)}, ${ts(this.now)}, ${ts(this.now)})`,
    );
    await this.tell(id, { kind: "contact.changed", data: { attributes: [], created: true } });
    return id;
  }

  async event(contact: Id, name: string, amount: number | null, at = this.now): Promise<void> {
    const id = chance.id(this.now);
    await this.#db.query(sql`
      insert into events (bucket, contact_id, id, workspace_id, type, name, occurred_at, received_at, properties, context, amount, message_id)
      values (${bucketOf(contact)}, ${contact}, ${id}, ${this.workspace}, 'track', ${name}, ${ts(at)}, ${ts(this.now)}, '{}', '{}', ${amount}, ${id})`);
    await this.tell(contact, { kind: "event", data: { event: id, name, live: true } });
  }

  /** A message to the contact, accepted now. */
  async send(contact: Id): Promise<Id> {
    const id = chance.id(this.now);
    await this.#db.query(sql`
      insert into sends (bucket, id, workspace_id, contact_id, channel, class, template_id, template_version, key, state, due_at, patience_until, lease_epoch, created_at, accepted_at)
      values (${bucketOf(contact)}, ${id}, ${this.workspace}, ${contact}, 'email', 'marketing', ${id}, 1, ${id}, 'accepted', ${ts(this.now)}, ${ts(this.now)}, 0, ${ts(this.now)}, ${ts(this.now)})`);
    await this.tell(contact, { kind: "send.changed", data: { send: id, run: null, state: "accepted" } });
    return id;
  }

  async engage(contact: Id, send: Id, what: "opened" | "clicked", machine: boolean): Promise<void> {
    const id = chance.id(this.now);
    await this.#db.query(
      sql`insert into engagements (bucket, send_id, id, workspace_id, contact_id, kind, machine, at) values (${bucketOf(contact)}, ${send}, ${id}, ${this.workspace}, ${contact}, ${what}, ${machine}, ${ts(this.now)})`,
    );
    await this.tell(contact, { kind: "engaged", data: { send, run: null, what, machine } });
  }

  async consent(contact: Id, state: "granted" | "withdrawn"): Promise<void> {
    const records = [
      {
        workspace: this.workspace,
        contact,
        channel: "email",
        topic: "",
        state,
        basis: "express",
        occurredAt: this.now,
        source: "test",
        recordedBy: "test",
        expiresOn: state === "granted" ? toIso(this.now + 40 * DAY).slice(0, 10) : null,
      },
    ] as const;
    const facts = await this.#db.transaction((tx) => recordConsents(tx, { now: this.now, chance, records }));
    for (const fact of facts) if (fact.kind === "consent.changed") await this.tell(contact, fact);
  }

  async set(contact: Id, country: string): Promise<void> {
    await this.#db.query(sql`update contacts set country = ${country} where bucket = ${bucketOf(contact)} and id = ${contact}`);
    await this.tell(contact, { kind: "contact.changed", data: { attributes: ["country"], created: false } });
  }

  /** Another place to live: coordinates and a time zone. */
  async relocate(contact: Id, latitude: number, zone: string): Promise<void> {
    await this.#db.query(
      sql`update contacts set latitude = ${latitude}, longitude = 2, time_zone = ${zone} where bucket = ${bucketOf(contact)} and id = ${contact}`,
    );
    await this.tell(contact, { kind: "contact.changed", data: { attributes: ["latitude", "longitude", "time_zone"], created: false } });
  }

  /** The second contact turns out to be the first. */
  async merge(winner: Id, loser: Id): Promise<void> {
    const merges = [{ winner, loser: { id: loser }, evidence: { kind: "user_id", value: "1" } }] as unknown as Parameters<
      typeof foldContacts
    >[1]["merges"];
    await this.#db.transaction((tx) => foldContacts(tx, { workspace: this.workspace, chance, now: this.now, current: (id) => id, merges }));
    this.contacts.splice(this.contacts.indexOf(loser), 1);
    for (const contact of [winner, loser]) await this.tell(contact, { kind: "contact.merged", data: { loser } });
  }

  /** A store, or its new place. */
  async store(id: Id, latitude: number): Promise<void> {
    await this.#db.query(
      sql`insert into stores (id, workspace_id, code, name, country, languages, currency, time_zone, latitude, longitude, created_at) values (${id}, ${this.workspace}, 'S', 'Store', 'FR', '{fr}', 'EUR', 'Europe/Paris', ${latitude}, 2, ${ts(this.now)}) on conflict (id) do update set latitude = excluded.latitude`,
    );
    await settleGrounds(this.#db, { now: this.now });
  }

  async zone(zone: string): Promise<void> {
    await this.#db.query(sql`update workspaces set time_zone = ${zone} where id = ${this.workspace}`);
    await settleGrounds(this.#db, { now: this.now });
  }

  tell(contact: Id, news: Pick<Fact, "kind" | "data">): Promise<void> {
    const fact = {
      id: chance.id(this.now),
      workspace: this.workspace,
      contact,
      occurredAt: this.now,
      recordedAt: this.now,
      ...news,
    } as Fact;
    return this.turn((turn, tx) => segmentListener.onFacts(tx, turn, [fact]));
  }

  /** Lets time alone do what is due, until nothing is. */
  async tick(): Promise<void> {
    for (let more = true; more;) {
      await this.turn(async (turn, tx) => {
        const done = await segmentListener.onTime!(tx, turn, 1_000);
        more = done.more;
        return done.facts;
      });
    }
  }

  async turn(work: (turn: Turn, tx: Parameters<typeof segmentListener.onFacts>[0]) => Promise<readonly NewFact[]>): Promise<void> {
    const turn: Turn = { buckets: BUCKETS, now: this.now, chance, epochs: new Map(), slot: 1 };
    this.moves.push(...(await this.#db.transaction((tx) => work(turn, tx))));
  }

  async segment(name: string, rule: Rule): Promise<Id> {
    this.#shop.deps.clock.set(this.now);
    const made = await this.#shop.call(this.key, "POST", "/api/segments", { name, rule });
    expect(made.body).toMatchObject({ name });
    return made.body.id as Id;
  }

  async members(segment: Id): Promise<Id[]> {
    const rows = await this.#db.query<{ contact_id: Id }>(
      sql`select contact_id from segment_members where segment_id = ${segment} order by contact_id`,
    );
    return rows.map((row) => row.contact_id);
  }

  /** Members, and their number, are what asking everyone anew says. */
  async expectExact(segments: readonly { id: Id; rule: Rule }[], when: string): Promise<void> {
    for (const { id, rule } of segments) {
      const meant = [...(await askAll(this.#db, { workspace: this.workspace, rule, at: this.now }))]
        .filter(([, answer]) => answer.truth)
        .map(([contact]) => contact)
        .sort();
      expect({ when, rule, members: await this.members(id) }).toEqual({ when, rule, members: meant });
      const [total] = await this.#db.query<{ n: number }>(
        sql`select coalesce(sum(t.members), 0) as n from segment_totals t join segments g on g.id = t.segment_id and g.generation = t.generation where t.segment_id = ${id}`,
      );
      expect(total!.n).toBe(meant.length);
    }
  }
}

const ZONES = ["Europe/Paris", "America/Montreal", "Pacific/Apia", "UTC"];

/** Something that moves rules of the newer kinds. */
export async function live(world: SegmentWorld, draw: Generator, of: { sends: Map<Id, Id>; store: Id }): Promise<void> {
  const contact = draw.pick(world.contacts);
  const send = of.sends.get(contact);
  const kind = draw.below(14);
  const seldom = draw.chance(0.4); // everybody is computed anew, which takes a while
  if (kind < 3) world.now += draw.pick([HOUR, DAY, 2 * DAY, 5 * DAY, 200 * DAY]) + draw.below(1000);
  else if (kind < 5) await world.event(contact, "Product Viewed", null, world.now - (draw.chance(0.3) ? draw.below(5 * DAY) : 0));
  else if (kind === 5) await world.event(contact, "Order Completed", 20);
  else if (kind === 6) await world.consent(contact, draw.pick(["granted", "granted", "withdrawn"]));
  else if (kind === 7) await world.relocate(contact, draw.pick([43, 46, 48]), draw.pick(ZONES));
  else if (kind === 8 && seldom) await world.zone(draw.pick(ZONES));
  else if (kind === 9 && seldom) await world.store(of.store, draw.pick([43, 48]));
  else if (kind === 10) world.now -= draw.below(3 * HOUR);
  else if (kind === 11) {
    const other = world.contacts.find((one) => one !== contact)!;
    of.sends.delete(other);
    await world.merge(contact, other);
  } else if (send === undefined || draw.chance(0.4)) of.sends.set(contact, await world.send(contact));
  else await world.engage(contact, send, draw.pick(["opened", "clicked"]), draw.chance(0.3));
}

/** Something that happens to events and fields. */
export async function act(world: SegmentWorld, draw: Generator): Promise<void> {
  if (world.contacts.length < 5 || draw.chance(0.08)) return void (await world.contact());
  const contact = draw.pick(world.contacts);
  const kind = draw.below(10);
  if (kind < 3) world.now += draw.pick([1, HOUR, DAY, 9 * DAY, 40 * DAY]) + draw.below(1000);
  else if (kind < 6) await world.event(contact, "Product Viewed", null, world.now - (draw.chance(0.3) ? draw.below(5 * DAY) : 0));
  else if (kind < 9)
    await world.event(
      contact,
      "Order Completed",
      draw.pick([20, 400, 801, -50]),
      world.now - (draw.chance(0.3) ? draw.below(800 * DAY) : 0),
    );
  else await world.set(contact, draw.pick(["FR", "CA"]));
}
