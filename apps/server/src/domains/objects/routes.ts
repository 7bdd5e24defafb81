import * as contract from "@relance/contract/objects";
import { toIso, type Id } from "@relance/model/base";
import { objectEvent, readObject } from "@relance/model/objects";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { paged, timeCursor } from "../../platform/http/pages.ts";
import { route } from "../../platform/http/route.ts";
import { phoneReader } from "../contacts/index.ts";
import { findWorkspace, namesOfActors } from "../team/index.ts";
import { momentUnknown, objectNotFound } from "./errors.ts";
import { historyOf } from "./history.ts";
import { putObjects, type PutCounts, type Teller } from "./put.ts";
import { findObjects, listObjectRows, objectId, selectTypes, type ObjectRecord, type TypeRow } from "./queries.ts";
import { changeType, createType, dropType } from "./types.ts";

export function objectRoutes(app: FastifyInstance, deps: Deps, teller: Teller): void {
  typeRoutes(app, deps);
  const { sql: db } = deps.ports;
  const put = putter(deps, teller);
  route(app, contract.listObjects, async ({ actor, query }) => {
    const { workspace } = actor;
    if (query.search) {
      const keys = query.type === undefined ? (await selectTypes(db, { workspace })).map((type) => type.key) : [query.type];
      const found = await findObjects(db, { workspace, ids: keys.map((key) => objectId(workspace, key, query.search!)) });
      return {
        items: found
          .filter((row) => row.removed_at === null && (query.contact === undefined || row.contact_id === query.contact))
          .map(objectView),
        next: null,
      };
    }
    const place = timeCursor(query.after, 1);
    const rows = await listObjectRows(db, {
      workspace,
      type: query.type ?? null,
      contact: query.contact ?? null,
      after: place && { at: place.at, id: place.ids[0]! },
      limit: query.limit + 1,
    });
    const { shown, next } = paged(rows, query.limit, (last) => `${toIso(last.updated_at)}~${last.id}`);
    return { items: shown.map(objectView), next };
  });
  route(app, contract.putObjects, async ({ actor, body }) => put(actor, body));
  route(app, contract.getObject, async ({ actor, params }) => detailOf(deps, actor.workspace, params.id));
  route(app, contract.restoreObject, async ({ actor, params, body }) => {
    const { object, type, history } = await found(deps, actor.workspace, params.id);
    // Before an event is after the one it followed; before the first, and before one that came after a removal, it was not there.
    const place = history.findIndex((one) => one.of.event === body.event);
    if (place < 0) throw momentUnknown({}, { field: "event" });
    const before = history[place + 1];
    const fields =
      before === undefined || before.what === "removed"
        ? null
        : readObject({ name: objectEvent(type.key), properties: before.of.properties, occurredAt: 0 }, type)!.fields;
    const all = Object.fromEntries(type.fields.map(({ key }) => [key, fields?.[key] ?? null]));
    await put(actor, {
      type: type.key,
      objects: [
        fields === null
          ? { id: object.external_id, fields: {}, removed: true }
          : { id: object.external_id, contact: { id: object.contact_id }, fields: all },
      ],
    });
    return detailOf(deps, actor.workspace, params.id);
  });
}

const putter =
  (deps: Deps, teller: Teller) =>
  async (actor: Actor, body: Parameters<typeof putObjects>[2]): Promise<PutCounts> => {
    const { sql: db, clock, chance } = deps.ports;
    const { workspace } = actor;
    const now = clock.now();
    const phone = phoneReader((await findWorkspace(db, { id: workspace })).time_zone);
    await teller.prepare([now]);
    const counts = await db.transaction((tx) =>
      putObjects(tx, { workspace, chance, now, slot: 1 + Math.floor(chance.float() * 7), source: `api:${actor.id}`, phone, teller }, body),
    );
    deps.poke();
    return counts;
  };

function typeRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db } = deps.ports;
  route(app, contract.listObjectTypes, async ({ actor }) => ({
    items: (await selectTypes(db, { workspace: actor.workspace })).map(typeView),
  }));
  route(app, contract.createObjectType, async ({ actor, body }) => typeView(await createType(deps, actor, body)));
  route(app, contract.changeObjectType, async ({ actor, params, body }) =>
    typeView(
      await changeType(deps, actor, params.id, { ...(body.names && { names: body.names }), ...(body.fields && { fields: body.fields }) }),
    ),
  );
  route(app, contract.archiveObjectType, async ({ actor, params }) => {
    await dropType(deps, actor, params.id);
    return { ok: true as const };
  });
}

async function found(deps: Deps, workspace: Id, id: Id) {
  const { sql: db } = deps.ports;
  const [object] = await findObjects(db, { workspace, ids: [id] });
  const type = (await selectTypes(db, { workspace })).find((one) => one.key === object?.type);
  if (!object || !type) throw objectNotFound({ id });
  return { object, type, history: await historyOf(db, { workspace, object, type }) };
}

async function detailOf(deps: Deps, workspace: Id, id: Id): Promise<contract.ObjectDetail> {
  const { object, history } = await found(deps, workspace, id);
  const who = (source: string) => source.replace(/^api:/, "");
  const names = await namesOfActors(deps.ports.sql, { workspace, ids: history.map((one) => who(one.of.source)) });
  return {
    ...objectView(object),
    removed: object.removed_at !== null,
    history: history.map(({ of, what, changes }) => ({
      event: of.event,
      at: toIso(of.at),
      what,
      source: of.source,
      by: names.get(who(of.source)) ?? null,
      changes: [...changes],
    })),
  };
}

const typeView = (row: TypeRow): contract.ObjectTypeRow => ({
  id: row.id,
  key: row.key,
  names: row.names,
  fields: row.fields.map(
    (field) => ({ ...field, ...(field.choices && { choices: [...field.choices] }) }) as contract.ObjectTypeRow["fields"][number],
  ),
  objects: row.objects,
  event: objectEvent(row.key),
  createdAt: toIso(row.created_at),
});

const objectView = (row: ObjectRecord): contract.ObjectRow => ({
  id: row.id,
  type: row.type,
  externalId: row.external_id,
  contact: row.contact_id,
  contactName: row.contact_name,
  fields: row.fields,
  source: row.source,
  createdAt: toIso(row.created_at),
  updatedAt: toIso(row.updated_at),
});
