import type { StoreInput, StoreSender } from "@relance/contract/catalog";
import type { Id } from "@relance/model/base";
import type { Tx } from "../../platform/db/database.ts";
import { json, sql, ts } from "../../platform/db/sql.ts";
import { keepEdits, type By, type SheetKind } from "./sheets.ts";

/** A store as it is compared and brought back; what is not known is absent. */
export interface StoreSheet {
  readonly name: string;
  readonly country: string;
  readonly languages: readonly string[];
  readonly currency: string;
  readonly timeZone: string;
  readonly url?: string | null;
  readonly latitude?: number | null;
  readonly longitude?: number | null;
  readonly sender?: StoreSender;
  readonly archived?: true | null;
}

export const storeKind: SheetKind<StoreSheet> = {
  name: "store",
  async load(tx, { workspace, ids }) {
    const rows = await tx.query<{ id: Id; sheet: StoreSheet }>(sql`
      select s.id, jsonb_strip_nulls(jsonb_build_object('name', s.name, 'country', s.country, 'languages', to_jsonb(s.languages), 'currency', s.currency, 'timeZone', s.time_zone, 'url', s.url,
        'latitude', s.latitude, 'longitude', s.longitude, 'sender', nullif(s.sender, '{}'), 'archived', case when s.archived_at is not null then true end)) as sheet
      from stores s where s.workspace_id = ${workspace} and s.id = any(${ids as Id[]}::uuid[]) order by s.id for update`);
    return new Map(rows.map((row) => [row.id, row.sheet]));
  },
  // A workspace has few stores, and they are told one at a time.
  async write(tx, by, edits) {
    const rows = edits.map(({ id, after }) => ({ id, ...after, languages: `{${after.languages.join(",")}}` }));
    await tx.query(sql`
      update stores s set name = r.name, country = r.country, languages = r.languages::text[], currency = r.currency, time_zone = r.time_zone, url = r.url, latitude = r.latitude, longitude = r.longitude,
        sender = r.sender, archived_at = case when r.archived then coalesce(s.archived_at, ${ts(by.now)}::timestamptz) end, updated_at = ${ts(by.now)}::timestamptz, source = ${by.source}
      from jsonb_to_recordset(${json(rows.map((row) => ({ ...row, time_zone: row.timeZone, sender: row.sender ?? {}, archived: row.archived === true })))}::jsonb)
        as r (id uuid, name text, country text, languages text, currency text, time_zone text, url text, latitude double precision, longitude double precision, sender jsonb, archived boolean)
      where s.id = r.id and s.workspace_id = ${by.workspace}`);
  },
};

/** Creates a store, or changes the one of this code: all but its sender and whether it is archived is told anew. */
export async function upsertStore(tx: Tx, by: By, input: StoreInput): Promise<Id> {
  const { code, sender, archived, ...told } = input;
  const id = by.chance.id(by.now);
  const made = await tx.query(sql`
    insert into stores (id, workspace_id, code, name, country, languages, currency, time_zone, created_at, source)
    values (${id}, ${by.workspace}, ${code}, ${told.name}, ${told.country}, ${told.languages}::text[], ${told.currency}, ${told.timeZone}, ${ts(by.now)}::timestamptz, ${by.source})
    on conflict (workspace_id, code) do nothing returning id`);
  const [row] = await tx.query<{ id: Id }>(sql`select id from stores where workspace_id = ${by.workspace} and code = ${code}`);
  const held = (await storeKind.load(tx, { workspace: by.workspace, ids: [row!.id] })).get(row!.id)!;
  const isArchived = archived ?? held.archived === true;
  const after: StoreSheet = {
    ...told,
    ...((sender ?? held.sender) ? { sender: sender ?? held.sender! } : {}),
    ...(isArchived && { archived: true as const }),
  };
  await keepEdits(tx, by, storeKind, [{ id: row!.id, before: made.length > 0 ? null : held, after }]);
  return row!.id;
}
