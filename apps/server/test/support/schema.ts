import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Db } from "../../src/platform/db/database.ts";
import { sql } from "../../src/platform/db/sql.ts";

/** The committed dump of what the migrations make; `npm run schema` writes it. */
export const SCHEMA_FILE = fileURLToPath(new URL("../../schema.sql", import.meta.url));
export const committedSchema = (): string => readFileSync(SCHEMA_FILE, "utf8");

const HEADING = `-- What all migrations together make. Written by \`npm run schema\`, never by hand; a test compares it with a freshly migrated database.
-- The monthly partitions of partitioned tables are made while the product runs and are left out.
`;

interface Table {
  readonly name: string;
  readonly kind: string;
  readonly partitioned: string | null;
  readonly options: string | null;
  readonly view: string | null;
}
interface Piece {
  readonly owner: string;
  readonly text: string;
}

/** The schema `public` as SQL, always in the same order: tables by name, columns as declared, then constraints and indexes by name. */
export async function dumpSchema(db: Db): Promise<string> {
  const tables = await db.query<Table>(sql`
    select c.relname as name, c.relkind as kind, pg_get_partkeydef(c.oid) as partitioned, array_to_string(c.reloptions, ', ') as options,
      case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid, true) end as view
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
      and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by c.relname collate "C"`);
  const columns = await db.query<Piece>(sql`
    select c.relname as owner, quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
      || case when a.attcollation <> t.typcollation and a.attcollation <> 0 then ' collate ' || (select quote_ident(l.collname) from pg_collation l where l.oid = a.attcollation) else '' end
      || case when a.attgenerated <> '' then ' generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ') ' || case a.attgenerated when 's' then 'stored' else 'virtual' end
              when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end
      || case when a.attnotnull then ' not null' else '' end as text
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    order by c.relname collate "C", a.attnum`);
  const constraints = await db.query<Piece>(sql`
    select c.relname as owner, 'constraint ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid) as text
    from pg_constraint k
    join pg_class c on c.oid = k.conrelid
    where c.relnamespace = 'public'::regnamespace and not c.relispartition and k.contype in ('p', 'u', 'f', 'c', 'x')
    order by c.relname collate "C", position(k.contype::text in 'pufcx'), k.conname collate "C"`);
  const indexes = await db.query<Piece>(sql`
    select c.relname as owner, pg_get_indexdef(i.indexrelid) as text
    from pg_index i
    join pg_class c on c.oid = i.indrelid
    join pg_class x on x.oid = i.indexrelid
    where c.relnamespace = 'public'::regnamespace and not c.relispartition and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
    order by c.relname collate "C", x.relname collate "C"`);
  const of = (pieces: readonly Piece[], owner: string) => pieces.filter((piece) => piece.owner === owner).map((piece) => piece.text);
  return (
    HEADING +
    tables.map((table) => wordsOf(table, [...of(columns, table.name), ...of(constraints, table.name)], of(indexes, table.name))).join("")
  );
}

function wordsOf(table: Table, inside: readonly string[], indexes: readonly string[]): string {
  if (table.view !== null) return `\ncreate ${table.kind === "m" ? "materialized " : ""}view ${table.name} as\n${table.view}\n`;
  const tail = `${table.partitioned === null ? "" : ` partition by ${table.partitioned.toLowerCase()}`}${table.options === null ? "" : ` with (${table.options})`}`;
  return `\ncreate table ${table.name} (\n${inside.map((line) => `  ${line}`).join(",\n")}\n)${tail};\n${indexes.map((index) => `${index};\n`).join("")}`;
}
