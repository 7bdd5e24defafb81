/**
 * Values kept true. An event computes anew the attributes that read its name, for its contact only; time does when an event leaves its
 * window; a new or changed attribute is computed bucket by bucket by the bucket's owner. A value that changed is told as `contact.changed`,
 * so that segments and journeys after this listener see it in the same turn; values of a build are told to segments as a build.
 */
import type { Id } from "@relance/model/base";
import type { Tx } from "../../platform/db/database.ts";
import type { Listener, NewFact, Turn } from "../../platform/engine.ts";
import { idsOfBuckets, setAttribute } from "../contacts/index.ts";
import { askComputed, rebuildMentioning } from "../segments/index.ts";
import * as queries from "./queries.ts";

/** Buckets per turn: of a million contacts some 16,000. */
const BUCKETS_PER_BUILD = 4;

export const computedListener: Listener = {
  name: "computed",
  kinds: ["event", "contact.changed", "contact.merged", "contact.separated", "contact.erased"],
  async onFacts(tx, turn, facts) {
    const telling = facts.filter((fact) => fact.kind !== "contact.changed" || fact.data.created);
    if (telling.length === 0) return [];
    const attributes = (
      await queries.selectComputed(tx, { workspaces: [...new Set(telling.map((fact) => fact.workspace))].sort() })
    ).filter((one) => one.state !== "removing");
    const pending = new Map<queries.ComputedRow, Set<Id>>();
    for (const attribute of attributes) {
      const touched = telling.filter(
        (fact) => fact.workspace === attribute.workspace_id && (fact.kind !== "event" || fact.data.name === attribute.computation.event),
      );
      if (touched.length > 0) pending.set(attribute, new Set(touched.map((fact) => fact.contact)));
    }
    return settle(tx, turn, pending);
  },
  async onTime(tx, turn, limit) {
    const due = await queries.dueTimers(tx, { buckets: turn.buckets, now: turn.now, limit });
    const attributes =
      due.length === 0 ? [] : await queries.selectComputed(tx, { workspaces: [...new Set(due.map((row) => row.workspace_id))].sort() });
    const pending = new Map<queries.ComputedRow, Set<Id>>();
    for (const attribute of attributes) {
      const contacts = due.filter((row) => row.attribute_id === attribute.id).map((row) => row.contact_id);
      if (contacts.length > 0) pending.set(attribute, new Set(contacts));
    }
    const facts = await settle(tx, turn, pending);
    const built = await build(tx, turn);
    return { facts, more: due.length === limit || built };
  },
  async nextDue(db, buckets) {
    const { due, building } = await queries.firstDue(db, { buckets });
    return building ? -Infinity : due;
  },
};

async function settle(tx: Tx, turn: Turn, pending: ReadonlyMap<queries.ComputedRow, ReadonlySet<Id>>): Promise<NewFact[]> {
  const changed = new Map<Id, { workspace: Id; attributes: string[] }>();
  for (const [attribute, contacts] of pending) {
    for (const contact of await compute(tx, turn, attribute, [...contacts].sort())) {
      const news = changed.get(contact) ?? { workspace: attribute.workspace_id, attributes: [] };
      news.attributes.push(`attributes.${attribute.key}`);
      changed.set(contact, news);
    }
  }
  return [...changed]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([contact, { workspace, attributes }]) => ({
      workspace,
      contact,
      occurredAt: turn.now,
      kind: "contact.changed",
      data: { attributes: attributes.sort(), created: false },
    }));
}

/** @returns the contacts whose value changed */
async function compute(tx: Tx, turn: Turn, attribute: queries.ComputedRow, contacts: readonly Id[]): Promise<Id[]> {
  if (contacts.length === 0) return [];
  const { workspace_id: workspace, id, key } = attribute;
  // Nothing is left of an attribute that is being removed.
  const answers =
    attribute.state === "removing" ? null : await askComputed(tx, { workspace, of: attribute.computation, at: turn.now, contacts });
  await queries.writeTimers(tx, {
    workspace,
    attribute: id,
    timers: contacts.map((contact) => ({ contact, due: answers?.get(contact)?.nextAt ?? null })),
  });
  return setAttribute(tx, {
    workspace,
    name: key,
    values: contacts.map((contact) => ({ contact, value: answers?.get(contact)?.value ?? null })),
    now: turn.now,
  });
}

/** @returns whether there was something to build */
async function build(tx: Tx, turn: Turn): Promise<boolean> {
  const units = await queries.nextBuild(tx, { buckets: turn.buckets, limit: BUCKETS_PER_BUILD });
  const [first] = units;
  if (!first) return false;
  const buckets = units.map((unit) => unit.bucket);
  const [attribute] = await queries.selectComputed(tx, { workspaces: [first.workspace_id], id: first.attribute_id });
  if (attribute) {
    await compute(tx, turn, attribute, await idsOfBuckets(tx, { workspace: first.workspace_id, buckets }));
    await rebuildMentioning(tx, { workspace: first.workspace_id, attribute: `attributes.${attribute.key}`, buckets, now: turn.now });
  }
  await queries.finishBuild(tx, { id: first.attribute_id, buckets });
  return true;
}
