import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { readShopify, type ShopNews } from "@relance/model/connectors";
import { clean, isObject, readInstant, Refusal, textOf, type JsonObject } from "@relance/model/events";
import type { Id } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import type { Tx } from "../../platform/db/database.ts";
import { noteProducts, upsertOrders } from "../catalog/index.ts";
import { recordConsents } from "../compliance/index.ts";
import { phoneReader } from "../contacts/index.ts";
import { ensureEventPartitions, ingestWithin, takeIds, type IngestInto } from "../ingest/index.ts";
import { findWorkspace } from "../team/index.ts";
import { notJson, notSigned } from "./errors.ts";
import { connectionOfHook, countDelivery, takeVersion, type ConnectionRecord, type Outcome } from "./queries.ts";

const EARLIEST = Date.UTC(2000, 0, 1);

export interface Delivery {
  readonly connection: Id;
  readonly body: Buffer;
  /** Of the headers of Shopify; an absent one is ''. */
  readonly signature: string;
  readonly topic: string;
  readonly domain: string;
}

/** What the secret is sealed for: moved to another connection it does not open. */
export const secretContext = (connection: { readonly workspace: Id; readonly id: Id }) => `shop:${connection.workspace}:${connection.id}`;

/**
 * Takes one delivery: checks its signature on the bytes as they came, then stores what it tells in one transaction and returns after
 * the commit. Repeats and late deliveries change nothing. A payload that cannot be read is counted with its reason and acknowledged:
 * sent again it would be the same, and shops drop a hook that answers errors.
 * @throws connection.not_signed, connection.body_malformed; nothing is stored then
 */
export async function receiveDelivery(deps: Deps, delivery: Delivery): Promise<Outcome> {
  const { sql: db } = deps.ports;
  const connection = await connectionOfHook(db, { id: delivery.connection });
  if (!connection || !isSigned(deps, connection, delivery) || delivery.domain !== connection.domain) throw notSigned({});
  const payload = readBody(delivery.body);
  const digest = createHash("sha256").update(delivery.body).digest("hex").slice(0, 32);
  const reading = readShopify(delivery.topic, payload, { scope: `shopify:${connection.id}`, digest });
  const workspace = connection.workspace_id;
  const count = { workspace, connection: connection.id, now: deps.ports.clock.now() };
  if (reading.is !== "news") {
    const problem = reading.is === "refused" ? `${delivery.topic.slice(0, 100)}: ${reading.field}` : null;
    await db.transaction((tx) => countDelivery(tx, { ...count, outcome: reading.is, problem }));
    return reading.is;
  }
  const found = await findWorkspace(db, { id: workspace });
  const into: IngestInto = { workspace, currency: found.currency, phone: phoneReader(found.time_zone), trusted: true, source: "shopify" };
  // As ingest dates them: never later than now; what is older than 2000 it refuses.
  const moments = reading.news.messages.flatMap((message) => readInstant(message["timestamp"]) ?? []);
  await ensureEventPartitions(db, moments.filter((at) => at >= EARLIEST).map((at) => Math.min(at, count.now)));
  const outcome = await db.transaction(async (tx) => {
    const { is, problem } = await storeNews(tx, deps, connection, into, { ...reading.news, digest });
    await countDelivery(tx, { ...count, outcome: is, problem });
    return is;
  });
  deps.poke();
  return outcome;
}

function isSigned(deps: Deps, connection: ConnectionRecord, { signature, body }: Delivery): boolean {
  const secret = deps.secrets.open(connection.secret, secretContext({ workspace: connection.workspace_id, id: connection.id }));
  const ours = createHmac("sha256", secret).update(body).digest();
  const theirs = Buffer.from(signature, "base64");
  return theirs.length === ours.length && timingSafeEqual(ours, theirs);
}

function readBody(body: Buffer): JsonObject {
  try {
    const payload: unknown = JSON.parse(body.toString("utf8"));
    if (isObject(payload)) return clean(payload, "body") as JsonObject;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof Refusal)) throw error; // answered below
  }
  throw notJson({});
}

async function storeNews(tx: Tx, deps: Deps, connection: ConnectionRecord, into: IngestInto, news: ShopNews & { readonly digest: string }): Promise<{ is: Outcome; problem: string | null }> {
  const { chance, clock } = deps.ports;
  const { workspace } = into;
  const now = clock.now();
  // Held before anything is written, so that deliveries of one order come one after the other.
  const newest = news.order !== null && (await takeVersion(tx, { workspace, connection: connection.id, kind: "order", externalId: news.order.externalId, at: news.order.at, digest: news.digest }));
  const [verdicts = []] = await ingestWithin(tx, { chance, clock }, into, [{ messages: news.messages, receivedAt: now, source: null, commerce: false, live: true }]);
  const refusal = verdicts.find((verdict) => verdict.is === "refused");
  if (refusal) return { is: "refused", problem: `${refusal.code}: ${refusal.field}` };
  const contact = verdicts.findLast((verdict) => verdict.is === "stored")?.contact ?? null;
  if (news.order) {
    // Of an older state only what can but grow is taken (money given back) and what nothing said yet; its lines and total are past.
    const order = newest ? news.order : { ...news.order, at: news.order.at - 1, lines: null, total: null };
    const { lines, currency } = order;
    const seen = (lines ?? []).flatMap((line) => (line.product === null ? [] : [{ externalId: line.product, sku: line.sku, name: line.name, brand: null, category: null, price: line.unitPrice, currency, url: null, imageUrl: null }]));
    const products = await noteProducts(tx, { workspace, chance, now, source: "shopify", products: seen });
    await upsertOrders(tx, { workspace, chance, now, slot: 1 + Math.floor(chance.float() * 7), currency: into.currency, products, orders: [{ ...order, contact }] });
  }
  if (contact === null) return { is: "repeated", problem: null };
  const said = news.consents.map((consent) => ({ consent, name: `shopify:${connection.id}:consent:${textOf(news.messages[0]!["userId"])}:${consent.channel}:${consent.state}:${consent.at}` }));
  const fresh = await takeIds(tx, { workspace, now, ids: said.map((one) => one.name) });
  await recordConsents(tx, {
    now, chance,
    records: said.filter((one) => fresh.has(one.name)).map(({ consent }) => ({ workspace, contact, channel: consent.channel, topic: "", state: consent.state, basis: "express", occurredAt: consent.at, source: "shopify", recordedBy: `connection:${connection.id}`, evidence: { optInLevel: consent.optInLevel } })),
  });
  return { is: "stored", problem: null };
}
