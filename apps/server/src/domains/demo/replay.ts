import type { ProductInput } from "@relance/contract/catalog";
import { HOUR, MINUTE, type Id, type Instant } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import type { Generator } from "../../platform/chance/index.ts";
import { acceptedSince, type FoundSend } from "../delivery/index.ts";
import { askedBy } from "../forms/index.ts";
import { engageAll, leave, type Engagement } from "../tracking/index.ts";
import { confirm } from "./sign-up.ts";
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

/** A moment at which time stops: everything due since the one before happens then. */
export interface Halt {
  readonly at: Instant;
  /** What the shop itself does then. */
  readonly does?: () => Promise<void>;
}

export interface Replay {
  readonly workspace: Id;
  readonly people: readonly DemoPerson[];
  /** What the people do by themselves, in the order of time. */
  readonly messages: readonly DemoMessage[];
  /** Who leaves their address in the shop's form. */
  readonly signUps: readonly { readonly at: Instant; readonly person: DemoPerson }[];
  /** When the shop's prices and stock change. */
  readonly changes: readonly { readonly at: Instant; readonly products: readonly ProductInput[] }[];
  readonly halts: readonly Halt[];
  readonly chance: Generator;
  readonly tell: (deps: Deps, messages: readonly DemoMessage[]) => Promise<void>;
  readonly change: (deps: Deps, change: Replay["changes"][number]) => Promise<void>;
  readonly signUp: (deps: Deps, person: DemoPerson) => Promise<void>;
  /** Told how much of the time is lived, 0 to 1. */
  readonly lived: (share: number) => void;
}

/** Something a person does with a message: read it, follow its link, come back and perhaps order, confirm what it asks, or leave. */
interface Reaction {
  readonly at: Instant;
  readonly send: FoundSend;
  readonly does: "opens" | "clicks" | "confirms" | "leaves";
}

/**
 * Lives the last weeks of the shop through the real engine: people do what they do, journeys take them in, messages go to the outbox,
 * some are opened and clicked, some bring people back. Deterministic but for ids, as far as the engine is.
 */
export async function replay(past: Past, input: Replay): Promise<void> {
  const { workspace, halts, chance } = input;
  const { deps } = past;
  const byEmail = new Map(input.people.map((person) => [person.email, person]));
  const until = halts.at(-1)!.at;
  const start = deps.ports.clock.now();
  let coming = [...input.messages];
  let reactions: Reaction[] = [];
  let number = 0;
  let before = start;
  for (const { at, does } of halts) {
    const isDue = (one: { readonly at: Instant }): boolean => one.at > before && one.at <= at;
    past.moveTo(at);
    const due = reactions.filter((one) => one.at <= at).sort((a, b) => a.at - b.at);
    reactions = reactions.filter((one) => one.at > at);
    await react(deps, due);
    for (const { send } of due.filter((one) => one.does === "clicks")) {
      const person = byEmail.get(send.address ?? "");
      if (!person || person.joinedAt > at) continue;
      coming = [...coming, ...comesBack(person, chance.split(`visit ${send.address} ${number}`), at + MINUTE, until, number)].sort(
        (a, b) => a.at - b.at,
      );
      number += 1;
    }
    for (const change of input.changes.filter(isDue)) await input.change(deps, change);
    for (const { person } of input.signUps.filter(isDue)) await input.signUp(deps, person);
    const told = coming.findIndex((message) => message.at > at);
    const batch = coming.splice(0, told < 0 ? coming.length : told);
    if (batch.length > 0) await input.tell(deps, batch);
    await past.pass();
    await does?.();
    const sent = await acceptedSince(deps.ports.sql, { workspace, after: before, until: at });
    reactions.push(...sent.flatMap((send) => reactionsTo(send, chance.split(`${send.address} ${send.step} ${send.acceptedAt}`))));
    input.lived((at - start) / (until - start));
    before = at;
  }
}

/** Of a hundred messages some forty-five are read, nine followed, one answered by leaving. */
function reactionsTo(send: FoundSend, chance: Generator): Reaction[] {
  if (send.channel !== "email" || send.acceptedAt === null || (!askedBy(send) && !chance.chance(0.45))) return [];
  const opened = send.acceptedAt - Math.log(1 - chance.float() * 0.99) * 4 * HOUR;
  const reaction = (does: Reaction["does"], at: Instant): Reaction => ({ send, does, at: Math.floor(at) });
  if (askedBy(send)) return chance.chance(0.75) ? [reaction("opens", opened), reaction("confirms", opened + MINUTE)] : [];
  if (chance.chance(0.2)) return [reaction("opens", opened), reaction("clicks", opened + (1 + chance.below(4)) * MINUTE)];
  if (chance.chance(0.015)) return [reaction("opens", opened), reaction("leaves", opened + MINUTE)];
  return [reaction("opens", opened)];
}

/** What is read and followed is told in one transaction, before what else is done. */
async function react(deps: Deps, reactions: readonly Reaction[]): Promise<void> {
  const engagements = reactions.flatMap(({ send, does }): { send: FoundSend; what: Engagement }[] =>
    does === "opens"
      ? [{ send, what: { kind: "opened", machine: false } }]
      : does === "clicks"
        ? [{ send, what: { kind: "clicked", machine: false, link: 1, url: firstLink(send) } }]
        : [],
  );
  if (engagements.length > 0) await deps.ports.sql.transaction((tx) => engageAll(tx, deps, engagements));
  for (const { send, does } of reactions) {
    if (does === "confirms") await confirm(deps, send);
    if (does === "leaves")
      await leave(deps, send, { everything: true, source: "unsubscribe_page", visitor: { ip: "192.0.2.1", agent: null } });
  }
}

/** The first thing to read that a message showed, or the shop. */
const firstLink = ({ data }: FoundSend): string =>
  (data["articles"] as { readonly url?: string }[] | undefined)?.[0]?.url ?? "https://fauvel.example/";
