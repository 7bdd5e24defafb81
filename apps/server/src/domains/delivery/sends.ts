import type { SendLedgerBody } from "@relance/contract/delivery";
import { SEND_STATES } from "@relance/contract/delivery";
import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Database, Db, Tx } from "../../platform/db/database.ts";
import { writeFacts } from "../../platform/inbox.ts";
import type { Chance } from "../../platform/ports.ts";
import { sendNotFound, sendNotUncertain } from "./errors.ts";
import { readSend, readTotals, settleUncertain, writeDelivery, type StoredSendDetail } from "./queries.ts";
import { addTotals } from "./totals.ts";

// A person's request and the delivery worker write different counter rows.
const PERSON_SLOT = 0;
const NEWS_SLOT = 1;

/** What a ledger is asked about; nothing given: the whole workspace. */
export interface LedgerSubject {
  readonly journey?: Id | undefined;
  readonly step?: string | undefined;
  readonly campaign?: Id | undefined;
  readonly template?: Id | undefined;
}

/** The page that adds up, from maintained counters: planned = the sum of the states, a state = the sum of its reasons. */
export async function readLedger(db: Db, input: { readonly workspace: Id; readonly subject: LedgerSubject }): Promise<SendLedgerBody> {
  const { journey, step, campaign, template } = input.subject;
  const exact = (name: string) => ({ from: name, before: `${name}\u0001` });
  // ';' follows ':' in ASCII: every step of the journey lies between.
  const range = journey
    ? step === undefined
      ? { from: `journey:${journey}:`, before: `journey:${journey};` }
      : exact(`journey:${journey}:${step}`)
    : campaign
      ? exact(`campaign:${campaign}`)
      : template
        ? exact(`template:${template}`)
        : exact("all");
  const rows = await readTotals(db, { workspace: input.workspace, ...range });
  const states = SEND_STATES.map((state) => {
    const reasons = rows.filter((row) => row.state === state).map(({ reason, n }) => ({ reason, n }));
    return { state, n: reasons.reduce((sum, { n }) => sum + n, 0), reasons };
  });
  return { planned: states.reduce((sum, { n }) => sum + n, 0), states };
}

const SETTLED = {
  sent: { state: "accepted", reason: null },
  retry: { state: "waiting", reason: "settled_by_hand" },
  given_up: { state: "failed", reason: "given_up" },
} as const;

/**
 * A person says what became of an uncertain send.
 * @throws send.not_found, send.not_uncertain
 */
export function settleSend(
  db: Database,
  input: {
    readonly workspace: Id;
    readonly id: Id;
    readonly as: "sent" | "retry" | "given_up";
    readonly now: Instant;
    readonly chance: Chance;
  },
): Promise<StoredSendDetail> {
  const { workspace, id, now } = input;
  return db.transaction(async (tx) => {
    const before = await readSend(tx, { workspace, id });
    if (!before) throw sendNotFound({ id });
    const to = SETTLED[input.as];
    if (!(await settleUncertain(tx, { workspace, bucket: before.bucket, id, ...to, now }))) throw sendNotUncertain({ state: before.state });
    const subject = { ...before, workspace };
    await addTotals(tx, PERSON_SLOT, [
      { of: subject, state: "uncertain", reason: before.reason ?? "", n: -1 },
      { of: subject, state: to.state, reason: to.reason ?? "", n: 1 },
    ]);
    if (to.state !== "waiting")
      await writeFacts(tx, {
        chance: input.chance,
        now,
        facts: [
          {
            workspace,
            contact: before.contact,
            occurredAt: now,
            kind: "send.changed",
            data: { send: id, run: before.run, state: to.state },
          },
        ],
      });
    return (await readSend(tx, { workspace, id }))!;
  });
}

/** What a provider reported about a message it had accepted. */
export interface DeliveryNews {
  readonly contact: Id;
  readonly send: Id;
  readonly delivery: "delivered" | "bounced" | "complained";
}

/**
 * Notes what came back for accepted sends, for the domain that reads it (webhooks, bounce mail). In any order and any number of times:
 * a bounce or complaint stays, "delivered" never overwrites it. News of a send not (yet) accepted changes nothing.
 * @returns ids of the sends for which this was new
 */
export async function recordDelivery(tx: Tx, input: { readonly news: readonly DeliveryNews[] }): Promise<Id[]> {
  const weight = { delivered: 0, bounced: 1, complained: 2 };
  const heaviest = new Map<Id, DeliveryNews>();
  for (const news of input.news)
    if (weight[news.delivery] >= weight[heaviest.get(news.send)?.delivery ?? "delivered"]) heaviest.set(news.send, news);
  const news = [...heaviest.values()].map((one) => ({ ...one, bucket: bucketOf(one.contact) })).sort((a, b) => (a.send < b.send ? -1 : 1));
  if (news.length === 0) return [];
  const first = await writeDelivery(tx, { news, was: "none" });
  const fresh = new Set(first.map((row) => row.id));
  const second = await writeDelivery(tx, { news: news.filter((one) => !fresh.has(one.send)), was: "delivered" });
  await addTotals(tx, NEWS_SLOT, [
    ...first.flatMap((row) => [
      { of: row, state: "accepted" as const, reason: "", n: -1 },
      { of: row, state: "accepted" as const, reason: row.delivery, n: 1 },
    ]),
    ...second.flatMap((row) => [
      { of: row, state: "accepted" as const, reason: "delivered", n: -1 },
      { of: row, state: "accepted" as const, reason: row.delivery, n: 1 },
    ]),
  ]);
  return [...first, ...second].map((row) => row.id);
}
