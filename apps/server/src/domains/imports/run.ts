import type { ImportReport } from "@relance/contract/imports";
import type { Id, Instant } from "@relance/model/base";
import type { Mapping } from "@relance/model/imports";
import type { Deps } from "../../deps.ts";
import { CodedError } from "../../platform/errors.ts";
import { knownOrders, noteProducts, upsertOrders, type ProductTexts } from "../catalog/index.ts";
import { phoneReader } from "../contacts/index.ts";
import {
  correctEvents,
  ensureEventPartitions,
  ERASED,
  readBatches,
  takeIds,
  type IngestInto,
  type ReadBatches,
  type Verdict,
} from "../ingest/index.ts";
import { findWorkspace } from "../team/index.ts";
import { applyCatalogue, type Applied } from "./apply-catalogue.ts";
import { applyCarts } from "./apply-carts.ts";
import { applyRefunds, momentsOf } from "./apply-refunds.ts";
import { stageFile } from "./check.ts";
import { isCartMessage } from "./cart-news.ts";
import { messageRefused } from "./errors.ts";
import { takeLease, type ImportLease } from "./lease.ts";
import { hash, isEventRow, newsOf, type GroupNews } from "./messages.ts";
import { advanceImport, findImport, moveImport, type ImportRecord } from "./queries.ts";
import type { RefundNews } from "./refund-news.ts";
import { clearRows, hasStaging, REFUND_GROUP, stagedGroups, type StagedGroup } from "./staging.ts";

// A second or two of work, and what a crash repeats at most (to no effect).
const ROWS = 10_000;

/**
 * Applies a checked import: group by group, each chunk in one transaction with the mark of how far it came, so that a killed run goes on
 * where it was and a repeated import changes nothing.
 */
export async function runImport(deps: Deps, input: { workspace: Id; id: Id; rowsAtOnce?: number }): Promise<void> {
  const record = await findImport(deps.ports.sql, input);
  if (record?.state !== "running" || record.mapping === null) return;
  const lease = await takeLease(deps, { id: record.id, state: "running" });
  if (!lease) return;
  try {
    if (!(await hasStaging(deps.ports.sql, { id: record.id })) && (await stageFile(deps, record, record.mapping, lease)) === null) return;
    if (!(await applyAll(deps, record, { mapping: record.mapping, lease, rows: input.rowsAtOnce ?? ROWS }))) return;
    await moveImport(deps.ports.sql, { ...input, from: ["running"], to: "done", now: deps.ports.clock.now() });
    await tidyImport(deps, record);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error; // a surprise: the job tries again
    await moveImport(deps.ports.sql, { ...input, from: ["running"], to: "failed", now: deps.ports.clock.now(), failure: error });
  } finally {
    deps.poke();
  }
}

/** Takes away what a finished import needs no more: the file first, for rows that are left say that this was not done. */
export async function tidyImport(deps: Deps, record: Pick<ImportRecord, "id" | "shape">): Promise<void> {
  for (const file of record.shape.files) await deps.ports.files.remove(file.path);
  await clearRows(deps.ports.sql, { id: record.id });
}

/** @returns false when the lease was lost: cancelled, or taken over */
async function applyAll(
  deps: Deps,
  record: ImportRecord,
  { mapping, lease, rows }: { mapping: Mapping; lease: ImportLease; rows: number },
): Promise<boolean> {
  const { sql, clock } = deps.ports;
  const workspace = await findWorkspace(sql, { id: record.workspace_id });
  const into = {
    workspace: workspace.id,
    currency: mapping.options.currency,
    texts: textsOf(mapping.options.language, workspace.locale),
    phone: phoneReader(workspace.time_zone),
    trusted: true,
    source: record.shape.source ?? "import",
    secrets: deps.secrets,
  };
  let report: Partial<ImportReport> = record.report;
  for await (const chunk of ahead(chunksOf(stagedGroups(sql, { id: record.id, after: record.cursor }), { mapping, into, rows, clock }))) {
    if (!(await lease.renew())) return false;
    await ensureEventPartitions(sql, [...chunk.read.moments, ...momentsOf(chunk.refunds), chunk.now]);
    report = await sql.transaction(async (tx) => {
      const applied = await applyChunk(tx, deps, into, chunk);
      const before = report.applied ?? { created: 0, updated: 0, unchanged: 0 };
      const next = {
        ...report,
        applied: {
          created: before.created + applied.created,
          updated: before.updated + applied.updated,
          unchanged: before.unchanged + applied.unchanged,
          ...addErased(before, applied),
        },
      };
      await advanceImport(tx, { id: record.id, cursor: chunk.last, rows: chunk.rows, report: next });
      return next;
    });
  }
  return true;
}

/** Whole groups that are applied together, and what they become. */
interface Chunk {
  /** The key of the last group. */
  readonly last: string;
  readonly rows: number;
  readonly now: Instant;
  readonly news: readonly GroupNews[];
  readonly messages: readonly Record<string, unknown>[];
  readonly returns: readonly Record<string, unknown>[];
  readonly refunds: readonly RefundNews[];
  /** Messages and returns, read; the returns are the second batch. */
  readonly read: ReadBatches;
}

/** As many whole groups at a time as hold some rows, at least one. */
async function* chunksOf(
  groups: AsyncIterable<StagedGroup>,
  given: { mapping: Mapping; into: Into; rows: number; clock: Deps["ports"]["clock"] },
): AsyncGenerator<Chunk> {
  let held: StagedGroup[] = [];
  let rows = 0;
  const take = (): Chunk => {
    const now = given.clock.now();
    const news = held.map((group) => newsOf(group, given.mapping, now, given.into.source));
    const [messages, returns] = [news.flatMap((one) => one.messages), news.flatMap((one) => one.returns)];
    const history = { receivedAt: now, source: null, live: false, ours: true };
    const chunk = {
      last: held.at(-1)!.key,
      rows,
      now,
      news,
      messages,
      returns,
      refunds: news.flatMap((one) => one.refunds),
      read: readBatches(given.into, [
        { messages, ...history },
        { messages: returns, ...history, commerce: false },
      ]),
    };
    [held, rows] = [[], 0];
    return chunk;
  };
  for await (const group of groups) {
    // Refunds lock the people of their orders before these, sales the other way round: never in one transaction.
    const turns = held[0]?.key.startsWith(REFUND_GROUP) !== group.key.startsWith(REFUND_GROUP);
    if (rows > 0 && (turns || rows + group.rows.length > given.rows)) yield take();
    held.push(group);
    rows += group.rows.length;
  }
  if (rows > 0) yield take();
}

/** Asks for the next while the present one is worked on: the database reads and writes, the process reads messages, both at once. */
async function* ahead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = source.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = source.next();
      next.catch(() => undefined); // heard when it is waited for
      yield value;
    }
  } finally {
    await next.catch(() => undefined);
  }
}

type Tx = Parameters<ReadBatches["store"]>[0];

const textsOf = (language: string | undefined, main: string): ProductTexts | null => (language === undefined ? null : { language, main });
type Into = IngestInto & { readonly texts: ProductTexts | null };

/** Rows about people who were erased; named only where there are some. */
const addErased = (...counts: readonly { readonly erased?: number | undefined }[]): { erased?: number } => {
  const erased = counts.reduce((sum, one) => sum + (one.erased ?? 0), 0);
  return erased > 0 ? { erased } : {};
};

async function applyChunk(
  tx: Tx,
  deps: Deps,
  into: Into,
  { now, news, messages, returns, refunds, read }: Chunk,
): Promise<Applied & { readonly erased?: number }> {
  const { chance } = deps.ports;
  const common = { workspace: into.workspace, chance, now, slot: 1 + Math.floor(chance.float() * 7), currency: into.currency };
  const catalogue = await applyCatalogue(tx, { ...common, source: into.source, texts: into.texts }, news);
  if (messages.length + returns.length > 0) await read.store(tx, deps.ports);
  const [verdicts = [], returned = []] = read.verdicts();
  // Who a user id names is known from the messages just stored or stored before; a return goes to the customer of its own message.
  const contactOf = new Map<string, Id>();
  const all = [...verdicts, ...returned];
  refuseLoss([...messages, ...returns], all);
  [...messages, ...returns].forEach((message, index) => {
    const verdict = all[index];
    if (verdict?.is === "stored") contactOf.set(String(message["userId"]), verdict.contact);
  });
  const given = news.flatMap((one) => one.orders);
  const again = [...messages, ...returns].filter(
    (message, index) => message["type"] === "track" && !isEventRow(message) && !isCartMessage(message) && all[index]?.is === "duplicate",
  );
  const orderIds = [...again.map(orderIdOf), ...given.map((order) => order.externalId)];
  const known =
    orderIds.length === 0 ? new Map<string, never>() : await knownOrders(tx, { workspace: into.workspace, externalIds: orderIds });
  const told = again.flatMap((message) => {
    const contact = known.get(orderIdOf(message))?.contact;
    return contact ? [{ contact, message, commerce: message["event"] === "Order Completed" }] : [];
  });
  const corrected = await correctEvents(tx, { into, chance, now, slot: common.slot, told });
  const seen = news.flatMap((one) => one.seen);
  const ids = seen.length === 0 ? new Map<string, Id>() : await noteProducts(tx, { ...common, source: into.source, products: seen });
  // Written when never seen in just this form, or when something else was written since: A, then B, then A again ends as A.
  const named = given.map((order) => ({ order, name: `import:direct:${order.externalId}:${hash(order)}` }));
  const fresh = await takeIds(tx, { workspace: into.workspace, now, ids: named.map((one) => one.name) });
  const differs = (order: (typeof given)[number]): boolean => {
    const stored = known.get(order.externalId);
    return !stored || stored.total !== order.total || stored.placedAt !== order.placedAt;
  };
  const written = named
    .filter(({ order, name }) => fresh.has(name) || differs(order))
    .map(({ order }) => ({ ...order, corrects: known.has(order.externalId) }));
  const direct = await upsertOrders(tx, {
    ...common,
    products: ids,
    orders: written.map(({ userId, ...order }) => ({ ...order, contact: (userId === null ? null : contactOf.get(userId)) ?? null })),
  });
  const back = await applyRefunds(tx, { into, chance, now, slot: common.slot }, refunds);
  const carts = await applyCarts(
    tx,
    { into, chance, now, slot: common.slot },
    news.flatMap((one) => one.carts),
    contactOf,
  );
  // What is counted is what a row is about: an order, a refund, a cart, an event, or a contact when the file holds none of them.
  const counted = news.flatMap((one) =>
    one.messages.filter(
      (message) =>
        isEventRow(message) ||
        message["event"] === "Order Completed" ||
        (message["type"] === "identify" &&
          one.messages.length === 1 &&
          one.orders.length === 0 &&
          one.returns.length + one.refunds.length + one.carts.length === 0),
    ),
  );
  const verdictOf = new Map(messages.map((message, index) => [message, verdicts[index]!]));
  const kinds = counted.map((message) => (corrected.has(message) ? "corrected" : verdictOf.get(message)!.is));
  const erased = counted.filter((message) => isErased(verdictOf.get(message)!)).length;
  const n = (kind: string): number => kinds.filter((one) => one === kind).length;
  return {
    created: n("stored") + direct.created + catalogue.created + back.created + carts.created,
    updated: n("corrected") + direct.updated + catalogue.updated + back.updated + carts.updated,
    unchanged: n("duplicate") + direct.unchanged + given.length - written.length + catalogue.unchanged + back.unchanged + carts.unchanged,
    ...addErased({ erased }, carts),
  };
}

function refuseLoss(messages: readonly Readonly<Record<string, unknown>>[], verdicts: readonly Verdict[]): void {
  const at = verdicts.findIndex((verdict) => verdict.is === "refused" && !isErased(verdict));
  const verdict = verdicts[at];
  if (verdict?.is === "refused") throw messageRefused({ id: String(messages[at]!["messageId"]), reason: verdict.code });
}

const isErased = (verdict: Verdict): boolean => verdict.is === "refused" && verdict.code === ERASED;

const orderIdOf = (message: Readonly<Record<string, unknown>>): string =>
  String((message["properties"] as { order_id?: unknown }).order_id);
