import { bucketOf, type Id, type Instant } from "@relance/model/base";
import { objectField, type MessageView, type Question } from "@relance/model/journeys";
import type { Rule } from "@relance/model/rules";
import type { Tx } from "../../../platform/db/database.ts";
import { sql } from "../../../platform/db/sql.ts";
import type { Chance } from "../../../platform/ports.ts";
import { giveCoupons } from "../../catalog/index.ts";
import { loadContacts } from "../../contacts/index.ts";
import { askSome } from "../../segments/index.ts";
import { objectDatesOf } from "../starts/object-dates.ts";
import { answerChoices } from "./splits.ts";
import type { RunState, Wish } from "./state.ts";

interface Answering {
  readonly now: Instant;
  readonly chance: Chance;
  readonly slot: number;
  readonly wishes: readonly Wish[];
}

interface Asking {
  readonly state: RunState;
  readonly question: Question;
}

/** Answers what steps asked in one round, each distinct question once for all runs that ask it. */
export async function answer(tx: Tx, asking: readonly Asking[], turn: Answering): Promise<void> {
  if (asking.length === 0) return;
  await answerRules(
    tx,
    asking.flatMap(({ state, question }) => (question.rules ? [{ state, rules: question.rules }] : [])),
    turn.now,
  );
  await answerFields(
    tx,
    asking.flatMap(({ state, question }) => (question.fields ? [{ state, fields: question.fields }] : [])),
    turn,
  );
  await answerMessages(
    tx,
    asking.flatMap(({ state, question }) => (question.message ? [{ state, step: question.message }] : [])),
    turn.wishes,
  );
  await answerChoices(
    tx,
    asking.flatMap(({ state, question }) => (question.choice ? [{ state, choice: question.choice }] : [])),
  );
  await answerCoupons(
    tx,
    asking.flatMap(({ state, question }) => (question.coupon ? [{ state, pool: question.coupon }] : [])),
    turn,
  );
}

async function answerRules(tx: Tx, asking: readonly { state: RunState; rules: readonly Rule[] }[], now: Instant): Promise<void> {
  const questions = new Map<string, { workspace: Id; rule: Rule; states: RunState[] }>();
  for (const { state, rules } of asking) {
    for (const rule of rules) {
      const key = `${state.run.workspace} ${JSON.stringify(rule)}`;
      const question = questions.get(key) ?? { workspace: state.run.workspace, rule, states: [] };
      question.states.push(state);
      questions.set(key, question);
    }
  }
  const truths = new Map<string, Map<Id, boolean>>(); // question → run → answer
  for (const [key, { workspace, rule, states }] of questions) {
    const perRun = new Map<Id, boolean>();
    // Two runs of one contact look back to different starts, and a statement answers a contact once: they are asked in turn.
    for (let left = states; left.length > 0;) {
      const round = [...new Map(left.map((state) => [state.run.contact, state])).values()];
      const answers = await askSome(tx, {
        workspace,
        rule,
        at: now,
        subjects: round.map((state) => ({ contact: state.run.contact, entryAt: state.run.enteredAt })),
      });
      for (const state of round) perRun.set(state.run.id, answers.get(state.run.contact)?.truth ?? false);
      left = left.filter((state) => !round.includes(state));
    }
    truths.set(key, perRun);
  }
  for (const { state, rules } of asking) {
    state.input = {
      ...state.input,
      answers: rules.map((rule) => truths.get(`${state.run.workspace} ${JSON.stringify(rule)}`)!.get(state.run.id)!),
    };
  }
}

/** Fields as they stand, with what this turn is about to set: counting up twice in one turn counts two. */
async function answerFields(
  tx: Tx,
  asking: readonly { state: RunState; fields: readonly string[] }[],
  { wishes, now }: Answering,
): Promise<void> {
  const set = new Map(
    wishes.flatMap(({ state, effect }) =>
      effect.kind === "attribute" ? [[`${state.run.contact} ${effect.attribute}`, effect.value] as const] : [],
    ),
  );
  for (const [workspace, group] of Map.groupBy(asking, ({ state }) => state.run.workspace)) {
    const contacts = await loadContacts(tx, { workspace, ids: group.map(({ state }) => state.run.contact) });
    const objectDate = await objectDatesOf(tx, { workspace, asking: group, now });
    for (const { state, fields } of group) {
      const contact = contacts.get(state.run.contact);
      const stored = (field: string) =>
        (objectField(field) !== null
          ? objectDate(state, field)
          : field.startsWith("attributes.")
            ? contact?.attributes[field.slice("attributes.".length)]
            : contact?.columns[field as keyof typeof contact.columns]) ?? null;
      const value = (field: string) =>
        set.has(`${state.run.contact} ${field}`) ? set.get(`${state.run.contact} ${field}`) : stored(field);
      state.input = { ...state.input, fields: Object.fromEntries(fields.map((field) => [field, value(field)])) };
    }
  }
}

/** One code a contact and pool, however many of its runs ask at once. */
async function answerCoupons(tx: Tx, asking: readonly { state: RunState; pool: Id }[], turn: Answering): Promise<void> {
  for (const group of Map.groupBy(asking, ({ state, pool }) => `${state.run.workspace} ${pool}`).values()) {
    const {
      state: {
        run: { workspace },
      },
      pool,
    } = group[0]!;
    const given = await giveCoupons(tx, {
      workspace,
      pool,
      contacts: group.map(({ state }) => state.run.contact),
      now: turn.now,
      chance: turn.chance,
      slot: turn.slot,
    });
    for (const { state } of group) state.input = { ...state.input, coupon: given.get(state.run.contact) ?? "none" };
  }
}

/** The last message of a step in a run, with what people (not machines) first did with it; one this turn plans is waiting. */
async function answerMessages(tx: Tx, asking: readonly { state: RunState; step: string }[], wishes: readonly Wish[]): Promise<void> {
  if (asking.length === 0) return;
  const rows = await tx.query<{
    run_id: Id;
    step_id: string;
    state: string;
    accepted_at: Instant | null;
    delivery: string | null;
    delivered_at: Instant | null;
    opened_at: Instant | null;
    clicked_at: Instant | null;
  }>(sql`
    select q.run_id, q.step_id, s.state, s.accepted_at, s.delivery, g.delivered_at, g.opened_at, g.clicked_at
    from unnest(${asking.map(({ state }) => bucketOf(state.run.contact))}::smallint[], ${asking.map(({ state }) => state.run.contact)}::uuid[], ${asking.map(({ state }) => state.run.id)}::uuid[], ${asking.map(({ step }) => step)}::text[]) as q (bucket, contact_id, run_id, step_id)
    cross join lateral (
      select x.id, x.state, x.accepted_at, x.delivery from sends x
      where x.bucket = q.bucket and x.contact_id = q.contact_id and x.run_id = q.run_id and x.step_id = q.step_id order by x.created_at desc, x.id desc limit 1
    ) s
    left join lateral (
      select min(e.at) filter (where e.kind = 'delivered') as delivered_at, min(e.at) filter (where e.kind = 'opened') as opened_at, min(e.at) filter (where e.kind = 'clicked') as clicked_at
      from engagements e where e.bucket = q.bucket and e.send_id = s.id and not e.machine
    ) g on true
    order by q.run_id, q.step_id`);
  const found = new Map(rows.map((row) => [`${row.run_id} ${row.step_id}`, row]));
  for (const { state, step } of asking) {
    const row = found.get(`${state.run.id} ${step}`);
    const planned = wishes.some((wish) => wish.state === state && wish.step === step && wish.effect.kind === "send");
    const message: MessageView | "none" = planned
      ? { state: "waiting", acceptedAt: null, deliveredAt: null, openedAt: null, clickedAt: null }
      : row
        ? {
            state: row.state,
            acceptedAt: row.accepted_at,
            deliveredAt: row.delivered_at ?? (row.delivery === "delivered" ? row.accepted_at : null),
            openedAt: row.opened_at,
            clickedAt: row.clicked_at,
          }
        : "none";
    state.input = { ...state.input, message };
  }
}
