import { readShop, type Shop } from "@relance/model/connectors";
import { HOUR, MINUTE, SECOND, type Id, type Instant } from "@relance/model/base";
import { clean, Refusal, type JsonObject } from "@relance/model/events";
import type { Deps } from "../../deps.ts";
import type { Tx } from "../../platform/db/database.ts";
import { callOut, type HttpAnswer } from "../../platform/net/index.ts";
import { MAGENTO_PARTS } from "./asking/magento.ts";
import { BrokenPage, headerOf, wordsOf, type Access, type Asking, type Page, type Part } from "./asking/page.ts";
import { PRESTASHOP_PARTS } from "./asking/prestashop.ts";
import { SHOPIFY_PARTS } from "./asking/shopify.ts";
import { WOOCOMMERCE_PARTS } from "./asking/woocommerce.ts";
import { accessContext, contextOf, givenOf } from "./context.ts";
import {
  beginParts,
  claimReading,
  dropParts,
  dueReadings,
  letGo,
  moveReading,
  nextVariable,
  readingsOf,
  writeNames,
  writeProgress,
  type Reading,
} from "./progress.ts";
import { findConnection, type ConnectionRecord } from "./queries.ts";
import { dropRefusals, keepRefusals, type Refused } from "./refusals.ts";
import { ensureMonths, storeThings } from "./store.ts";

/** The name of the job; stored, it never changes. */
export const READ_JOB = "shop.read";

export const SHOP_PARTS: Readonly<Record<Shop, readonly Part[]>> = {
  shopify: SHOPIFY_PARTS,
  woocommerce: WOOCOMMERCE_PARTS,
  prestashop: PRESTASHOP_PARTS,
  magento: MAGENTO_PARTS,
};
/** How often a shop is asked what changed: those that deliver by webhook to make good what was lost, the others because it is their only way. */
const ASKED_EVERY: Readonly<Record<Shop, number>> = {
  shopify: 24 * HOUR,
  woocommerce: 24 * HOUR,
  prestashop: 15 * MINUTE,
  magento: 15 * MINUTE,
};
/** Asked again from a little before, for clocks that differ and rows that were being written. */
const OVERLAP = 5 * MINUTE;
const CLAIM = 3 * MINUTE;
const TIMEOUT = 60 * SECOND;
const MOST_BYTES = 32 * 1024 * 1024;
/** A wait this short is sat out; a longer one is a time to come back at. */
const SHORT = 10 * SECOND;
const TRIES = 8;
const KEEP_REFUSALS = 30 * 24 * HOUR;

/** Why a page was not had: `later` may work as it is, `failed` needs a person. */
interface Trouble {
  readonly kind: "later" | "failed";
  readonly reason: string;
  readonly waitMs?: number;
}

/** Takes up the shops that are due; every half minute. */
export async function tendShops(deps: Deps): Promise<void> {
  const { sql, clock } = deps.ports;
  for (const one of await dueReadings(sql, clock.now()))
    await sql.transaction((tx) =>
      deps.jobs.add(tx, READ_JOB, { workspace: one.workspace_id, id: one.id }, { key: `${READ_JOB}:${one.id}` }),
    );
  await dropRefusals(sql, { before: clock.now() - KEEP_REFUSALS });
}

/** A shop's module says that something changed: it is asked at once, unless it was in the last twenty seconds. @returns whether it can be asked */
export async function askSoon(deps: Deps, connection: ConnectionRecord): Promise<boolean> {
  const { sql, clock } = deps.ports;
  const now = clock.now();
  const key = { workspace: connection.workspace_id, id: connection.id };
  const dueAt = Math.max(now, (connection.read_at ?? 0) + 20 * SECOND);
  return sql.transaction(async (tx) => {
    const idle = await moveReading(tx, { ...key, from: ["idle"], to: "idle", dueAt, refusals: 0, problem: null, now });
    if (idle && dueAt === now) await deps.jobs.add(tx, READ_JOB, key, { key: `${READ_JOB}:${connection.id}` });
    return idle;
  });
}

/**
 * A person wants a shop read: at once, on from where it was stopped, or everything anew.
 * @returns whether it has keys to be read with
 */
export async function startReading(
  tx: Tx,
  deps: Deps,
  input: { readonly workspace: Id; readonly id: Id; readonly whole: boolean },
): Promise<boolean> {
  const now = deps.ports.clock.now();
  const key = { workspace: input.workspace, id: input.id };
  if (input.whole) await dropParts(tx, key);
  const under = (await readingsOf(tx, { workspace: key.workspace, connections: [key.id] })).some((one) => one.finished_at === null);
  const moved = await moveReading(tx, {
    ...key,
    from: ["none", "idle", "reading", "stopped", "failed"],
    to: under ? "reading" : "idle",
    dueAt: now,
    refusals: 0,
    problem: null,
    now,
  });
  if (moved) await deps.jobs.add(tx, READ_JOB, key, { key: `${READ_JOB}:${input.id}` });
  return moved;
}

export interface ReadInput {
  readonly workspace: Id;
  readonly id: Id;
  readonly signal?: AbortSignal;
  /** Stands for the shop's address in tests. */ readonly base?: string;
}

/**
 * Reads a shop part by part and page by page: first everything, then what changed since. A page is stored with the place of the next, so a
 * reading that was cut off anywhere goes on where it was; one at a time for each shop; a person can stop it between two pages.
 */
export async function runReading(deps: Deps, input: ReadInput): Promise<void> {
  const { sql, chance, clock } = deps.ports;
  const key = { workspace: input.workspace, id: input.id };
  const claim = chance.id(clock.now());
  if (
    !(await sql.transaction((tx) =>
      claimReading(tx, { ...key, claim, now: clock.now(), until: clock.now() + CLAIM, states: ["reading", "idle"] }),
    ))
  )
    return;
  try {
    await begin(deps, key);
    while (input.signal?.aborted !== true) if (!(await nextPage(deps, { ...input, claim }))) return;
  } finally {
    await letGo(sql, { ...key, claim });
  }
}

/** A reading that was read to the end begins anew, with what changed since it began. */
async function begin(deps: Deps, key: { workspace: Id; id: Id }): Promise<void> {
  const { sql, clock } = deps.ports;
  const now = clock.now();
  await sql.transaction(async (tx) => {
    const connection = await findConnection(tx, key);
    if (connection?.reading !== "idle") return;
    const before = new Map((await readingsOf(tx, { workspace: key.workspace, connections: [key.id] })).map((one) => [one.part, one]));
    await beginParts(tx, {
      ...key,
      now,
      parts: SHOP_PARTS[connection.shop].flatMap((part) => sinceOf(part, before.get(part.part), now) ?? []),
    });
    await moveReading(tx, { ...key, from: ["idle"], to: "reading", dueAt: now, refusals: 0, problem: null, now });
  });
}

function sinceOf(
  { part, wholeFor, dated }: Part,
  before: Reading | undefined,
  now: Instant,
): { part: string; since: Instant | null } | null {
  if (!before || before.whole_at === null || (wholeFor !== null && before.whole_at + wholeFor <= now)) return { part, since: null };
  return wholeFor === null || dated ? { part, since: before.started_at - OVERLAP } : null;
}

/** @returns whether there may be more */
async function nextPage(deps: Deps, input: ReadInput & { claim: Id }): Promise<boolean> {
  const { sql, clock } = deps.ports;
  const key = { workspace: input.workspace, id: input.id };
  const connection = await findConnection(sql, key);
  if (connection?.reading !== "reading" || connection.access === null) return false;
  const readings = new Map((await readingsOf(sql, { workspace: key.workspace, connections: [key.id] })).map((one) => [one.part, one]));
  const part = SHOP_PARTS[connection.shop].find((one) => readings.get(one.part)?.finished_at === null);
  if (!part) {
    const now = clock.now();
    await sql.transaction((tx) =>
      moveReading(tx, {
        ...key,
        from: ["reading"],
        to: "idle",
        dueAt: now + ASKED_EVERY[connection.shop],
        refusals: 0,
        problem: null,
        readAt: now,
        now,
      }),
    );
    return false;
  }
  const reading = readings.get(part.part)!;
  const got = await ask(deps, connection, { part, reading, ...(input.base !== undefined && { base: input.base }) });
  if ("rows" in got) return storePage(deps, connection, { part, reading, page: got, claim: input.claim });
  return meet(deps, connection, { part, trouble: got, claim: input.claim, ...(input.signal && { signal: input.signal }) });
}

async function ask(
  deps: Deps,
  connection: ConnectionRecord,
  input: { part: Part; reading: Reading; base?: string },
): Promise<Page | Trouble> {
  const { sql, net, clock, chance } = deps.ports;
  const { part, reading } = input;
  const key = { workspace: connection.workspace_id, id: connection.id };
  const shop = await contextOf(deps, connection);
  const asking: Asking = {
    base: input.base ?? shop.address,
    access: JSON.parse(deps.secrets.open(connection.access!, accessContext(key))) as Access,
    since: reading.since,
    cursor: reading.cursor,
    zone: shop.zone,
    now: clock.now(),
    nonce: Buffer.from(chance.bytes(16)).toString("hex"),
    done: reading.rows,
    nextProduct: (after) => nextVariable(sql, { ...key, after, since: reading.since }),
  };
  try {
    const request = await part.request(asking);
    if (request === null) return { rows: [], next: null, total: null };
    const answer = await callOut(net, {
      method: request.body === undefined ? "GET" : "POST",
      url: request.url,
      headers: { accept: "application/json", "user-agent": "Relance", ...request.headers },
      body: request.body ?? "",
      timeoutMs: TIMEOUT,
      mostBytes: MOST_BYTES,
    });
    if (part.absent?.(answer)) return { rows: [], next: null, total: 0 };
    if (answer.status !== 200) return refusedBy(answer, clock.now());
    const page = part.read(answer, asking, request);
    return { ...page, rows: page.rows.map((row) => clean(row, "row") as JsonObject) };
  } catch (error) {
    if (error instanceof BrokenPage)
      return { kind: "later", reason: error.message, ...(error.waitMs !== undefined && { waitMs: error.waitMs }) };
    if (error instanceof Refusal) return { kind: "failed", reason: `${error.code}: ${error.field}` };
    const { code, message } = error as { code?: string; message?: string };
    if (code !== undefined || /No answer|socket|aborted|closed/i.test(message ?? ""))
      return { kind: code === "net.blocked_address" ? "failed" : "later", reason: (message ?? "The connection failed").slice(0, 300) };
    throw error;
  }
}

function refusedBy(answer: HttpAnswer, now: Instant): Trouble {
  const { status } = answer;
  if (status >= 300 && status < 400)
    return { kind: "failed", reason: `HTTP ${status}: the shop answers at ${headerOf(answer, "location").slice(0, 200)}` };
  const reason = `HTTP ${status}: ${wordsOf(answer).slice(0, 160)}`;
  if (status === 429 || status >= 500 || status === 408 || status === 425)
    return { kind: "later", reason, ...waitOf(headerOf(answer, "retry-after"), now) };
  return { kind: "failed", reason };
}

/** `Retry-After`, in seconds (with a fraction at Shopify's) or as a date; a day at most. */
function waitOf(value: string, now: Instant): { waitMs?: number } {
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) && ms > 0 ? { waitMs: Math.min(ms, 24 * HOUR) } : {};
}

async function storePage(
  deps: Deps,
  connection: ConnectionRecord,
  input: { part: Part; reading: Reading; page: Page; claim: Id },
): Promise<boolean> {
  const { sql, clock, chance } = deps.ports;
  const { part, reading, page, claim } = input;
  const key = { workspace: connection.workspace_id, id: connection.id };
  const now = clock.now();
  const shop = await contextOf(deps, connection);
  const past = reading.since === null;
  const { topic } = part;
  const read =
    topic === null
      ? []
      : page.rows.map((row) => ({
          row,
          reading: readShop(connection.shop, topic, row, givenOf(shop, { now: reading.started_at, asked: true, past })),
        }));
  const things = read.flatMap((one) => (one.reading.is === "things" ? one.reading.things.map((thing) => ({ thing, row: one.row })) : []));
  await ensureMonths(
    deps,
    things.map((one) => one.thing),
    now,
  );
  const went = await sql.transaction(async (tx) => {
    if (!(await claimReading(tx, { ...key, claim, now, until: now + CLAIM, states: ["reading"] }))) return false;
    const stored = await storeThings(tx, deps, shop, { things: things.map((one) => one.thing), live: !past });
    const refusal = (row: JsonObject, reason: string): Refused => ({ id: chance.id(now), topic: topic ?? part.part, reason, body: row });
    const refusals = [
      ...read.flatMap((one) => (one.reading.is === "refused" ? [refusal(one.row, one.reading.field)] : [])),
      ...stored.flatMap((one, i) => (one.problem === null ? [] : [refusal(things[i]!.row, one.problem)])),
    ];
    await keepRefusals(tx, { workspace: key.workspace, connection: key.id, now, refusals });
    if (page.names) await writeNames(tx, { ...key, names: mergedNames(connection.names, page.names) });
    await writeProgress(tx, {
      ...key,
      part: part.part,
      next: page.next,
      rows: page.rows.length,
      refused: refusals.length,
      total: page.total,
      now,
    });
    if (connection.refusals > 0)
      await moveReading(tx, { ...key, from: ["reading"], to: "reading", dueAt: now, refusals: 0, problem: null, now });
    return true;
  });
  if (went) deps.poke();
  return went;
}

function mergedNames(held: ConnectionRecord["names"], more: NonNullable<Page["names"]>): ConnectionRecord["names"] {
  return { ...held, ...Object.fromEntries(Object.entries(more).map(([kind, names]) => [kind, { ...held[kind], ...names }])) };
}

/** Sits out a short wait; else notes when to come back, or that a person is needed. @returns whether to go on now */
async function meet(
  deps: Deps,
  connection: ConnectionRecord,
  input: { part: Part; trouble: Trouble; claim: Id; signal?: AbortSignal },
): Promise<boolean> {
  const { sql, clock, chance } = deps.ports;
  const { part, trouble } = input;
  const refusals = connection.refusals + 1;
  const failed = trouble.kind === "failed" || refusals >= TRIES;
  const waitMs = trouble.waitMs ?? Math.min(15 * SECOND * 2 ** refusals, HOUR) * (0.8 + 0.4 * chance.float());
  const now = clock.now();
  const moved = await sql.transaction((tx) =>
    moveReading(tx, {
      workspace: connection.workspace_id,
      id: connection.id,
      from: ["reading"],
      to: failed ? "failed" : "reading",
      dueAt: failed ? null : now + waitMs,
      refusals,
      problem: `${part.part}: ${trouble.reason}`,
      now,
    }),
  );
  if (!moved || failed || waitMs > SHORT) return false;
  await clock.sleep(waitMs, input.signal);
  return true;
}
