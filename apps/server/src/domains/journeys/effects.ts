import type { Id } from "@relance/model/base";
import { attentionOf, patienceEnd, stepOf } from "@relance/model/journeys";
import type { Tx } from "../../platform/db/database.ts";
import type { Turn } from "../../platform/engine.ts";
import { writeFacts } from "../../platform/inbox.ts";
import { joinGroups, leaveGroups } from "../contacts/index.ts";
import { planSends, type PlannedSend } from "../delivery/index.ts";
import { liveTemplates } from "../messages/index.ts";
import type { Wish } from "./state.ts";

/** Does what steps asked for, all runs together: plans sends, changes groups (whose news the next turn takes up). */
export async function applyWishes(tx: Tx, turn: Turn, wishes: readonly Wish[]): Promise<void> {
  await planAll(tx, turn, wishes);
  for (const action of ["join", "leave"] as const) {
    const moves = wishes.flatMap(({ state, effect }) => (effect.kind === "group" && effect.action === action ? [{ workspace: state.run.workspace, group: effect.group, contact: state.run.contact, journey: state.run.journey }] : []));
    for (const [workspace, group] of Map.groupBy(moves, (move) => move.workspace)) {
      const input = { workspace, now: turn.now, slot: turn.slot, moves: group.map(({ group: id, contact }) => ({ group: id, contact })) };
      const facts = action === "join" ? await joinGroups(tx, { ...input, by: "journey" }) : await leaveGroups(tx, input);
      await writeFacts(tx, { chance: turn.chance, now: turn.now, facts });
    }
  }
}

async function planAll(tx: Tx, turn: Turn, wishes: readonly Wish[]): Promise<void> {
  const wanted = wishes.flatMap(({ state, visit, step, effect }) => (effect.kind === "send" ? [{ state, visit, step, template: effect.template }] : []));
  if (wanted.length === 0) return;
  const templates = await liveTemplates(tx, { ids: [...new Set(wanted.map((one) => one.template))].sort() });
  const sends = wanted.flatMap(({ state, visit, step, template }): PlannedSend[] => {
    const live = templates.get(template);
    if (!live || live.workspace !== state.run.workspace) return []; // archived since the journey was published
    const { priority, group, tags, atOnce } = attentionOf(state.graph.settings);
    const from = stepOf(state.graph, step);
    return [{
      workspace: state.run.workspace, contact: state.run.contact, channel: "email", class: live.class, topic: live.topic, template, templateVersion: live.version,
      origin: { kind: "journey", journey: state.run.journey, version: state.run.version, step, run: state.run.id, visit },
      dueAt: turn.now, patienceUntil: patienceEnd(turn.now, state.graph.settings, from?.kind === "email" ? from : undefined), attention: { priority, group, tags, atOnce }, data: dataFor(state.memory.event),
    }];
  });
  await planSends(tx, turn, sends);
}

/** What a template may say of the run: the event that started it, and the cart it tells of. */
function dataFor(event: { readonly id: Id; readonly name: string; readonly at: string; readonly currency: string | null; readonly properties: Record<string, unknown> } | null): Record<string, unknown> {
  if (event === null) return {};
  const { properties } = event;
  const items = Array.isArray(properties["products"]) ? properties["products"] : properties["product_id"] === undefined ? [] : [properties];
  const cart = items.length === 0 ? {} : { cart: { items, total: properties["total"] ?? null, currency: event.currency ?? properties["currency"] ?? null, url: properties["cart_url"] ?? properties["url"] ?? null } };
  return { event: { name: event.name, at: event.at, ...properties }, ...cart };
}
