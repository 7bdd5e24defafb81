import * as contract from "@relance/contract/contacts";
import { fromIso, isId, toIso, type Id } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import { findWorkspace, identityRulesOf } from "../team/index.ts";
import type { Deps } from "../../deps.ts";
import { readCounter } from "../../platform/counters.ts";
import type { Db, Tx } from "../../platform/db/database.ts";
import { isRetryable } from "../../platform/db/pool.ts";
import { join, raw, sql } from "../../platform/db/sql.ts";
import type { NewFact } from "../../platform/engine.ts";
import { invalid } from "../../platform/errors.ts";
import { route } from "../../platform/http/route.ts";
import { writeFacts } from "../../platform/inbox.ts";
import { currentContact, loadContacts } from "./change.ts";
import { formerAmong } from "./claim.ts";
import { COLUMN_NAMES, COLUMNS, type Contact } from "./columns.ts";
import { isSeparable } from "./divide.ts";
import { refuseErased } from "./erased.ts";
import { groupNotFound } from "./errors.ts";
import { archiveGroup, insertGroup, joinGroups, leaveGroups, membersOf, renameGroup, selectGroups, type GroupRow } from "./groups.ts";
import { phoneReader } from "./phone.ts";
import { selectParts } from "./parts.ts";
import { identitiesOf, sourcesOfFields } from "./queries.ts";
import {
  attributeSample,
  columnFill,
  conflictsOf,
  findByIdentity,
  followMerges,
  groupsOf,
  listContactRows,
  mergesOf,
  searchContactIds,
} from "./reading.ts";
import { lookupBucket } from "./record.ts";
import { contactOf } from "./rows.ts";
import { editContact, putContact, valuesOf } from "./write.ts";

/** Who placed an order of this number; answered by the catalogue, which is above this domain. */
export type OrderFinder = (db: Db, input: { workspace: Id; externalId: string }) => Promise<Id | null>;

export function contactRoutes(app: FastifyInstance, deps: Deps, finders: { readonly byOrder: OrderFinder }): void {
  listing(app, deps, finders.byOrder);
  editing(app, deps);
  groupRoutes(app, deps);
}

function listing(app: FastifyInstance, deps: Deps, byOrder: OrderFinder): void {
  const { sql: db } = deps.ports;
  route(app, contract.listContacts, async ({ actor, query }) => {
    const { workspace } = actor;
    const total = await readCounter(db, { workspace, name: "contacts.known" });
    if (query.search) {
      const ids = await search(db, workspace, query.search, query.limit, byOrder);
      const found = await loadContacts(db, { workspace, ids });
      return { items: ids.flatMap((id) => (found.has(id) ? [rowOf(found.get(id)!)] : [])), next: null, total };
    }
    const known = query.known === "true";
    const rows = (
      await listContactRows(db, { workspace, known, group: query.group ?? null, after: readCursor(query.after), limit: query.limit + 1 })
    ).map(contactOf);
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    const at = last && (known ? last.lastSeenAt : last.createdAt);
    return {
      items: shown.map(rowOf),
      next: rows.length > query.limit && last ? `${at == null ? "never" : toIso(at)}~${last.id}` : null,
      total,
    };
  });
  route(app, contract.getContact, async ({ actor, params }) => profileOf(db, actor.workspace, params.id));
  route(app, contract.listAttributes, async ({ actor }) => ({ items: await attributesOf(db, actor.workspace) }));
}

async function search(db: Db, workspace: Id, text: string, limit: number, byOrder: OrderFinder): Promise<Id[]> {
  const exact = ["user_id", "email", "phone", "anonymous_id"].map((kind) => {
    const value = kind === "email" ? text.toLowerCase() : kind === "phone" ? text.replace(/[\s.-]/g, "") : text;
    return { kind, value, lookupBucket: lookupBucket(workspace, kind, value) };
  });
  const order = await byOrder(db, { workspace, externalId: text });
  const ids = [
    ...(await findByIdentity(db, { workspace, identities: exact })),
    ...(order === null ? [] : [order]),
    ...(await searchContactIds(db, { workspace, text, limit })),
  ];
  return [...new Set(ids)].slice(0, limit);
}

function editing(app: FastifyInstance, deps: Deps): void {
  const { sql: db } = deps.ports;
  const phoneOf = async (workspace: Id) => phoneReader((await findWorkspace(db, { id: workspace })).time_zone);
  route(app, contract.createContact, async ({ actor, body }) => {
    const values = valuesOf(body, await phoneOf(actor.workspace));
    const made = await inTransaction(deps, async (tx, by) => {
      await refuseErased(tx, { secrets: deps.secrets, workspace: actor.workspace, values });
      const { contact, facts } = await putContact(tx, { ...by, workspace: actor.workspace, source: `api:${actor.id}`, values });
      return { result: contact, facts };
    });
    return profileOf(db, actor.workspace, made);
  });
  route(app, contract.changeContact, async ({ actor, params, body }) => {
    const values = valuesOf(body, await phoneOf(actor.workspace));
    const id = await followMerges(db, { workspace: actor.workspace, id: params.id });
    await inTransaction(deps, async (tx, by) => {
      await refuseErased(tx, { secrets: deps.secrets, workspace: actor.workspace, values });
      return {
        result: null,
        facts: await editContact(tx, { ...by, workspace: actor.workspace, source: `api:${actor.id}`, contact: id, values }),
      };
    });
    return profileOf(db, actor.workspace, id);
  });
}

const RETRIES = 3;

/** One transaction of a person's change, with the facts it makes; one that stood in the way of another is tried again. */
export async function inTransaction<T>(
  deps: Deps,
  work: (tx: Tx, by: { chance: Deps["ports"]["chance"]; now: number; slot: number }) => Promise<{ result: T; facts: readonly NewFact[] }>,
): Promise<T> {
  const { sql: db, chance, clock } = deps.ports;
  const now = clock.now();
  for (let attempt = 0; ; attempt++) {
    try {
      const result = await db.transaction(async (tx) => {
        const done = await work(tx, { chance, now, slot: 1 + Math.floor(chance.float() * 7) });
        await writeFacts(tx, { chance, now, facts: done.facts });
        return done.result;
      });
      deps.poke();
      return result;
    } catch (error) {
      if (!isRetryable(error) || attempt === RETRIES) throw error;
    }
  }
}

/** Archives a group; its members leave it first, in batches. */
export async function removeGroup(deps: Deps, input: { readonly workspace: Id; readonly id: Id }): Promise<void> {
  const { sql: db, clock } = deps.ports;
  const { workspace, id } = input;
  for (
    let members = await membersOf(db, { workspace, group: id, limit: 5000 });
    members.length > 0;
    members = await membersOf(db, { workspace, group: id, limit: 5000 })
  ) {
    await inTransaction(deps, async (tx, by) => ({
      result: null,
      facts: await leaveGroups(tx, { ...by, workspace, moves: members.map((contact) => ({ group: id, contact })) }),
    }));
  }
  await db.transaction((tx) => archiveGroup(tx, { workspace, id, now: clock.now() }));
}

function groupRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, chance, clock } = deps.ports;
  const one = async (workspace: Id, id: Id) => {
    const [row] = await selectGroups(db, { workspace, id });
    if (!row) throw groupNotFound({ id });
    return groupView(row);
  };
  route(app, contract.listGroups, async ({ actor }) => ({
    items: (await selectGroups(db, { workspace: actor.workspace })).map(groupView),
  }));
  route(app, contract.createGroup, async ({ actor, body }) => {
    const now = clock.now();
    const id = chance.id(now);
    await db.transaction((tx) => insertGroup(tx, { ...body, workspace: actor.workspace, id, by: actor.id, now }));
    return one(actor.workspace, id);
  });
  route(app, contract.changeGroup, async ({ actor, params, body }) => {
    await db.transaction((tx) => renameGroup(tx, { ...body, workspace: actor.workspace, id: params.id }));
    return one(actor.workspace, params.id);
  });
  route(app, contract.removeGroup, async ({ actor, params }) => {
    await one(actor.workspace, params.id);
    await removeGroup(deps, { workspace: actor.workspace, id: params.id });
    return {};
  });
  route(app, contract.joinGroup, async ({ actor, params, body }) => {
    await one(actor.workspace, params.id);
    return inTransaction(deps, async (tx, by) => {
      const facts = await joinGroups(tx, {
        ...by,
        workspace: actor.workspace,
        by: actor.id,
        moves: body.contacts.map((contact) => ({ group: params.id, contact })),
      });
      return { result: { joined: facts.length }, facts };
    });
  });
  route(app, contract.leaveGroup, async ({ actor, params, body }) => {
    await one(actor.workspace, params.id);
    return inTransaction(deps, async (tx, by) => {
      const facts = await leaveGroups(tx, {
        ...by,
        workspace: actor.workspace,
        moves: body.contacts.map((contact) => ({ group: params.id, contact })),
      });
      return { result: { left: facts.length }, facts };
    });
  });
}

const groupView = (row: GroupRow) => ({
  id: row.id,
  name: row.name,
  description: row.description,
  members: row.members,
  createdAt: toIso(row.created_at),
});

const text = (contact: Contact, column: string) => (contact.columns[column] as string | undefined) ?? null;
const number = (contact: Contact, column: string) => (contact.columns[column] as number | undefined) ?? null;

export function rowOf(contact: Contact): contract.ContactRow {
  return {
    id: contact.id,
    known: contact.known,
    externalId: text(contact, "external_id"),
    email: text(contact, "email"),
    phone: text(contact, "phone"),
    firstName: text(contact, "first_name"),
    lastName: text(contact, "last_name"),
    locale: text(contact, "locale"),
    country: text(contact, "country"),
    city: text(contact, "city"),
    createdAt: toIso(contact.createdAt),
    updatedAt: toIso(contact.updatedAt),
    lastSeenAt: contact.lastSeenAt === null ? null : toIso(contact.lastSeenAt),
  };
}

async function profileOf(db: Db, workspace: Id, asked: Id): Promise<contract.ContactProfile> {
  const contact = await currentContact(db, { workspace, id: asked });
  const { id } = contact;
  const [sources, identities, groups, conflicts, merges] = await Promise.all([
    sourcesOfFields(db, { workspace, contact: id }),
    identitiesOf(db, { workspace, contacts: [id] }),
    groupsOf(db, { workspace, contact: id }),
    conflictsOf(db, { workspace, contact: id }),
    mergesOf(db, { workspace, contact: id }),
  ]);
  const [rules, parts] = await Promise.all([
    identityRulesOf(db, { workspace }),
    merges.length > 0 ? selectParts(db, { workspace, ids: [id] }) : [],
  ]);
  const former = formerAmong(identities, rules);
  return {
    ...rowOf(contact),
    timeZone: text(contact, "time_zone"),
    region: text(contact, "region"),
    postalCode: text(contact, "postal_code"),
    storeId: text(contact, "store_id"),
    birthDate: text(contact, "birth_date"),
    customerType: text(contact, "customer_type"),
    latitude: number(contact, "latitude"),
    longitude: number(contact, "longitude"),
    attributes: { ...contact.attributes },
    freshness: Object.fromEntries(Object.entries(contact.fieldTimes).map(([field, at]) => [field, toIso(at)])),
    sources,
    identities: identities.map((one) => ({
      kind: one.kind,
      value: one.value,
      source: one.source,
      createdAt: toIso(one.created_at),
      saidAt: toIso(one.said_at),
      former: former.has(one),
    })),
    groups: groups.map((one) => ({ id: one.id, name: one.name, addedAt: toIso(one.added_at) })),
    conflicts: conflicts.map((one) => ({
      kind: one.kind,
      value: one.value,
      holder: one.holder_id,
      source: one.source,
      at: toIso(one.claimed_at),
    })),
    merges: merges.map((one) => ({
      id: one.id,
      loser: one.loser_id,
      at: toIso(one.merged_at),
      evidence: one.evidence,
      separable: isSeparable(id, parts, one),
    })),
  };
}

const SAMPLE = 10_000;
const TYPE_OF_COLUMN: Readonly<Record<string, (typeof contract.ATTRIBUTE_TYPES)[number]>> = {
  birth_date: "date",
  latitude: "number",
  longitude: "number",
};
const TYPE_OF_JSON: Readonly<Record<string, (typeof contract.ATTRIBUTE_TYPES)[number]>> = {
  string: "text",
  number: "number",
  boolean: "boolean",
  array: "list",
  object: "object",
};

async function attributesOf(db: Db, workspace: Id): Promise<(typeof contract.attributeInfo._output)[]> {
  const [own, filled] = await Promise.all([
    attributeSample(db, { workspace, most: SAMPLE }),
    columnFill(db, {
      workspace,
      most: SAMPLE,
      columns: join(
        COLUMN_NAMES.map((name) => sql`count(s.${raw(name)}) as ${raw(name)}`),
        ", ",
      ),
    }),
  ]);
  const typed = Object.keys(COLUMNS).map((name) => ({
    name,
    type: TYPE_OF_COLUMN[name] ?? ("text" as const),
    typed: true,
    filled: filled[name] ?? 0,
    of: own.contacts,
    samples: [],
  }));
  const names = new Map<string, (typeof own.rows)[number]>();
  for (const row of own.rows) {
    const before = names.get(row.name);
    names.set(row.name, before ? { ...before, n: before.n + row.n } : row); // its commonest type comes first
  }
  const dated = (samples: readonly string[]) =>
    samples.length > 0 && samples.every((sample) => /^\d{4}-\d{2}-\d{2}$/.test(sample))
      ? ("date" as const)
      : samples.length > 0 && samples.every((sample) => fromIso(sample) !== null)
        ? ("instant" as const)
        : null;
  return [
    ...typed,
    ...[...names.values()].map((row) => ({
      name: `attributes.${row.name}`,
      type: (row.kind === "string" ? dated(row.samples) : null) ?? TYPE_OF_JSON[row.kind] ?? ("text" as const),
      typed: false,
      filled: row.n,
      of: own.contacts,
      samples: row.samples,
    })),
  ];
}

function readCursor(after: string | undefined): { at: number | null; id: Id } | null {
  if (after === undefined) return null;
  const [at, id] = after.split("~");
  const instant = at === "never" ? null : fromIso(at ?? "");
  if ((instant === null && at !== "never") || id === undefined || !isId(id))
    throw invalid({ message: "after is not the next of a page" }, { field: "after" });
  return { at: instant, id };
}
