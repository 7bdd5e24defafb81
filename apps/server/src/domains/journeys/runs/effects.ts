import { bucketOf, type Id } from "@relance/model/base";
import { attentionOf, patienceEnd, stepOf } from "@relance/model/journeys";
import type { Tx } from "../../../platform/db/database.ts";
import { sql, ts } from "../../../platform/db/sql.ts";
import type { NewFact, Turn } from "../../../platform/engine.ts";
import { writeFacts } from "../../../platform/inbox.ts";
import { articlesFor } from "../../catalog/index.ts";
import { endConsents, type Ending } from "../../compliance/index.ts";
import { changeContacts, joinGroups, leaveGroups } from "../../contacts/index.ts";
import { planSends, type PlannedSend } from "../../delivery/index.ts";
import { liveTemplates } from "../../messages/index.ts";
import { assignWays } from "./splits.ts";
import type { Memory, Wish } from "./state.ts";

type Of<K extends Wish["effect"]["kind"]> = Wish & { readonly effect: Extract<Wish["effect"], { kind: K }> };
const only = <K extends Wish["effect"]["kind"]>(wishes: readonly Wish[], kind: K): Of<K>[] =>
  wishes.filter((wish): wish is Of<K> => wish.effect.kind === kind);

/** Does what steps asked for, all runs together: plans sends, changes groups, attributes and consents (whose news the next turn takes up), writes tasks. */
export async function applyWishes(tx: Tx, turn: Turn, wishes: readonly Wish[]): Promise<void> {
  await planAll(tx, turn, only(wishes, "send"));
  await writeTasks(tx, turn, only(wishes, "task"));
  await assignWays(tx, only(wishes, "assign"), turn.now);
  await endConsents(tx, { now: turn.now, chance: turn.chance, endings: only(wishes, "consent").map(endingOf) });
  const facts = [
    ...(await setAttributes(tx, turn, only(wishes, "attribute"))),
    ...(await changeGroups(tx, turn, only(wishes, "group"))),
    ...asked(turn, only(wishes, "journey")),
  ];
  await writeFacts(tx, { chance: turn.chance, now: turn.now, facts });
}

const endingOf = ({ state: { run }, step, effect: { channel, topic } }: Of<"consent">): Ending => ({
  workspace: run.workspace,
  contact: run.contact,
  channel,
  topic,
  source: "journey",
  evidence: { journey: run.journey, step, run: run.id },
});

async function changeGroups(tx: Tx, turn: Turn, wishes: readonly Of<"group">[]): Promise<NewFact[]> {
  const moves = wishes.flatMap(({ state, effect }) => {
    const one = { workspace: state.run.workspace, contact: state.run.contact };
    if (effect.action !== "move") return [{ ...one, action: effect.action, group: effect.group }];
    return [
      { ...one, action: "join" as const, group: effect.group },
      ...(effect.from ? [{ ...one, action: "leave" as const, group: effect.from }] : []),
    ];
  });
  // Out and in again within one turn is in: of each contact and group the last wish counts.
  const last = [...new Map(moves.map((move) => [`${move.contact} ${move.group}`, move])).values()];
  const facts: NewFact[] = [];
  for (const action of ["join", "leave"] as const) {
    for (const [workspace, group] of Map.groupBy(
      last.filter((move) => move.action === action),
      (move) => move.workspace,
    )) {
      const input = { workspace, now: turn.now, slot: turn.slot, moves: group.map(({ group: id, contact }) => ({ group: id, contact })) };
      facts.push(...(action === "join" ? await joinGroups(tx, { ...input, by: "journey" }) : await leaveGroups(tx, input)));
    }
  }
  return facts;
}

async function setAttributes(tx: Tx, turn: Turn, wishes: readonly Of<"attribute">[]): Promise<NewFact[]> {
  const facts: NewFact[] = [];
  for (const [workspace, group] of Map.groupBy(wishes, ({ state }) => state.run.workspace)) {
    const changes = group.map(({ state, effect }) => ({
      contact: state.run.contact,
      values: { [effect.attribute]: effect.value },
      at: turn.now,
    }));
    facts.push(...(await changeContacts(tx, { workspace, chance: turn.chance, now: turn.now, source: "journey", changes })));
  }
  return facts;
}

const asked = (turn: Turn, wishes: readonly Of<"journey">[]): NewFact[] =>
  wishes.map(({ state, effect }) => ({
    workspace: state.run.workspace,
    contact: state.run.contact,
    occurredAt: turn.now,
    kind: "journey.asked",
    data: { journey: effect.journey },
  }));

async function writeTasks(tx: Tx, turn: Turn, wishes: readonly Of<"task">[]): Promise<void> {
  if (wishes.length === 0) return;
  const rows = wishes.map((wish) => ({ ...wish, id: turn.chance.id(turn.now) }));
  await tx.query(sql`
    insert into tasks (bucket, id, workspace_id, contact_id, journey_id, run_id, visit, title, note, created_at)
    select b, i, w, c, j, r, v, t, n, ${ts(turn.now)}::timestamptz
    from unnest(${rows.map((row) => bucketOf(row.state.run.contact))}::smallint[], ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.state.run.workspace)}::uuid[], ${rows.map((row) => row.state.run.contact)}::uuid[], ${rows.map((row) => row.state.run.journey)}::uuid[],
      ${rows.map((row) => row.state.run.id)}::uuid[], ${rows.map((row) => row.visit)}::integer[], ${rows.map((row) => row.effect.title)}::text[], ${rows.map((row) => row.effect.note)}::text[]) as x (b, i, w, c, j, r, v, t, n)
    order by b, i on conflict (bucket, run_id, visit) do nothing`);
}

async function planAll(tx: Tx, turn: Turn, wanted: readonly Of<"send">[]): Promise<void> {
  if (wanted.length === 0) return;
  const templates = await liveTemplates(tx, { ids: [...new Set(wanted.map((one) => one.effect.template))].sort() });
  const articles = await chosenArticles(
    tx,
    turn,
    wanted.filter((one) => templates.get(one.effect.template)?.showsArticles),
  );
  const sends = wanted.flatMap(({ state, visit, step, effect }): PlannedSend[] => {
    const live = templates.get(effect.template);
    if (!live || live.workspace !== state.run.workspace) return []; // archived since the journey was published
    const { priority, group, tags, atOnce } = attentionOf(state.graph.settings);
    const from = stepOf(state.graph, step);
    return [
      {
        workspace: state.run.workspace,
        contact: state.run.contact,
        channel: effect.channel,
        ...(effect.webhook !== undefined && { webhook: effect.webhook }),
        class: live.class,
        topic: live.topic,
        template: effect.template,
        templateVersion: live.version,
        origin: { kind: "journey", journey: state.run.journey, version: state.run.version, step, run: state.run.id, visit },
        dueAt: turn.now,
        patienceUntil: patienceEnd(turn.now, state.graph.settings, from && "patience" in from ? from : undefined),
        attention: { priority, group, tags, atOnce },
        data: { ...dataFor(state.memory), ...(live.showsArticles && { articles: articles.get(state.run.contact) ?? [] }) },
      },
    ];
  });
  await planSends(tx, turn, sends);
}

/** Chosen when the message is planned and kept with it: its links lead to what was shown. */
async function chosenArticles(tx: Tx, { now }: Turn, wishes: readonly Wish[]): Promise<ReadonlyMap<Id, readonly unknown[]>> {
  const chosen = new Map<Id, readonly unknown[]>();
  for (const [workspace, group] of Map.groupBy(wishes, ({ state }) => state.run.workspace))
    for (const [contact, list] of await articlesFor(tx, { workspace, contacts: group.map(({ state }) => state.run.contact), now }))
      chosen.set(contact, list);
  return chosen;
}

/** What a template may say of the run: the event that started it, the cart it tells of, its coupon. */
function dataFor({ event, cart, coupon }: Memory): Record<string, unknown> {
  return {
    ...(event && { event: { name: event.name, at: event.at, ...event.properties } }),
    ...(cart ? { cart } : event && cartIn(event)),
    ...(coupon && { coupon }),
  };
}

function cartIn({ properties, currency }: NonNullable<Memory["event"]>): Record<string, unknown> {
  const items = Array.isArray(properties["products"]) ? properties["products"] : properties["product_id"] === undefined ? [] : [properties];
  return items.length === 0
    ? {}
    : {
        cart: {
          items,
          total: properties["total"] ?? null,
          currency: currency ?? properties["currency"] ?? null,
          url: properties["cart_url"] ?? properties["url"] ?? null,
        },
      };
}
