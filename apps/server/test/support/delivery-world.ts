import { bucketOf, HOUR, type Id } from "@relance/model/base";
import { createLog } from "../../src/platform/log/index.ts";
import { createSecrets, type Secrets } from "../../src/platform/secrets/index.ts";
import { seededChance } from "../../src/platform/chance/index.ts";
import type { Database, Tx } from "../../src/platform/db/database.ts";
import { sql, ts } from "../../src/platform/db/sql.ts";
import type { Leases } from "../../src/platform/engine/leases.ts";
import { systemNet } from "../../src/platform/net/index.ts";
import type { Chance, Clock, Ports } from "../../src/platform/ports.ts";
import {
  openDeliveryWorker,
  planSends,
  type DeliveryDoors,
  type DeliveryWorker,
  type PlannedSend,
} from "../../src/domains/delivery/index.ts";

/** A workspace with contacts whose sends can be planned and watched. */
export interface DeliveryWorld {
  readonly workspace: Id;
  readonly template: Id;
  readonly chance: Chance;
  /** Contacts `first`…`first + count - 1`, each with an address. */
  contacts(count: number): Promise<Id[]>;
  plan(contacts: readonly Id[], change?: Partial<PlannedSend>): Promise<void>;
  /** Hands e-mail of the workspace to an SMTP server on this machine. */
  useSmtp(port: number, settings?: Record<string, unknown>): Promise<void>;
  withdraw(contact: Id): Promise<void>;
  /** State, reason and how often, of every send. */
  states(): Promise<Record<string, number>>;
}

export const testSecrets = (): Secrets => createSecrets(new Uint8Array(32).fill(7), seededChance("secrets"));

export async function deliveryWorld(db: Database, clock: Clock, seed: string | number): Promise<DeliveryWorld> {
  const chance = seededChance(`delivery ${seed}`);
  const now = () => clock.now();
  const workspace = chance.id(now());
  const template = chance.id(now());
  await db.query(
    sql`insert into workspaces (id, name, kind, created_at) values (${workspace}, 'Shop', 'regular', ${ts(now())}::timestamptz)`,
  );
  let made = 0;
  return {
    workspace,
    template,
    chance,
    async contacts(count) {
      const ids = Array.from({ length: count }, () => chance.id(now()));
      await db.query(sql`
        insert into contacts (bucket, id, workspace_id, email, locale, known, created_at, updated_at)
        select c.bucket, c.id, ${workspace}::uuid, 'c' || (${made}::int + c.n) || '@client.example', 'fr', true, ${ts(now())}::timestamptz, ${ts(now())}::timestamptz
        from unnest(${ids.map(bucketOf)}::smallint[], ${ids}::uuid[]) with ordinality as c (bucket, id, n)`);
      made += count;
      return ids;
    },
    async plan(contacts, change = {}) {
      const sends = contacts.map((contact): PlannedSend => ({
        workspace,
        contact,
        channel: "email",
        class: "marketing",
        topic: "",
        template,
        templateVersion: 1,
        origin: { kind: "campaign", campaign: template, variant: "a" },
        dueAt: now(),
        patienceUntil: now() + 72 * HOUR,
        data: {},
        ...change,
      }));
      await db.transaction((tx) => planSends(tx, { now: now(), chance, slot: 3 }, sends));
    },
    async useSmtp(port, settings = {}) {
      await db.query(sql`delete from providers where workspace_id = ${workspace}`);
      await db.query(sql`
        insert into providers (id, workspace_id, channel, kind, name, settings, active, created_at, changed_at)
        values (${chance.id(now())}, ${workspace}, 'email', 'smtp', 'test', ${JSON.stringify({ host: "127.0.0.1", port, security: "none", connections: 4, messagesPerConnection: 100, ...settings })}::jsonb, true,
          ${ts(now())}::timestamptz, ${ts(now())}::timestamptz)`);
    },
    async withdraw(contact) {
      await db.query(sql`
        insert into consents (bucket, contact_id, channel, topic, workspace_id, state, basis, changed_at, proof_id)
        values (${bucketOf(contact)}, ${contact}, 'email', '', ${workspace}, 'withdrawn', 'express', ${ts(now())}::timestamptz, ${chance.id(now())})`);
    },
    async states() {
      const rows = await db.query<{ state: string; reason: string | null; n: number }>(sql`
        select s.state, s.reason, count(*) as n from sends s where s.workspace_id = ${workspace} group by s.state, s.reason order by s.state, s.reason`);
      return Object.fromEntries(rows.map((row) => [row.reason ? `${row.state}(${row.reason})` : row.state, row.n]));
    },
  };
}

/** Doors that read the real tables: the address from the contact, the verdict from the consent, a message that names its send. */
export const plainDoors: DeliveryDoors = {
  async recipients(tx, { sends }) {
    const rows = await tx.query<{ id: Id; email: string | null; locale: string | null }>(sql`
      select c.id, c.email, c.locale from contacts c
      where c.bucket = any(${[...new Set(sends.map((send) => send.bucket))]}::smallint[]) and c.id = any(${sends.map((send) => send.contact)}::uuid[]) order by c.id`);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return new Map(
      sends.flatMap((send) => {
        const contact = byId.get(send.contact);
        return contact ? [[send.id, { address: contact.email, language: contact.locale }] as const] : [];
      }),
    );
  },
  async decide(tx, { sends }) {
    const gone = new Set(
      (
        await tx.query<{ id: Id }>(sql`
      select c.contact_id as id from consents c where c.bucket = any(${[...new Set(sends.map((send) => send.bucket))]}::smallint[])
        and c.contact_id = any(${sends.map((send) => send.contact)}::uuid[]) and c.state <> 'granted' order by c.contact_id`)
      ).map((row) => row.id),
    );
    return new Map(
      sends.map((send) => [
        send.id,
        gone.has(send.contact)
          ? ({
              verdict: { kind: "skip", reason: "no_consent" },
              checks: [{ check: "consent", verdict: "no", facts: { state: "withdrawn" } }],
            } as const)
          : ({ verdict: { kind: "send" }, checks: [{ check: "consent", verdict: "yes", facts: {} }] } as const),
      ]),
    );
  },
  async render(_db, { sends }) {
    return new Map(
      sends.map((send) => {
        const messageId = send.messageId ?? `${send.id}@shop.example`;
        const html = `<p>${send.id}</p>`;
        return [
          send.id,
          {
            from: "news@shop.example",
            messageId,
            subject: "Bonjour",
            html,
            text: send.id,
            headers: {},
            mime: () =>
              Buffer.from(
                `Message-ID: <${messageId}>\r\nTo: <${send.address}>\r\nSubject: Bonjour\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}\r\n`,
              ),
          },
        ];
      }),
    );
  },
};

export interface WorkerOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly leases: Pick<Leases, "owner" | "held">;
  readonly chance: Chance;
  readonly doors?: DeliveryDoors;
  readonly slot?: number;
}

export function testWorker(options: WorkerOptions): DeliveryWorker {
  const ports: Ports = {
    sql: options.db,
    clock: options.clock,
    chance: options.chance,
    net: systemNet({ allow: ["127.0.0.1"] }),
    files: null as never,
  };
  return openDeliveryWorker({
    ports,
    log: createLog("silent"),
    config: { publicUrl: "http://relance.example" },
    secrets: testSecrets(),
    leases: options.leases,
    doors: options.doors ?? plainDoors,
    slot: options.slot ?? 1,
  });
}

/** Turns until nothing moves any more and everything on the wire has its outcome. */
export async function drain(worker: DeliveryWorker, most = 200): Promise<void> {
  for (let i = 0; i < most; i++) {
    const moved = await worker.turn();
    await worker.settled();
    if (moved === 0) return;
  }
  throw new Error(`Not at rest after ${most} turns`);
}

/**
 * The books of the ledger as SQL (RELIABILITY §4): each question answers with the rows that break it, so nothing is right.
 * B2: every send is in one known state, and the counters of each subject equal the recount. B3: what waits or is held ends some day,
 * what ended has its end. Facts: one `send.changed` per end at least.
 */
export async function brokenBooks(tx: Database | Tx, workspace: Id): Promise<unknown[]> {
  const counted = await tx.query(sql`
    with subject as (
      select s.state, case when s.state = 'accepted' then coalesce(s.delivery, '') else coalesce(s.reason, '') end as reason, unnest(array['all', 'template:' || s.template_id,
        case when s.journey_id is not null then 'journey:' || s.journey_id || ':' || coalesce(s.step_id, '') end, case when s.campaign_id is not null then 'campaign:' || s.campaign_id end]) as subject
      from sends s where s.workspace_id = ${workspace}
    ), recount as (
      select subject, state, reason, count(*) as n from subject where subject is not null group by subject, state, reason
    ), counters as (
      select t.subject, t.state, t.reason, sum(t.n)::bigint as n from send_totals t where t.workspace_id = ${workspace} group by t.subject, t.state, t.reason having sum(t.n) <> 0
    )
    select 'B2' as book, coalesce(r.subject, c.subject) as subject, coalesce(r.state, c.state) as state, coalesce(r.reason, c.reason) as reason, r.n as recount, c.n as counter
    from recount r full join counters c on c.subject = r.subject and c.state = r.state and c.reason = r.reason
    where r.n is distinct from c.n
    order by 2, 3, 4`);
  const ends = await tx.query(sql`
    select 'B3' as book, s.id, s.state, s.reason from sends s
    where s.workspace_id = ${workspace} and (
      (s.state in ('accepted', 'skipped', 'failed', 'uncertain')) <> (s.ended_at is not null)
      or (s.state in ('claimed', 'handing')) <> (s.claimed_until is not null)
      or (s.state in ('held', 'waiting') and s.due_at > s.patience_until)
      or (s.state in ('held', 'skipped', 'failed', 'uncertain') and s.reason is null)
      or (s.state = 'accepted' and (s.accepted_at is null or s.gate_at is null or s.decision is null)))
    order by s.id`);
  return [...counted, ...ends];
}

/** B4 and B5: the ledger against what the other side itself recorded. */
export async function brokenFarBooks(db: Database, workspace: Id, far: readonly string[]): Promise<unknown[]> {
  const rows = await db.query<{ id: Id; state: string; messageId: string | null; class: string }>(sql`
    select s.id, s.state, s.message_id as "messageId", s.class from sends s where s.workspace_id = ${workspace} order by s.id`);
  const byKey = new Map(rows.flatMap((row) => (row.messageId ? [[row.messageId, row] as const] : [])));
  const keys = new Set(far);
  const wrong: unknown[] = [];
  for (const row of rows)
    if (row.state === "accepted" && !keys.has(row.messageId ?? "")) wrong.push({ book: "B4", what: "accepted but not there", ...row });
  for (const key of keys) {
    const row = byKey.get(key);
    if (!row || !["accepted", "handing", "uncertain"].includes(row.state))
      wrong.push({ book: "B4", what: "there but not accepted", key, state: row?.state });
  }
  const marketing = far.filter((key) => byKey.get(key)?.class === "marketing");
  if (marketing.length !== new Set(marketing).size)
    wrong.push({ book: "B5", what: "mailed twice", keys: marketing.filter((key, i) => marketing.indexOf(key) !== i) });
  return wrong;
}

export const everyBucket = (epoch = 1): ReadonlyMap<number, number> => new Map(Array.from({ length: 256 }, (_, bucket) => [bucket, epoch]));
