import type { Id } from "@relance/model/base";
import type { ObjectField, ObjectType } from "@relance/model/objects";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { choicesNeeded, fieldKept, fieldTwice, typeNotFound, typeTaken } from "./errors.ts";
import { archiveType, insertType, selectTypes, updateType, type TypeRow } from "./queries.ts";

/** @throws object_type.not_found */
async function findType(db: Db, workspace: Id, id: Id): Promise<TypeRow> {
  const type = (await selectTypes(db, { workspace })).find((one) => one.id === id);
  if (!type) throw typeNotFound({ id });
  return type;
}

/** @throws object_type.key_taken, object_type.field_twice, object_type.choices */
export async function createType(deps: Deps, actor: Actor, type: ObjectType): Promise<TypeRow> {
  const { sql: db, clock, chance } = deps.ports;
  checkFields(type.fields, []);
  const now = clock.now();
  const id = chance.id(now);
  await db.transaction(async (tx) => {
    if (!(await insertType(tx, { workspace: actor.workspace, id, type, by: actor.id, now })))
      throw typeTaken({ key: type.key }, { field: "key" });
  });
  return findType(db, actor.workspace, id);
}

/** Renames a type or its fields, adds fields or leaves some out; values of a field left out stay stored and come back with it. @throws object_type.field_kind */
export async function changeType(deps: Deps, actor: Actor, id: Id, told: Partial<Pick<ObjectType, "names" | "fields">>): Promise<TypeRow> {
  const { sql: db } = deps.ports;
  const held = await findType(db, actor.workspace, id);
  if (told.fields) checkFields(told.fields, held.fields);
  await db.transaction((tx) =>
    updateType(tx, { workspace: actor.workspace, id, type: { names: told.names ?? held.names, fields: told.fields ?? held.fields } }),
  );
  return findType(db, actor.workspace, id);
}

export async function dropType(deps: Deps, actor: Actor, id: Id): Promise<void> {
  const { sql: db, clock } = deps.ports;
  await findType(db, actor.workspace, id);
  await db.transaction((tx) => archiveType(tx, { workspace: actor.workspace, id, now: clock.now() }));
}

function checkFields(fields: readonly ObjectField[], held: readonly ObjectField[]): void {
  fields.forEach(({ key, kind, choices }, at) => {
    if (fields.findIndex((one) => one.key === key) !== at) throw fieldTwice({ key }, { field: `fields[${at}].key` });
    if (held.some((one) => one.key === key && one.kind !== kind)) throw fieldKept({ key }, { field: `fields[${at}].kind` });
    if ((kind === "choice") !== (choices !== undefined)) throw choicesNeeded({ key }, { field: `fields[${at}].choices` });
  });
}
