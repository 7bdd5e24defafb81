import type { Happening, Walk, WalkMoment } from "@relance/contract/rehearsals";
import { bucketOf, DAY, toIso, type Id, type Instant } from "@relance/model/base";
import { interestsIn, readCommerce, type JsonObject } from "@relance/model/events";
import type { Deps } from "../../deps.ts";
import { json, sql, ts } from "../../platform/db/sql.ts";
import type { Listener } from "../../platform/engine.ts";
import { invalid } from "../../platform/errors.ts";
import { writeFacts } from "../../platform/inbox.ts";
import { noteInterests } from "../catalog/index.ts";
import { recordConsents } from "../compliance/index.ts";
import { changeContacts, currentContact, isField } from "../contacts/index.ts";
import { acceptedSince } from "../delivery/index.ts";
import { findJourney, journeyProblems, whyNot } from "../journeys/index.ts";
import { findWorkspace } from "../team/index.ts";
import { engage, leave } from "../tracking/index.ts";
import { nothingToRehearse } from "./errors.ts";
import { observer, type Observer } from "./observe.ts";
import { openWorld, type World } from "./world.ts";

export interface WalkInput {
  readonly workspace: Id;
  readonly journey: Id;
  readonly listeners: readonly Listener[];
  readonly contact: Id | null;
  readonly invented: { readonly agrees: readonly string[]; readonly values: Readonly<Record<string, string | number | boolean>> } | null;
  readonly from: Instant;
  readonly days: number;
  readonly recorded: boolean;
  readonly happenings: readonly Happening[];
}

/** Turns in a circle end here. */
const MOST_HALTS = 2_000;

/**
 * One contact goes through a draft, its clock moved from one moment to the next: the same stage as a rehearsal, for one. Nothing of it
 * remains; the caller who wants more to happen asks again with more.
 * @throws rehearsal.has_problems, contact.not_found
 */
export async function walk(deps: Deps, input: WalkInput): Promise<Walk> {
  const { workspace, from } = input;
  const { sql: db, chance } = deps.ports;
  const row = await findJourney(db, { workspace, id: input.journey });
  const found = await journeyProblems(db, { workspace, graph: row.draft });
  if (found.length > 0)
    throw nothingToRehearse(
      {},
      { field: found[0]!.path, problems: found.map((one) => ({ field: one.path, code: one.code, message: one.message.en })) },
    );
  const contact = input.contact === null ? chance.id(from) : (await currentContact(db, { workspace, id: input.contact })).id;
  const until = from + input.days * DAY;
  const world = await openWorld(deps, {
    listeners: input.listeners,
    workspace,
    from,
    until: input.recorded ? until : from,
    played: { journey: row.id, name: row.name, graph: row.draft },
    only: [contact],
    ...(input.contact === null && { prepare: (world) => invent(world, { ...input, contact }) }),
  });
  try {
    const { deps: there } = world.stage;
    const record = await findWorkspace(there.ports.sql, { id: workspace });
    const seen = observer(world.stage.db, { journey: row.id, contact });
    await play(world, seen, { ...input, contact, until });
    const { columns } = await currentContact(there.ports.sql, { workspace, id: contact });
    const name = [columns["first_name"], columns["last_name"]].filter((one) => typeof one === "string").join(" ");
    return {
      from: toIso(from),
      until: toIso(until),
      moments: seen.moments,
      waiting: await seen.waiting(),
      contact: {
        id: input.contact,
        name,
        email: (columns["email"] as string | undefined) ?? null,
        zone: (columns["time_zone"] as string | undefined) ?? record.time_zone,
      },
    };
  } finally {
    await world.stage.close();
  }
}

async function play(world: World, seen: Observer, input: WalkInput & { contact: Id; until: Instant }): Promise<void> {
  const coming = [...input.happenings].map((one) => ({ ...one, when: Date.parse(one.at) })).sort((a, b) => a.when - b.when);
  await seen.look(world.stage.at);
  for (let halts = 0; halts < MOST_HALTS; halts++) {
    const next = await world.next();
    const act = coming[0];
    const at = Math.max(world.stage.at, Math.min(next ?? Infinity, act?.when ?? Infinity));
    if (at > input.until) break;
    if (act && act.when <= at) {
      coming.shift();
      await world.stage.moveTo(at);
      seen.moments.push({ at: toIso(at), kind: "did", step: null, facts: { ...act, when: undefined } });
      await happen(world.stage.deps, act, input);
    }
    await world.moveTo(at);
    const moved = await seen.look(at);
    if (act && act.when <= at && !moved && (act.does === "event" || act.does === "enters") && (await seen.waiting()) === null)
      await tellWhyNot(world, seen, input, at);
  }
}

/** Nothing came of it: says which condition kept the contact out. */
async function tellWhyNot(world: World, seen: Observer, input: WalkInput & { contact: Id }, at: Instant): Promise<void> {
  const { verdict, checks } = await whyNot(world.stage.deps, {
    workspace: input.workspace,
    journey: input.journey,
    contact: input.contact,
  });
  if (verdict === "inside" || verdict === "may_enter") return;
  const check = checks.find((one) => one.code === verdict);
  const moment: WalkMoment = {
    at: toIso(at),
    kind: "refused",
    step: null,
    facts: { code: verdict, message: check?.message ?? null, ...check?.facts },
  };
  seen.moments.push(moment);
}

async function happen(deps: Deps, what: Happening, input: WalkInput & { contact: Id }): Promise<void> {
  const { workspace, contact } = input;
  const { sql: db, clock, chance } = deps.ports;
  const now = clock.now();
  const tell = (
    fact: { kind: "event"; data: { event: Id; name: string; live: boolean } } | { kind: "journey.asked"; data: { journey: Id } },
  ) => db.transaction((tx) => writeFacts(tx, { chance, now, facts: [{ workspace, contact, occurredAt: now, ...fact }] }));
  switch (what.does) {
    case "event": {
      const id = chance.id(now);
      await db.query(sql`
        insert into recorded_events (bucket, contact_id, id, workspace_id, type, name, occurred_at, received_at, properties, context, amount, currency, message_id, live)
        values (${bucketOf(contact)}, ${contact}, ${id}, ${workspace}, 'track', ${what.event}, ${ts(now)}::timestamptz, ${ts(now)}::timestamptz, ${json(what.properties)}::jsonb, '{}', ${what.amount ?? null}, ${what.currency ?? null}, ${id}, true)`);
      const deeds = interestsIn({
        name: what.event,
        at: now,
        commerce: readCommerce(what.event, what.properties as JsonObject, now, ""),
      }).map((deed) => ({ ...deed, contact }));
      await db.transaction((tx) => noteInterests(tx, { workspace, deeds }));
      return tell({ kind: "event", data: { event: id, name: what.event, live: true } });
    }
    case "enters":
      return tell({ kind: "journey.asked", data: { journey: input.journey } });
    case "sets":
      return db.transaction(async (tx) =>
        writeFacts(tx, {
          chance,
          now,
          facts: await changeContacts(tx, {
            workspace,
            chance,
            now,
            source: "walk",
            changes: [{ contact, values: { [settable(what.field)]: what.value }, at: now }],
          }),
        }),
      );
    case "consents":
      return void (await db.transaction((tx) =>
        recordConsents(tx, {
          now,
          chance,
          records: [
            {
              workspace,
              contact,
              channel: what.channel,
              topic: what.topic,
              state: what.state,
              basis: "express",
              occurredAt: now,
              source: "walk",
              recordedBy: "walk",
            },
          ],
        }),
      ));
    case "opens":
    case "clicks":
    case "leaves": {
      const last = (await acceptedSince(db, { workspace, after: input.from - DAY, until: now }))
        .filter((send) => send.contact === contact)
        .at(-1);
      if (!last) return;
      if (what.does === "leaves")
        return void (await leave(deps, last, { everything: true, source: "unsubscribe_page", visitor: { ip: "192.0.2.1", agent: null } }));
      return db.transaction((tx) =>
        engage(
          tx,
          deps,
          last,
          what.does === "opens"
            ? { kind: "opened", machine: false }
            : { kind: "clicked", machine: false, link: 1, url: "https://shop.example/" },
        ),
      );
    }
  }
}

const FIXED = ["email", "phone", "external_id"];

function settable(field: string): string {
  if (!isField(field) || FIXED.includes(field))
    throw invalid({ message: `${field} cannot be set in a walk-through` }, { field: "happenings" });
  return field;
}

async function invent(world: { deps: Deps; at: Instant }, input: WalkInput & { contact: Id }): Promise<void> {
  const { workspace, contact, from } = input;
  const { sql: db, chance } = world.deps.ports;
  const { agrees, values } = input.invented ?? { agrees: ["email"], values: {} };
  await db.query(sql`
    insert into contacts (bucket, id, workspace_id, email, phone, known, created_at, updated_at)
    values (${bucketOf(contact)}, ${contact}, ${workspace}, 'invented@contact.invalid', '+33199000000', true, ${ts(from)}::timestamptz, ${ts(from)}::timestamptz)`);
  const changes = Object.fromEntries(Object.entries(values).map(([field, value]) => [settable(field), value]));
  await db.transaction(async (tx) => {
    await changeContacts(tx, { workspace, chance, now: from, source: "walk", changes: [{ contact, values: changes, at: from }] });
    await recordConsents(tx, {
      now: from,
      chance,
      records: agrees.map((channel) => ({
        workspace,
        contact,
        channel,
        topic: "",
        state: "granted" as const,
        basis: "express",
        occurredAt: from,
        source: "walk",
        recordedBy: "walk",
      })),
    });
  });
}
