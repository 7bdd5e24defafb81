import type { JourneyWord, Rival } from "@relance/model/arbiter";
import { fromIso, MINUTE, type Id, type Instant } from "@relance/model/base";
import { attentionOf, matches, sameKey, type Graph } from "@relance/model/journeys";
import type { Tx } from "../../platform/db/database.ts";
import { currentOffers, type Offer } from "../catalog/index.ts";
import type { DueSend } from "../delivery/index.ts";
import { askSome } from "../segments/index.ts";
import { selectGraphs } from "./queries.ts";
import { selectEventsSince, selectExclusiveRuns, selectRunsOf, type RunOfSend } from "./recheck-queries.ts";

/** A message that left within this of being planned is not asked about events after its last step. */
const FRESH = MINUTE;

type Sending = DueSend & { readonly journey: Id; readonly journeyVersion: number; readonly run: Id };
interface Asked {
  readonly send: Sending;
  readonly graph: Graph;
  readonly run: RunOfSend | undefined;
}

/**
 * What journeys say of their marketing that is about to leave: whether the run was ended by an exit rule (or the exit event came after
 * its last step), whether the filter is still true, what became of the products it tells of, and which journeys of the same exclusion
 * group go first. In sets; a question that no journey of the batch asks costs no statement.
 */
export async function recheckSends(
  tx: Tx,
  input: { readonly now: Instant; readonly sends: readonly DueSend[] },
): Promise<ReadonlyMap<Id, JourneyWord>> {
  const sends = input.sends.filter(
    (send): send is Sending => send.journey !== null && send.run !== null && send.journeyVersion !== null && send.class === "marketing",
  );
  if (sends.length === 0) return new Map();
  const graphs = await graphsOf(tx, sends);
  const runs = new Map(
    (await selectRunsOf(tx, { runs: sends.map((send) => ({ bucket: send.bucket, id: send.run })) })).map((run) => [run.id, run]),
  );
  const asked = sends.flatMap((send): Asked[] => {
    const graph = graphs.get(`${send.journey}:${send.journeyVersion}`);
    return graph ? [{ send, graph, run: runs.get(send.run) }] : [];
  });
  const left = await whoLeft(tx, asked, input.now);
  const filters = await stillMatch(tx, asked, input.now);
  const products = await stillOffered(tx, asked);
  const rivals = await whoGoesFirst(tx, asked);
  return new Map(
    asked.map(({ send }) => [
      send.id,
      {
        left: left.get(send.id) ?? null,
        filter: filters.get(send.id) ?? null,
        products: products.get(send.id) ?? null,
        coupon: expiredCoupon(send.data, input.now),
        rivals: rivals.get(send.id) ?? [],
      },
    ]),
  );
}

// Published versions never change, so their graphs may be kept; a few hundred cover any installation.
const known = new Map<string, Graph>();
const MOST_KNOWN = 500;

async function graphsOf(tx: Tx, sends: readonly Sending[]): Promise<ReadonlyMap<string, Graph>> {
  const keys = new Map(
    sends.map((send) => [`${send.journey}:${send.journeyVersion}`, { journey: send.journey, version: send.journeyVersion }]),
  );
  const missing = [...keys].filter(([key]) => !known.has(key)).map(([, key]) => key);
  if (known.size > MOST_KNOWN) known.clear();
  if (missing.length > 0) for (const [key, graph] of await selectGraphs(tx, { keys: missing })) known.set(key, graph);
  return known;
}

async function whoLeft(tx: Tx, asked: readonly Asked[], now: Instant): Promise<ReadonlyMap<Id, NonNullable<JourneyWord["left"]>>> {
  const left = new Map<Id, NonNullable<JourneyWord["left"]>>();
  const after: Asked[] = [];
  for (const one of asked) {
    const { run, send, graph } = one;
    // A merge ends the run of one record; the other's goes on in its place.
    if (run?.state === "left" && run.outcome !== "merged") left.set(send.id, { event: run.ended_by, at: run.ended_at ?? now });
    else if (run?.state === "completed" && graph.settings.exits.length > 0 && send.createdAt < now - FRESH) after.push(one);
  }
  if (after.length === 0) return left;
  const names = after.flatMap(({ send, graph, run }) =>
    [...new Set(graph.settings.exits.map((exit) => exit.event))].map((name) => ({
      workspace: send.workspace,
      bucket: send.bucket,
      contact: send.contact,
      name,
      since: run!.ended_at ?? send.createdAt,
    })),
  );
  const events = Map.groupBy(await selectEventsSince(tx, { asked: names }), (event) => event.contact);
  for (const { send, graph, run } of after) {
    const since = run!.ended_at ?? send.createdAt;
    const event = events
      .get(send.contact)
      ?.find(
        (one) =>
          one.at >= since &&
          one.at <= now &&
          graph.settings.exits.some(
            (exit) => matches(one, exit.event, exit.where, now) && (!exit.sameKey || sameKey(graph, run!.key, one)),
          ),
      );
    if (event) left.set(send.id, { event: event.name, at: event.at });
  }
  return left;
}

async function stillMatch(tx: Tx, asked: readonly Asked[], now: Instant): Promise<ReadonlyMap<Id, boolean>> {
  const answers = new Map<Id, boolean>();
  const asking = asked.filter(({ graph }) => attentionOf(graph.settings).recheck.filter && graph.settings.filter !== null);
  for (const group of Map.groupBy(asking, ({ send, graph }) => `${send.workspace} ${JSON.stringify(graph.settings.filter)}`).values()) {
    // Two sends of one contact look back to different starts, and a statement answers a contact once: they are asked in turn.
    for (let rest = group; rest.length > 0;) {
      const round = [...new Map(rest.map((one) => [one.send.contact, one])).values()];
      const subjects = round.map(({ send, run }) => ({ contact: send.contact, entryAt: run?.entered_at ?? send.createdAt }));
      const found = await askSome(tx, { workspace: round[0]!.send.workspace, rule: round[0]!.graph.settings.filter!, at: now, subjects });
      for (const { send } of round) answers.set(send.id, found.get(send.contact)?.truth ?? false);
      rest = rest.filter((one) => !round.includes(one));
    }
  }
  return answers;
}

async function stillOffered(tx: Tx, asked: readonly Asked[]): Promise<ReadonlyMap<Id, JourneyWord["products"]>> {
  const asking = asked
    .filter(({ graph }) => attentionOf(graph.settings).recheck.products)
    .map(({ send }) => ({ send, told: productsTold(send.data) }))
    .filter(({ told }) => told.length > 0);
  const answers = new Map<Id, JourneyWord["products"]>();
  for (const [workspace, group] of Map.groupBy(asking, ({ send }) => send.workspace)) {
    const offers = new Map(
      (await currentOffers(tx, { workspace, asked: group.flatMap(({ told }) => told) })).map((offer) => [nameOf(offer), offer]),
    );
    for (const { send, told } of group) answers.set(send.id, compareOffers(told, offers));
  }
  return answers;
}

interface Told {
  readonly product: string;
  /** Of which the message tells, where it tells of one. */ readonly store: string | null;
  readonly price: number | null;
  readonly currency: string | null;
}

const nameOf = ({ product, store }: Pick<Offer, "product" | "store">): string => JSON.stringify([product, store]);

/** The products a message tells of, with the price it was told at: those of its cart, or of the event it began with. */
function productsTold(data: Readonly<Record<string, unknown>>): readonly Told[] {
  const cart = data["cart"] as { items?: unknown; currency?: unknown } | undefined;
  const event = data["event"] as { currency?: unknown } | undefined;
  const items = Array.isArray(cart?.items) ? (cart.items as unknown[]).slice(0, 50) : [];
  return items.flatMap((item): Told[] => {
    const { product_id: id, price, currency, store } = (item ?? {}) as Record<string, unknown>;
    if (typeof id !== "string" && typeof id !== "number") return [];
    const money = [currency, cart?.currency, event?.currency].find((one) => typeof one === "string");
    return [
      {
        product: String(id),
        store: typeof store === "string" ? store : null,
        price: typeof price === "number" ? price : null,
        currency: (money as string | undefined) ?? null,
      },
    ];
  });
}

function compareOffers(told: readonly Told[], offers: ReadonlyMap<string, Offer>): JourneyWord["products"] {
  // Of products the catalogue does not know nothing can be said.
  const ours = told.filter((one) => offers.has(nameOf(one)));
  if (ours.length === 0) return null;
  const gone = ours.filter((one) => (offers.get(nameOf(one))!.stock ?? 1) <= 0).map((one) => one.product);
  const dearer = ours.flatMap((one) => {
    const now = one.currency === null ? undefined : offers.get(nameOf(one))!.prices[one.currency];
    return one.price !== null && now !== undefined && now > one.price ? [{ product: one.product, told: one.price, now }] : [];
  });
  return { asked: ours.length, gone, dearer };
}

/** The code a message tells of, when it has run out since it was given. */
function expiredCoupon(data: Readonly<Record<string, unknown>>, now: Instant): JourneyWord["coupon"] {
  const coupon = data["coupon"] as { code?: unknown; expires_at?: unknown } | undefined;
  const expiredAt = typeof coupon?.expires_at === "string" ? fromIso(coupon.expires_at) : null;
  return expiredAt !== null && expiredAt <= now ? { code: String(coupon!.code), expiredAt } : null;
}

async function whoGoesFirst(tx: Tx, asked: readonly Asked[]): Promise<ReadonlyMap<Id, readonly Rival[]>> {
  const exclusive = asked.filter(({ send }) => send.group !== null);
  if (exclusive.length === 0) return new Map();
  const contacts = [
    ...new Map(
      exclusive.map(({ send }) => [send.contact, { workspace: send.workspace, bucket: send.bucket, contact: send.contact }]),
    ).values(),
  ];
  const runs = Map.groupBy(
    await selectExclusiveRuns(tx, { contacts, groups: [...new Set(exclusive.map(({ send }) => send.group!))] }),
    (run) => run.contact,
  );
  return new Map(
    exclusive.map(({ send, run }) => {
      const entered = run?.entered_at ?? send.createdAt;
      // The higher priority goes first; of equals the one that was entered first, then the older run: someone always does.
      const first = (runs.get(send.contact) ?? []).filter(
        (one) =>
          one.group === send.group &&
          one.journey !== send.journey &&
          (one.priority > send.priority ||
            (one.priority === send.priority && (one.entered_at < entered || (one.entered_at === entered && one.run < send.run)))),
      );
      return [send.id, first.map(({ journey, name, priority, entered_at }) => ({ journey, name, priority, enteredAt: entered_at }))];
    }),
  );
}
