import { DAY, HOUR, type Id, type Instant } from "@relance/model/base";
import {
  decide,
  longestCap,
  type ArbiterSettings,
  type Decision,
  type GateFacts,
  type Habits,
  type JourneyWord,
  type LeftSend,
  type OpenSend,
} from "@relance/model/arbiter";
import { placeOf, placeOfPhone, placeOfZone, zoneOfPlace, type Place } from "@relance/model/calendar";
import { zoneOfPlace as zoneOfAddress } from "@relance/model/time";
import { usableZone } from "@relance/model/consent";
import type { Tx } from "../../platform/db/database.ts";
import type { Secrets } from "../../platform/secrets/index.ts";
import { findWorkspace } from "../team/index.ts";
import {
  selectActs,
  selectConsents,
  selectLedger,
  selectPeople,
  selectSuppressions,
  selectWorkspaceActs,
  type ContactKey,
  type Person,
  type PersonKey,
} from "./queries.ts";
import { suppressionKey } from "./suppressions.ts";

/** A send that asks to leave now. */
export interface Candidate {
  readonly id: Id;
  readonly bucket: number;
  readonly workspace: Id;
  readonly contact: Id;
  readonly channel: string;
  readonly class: "marketing" | "transactional";
  readonly topic: string;
  readonly address: string;
  readonly journey: Id | null;
  readonly priority: number;
  readonly group: string | null;
  readonly tags: readonly string[];
  readonly atOnce: boolean;
  readonly createdAt: Instant;
  readonly patienceUntil: Instant;
}

interface Asked {
  readonly now: Instant;
  readonly secrets: Secrets;
  readonly candidates: readonly Candidate[];
  /** What the journeys of the candidates say when asked again, by candidate; a candidate that is missing has no journey to ask. */
  readonly words?: ReadonlyMap<Id, JourneyWord>;
}

/**
 * Decides many sends at one instant, inside the transaction that claimed them: facts by one statement per question, then the pure
 * `decide` for each; a function of `now`, the candidates and what is stored, nothing else. Candidates of one contact are decided by
 * priority, then in the order of their ids: one that passes counts for the caps of those after it, one that is held is planned for them.
 * A candidate whose contact is no more is missing from the answer: unknown consent means no send.
 * The caller owns the candidates' buckets, so no other decision about these contacts is under way.
 */
export async function decideSends(tx: Tx, input: Asked): Promise<ReadonlyMap<Id, Decision>> {
  const { now, secrets, candidates } = input;
  const decided = new Map<Id, Decision>();
  if (candidates.length === 0) return decided;
  const workspaces = await workspaceRules(tx, candidates);
  const places = distinct(candidates, (one) => `${one.contact} ${one.channel}`).map((one): ContactKey => ({
    ...personOf(one),
    channel: one.channel,
  }));
  const hashes = new Map(candidates.map((one) => [one.id, suppressionKey(secrets, one)]));
  const suppressed = new Map(
    (await selectSuppressions(tx, { keys: [...hashes.values()] }))
      .filter((one) => one.lifted_at === null)
      .map((one) => [`${one.workspace_id} ${one.channel} ${one.address_hash}`, one]),
  );
  const consents = Map.groupBy(await selectConsents(tx, { keys: places }), (one) => `${one.contact} ${one.channel}`);
  const people = new Map(
    (await selectPeople(tx, { keys: distinct(candidates, (one) => one.contact).map(personOf) })).map((one) => [one.id, one]),
  );
  const ledger = await readLedger(tx, input, workspaces);
  const habits = await readHabits(tx, input, workspaces, people);
  for (const one of candidates.toSorted((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1))) {
    const person = people.get(one.contact);
    if (!person) continue;
    const rules = workspaces.get(one.workspace)!;
    const hash = hashes.get(one.id)!;
    const suppression = suppressed.get(`${hash.workspace} ${hash.channel} ${hash.hash}`);
    const { place, zone } = whereIs(person, one, rules);
    const decision = decide({
      now,
      send: one.id,
      contact: one.contact,
      journey: one.journey,
      channel: one.channel,
      class: one.class,
      topic: one.topic,
      tags: one.tags,
      priority: one.priority,
      group: one.group,
      atOnce: one.atOnce,
      createdAt: one.createdAt,
      patienceUntil: one.patienceUntil,
      settings: rules.settings,
      consents: consents.get(`${one.contact} ${one.channel}`) ?? [],
      word: input.words?.get(one.id) ?? null,
      suppression: suppression ? { reason: suppression.reason, at: suppression.suppressed_at } : null,
      zone,
      place,
      store: person.store,
      ...ledger.of(one.contact),
      habits: habits?.get(one.contact) ?? null,
    });
    ledger.add(one, decision, now);
    decided.set(one.id, decision);
  }
  return decided;
}

interface Rules {
  readonly settings: ArbiterSettings;
  readonly zone: string;
  readonly place: Place;
}

async function workspaceRules(tx: Tx, candidates: readonly Candidate[]): Promise<ReadonlyMap<Id, Rules>> {
  const rules = new Map<Id, Rules>();
  // One statement per workspace of the batch: batches are taken per workspace, so this is one.
  for (const id of new Set(candidates.map((one) => one.workspace))) {
    const { settings, time_zone: zone } = await findWorkspace(tx, { id });
    rules.set(id, { settings, zone, place: settings.calendar.place || placeOfZone(zone) });
  }
  return rules;
}

/** The place and the time zone of a contact: its own word, its country and postal code, its phone's, its store's, the workspace's. */
function whereIs(person: Person, { channel, address }: Candidate, rules: Rules): { place: Place; zone: string } {
  const own =
    placeOf({ country: person.country, region: person.region, postalCode: person.postal_code }) ??
    (channel === "sms" ? placeOfPhone(address) : null);
  const store = placeOf({ country: person.store_country, region: null, postalCode: null });
  return {
    place: own ?? store ?? rules.place,
    zone: usableZone(
      person.time_zone,
      zoneOfAddress({ ...person, postalCode: person.postal_code }) ?? (own && zoneOfPlace(own)),
      person.store_zone,
      rules.zone,
    ),
  };
}

interface Ledger {
  of(contact: Id): Pick<GateFacts, "left" | "open">;
  /** What was decided in this batch stands for the contact's candidates after it. */
  add(candidate: Candidate, decision: Decision, now: Instant): void;
}

async function readLedger(tx: Tx, input: Asked, workspaces: ReadonlyMap<Id, Rules>): Promise<Ledger> {
  const { now, candidates } = input;
  const spans = [...workspaces.values()].flatMap(({ settings }) => [longestCap(settings) ?? 0, settings.priorityAhead > 0 ? DAY : 0]);
  const keys = distinct(
    candidates.filter((one) => one.class === "marketing"),
    (one) => one.contact,
  ).map(personOf);
  const rows =
    keys.length === 0 || Math.max(...spans) === 0
      ? []
      : await selectLedger(tx, { keys, since: now - Math.max(...spans), except: candidates.map((one) => one.id) });
  const left = new Map<Id, LeftSend[]>();
  const open = new Map<Id, OpenSend[]>();
  const put = <T>(map: Map<Id, T[]>, contact: Id, one: T) => {
    map.set(contact, [one, ...(map.get(contact) ?? [])]);
  };
  for (const row of rows.toReversed()) {
    if (row.open)
      put(open, row.contact, { id: row.id, channel: row.channel, journey: row.journey, priority: row.priority, dueAt: row.due });
    else if (row.at !== null) put(left, row.contact, { at: row.at, channel: row.channel, topic: row.topic, tags: row.tags });
  }
  return {
    of: (contact) => ({ left: left.get(contact) ?? [], open: open.get(contact) ?? [] }),
    add({ id, contact, channel, topic, tags, priority, journey, class: of, patienceUntil }, { verdict }, at) {
      if (of !== "marketing") return;
      if (verdict.kind === "send") put(left, contact, { at, channel, topic, tags });
      // A wait beyond its patience ends it now: nobody waits for it.
      if (verdict.kind === "hold" && verdict.until <= patienceUntil)
        put(open, contact, { id, channel, journey, priority, dueAt: verdict.until });
    },
  };
}

/** Of the candidates that would wait for their contact's best hour; null when there is none. */
async function readHabits(
  tx: Tx,
  { now, candidates }: Asked,
  workspaces: ReadonlyMap<Id, Rules>,
  people: ReadonlyMap<Id, Person>,
): Promise<ReadonlyMap<Id, Habits> | null> {
  const asking = distinct(
    candidates.filter(
      (one) => one.class === "marketing" && !one.atOnce && people.has(one.contact) && mayWait(one, workspaces.get(one.workspace)!, now),
    ),
    (one) => one.contact,
  );
  if (asking.length === 0) return null;
  const acts = Map.groupBy(await selectActs(tx, { keys: asking.map(personOf), now }), (act) => act.contact);
  const everyone = new Map<Id, readonly number[]>();
  for (const id of new Set(asking.map((one) => one.workspace))) {
    const counts: number[] = Array.from({ length: 24 }, () => 0);
    for (const act of await selectWorkspaceActs(tx, { workspace: id, now }))
      counts[hourIn(usableZone(act.time_zone, workspaces.get(id)!.zone), act.at)]! += 1;
    everyone.set(id, counts);
  }
  return new Map(
    asking.map((one) => {
      const { zone } = whereIs(people.get(one.contact)!, one, workspaces.get(one.workspace)!);
      return [
        one.contact,
        { own: (acts.get(one.contact) ?? []).map((act) => hourIn(zone, act.at)), everyone: everyone.get(one.workspace)! },
      ];
    }),
  );
}

const mayWait = (one: Candidate, { settings: { bestTime } }: Rules, now: Instant) =>
  bestTime.on && one.createdAt + bestTime.within * HOUR > now;
const hourIn = (zone: string, at: Instant) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).hour;
const personOf = ({ workspace, bucket, contact }: Candidate): PersonKey => ({ workspace, bucket, contact });

function distinct(candidates: readonly Candidate[], key: (one: Candidate) => string): Candidate[] {
  return [...new Map(candidates.map((one) => [key(one), one])).values()];
}
