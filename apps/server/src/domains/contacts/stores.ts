import { isId, type Id } from "@relance/model/base";
import type { Json } from "@relance/model/events";
import type { Db } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";
import type { Claim } from "./claim.ts";

/** Says the store of each claim by our id where it is said by its code (case aside); a code of no store is kept as the attribute `store`. */
export async function withStores(db: Db, input: { readonly workspace: Id; readonly claims: readonly Claim[] }): Promise<readonly Claim[]> {
  const codes = new Set(input.claims.flatMap(({ values }) => codeIn(values["store_id"]) ?? []));
  if (codes.size === 0) return input.claims;
  const rows = await db.query<{ id: Id; code: string }>(sql`
    select s.id, lower(s.code) as code from stores s where s.workspace_id = ${input.workspace} and lower(s.code) = any(${[...codes]}::text[]) order by s.code desc`);
  const stores = new Map(rows.map((row) => [row.code, row.id]));
  return input.claims.map((claim) => {
    const { store_id: said, ...values } = claim.values;
    const code = codeIn(said);
    if (code === null) return claim;
    const store = stores.get(code);
    return { ...claim, values: store === undefined ? { ...values, "attributes.store": said! } : { ...values, store_id: store } };
  });
}

const codeIn = (said: Json | undefined): string | null => (typeof said === "string" && !isId(said) ? said.toLowerCase() : null);
