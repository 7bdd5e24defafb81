import { createHmac, timingSafeEqual } from "node:crypto";
import { readShop, type Shop } from "@relance/model/connectors";
import { clean, isObject, Refusal, type JsonObject } from "@relance/model/events";
import type { Id } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import { contextOf, givenOf, secretContext } from "./context.ts";
import { notJson, notSigned } from "./errors.ts";
import { hearAsking, isAsking } from "./privacy.ts";
import { connectionOfHook, countOutcomes, type ConnectionRecord, type Outcome } from "./queries.ts";
import { askSoon } from "./reading.ts";
import { keepRefusals } from "./refusals.ts";
import { ensureMonths, storeThings } from "./store.ts";

export interface Delivery {
  readonly connection: Id;
  readonly body: Buffer;
  /** By name in lower case; an absent one is ''. */
  readonly header: (name: string) => string;
}

/** How each shop signs and names what it delivers. PrestaShop and Magento sign nothing: the module of the documentation does, as Relance signs its own webhooks. */
const SIGNING: Readonly<
  Record<Shop, { readonly topic: string; readonly signed: (secret: string, delivery: Delivery) => boolean; readonly from?: string }>
> = {
  shopify: {
    topic: "x-shopify-topic",
    from: "x-shopify-shop-domain",
    signed: (secret, { body, header }) =>
      isMac(createHmac("sha256", secret).update(body).digest(), Buffer.from(header("x-shopify-hmac-sha256"), "base64")),
  },
  woocommerce: {
    topic: "x-wc-webhook-topic",
    signed: (secret, { body, header }) =>
      isMac(createHmac("sha256", secret).update(body).digest(), Buffer.from(header("x-wc-webhook-signature"), "base64")),
  },
  prestashop: { topic: "relance-topic", signed: signedByUs },
  magento: { topic: "relance-topic", signed: signedByUs },
};

/** The topic by which a shop's module says that something changed: Relance then asks the shop what. */
const CHANGED = "changed";

const isMac = (ours: Buffer, theirs: Buffer): boolean => theirs.length === ours.length && timingSafeEqual(ours, theirs);

function signedByUs(secret: string, { body, header }: Delivery): boolean {
  const ours = createHmac("sha256", secret)
    .update(`${header("relance-timestamp")}.`)
    .update(body)
    .digest();
  return isMac(ours, Buffer.from(header("relance-signature").replace(/^v1=/, ""), "hex"));
}

/**
 * Takes one delivery: checks its signature on the bytes as they came, then stores what it tells in one transaction and returns after
 * the commit. Repeats and late deliveries change nothing. A payload that cannot be read is kept with its reason and acknowledged:
 * sent again it would be the same, and shops drop a hook that answers errors.
 * @throws connection.not_signed, connection.body_malformed; nothing is stored then
 */
export async function receiveDelivery(deps: Deps, delivery: Delivery): Promise<Outcome> {
  const connection = await connectionOfHook(deps.ports.sql, { id: delivery.connection });
  if (!connection) throw notSigned({});
  // Sent unsigned when a webhook is saved; its admin page turns red on any other answer. It tells nothing and nothing is stored.
  if (connection.shop === "woocommerce" && /^webhook_id=\d+$/.test(delivery.body.toString("latin1"))) return "ignored";
  const { topic, from, signed } = SIGNING[connection.shop];
  const secret = deps.secrets.open(connection.secret, secretContext({ workspace: connection.workspace_id, id: connection.id }));
  if (!signed(secret, delivery) || (from !== undefined && delivery.header(from).toLowerCase() !== connection.domain)) throw notSigned({});
  if (delivery.header(topic) === CHANGED) return (await askSoon(deps, connection)) ? "stored" : "ignored";
  const told = { topic: delivery.header(topic).slice(0, 100), payload: readBody(delivery.body) };
  if (connection.shop === "shopify" && isAsking(told.topic)) return hearAsking(deps, connection, told);
  return takePayload(deps, connection, { ...told, past: false });
}

/** Stores one payload and counts it. */
export async function takePayload(
  deps: Deps,
  connection: ConnectionRecord,
  input: { readonly topic: string; readonly payload: JsonObject; readonly past: boolean },
): Promise<Outcome> {
  const { sql: db, clock, chance } = deps.ports;
  const now = clock.now();
  const shop = await contextOf(deps, connection);
  const reading = readShop(connection.shop, input.topic, input.payload, givenOf(shop, { now, asked: input.past, past: input.past }));
  const of = { workspace: connection.workspace_id, connection: connection.id, now };
  const things = reading.is === "things" ? reading.things : reading.is === "ignored" ? [reading.kept] : [];
  await ensureMonths(deps, things, now);
  const outcome = await db.transaction(async (tx) => {
    const stored = await storeThings(tx, deps, shop, { things, live: !input.past });
    const problem = reading.is === "refused" ? reading.field : (stored.find((one) => one.problem !== null)?.problem ?? null);
    const is: Outcome =
      reading.is === "ignored" || (stored.length > 0 && stored.every((one) => one.is === "erased"))
        ? "ignored"
        : problem !== null
          ? "refused"
          : stored.some((one) => one.is === "stored")
            ? "stored"
            : "repeated";
    if (problem !== null)
      await keepRefusals(tx, { ...of, refusals: [{ id: chance.id(now), topic: input.topic, reason: problem, body: input.payload }] });
    await countOutcomes(tx, { ...of, outcomes: [is], problem: problem === null ? null : `${input.topic}: ${problem}` });
    return is;
  });
  deps.poke();
  return outcome;
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
