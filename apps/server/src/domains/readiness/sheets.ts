import { DAY, HOUR, MINUTE, type Id, type Instant } from "@relance/model/base";
import { auditProduct, sheetCellsOf, type SheetAudit, type SheetStore } from "@relance/model/readiness";
import type { Deps } from "../../deps.ts";
import type { Tx } from "../../platform/db/database.ts";
import { callOut } from "../../platform/net/index.ts";
import { changedProducts, productSheets } from "../catalog/index.ts";
import { moveCells, type Counted } from "./cells.ts";
import type { State } from "./queries.ts";
import * as sheets from "./sheet-queries.ts";

/** Products per transaction: some 200 ms. */
const BATCH = 200;
/** A change is stamped when its transaction begins and seen when it ends: those that took less are not missed. The daily walk finds the rest. */
const OVERLAP = MINUTE;

/** Judges products that changed or whose addresses did. @returns whether there may be more */
export async function judgeBatch(tx: Tx, input: { state: State; stores: readonly SheetStore[]; now: Instant }): Promise<boolean> {
  const { state, now } = input;
  const workspace = state.workspace_id;
  const changed = await changedProducts(tx, { workspace, after: { at: state.products_to ?? 0, id: state.products_id }, limit: BATCH });
  if (changed.length > 0) {
    await sheets.markProducts(tx, { products: changed.map((one) => ({ workspace, product: one.id })) });
    const last = changed.at(-1)!;
    await sheets.writeProductsTo(tx, {
      workspace,
      at: changed.length < BATCH ? Math.min(last.at, now - OVERLAP) : last.at,
      id: changed.length < BATCH ? "ffffffff-ffff-ffff-ffff-ffffffffffff" : last.id,
    });
    if (changed.length === BATCH) return true;
  }
  const taken = await sheets.takeProducts(tx, { workspace, limit: BATCH });
  if (taken.length > 0) await judgeProducts(tx, { ...input, products: taken });
  return taken.length === BATCH;
}

async function judgeProducts(
  tx: Tx,
  input: { state: State; stores: readonly SheetStore[]; now: Instant; products: readonly Id[] },
): Promise<void> {
  const { state, stores, now, products } = input;
  const workspace = state.workspace_id;
  const seen = await productSheets(tx, { workspace, ids: products });
  const found = new Map<Id, SheetAudit>(seen.map((one) => [one.id, auditProduct(one, stores, () => null)]));
  const known = await sheets.knownAddresses(tx, { workspace, urls: [...new Set([...found.values()].flatMap((one) => one.urls))] });
  const fresh = Map.groupBy(
    [...found].flatMap(([product, { urls }]) => urls.filter((url) => !known.has(url)).map((url) => ({ url, product }))),
    (one) => one.url,
  );
  await sheets.noteAddresses(tx, {
    workspace,
    now,
    rows: [...fresh].map(([url, of]) => ({ url, products: of.map((one) => one.product) })),
  });
  const audits = seen.map((one) => ({ product: one.id, audit: auditProduct(one, stores, (url) => known.get(url) ?? null) }));
  const before = await sheets.sheetCells(tx, { products });
  const counted: Counted[] = audits.map(({ audit }) => ({ cells: sheetCellsOf(audit).map(({ key, n }) => ({ key, n, at: null })) }));
  const numbers = await moveCells(tx, { state, before: before.map((one) => one.cells), after: counted });
  await sheets.writeSheets(tx, {
    workspace,
    now,
    rows: audits.map(({ product, audit }, i) => ({ product, cells: numbers[i]!, problems: audit.problems })),
  });
  await sheets.deleteSheets(tx, { products: products.filter((id) => !found.has(id)) });
}

/** Addresses looked at in half a minute, and how many at a time: were all of one shop, it would hardly notice. */
const AT_ONCE = 6;
const MOST = 60;
const PATIENCE = 8_000;
/** One silence or refusal may be the net's; three in a row, hours apart, are the address's. Not found is an answer at once. */
const TRIES = 3;

/** Looks whether links and images of products answer, a few each half minute, through the net port and never inside the house. */
export async function askAddresses(deps: Deps): Promise<void> {
  const { sql, clock } = deps.ports;
  const due = await sheets.dueAddresses(sql, { now: clock.now(), limit: MOST });
  for (let from = 0; from < due.length; from += AT_ONCE) {
    const some = due.slice(from, from + AT_ONCE);
    const statuses = await Promise.all(some.map((one) => statusOf(deps, one.url)));
    const now = clock.now();
    const rows = some.map((one, i) => ({
      workspace: one.workspace_id,
      url: one.url,
      status: statuses[i]!,
      ...answerOf(one, statuses[i]!, now),
    }));
    await sql.transaction(async (tx) => {
      await sheets.writeAddresses(tx, { now, rows });
      await sheets.markProducts(tx, {
        products: some.flatMap((one, i) =>
          (rows[i]!.alive === false) !== (one.alive === false)
            ? one.products.map((product) => ({ workspace: one.workspace_id, product }))
            : [],
        ),
      });
    });
  }
}

function answerOf(
  was: sheets.AddressRow,
  status: number | null,
  now: Instant,
): { alive: boolean | null; failures: number; askAt: Instant } {
  if (status !== null && status < 400) return { alive: true, failures: 0, askAt: now + 30 * DAY };
  if (status === 404 || status === 410) return { alive: false, failures: TRIES, askAt: now + DAY };
  // A door that asks who one is, is there.
  if (status === 401 || status === 403 || status === 405 || status === 429) return { alive: true, failures: 0, askAt: now + 7 * DAY };
  const failures = Math.min(TRIES, was.failures + 1);
  return { alive: failures >= TRIES ? false : was.alive, failures, askAt: now + (failures >= TRIES ? DAY : 2 * HOUR) };
}

/** The status an address answers; null when nobody does, or when it is inside the house. */
async function statusOf(deps: Deps, url: string): Promise<number | null> {
  try {
    const ask = (method: string) =>
      callOut(deps.ports.net, {
        method,
        url,
        headers: { "user-agent": "Relance link check", accept: "*/*" },
        body: "",
        timeoutMs: PATIENCE,
      });
    const head = await ask("HEAD");
    return head.status === 405 || head.status === 501 ? (await ask("GET")).status : head.status;
  } catch {
    return null; // refused, silent, or no address: told apart by how often
  }
}
