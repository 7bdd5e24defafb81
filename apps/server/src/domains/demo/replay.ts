import { DAY, HOUR, MINUTE, type Id, type Instant } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import type { Generator } from "../../platform/chance/index.ts";
import { acceptedSince, type FoundSend } from "../delivery/index.ts";
import { engage, leave } from "../tracking/index.ts";
import { comesBack, type DemoMessage, type DemoPerson } from "./shop/index.ts";

/** The same product at another time: what is done with `deps` happens when its clock says. Made by the process, which knows every listener. */
export interface Past {
  readonly deps: Deps;
  /** Moves the clock; it never goes back. */
  moveTo(at: Instant): void;
  /** Lets the engine and the delivery worker do everything that is due by the clock's moment. */
  pass(): Promise<unknown>;
  /** The same after something was asked of the engine otherwise than by news: a segment to build, a journey to begin. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * How far time moves at once. Everything due in between happens at its end: a mail of the past leaves up to so much late, which nobody
 * sees in a history of weeks, and a day costs six turns. At six hours the carts' reminders came too late to bring anyone back.
 */
const STRIDE = 4 * HOUR;

export interface Replay {
  readonly workspace: Id;
  readonly people: readonly DemoPerson[];
  /** What the people do by themselves, in the order of time. */
  readonly messages: readonly DemoMessage[];
  readonly until: Instant;
  readonly chance: Generator;
  readonly tell: (deps: Deps, messages: readonly DemoMessage[]) => Promise<void>;
  readonly say: (line: string) => void;
  /** Told how much of the time is lived, 0 to 1. */
  readonly lived: (share: number) => void;
}

/** Something a person does with a message: read it, follow its link, come back and perhaps order, or leave. */
interface Reaction {
  readonly at: Instant;
  readonly send: FoundSend;
  readonly does: "opens" | "clicks" | "leaves";
}

/**
 * Lives the last weeks of the shop through the real engine: people do what they do, journeys take them in, messages go to the outbox,
 * some are opened and clicked, some bring people back. Deterministic but for ids, as far as the engine is.
 */
export async function replay(past: Past, input: Replay): Promise<void> {
  const { workspace, until } = input;
  const { clock, sql } = past.deps.ports;
  const byEmail = new Map(input.people.map((person) => [person.email, person]));
  let coming = [...input.messages];
  let reactions: Reaction[] = [];
  let number = 0;
  const start = clock.now();
  for (let at = start; at < until; ) {
    const before = at;
    at = Math.min(until, at + STRIDE);
    past.moveTo(at);
    const due = reactions.filter((one) => one.at <= at).sort((a, b) => a.at - b.at);
    reactions = reactions.filter((one) => one.at > at);
    for (const reaction of due) {
      await react(past.deps, reaction);
      const person = byEmail.get(reaction.send.address ?? "");
      if (reaction.does !== "clicks" || !person) continue;
      coming = [...coming, ...comesBack(person, input.chance.split(`visit ${reaction.send.address} ${number}`), at + MINUTE, until, number)].sort((a, b) => a.at - b.at);
      number += 1;
    }
    const told = coming.findIndex((message) => message.at > at);
    const batch = coming.splice(0, told < 0 ? coming.length : told);
    if (batch.length > 0) await input.tell(past.deps, batch);
    await past.pass();
    const sent = await acceptedSince(sql, { workspace, after: before, until: at });
    reactions.push(...sent.flatMap((send) => reactionsTo(send, input.chance.split(`${send.address} ${send.step} ${send.acceptedAt}`))));
    input.lived((at - start) / (until - start));
    const day = Math.floor((at - start) / DAY);
    if (day % 10 === 0 && day > Math.floor((before - start) / DAY)) input.say(`  ${day} days of journeys lived`);
  }
}

/** Of a hundred messages some forty-five are read, nine followed, one answered by leaving. */
function reactionsTo(send: FoundSend, chance: Generator): Reaction[] {
  if (send.channel !== "email" || send.acceptedAt === null || !chance.chance(0.45)) return [];
  const opened = send.acceptedAt - Math.log(1 - chance.float() * 0.99) * 4 * HOUR;
  const reaction = (does: Reaction["does"], at: Instant): Reaction => ({ send, does, at: Math.floor(at) });
  if (chance.chance(0.2)) return [reaction("opens", opened), reaction("clicks", opened + (1 + chance.below(4)) * MINUTE)];
  if (chance.chance(0.015)) return [reaction("opens", opened), reaction("leaves", opened + MINUTE)];
  return [reaction("opens", opened)];
}

async function react(deps: Deps, { send, does }: Reaction): Promise<void> {
  if (does === "leaves") await leave(deps, send, { everything: true, source: "unsubscribe_page", visitor: { ip: "192.0.2.1", agent: null } });
  else await deps.ports.sql.transaction((tx) => engage(tx, deps, send, does === "opens" ? { kind: "opened", machine: false } : { kind: "clicked", machine: false, link: 1, url: "https://fauvel.example/" }));
}
