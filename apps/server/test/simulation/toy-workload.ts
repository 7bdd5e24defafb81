import { SECOND, type Id } from "@relance/model/base";
import { seededChance } from "../../src/platform/chance/index.ts";
import { sql } from "../../src/platform/db/sql.ts";
import { groupCommit } from "../../src/platform/group-commit.ts";
import { failure } from "../support/faulty-db.ts";
import { checkAtRest, checkLive, type Known } from "./books.ts";
import { START } from "./story.ts";
import { deliverToy, makeToyTables, storeToyRequests, toyListener, type FarSide, type ToyRequest } from "./toy.ts";
import type { Own, Workload } from "./workload.ts";
import type { World } from "./world.ts";

/** The toy of our shape over the real platform: engine, leases, inbox, group commit and quarantine under every weather. */
export function toyWorkload(world: World): Workload<ToyRequest> {
  const known: Known = { acked: new Set(), sent: new Map(), far: [] };
  const workspaces = Array.from({ length: 3 }, (_, i) => seededChance(`workspace ${i}`).id(START));
  const workspaceOf = (contact: Id) => workspaces[Number.parseInt(contact.slice(-4, -2), 16) % workspaces.length]!;
  const contacts = contactsOf(world);
  const messageIds = seededChance(world.draw.split("messages"));
  return {
    prepare: makeToyTables,
    http: (own) =>
      groupCommit({
        clock: own.clock,
        maxItems: 40,
        maxWaitMs: 2,
        maxQueued: 200,
        weigh: (request: ToyRequest) => request.messages.length,
        busyCode: "ingest.busy",
        run: (requests) => storeToyRequests(own.db, { chance: own.chance, now: own.clock.now(), workspaceOf }, requests),
      }),
    listeners: () => [toyListener()],
    deliver(own, leases) {
      const far = farSide(world, own, known);
      void (async () => {
        for (;;) {
          const sent = await deliverToy(own.db, leases, () => own.clock.now(), far).catch(() => 0);
          await own.clock.sleep(sent > 0 ? 50 : 0.7 * SECOND);
        }
      })();
    },
    request(draw, now) {
      const messages = Array.from({ length: 1 + draw.below(12) }, () => ({ message: messageIds.id(now), contact: draw.pick(contacts) }));
      const request: ToyRequest = draw.chance(0.04) ? { messages, broken: true } : { messages };
      if (!request.broken) for (const one of messages) known.sent.set(one.message, one.contact);
      return request;
    },
    answered(request, answer) {
      if ("error" in answer) return request.broken ? null : `a good request was refused: ${answer.error.message}`;
      if (request.broken || answer.stored !== request.messages.length) return "a request that cannot be stored was acknowledged";
      for (const one of request.messages) known.acked.add(one.message);
      return null;
    },
    async rest(real) {
      const [row] = await real.query<{ inbox: number; timers: number; sends: number }>(sql`
        select (select count(*)::integer from inbox) as inbox, (select count(*)::integer from toy_runs where fired_at is null) as timers,
          (select count(*)::integer from toy_sends where state in ('waiting', 'claimed', 'handing')) as sends`);
      return row!;
    },
    checkLive: (real) => checkLive(real, known),
    checkAtRest: (real) => checkAtRest(real, known),
    async numbers(real) {
      const [row] = await real.query<{ n: number }>(sql`select count(*)::integer as n from toy_sends where state = 'uncertain'`);
      return { messages: known.acked.size, sends: known.far.length, uncertain: row!.n };
    },
  };
}

function contactsOf(world: World): Id[] {
  const chance = seededChance(world.draw.split("contacts"));
  const draw = world.draw.split("how many contacts");
  const contacts = Array.from({ length: 50 + draw.below(250) }, () => chance.id(START));
  // A few poisonous ones: see isPoison.
  return contacts.map((id, i) => (i < draw.below(3) ? `${id.slice(0, 20)}00${id.slice(22)}` : id));
}

function farSide(world: World, own: Own, known: Known): FarSide {
  const weather = world.draw.split(`line of ${own.name}`);
  const take = async (key: Id) => {
    const mode = world.fault("delivery.net", ["refused", "line broke before", "line broke after"]);
    if (mode === "refused") return "refused" as const;
    if (mode === "line broke before") throw failure("before");
    known.far.push({ key, at: world.now() });
    if (mode === "line broke after") throw failure("lost answer");
    return "accepted" as const;
  };
  return {
    took: known.far,
    async take(key) {
      await own.clock.sleep(weather.below(400));
      const answer = await world.call(own.life, "net", key, () => take(key));
      await own.clock.sleep(weather.below(400));
      return answer;
    },
  };
}
