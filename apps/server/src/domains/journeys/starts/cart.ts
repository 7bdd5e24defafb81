import type { Id } from "@relance/model/base";
import type { Tx } from "../../../platform/db/database.ts";
import { cartViews, type CartView } from "../../catalog/index.ts";

/** Carts as they stand, by `contact key`. */
export async function cartsAt(
  tx: Tx,
  rows: readonly { readonly workspace_id: Id; readonly contact_id: Id; readonly key: string }[],
): Promise<Map<string, CartView>> {
  const found = new Map<string, CartView>();
  for (const [workspace, group] of Map.groupBy(rows, (row) => row.workspace_id)) {
    const carts = await cartViews(tx, {
      workspace,
      carts: group.map((row) => ({ contact: row.contact_id, cart: row.key === "" ? null : row.key })),
    });
    group.forEach((row, at) => {
      const cart = carts[at];
      if (cart) found.set(`${row.contact_id} ${row.key}`, cart);
    });
  }
  return found;
}
