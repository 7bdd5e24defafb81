import { actFor } from "@relance/model/audiences";
import { DAY, MINUTE, toIso, type Id, type Instant, type LocalDate } from "@relance/model/base";
import { consentFor } from "@relance/model/consent";
import type { Deps } from "../../deps.ts";
import type { Db, Tx } from "../../platform/db/database.ts";
import { selectConsents } from "../compliance/index.ts";
import { HOSTS, type Calling, type Hosts, type Refused, type Told } from "./calling.ts";
import { identifiersFor, MOST_AT_ONCE, tell } from "./destinations.ts";
import { emptyOut, noteRequest, settleRequests } from "./later.ts";
import { KEEP_LOG, recordOutcome } from "./outcome.ts";
import * as queries from "./queries.ts";
import type { AudienceRow, Holding, Marked } from "./queries.ts";

export const SYNC_JOB = "audience.sync";

// Longer than everything a batch can wait for, so that nobody tells beside one who is only slow.
const CLAIM = 4 * MINUTE;
// Google forgets members after the duration of their list, which may be as short as a month and is at most 540 days.
const ROUND = 14 * DAY;
const LOOKS = 4;

/** Starts telling where something waits; looked at every few seconds. */
export async function tendAudiences(deps: Deps): Promise<void> {
  const due = await queries.dueAudiences(deps.ports.sql, deps.ports.clock.now());
  for (const one of due)
    await deps.ports.sql.transaction((tx) =>
      deps.jobs.add(tx, SYNC_JOB, { workspace: one.workspace_id, id: one.id }, { key: `${SYNC_JOB}:${one.id}` }),
    );
}

/** Tells a destination everything that waits, batch by batch, until nothing is due or it refuses. One at a time for each audience. */
export async function runSync(deps: Deps, input: { workspace: Id; id: Id; hosts?: Hosts; signal?: AbortSignal }): Promise<void> {
  const { sql, chance, clock } = deps.ports;
  const claim = chance.id(clock.now());
  try {
    while (input.signal?.aborted !== true) if (!(await syncBatch(deps, { ...input, hosts: input.hosts ?? HOSTS, claim }))) return;
  } finally {
    await queries.letGo(sql, { id: input.id, claim });
  }
}

interface Plan {
  readonly audience: AudienceRow;
  readonly marked: readonly Marked[];
  readonly adds: readonly Holding[];
  readonly removes: readonly Holding[];
  readonly replaced: ReadonlySet<Id>;
  readonly ends: readonly { bucket: number; contact: Id; at: Instant }[];
}

/** @returns whether there may be more */
async function syncBatch(deps: Deps, input: { workspace: Id; id: Id; hosts: Hosts; claim: Id }): Promise<boolean> {
  const { sql, chance, clock, net } = deps.ports;
  const now = clock.now();
  const { claim } = input;
  const next = await sql.transaction(async (tx) => {
    const audience = await queries.claim(tx, { ...input, now, until: now + CLAIM });
    if (audience === null) return null;
    const asked = await queries.dueRequests(tx, { audience: audience.id, now, limit: LOOKS });
    return { audience, asked, plan: asked.length > 0 || audience.refill ? null : await prepare(tx, deps, audience, now) };
  });
  if (next === null) return false;
  const { audience, asked, plan } = next;
  const calling: Calling = { net, audience, secret: deps.secrets.open(audience.secret, secretContext(audience)), hosts: input.hosts, now };
  if (asked.length > 0) return settleRequests(deps, { calling, asked, claim });
  if (plan === null) return emptyOut(deps, { calling, claim });
  if (plan.marked.length === 0) return false;
  const { adds, removes } = plan;
  let removed: Told | null = null;
  let added: Told | null = null;
  if (removes.length > 0) removed = await tell({ ...calling, batch: chance.id(now), act: "remove", rows: removes });
  if (adds.length > 0 && removed?.kind !== "later" && removed?.kind !== "failed")
    added = await tell({ ...calling, batch: chance.id(now), act: "add", rows: adds });
  return sql.transaction((tx) => record(tx, deps, { plan, claim, removed, added }));
}

/** Plans a batch, and writes what the destination may hold from now on: else an attempt cut off half-way would be forgotten. */
async function prepare(tx: Tx, deps: Deps, audience: AudienceRow, now: Instant): Promise<Plan> {
  const mayBeLaid = audience.lays_left > 0 || queries.EXPIRING.includes(audience.destination);
  if (mayBeLaid && audience.lay_at <= now)
    await queries.markMembers(tx, {
      audience,
      stamp: deps.ports.chance.id(now),
      now,
      next: now + (audience.lays_left > 1 ? MINUTE : ROUND),
    });
  const plan = await planBatch(tx, audience, now);
  await queries.writeHeld(tx, { audience, rows: [...plan.adds, ...plan.removes], sure: false });
  return plan;
}

/** Which of the contacts due are to be added, which removed. */
async function planBatch(tx: Tx, audience: AudienceRow, now: Instant): Promise<Plan> {
  const marked = await queries.selectMarked(tx, { audience, now, limit: MOST_AT_ONCE[audience.destination] });
  const today = toIso(now).slice(0, 10) as LocalDate;
  const agreed = await agreedOf(tx, {
    workspace: audience.workspace_id,
    channel: audience.channel,
    topic: audience.topic,
    people: marked,
    today,
  });
  const adds: Holding[] = [];
  const removes: Holding[] = [];
  const replaced = new Set<Id>();
  const ends: Plan["ends"][number][] = [];
  for (const one of marked) {
    const answer = agreed.get(one.contact_id);
    const wanted = one.member && answer !== undefined ? identifiersFor(audience.destination, one) : null;
    const told = actFor({ wanted, held: one.identifiers === null ? null : { identifiers: one.identifiers, sure: one.sure === true } });
    // An address of one's own knows contacts by their id: other values of the same one are told like an entry.
    const act = told === "replace" && audience.destination === "webhook" ? "add" : told;
    const place = { bucket: one.bucket, contact: one.contact_id };
    if (act === "add") adds.push({ ...place, identifiers: wanted! });
    if (act === "remove" || act === "replace") removes.push({ ...place, identifiers: one.identifiers! });
    if (act === "replace") replaced.add(one.contact_id);
    if (wanted !== null && answer !== undefined && answer !== null) ends.push({ ...place, at: Date.parse(`${answer}T00:00:00Z`) + DAY });
  }
  return { audience, marked, adds, removes, replaced, ends };
}

/** Who agreed, with the last day of their consent or null for one without end. Without a channel everybody is in. */
export async function agreedOf(
  db: Db,
  input: { workspace: Id; channel: string | null; topic: string; people: readonly { bucket: number; contact_id: Id }[]; today: LocalDate },
): Promise<Map<Id, LocalDate | null>> {
  const { workspace, channel, topic, people, today } = input;
  if (channel === null) return new Map(people.map((one) => [one.contact_id, null]));
  const said = Map.groupBy(
    await selectConsents(db, { keys: people.map((one) => ({ workspace, bucket: one.bucket, contact: one.contact_id, channel })) }),
    (one) => one.contact,
  );
  return new Map(
    people.flatMap(({ contact_id }) => {
      const answer = consentFor(said.get(contact_id) ?? [], topic, today);
      return answer.kind === "granted" ? [[contact_id, answer.by.expiresOn] as const] : [];
    }),
  );
}

/** Writes what came of a batch, unless another has taken over. @returns whether to go on at once */
async function record(tx: Tx, deps: Deps, input: { plan: Plan; claim: Id; removed: Told | null; added: Told | null }): Promise<boolean> {
  const { plan, claim, removed, added } = input;
  const { audience } = plan;
  const { chance, clock } = deps.ports;
  const now = clock.now();
  const trouble = [removed, added].find((one): one is Refused => one !== null && one.kind !== "done") ?? null;
  const failed = await recordOutcome(tx, deps, { audience, claim, trouble });
  if (failed === null) return false;
  const stamp = chance.id(now);
  const sent = { added: added?.kind === "done" ? plan.adds : [], removed: removed?.kind === "done" ? plan.removes : [] };
  await queries.writeRemoved(tx, { audience, rows: sent.removed, stamp, now });
  await queries.writeHeld(tx, { audience, rows: sent.added, sure: true });
  if (!trouble) {
    await queries.dropMarks(tx, { audience, rows: plan.marked.filter((one) => !plan.replaced.has(one.contact_id)) });
    await queries.markAgain(tx, { audience, rows: plan.ends, stamp });
  }
  if (removed !== null || added !== null) {
    const told = [removed, added].filter((one) => one?.kind === "done");
    for (const one of told) await noteRequest(tx, deps, { audience, told: one });
    await queries.insertDelivery(tx, {
      audience,
      forget: now - KEEP_LOG,
      delivery: {
        id: stamp,
        tried_at: now,
        outcome: trouble ? (failed ? "failed" : "later") : "done",
        added: sent.added.length,
        removed: sent.removed.length,
        refused: told.reduce((sum, one) => sum + one.refused, 0),
        status: trouble?.status ?? null,
        reason: trouble?.reason ?? null,
      },
    });
  }
  return trouble === null;
}

export const secretContext = (audience: { readonly workspace_id: Id; readonly id: Id }): string =>
  `audience:${audience.workspace_id}:${audience.id}`;
