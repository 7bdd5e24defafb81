import type { Database } from "../../src/platform/db/database.ts";
import { raw, sql } from "../../src/platform/db/sql.ts";

/** Every `key=value` of a payload; empty objects and lists say nothing. */
export function leavesOf(value: unknown, key = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => leavesOf(one, key));
  if (typeof value === "object" && value !== null) return Object.entries(value).flatMap(([name, one]) => leavesOf(one, name));
  return [`${key}=${JSON.stringify(value)}`];
}

/** Every leaf that a workspace keeps of what shops told it. */
export async function keptOf(db: Database, workspace: string): Promise<Set<string>> {
  const bodies = await db.query<{ body: unknown }>(sql`
    select context as body from events where workspace_id = ${workspace} union all select body from shop_versions where workspace_id = ${workspace} and body is not null
    union all select body from shop_refusals where workspace_id = ${workspace} order by 1`);
  return new Set(bodies.flatMap((row) => leavesOf(row.body)));
}

const SHOWN = [
  "contacts",
  "orders",
  "order_lines",
  "carts",
  "products",
  "variants",
  "product_translations",
  "prices",
  "stock_levels",
  "categories",
  "consents",
];
/** Every value a person sees of what came, as text. */
export async function shownOf(db: Database, workspace: string): Promise<Set<string>> {
  const rows = (
    await Promise.all(
      SHOWN.map((table) =>
        db.query<{ row: unknown }>(sql`select to_jsonb(t) as row from ${raw(table)} t where t.workspace_id = ${workspace} order by 1`),
      ),
    )
  ).flat();
  return new Set(rows.flatMap(({ row }) => leavesOf(row).map(valueOf)));
}

/** What a leaf says, in one form. */
export const valueOf = (leaf: string): string => {
  const text = String(JSON.parse(leaf.slice(leaf.indexOf("=") + 1)));
  return text.trim() !== "" && Number.isFinite(Number(text)) ? String(Number(text)) : text.toLowerCase();
};

/** The keys of a payload whose values are shown: those that say enough to be found again. */
export const mappedOf = (payload: unknown, shown: ReadonlySet<string>): string[] =>
  leavesOf(payload).flatMap((leaf) =>
    valueOf(leaf).length > 2 && !/=(null|true|false)$/.test(leaf) && shown.has(valueOf(leaf)) ? [leaf.slice(0, leaf.indexOf("="))] : [],
  );
