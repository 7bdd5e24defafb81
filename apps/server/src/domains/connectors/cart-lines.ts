import type { Id } from "@relance/model/base";
import type { ShopThing } from "@relance/model/connectors";
import type { LineSeen } from "@relance/model/events";
import type { Tx } from "../../platform/db/database.ts";
import { versionsByItem, versionsOf } from "./parts.ts";

/** Lines of carts that name what is in them by its SKU only (Magento's) name the product and the variant that the catalogue has under it. */
export async function productsOfLines(
  tx: Tx,
  input: { readonly workspace: Id; readonly connection: Id; readonly things: readonly ShopThing[] },
): Promise<readonly ShopThing[]> {
  const of = { workspace: input.workspace, connection: input.connection };
  const items = [
    ...new Set(
      input.things.flatMap((thing) =>
        thing.is === "cart" ? thing.lines.flatMap((line) => (line.product === null && line.sku !== null ? [line.sku] : [])) : [],
      ),
    ),
  ];
  if (items.length === 0) return input.things;
  const sold = (await versionsByItem(tx, { ...of, items })).filter((one) => one.kind === "product" || one.kind === "variant");
  const links = new Map(
    (await versionsOf(tx, { ...of, kinds: ["link"], ids: sold.map((one) => one.id) })).map((one) => [one.id, one.parent]),
  );
  const bySku = new Map(
    sold.map((one) => [
      one.item,
      one.kind === "product" ? { product: one.id, variant: null } : { product: one.parent ?? links.get(one.id) ?? null, variant: one.id },
    ]),
  );
  const known = (line: LineSeen): LineSeen => {
    const is = line.product === null && line.sku !== null ? bySku.get(line.sku) : undefined;
    return is === undefined || is.product === null ? line : { ...line, ...is };
  };
  return input.things.map((thing) => (thing.is === "cart" ? { ...thing, lines: thing.lines.map(known) } : thing));
}
