/**
 * Where words about people lie in rows that do not say whose they are: refused rows and messages, staged rows of files, what shops sent.
 * Looked through by the person's addresses and full name when they are erased; a test searches every text of the database afterwards.
 */
import type { Id } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { join, raw, sql } from "../../platform/db/sql.ts";
import type { Traces } from "../contacts/index.ts";

/** Rows that go when they speak of the person. `strong`: only an address tells, for others may have the name. */
const ROWS: readonly { readonly table: string; readonly columns: readonly string[]; readonly strong?: true }[] = [
  { table: "import_refusals", columns: ["cells", "message"] },
  { table: "import_rows", columns: ["payload", "cells", "group_key"], strong: true },
  { table: "shop_refusals", columns: ["body"] },
  { table: "refused_messages", columns: ["body"] },
  { table: "shop_versions", columns: ["body", "parent"], strong: true },
];

/** Rows that stay, without the words. */
const WORDS: readonly {
  readonly table: string;
  readonly key: readonly string[];
  readonly columns: readonly { readonly name: string; readonly type: "text" | "jsonb" }[];
}[] = [
  { table: "audit_log", key: ["workspace_id", "id"], columns: [{ name: "detail", type: "jsonb" }] },
  {
    table: "imports",
    key: ["id"],
    columns: [
      { name: "report", type: "jsonb" },
      { name: "shape", type: "jsonb" },
      { name: "error", type: "text" },
      { name: "reason", type: "jsonb" },
    ],
  },
  { table: "journey_comments", key: ["id"], columns: [{ name: "text", type: "text" }] },
  {
    table: "rehearsals",
    key: ["id"],
    columns: [
      { name: "result", type: "jsonb" },
      { name: "other_result", type: "jsonb" },
    ],
  },
];
const GONE = "…";

/** @returns how many rows went or were cleared of the person's words */
export async function dropTraces(db: Db, input: { readonly workspace: Id; readonly wanted: Traces }): Promise<number> {
  const { workspace, wanted } = input;
  const addresses = wanted.identities.flatMap(({ kind, value }) =>
    kind === "email" ? [escaped(value)] : kind === "phone" ? [digits(value)] : [],
  );
  const strong = addresses.join("|");
  const all = [...addresses, ...(wanted.name === null ? [] : [escaped(wanted.name)])].join("|");
  let n = await dropCustomers(db, input);
  if (all === "") return n;
  for (const { table, columns, strong: byAddress } of ROWS) {
    const pattern = byAddress ? strong : all;
    if (pattern === "") continue;
    const speaks = join(
      columns.map((column) => sql`t.${raw(column)}::text ~* ${pattern}`),
      " or ",
    );
    n += (await db.query(sql`delete from ${raw(table)} t where t.workspace_id = ${workspace} and (${speaks}) returning 1`)).length;
  }
  for (const { table, columns } of WORDS) {
    const speaks = join(
      columns.map(({ name }) => sql`t.${raw(name)}::text ~* ${all}`),
      " or ",
    );
    const cleared = join(
      columns.map(({ name, type }) => sql`${raw(name)} = regexp_replace(t.${raw(name)}::text, ${all}, ${GONE}, 'gi')::${raw(type)}`),
      ", ",
    );
    n += (await db.query(sql`update ${raw(table)} t set ${cleared} where t.workspace_id = ${workspace} and (${speaks}) returning 1`))
      .length;
  }
  return n;
}

/** What shops' connections remember of the customer, by the id it has there. */
async function dropCustomers(db: Db, { workspace, wanted }: { readonly workspace: Id; readonly wanted: Traces }): Promise<number> {
  const ids = wanted.identities.flatMap(({ kind, value }) => (kind === "user_id" ? [value] : []));
  if (ids.length === 0) return 0;
  return (
    await db.query(sql`
    delete from shop_versions v using shop_connections c
    where c.workspace_id = ${workspace} and v.workspace_id = c.workspace_id and v.connection_id = c.id and v.kind = 'customer' and c.shop || ':' || c.prefix || v.external_id = any(${ids}::text[]) returning 1`)
  ).length;
}

const escaped = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");

/** A number however it is written: its last nine digits, with whatever stands between them. */
const digits = (phone: string): string => phone.replace(/\D/g, "").slice(-9).split("").join("[ .()/-]*");
