import { DAY, type Id, type Instant } from "@relance/model/base";
import { decide, usableZone, type Decision, type GateSettings, type Verdict } from "@relance/model/consent";
import type { Tx } from "../../platform/db/database.ts";
import type { Secrets } from "../../platform/secrets/index.ts";
import { findWorkspace } from "../team/index.ts";
import { selectConsents, selectContactZones, selectRecentSends, selectSuppressions, type ContactKey } from "./queries.ts";
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
}

type Checks = Decision["checks"];

/**
 * Decides many sends at one instant, inside the transaction that claimed them: facts by one statement per question, then the pure
 * `decide` for each. Candidates of one contact are decided in the order of their ids, and one that passes counts for the caps of
 * those after it. A candidate whose contact is no more is missing from the answer: unknown consent means no send.
 * The caller owns the candidates' buckets, so no other decision about these contacts is under way.
 */
export async function decideSends(tx: Tx, input: { readonly now: Instant; readonly secrets: Secrets; readonly candidates: readonly Candidate[] }): Promise<ReadonlyMap<Id, { readonly verdict: Verdict; readonly checks: Checks }>> {
  const { now, secrets, candidates } = input;
  const decided = new Map<Id, Decision>();
  if (candidates.length === 0) return decided;
  const workspaces = await workspaceRules(tx, candidates);
  const keys = distinct(candidates.map((one): ContactKey => ({ workspace: one.workspace, bucket: one.bucket, contact: one.contact, channel: one.channel })));
  const hashes = new Map(candidates.map((one) => [one.id, suppressionKey(secrets, one)]));
  const suppressed = new Map((await selectSuppressions(tx, { keys: [...hashes.values()] })).filter((one) => one.lifted_at === null).map((one) => [`${one.workspace_id} ${one.channel} ${one.address_hash}`, one]));
  const consents = Map.groupBy(await selectConsents(tx, { keys }), (one) => `${one.contact} ${one.channel}`);
  const zones = new Map((await selectContactZones(tx, { keys: keys.filter((key, n) => keys.findIndex((other) => other.contact === key.contact) === n) })).map((one) => [one.id, one.time_zone]));
  const recent = await recentSends(tx, { now, keys, workspaces, except: candidates.map((one) => one.id) });
  for (const one of candidates.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    if (!zones.has(one.contact)) continue;
    const place = `${one.contact} ${one.channel}`;
    const { settings, zone } = workspaces.get(one.workspace)!;
    const hash = hashes.get(one.id)!;
    const suppression = suppressed.get(`${hash.workspace} ${hash.channel} ${hash.hash}`);
    const decision = decide({
      now, class: one.class, topic: one.topic, settings, consents: consents.get(place) ?? [], recent: recent.get(place) ?? [],
      suppression: suppression ? { reason: suppression.reason, at: suppression.suppressed_at } : null, zone: usableZone(zones.get(one.contact), zone),
    });
    if (decision.verdict.kind === "send" && one.class === "marketing") recent.set(place, [now, ...(recent.get(place) ?? [])]);
    decided.set(one.id, decision);
  }
  return decided;
}

/** One candidate alone; the slow twin of `decideSends`, and what a person asks when explaining one send. */
export async function decideSend(tx: Tx, input: { readonly now: Instant; readonly secrets: Secrets; readonly candidate: Candidate }): Promise<Decision | null> {
  return (await decideSends(tx, { now: input.now, secrets: input.secrets, candidates: [input.candidate] })).get(input.candidate.id) ?? null;
}

interface Rules {
  readonly settings: GateSettings;
  readonly zone: string;
}

async function workspaceRules(tx: Tx, candidates: readonly Candidate[]): Promise<ReadonlyMap<Id, Rules>> {
  const rules = new Map<Id, Rules>();
  // One statement per workspace of the batch: batches are taken per workspace, so this is one.
  for (const id of new Set(candidates.map((one) => one.workspace))) {
    const { settings, time_zone: zone } = await findWorkspace(tx, { id });
    rules.set(id, { settings: { requireConsent: settings.requireConsent, cap: settings.cap, quietHours: settings.quietHours }, zone });
  }
  return rules;
}

async function recentSends(tx: Tx, input: { now: Instant; keys: readonly ContactKey[]; workspaces: ReadonlyMap<Id, Rules>; except: readonly Id[] }): Promise<Map<string, Instant[]>> {
  const { now, keys, workspaces, except } = input;
  const capped = keys.filter((key) => workspaces.get(key.workspace)!.settings.cap !== null);
  if (capped.length === 0) return new Map();
  const caps = [...workspaces.values()].flatMap(({ settings }) => (settings.cap ? [settings.cap] : []));
  const rows = await selectRecentSends(tx, { keys: capped, since: now - Math.max(...caps.map((cap) => cap.days)) * DAY, most: Math.max(...caps.map((cap) => cap.messages)), except });
  return new Map([...Map.groupBy(rows, (row) => `${row.contact_id} ${row.channel}`)].map(([place, of]) => [place, of.map((row) => row.at)]));
}

function distinct(keys: readonly ContactKey[]): ContactKey[] {
  return [...new Map(keys.map((key) => [`${key.contact} ${key.channel}`, key])).values()];
}
