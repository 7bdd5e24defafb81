import type { Database, Db } from "../../../platform/db/database.ts";
import { raw, sql } from "../../../platform/db/sql.ts";
import { queryUnavailable, queryUnsafe } from "../errors.ts";

/** Reads the views of `relance_sql` and nothing else; nobody can sign in with it. Roles belong to the whole server, so databases share it. */
export const QUERY_ROLE = "relance_sql";

const STATEMENTS = [
  `create role ${QUERY_ROLE} nologin noinherit`,
  `grant usage on schema relance_sql to ${QUERY_ROLE}`,
  `grant select on all tables in schema relance_sql to ${QUERY_ROLE}`,
  `grant ${QUERY_ROLE} to current_user`,
] as const;

/**
 * The first minor release of each major version in which who may run SQL cannot write outside the memory of the server (CVE-2026-6473, May
 * 2026). Later holes need statements that no query of ours may hold, such as DECLARE (CVE-2026-16239).
 */
const SAFE_FROM: Readonly<Record<number, number>> = { 15: 18, 16: 14, 17: 10, 18: 4 };

export interface UnsafeServer {
  readonly version: string;
  readonly needed: string;
}

/** What must be updated before queries may run; null when nothing must. @param version as in `server_version_num` */
export function unsafeVersion(version: number): UnsafeServer | null {
  const [major, minor] = [Math.floor(version / 10_000), version % 10_000];
  const needed = SAFE_FROM[major] ?? (major > 18 ? 0 : Infinity);
  return minor >= needed ? null : { version: `${major}.${minor}`, needed: needed === Infinity ? "18.4" : `${major}.${needed}` };
}

export async function unsafeServer(db: Db): Promise<UnsafeServer | null> {
  const [row] = await db.query<{ version: number }>(sql`select current_setting('server_version_num')::integer as version`);
  return unsafeVersion(row!.version);
}

/** @throws queryUnsafe, queryUnavailable */
export async function ensureQueries(db: Database): Promise<void> {
  const unsafe = await unsafeServer(db);
  if (unsafe) throw queryUnsafe(unsafe);
  await ensureRole(db);
}

/** Statements that whoever runs the database executes where we may not make the role; null when it is there. */
export async function missingRole(db: Database): Promise<readonly string[] | null> {
  try {
    await ensureRole(db);
    return null;
  } catch (error) {
    if ((error as { code?: string }).code !== "segment.sql_unavailable") throw error;
    const [me] = await db.query<{ name: string }>(sql`select quote_ident(current_user) as name`);
    return STATEMENTS.map((one) => one.replace("current_user", me!.name));
  }
}

/** Makes the role where we may. @throws queryUnavailable with what to execute instead */
async function ensureRole(db: Database): Promise<void> {
  if (await isReady(db)) return;
  for (const statement of STATEMENTS) {
    // Another process may be doing the same at this moment; what counts is the look afterwards.
    await db.query(sql`${raw(statement)}`).catch(() => undefined);
  }
  if (!(await isReady(db))) throw queryUnavailable({ statements: STATEMENTS });
}

async function isReady(db: Db): Promise<boolean> {
  const [row] = await db.query<{ ready: boolean }>(sql`
    select not r.rolsuper and not r.rolcanlogin and pg_has_role(current_user, r.oid, 'member') and has_schema_privilege(r.oid, 'relance_sql', 'usage')
      and not exists (select 1 from pg_class c where c.relnamespace = 'relance_sql'::regnamespace and not has_table_privilege(r.oid, c.oid, 'select')) as ready
    from pg_roles r where r.rolname = ${QUERY_ROLE}`);
  return row?.ready === true;
}
