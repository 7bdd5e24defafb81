import { DAY, HOUR, type Id, type Instant } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import { seededGenerator } from "../../platform/chance/index.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { countReaders, upsertArticles, upsertCategories, upsertProducts, upsertStore } from "../catalog/index.ts";
import { recordConsents, type ConsentRecord } from "../compliance/index.ts";
import { phoneReader } from "../contacts/index.ts";
import { ensureEventPartitions, ingestBatches, type IngestInto, type Verdict } from "../ingest/index.ts";
import { createJourney, publishJourney } from "../journeys/index.ts";
import { createTemplate, publishTemplate, STARTERS } from "../messages/index.ts";
import { createType } from "../objects/index.ts";
import { refreshNow, saveSettings } from "../predictions/index.ts";
import { createSegment } from "../segments/index.ts";
import { addAdministrators, createWorkspace, listWorkspaces } from "../team/index.ts";
import { rememberLoad, wasLoaded, wasRemoved } from "./queries.ts";
import { removeDemo } from "./remove.ts";
import { letterMoments, startLetter, writingSince } from "./letter.ts";
import { replay, type Halt, type Past, type Replay } from "./replay.ts";
import { demoJourneys, SEGMENTS } from "./journeys.ts";
import { openForm, signUp } from "./sign-up.ts";
import {
  demoArticles,
  demoCategories,
  demoChanges,
  demoGoods,
  LOYALTY_CARD,
  STORES,
  liveLife,
  makePeople,
  makeSubscribers,
  type DemoMessage,
  type DemoPerson,
} from "./shop/index.ts";

const PEOPLE = 2_000;
const CHUNK = 1_000;
/** How much of the past the journeys have lived through: long enough for win-backs to have an end. */
const LIVED = 24 * DAY;
/**
 * How far time moves at once in these days. Everything due in between happens at its end: a mail of the past leaves up to so much late, which
 * nobody sees in a history of weeks, and a day costs six turns. At six hours the carts' reminders came too late to bring anyone back.
 */
const STRIDE = 4 * HOUR;
/** When the catalogue was first there: before all customers. */
const OPENED = 730 * DAY;
/** For so many customers one person signs up by the form in the days that are lived. */
const SIGN_UPS = 0.012;
/** Of the work, the years before those days. */
const OF_HISTORY = 0.5;
const TOLD_EVERY = 20_000;

export interface DemoOptions {
  /** The workspace whose administrators may enter. */
  readonly beside: Id;
  readonly say: (line: string) => void;
  /** Told how much is done, 0 to 1. */
  readonly progress?: (share: number) => void;
  /** The product at another time; the process makes it, for it knows every listener. */
  readonly openPast: (from: Instant) => Promise<Past>;
  readonly people?: number;
}

/**
 * Makes the demo shop in a workspace of its own: stores, two years of customers' lives, segments, templates, journeys, and more than three weeks that
 * the journeys lived through. Everything goes through the doors a real shop would use. Deterministic but for ids and the present day, on
 * which the history ends. A load that did not come to its end is taken away and begun again at the next start.
 */
export async function loadDemo(deps: Deps, input: DemoOptions): Promise<void> {
  const { sql, chance, clock } = deps.ports;
  if (await wasRemoved(sql)) return;
  const there = (await listWorkspaces(sql)).find((row) => row.kind === "demo");
  if (there && (await wasLoaded(sql))) return;
  if (there) {
    input.say("The demo shop was not loaded to its end; beginning again…");
    await removeDemo(deps, { workspace: there.id, by: { kind: "user", id: "demo" }, signal: new AbortController().signal });
  }
  input.say("Loading the demo shop…");
  const now = clock.now();
  const workspace = await sql.transaction((tx) =>
    createWorkspace(tx, {
      chance,
      now,
      name: "Fauvel",
      kind: "demo",
      locale: "fr",
      timeZone: "Europe/Paris",
      currency: "EUR",
      settings: {
        website: "https://fauvel.example",
        sender: { name: "Fauvel", email: "bonjour@fauvel.example", replyTo: "", postalAddress: "Fauvel, 12 rue des Halles, 75001 Paris" },
      },
    }),
  );
  const past = await input.openPast(writingSince(now));
  try {
    await live(past, { ...input, workspace: workspace.id, now });
  } finally {
    await past.close();
  }
  await addAdministrators(deps, { from: input.beside, to: workspace.id });
  await sql.transaction((tx) =>
    saveSettings(tx, { workspace: workspace.id, now: clock.now(), settings: { bounds: null, rates: { CAD: 0.62 } } }),
  );
  await refreshNow(deps, { workspace: workspace.id, by: "demo" });
  await sql.transaction((tx) => rememberLoad(tx, { workspace: workspace.id, now: clock.now() }));
  deps.poke();
}

async function live(past: Past, input: DemoOptions & { readonly workspace: Id; readonly now: Instant }): Promise<void> {
  const { workspace, now, say } = input;
  const { deps } = past;
  const from = now - LIVED;
  const actor: Actor = { kind: "user", id: "demo", name: "Fauvel", workspace, role: "admin", scopes: [] };
  await makeShop(deps, workspace, now);
  await createType(deps, actor, LOYALTY_CARD);
  const customers = makePeople(seededGenerator("fauvel"), { count: input.people ?? PEOPLE, now });
  const signUps = makeSubscribers(seededGenerator("fauvel letter"), {
    count: Math.ceil(customers.length * SIGN_UPS),
    after: customers.length,
    since: from,
    now,
  });
  const people = [...customers, ...signUps.map((one) => one.person)];
  const lives = people.map((person) => liveLife(person, seededGenerator(`fauvel ${person.userId}`), now));
  const into: IngestInto = { workspace, currency: "EUR", phone: phoneReader("Europe/Paris"), trusted: true, source: "demo" };
  const known = new Map(people.map((person) => [person.userId, person]));
  const tell = { into, known, say };
  await tellHistory(
    deps,
    lives.map((life) => life.filter((message) => message.at < writingSince(now))),
    { ...tell, told: (share) => input.progress?.(OF_HISTORY * share) },
  );
  await past.settle();
  const letter = await startLetter(past, actor, now);
  say("  living the last weeks through the journeys…");
  let form: Id | null = null;
  const strides = Array.from({ length: Math.ceil(LIVED / STRIDE) }, (_, n): Halt => ({ at: Math.min(now, from + (n + 1) * STRIDE) }));
  await replay(past, {
    workspace,
    people,
    signUps,
    changes: demoChanges(now),
    chance: seededGenerator("fauvel reads"),
    messages: lives.flatMap((life) => life.filter((message) => message.at >= writingSince(now))).sort((a, b) => a.at - b.at),
    halts: [
      ...letterMoments(now)
        .filter((at) => at < from)
        .map((at): Halt => ({ at })),
      {
        at: from,
        does: async () => {
          await makeProgramme(past, actor, letter);
          form = await openForm(deps, actor);
        },
      },
      ...strides,
    ],
    tell: (then, some) => tellAll(then, some, { ...tell, live: then.ports.clock.now() > from, heard: true }),
    change: (then, change) => changeCatalogue(then, workspace, change),
    signUp: (then, person) => signUp(then, { workspace, form: form!, person }),
    lived: (share) => input.progress?.(OF_HISTORY + (1 - OF_HISTORY) * share),
  });
  await countReaders(deps);
}

async function makeShop(deps: Deps, workspace: Id, now: Instant): Promise<void> {
  const by = { workspace, chance: deps.ports.chance, now: now - OPENED, source: "demo" };
  await deps.ports.sql.transaction(async (tx) => {
    for (const store of STORES) await upsertStore(tx, by, store);
    await upsertCategories(tx, by, { categories: demoCategories() });
    await upsertProducts(tx, { ...by, products: demoGoods(seededGenerator("fauvel goods")) });
    await upsertArticles(tx, by, { articles: demoArticles(now) });
  });
}

async function changeCatalogue(deps: Deps, workspace: Id, { at, products }: Replay["changes"][number]): Promise<void> {
  await deps.ports.sql.transaction((tx) => upsertProducts(tx, { workspace, chance: deps.ports.chance, now: at, source: "demo", products }));
}

interface Telling {
  readonly into: IngestInto;
  readonly known: ReadonlyMap<string, DemoPerson>;
  readonly say: (line: string) => void;
}

/** Two halves of the people beside each other: one is written down while the other is read. Nothing of one concerns the other. */
async function tellHistory(
  deps: Deps,
  lives: readonly (readonly DemoMessage[])[],
  telling: Telling & { readonly told: (share: number) => void },
): Promise<void> {
  const halves = [0, 1].map((half) =>
    lives
      .filter((_, n) => n % 2 === half)
      .flat()
      .sort((a, b) => a.at - b.at),
  );
  const all = halves.flat();
  await ensureEventPartitions(
    deps.ports.sql,
    all.map((message) => message.at),
  );
  let told = 0;
  await Promise.all(
    halves.map((half) =>
      tellAll(deps, half, {
        ...telling,
        live: false,
        heard: false,
        told(n) {
          if (Math.floor(told / TOLD_EVERY) < Math.floor((told += n) / TOLD_EVERY))
            telling.say(`  ${told.toLocaleString("en")} of ${all.length.toLocaleString("en")} events`);
          telling.told(told / all.length);
        },
      }),
    ),
  );
}

async function tellAll(
  deps: Deps,
  messages: readonly DemoMessage[],
  { into, known, live, heard, told }: Telling & { readonly live: boolean; readonly heard: boolean; readonly told?: (n: number) => void },
): Promise<void> {
  for (let from = 0; from < messages.length; from += CHUNK) {
    const chunk = messages.slice(from, from + CHUNK);
    const [verdicts = []] = await ingestBatches(deps.ports, into, [
      { messages: chunk.map((message) => message.body), receivedAt: deps.ports.clock.now(), source: null, live, heard },
    ]);
    await consent(deps, into, chunk, verdicts, known);
    told?.(chunk.length);
  }
}

/** Agreements given at sign-up, with the moment they were given. */
async function consent(
  deps: Deps,
  into: IngestInto,
  messages: readonly DemoMessage[],
  verdicts: readonly Verdict[],
  known: ReadonlyMap<string, DemoPerson>,
): Promise<void> {
  const { sql, chance, clock } = deps.ports;
  const records = messages.flatMap((message, index): ConsentRecord[] => {
    const verdict = verdicts[index];
    const person = known.get(String(message.body["userId"]));
    if (message.body["type"] !== "identify" || verdict?.is !== "stored" || !person) return [];
    const given = (channel: string, agrees: boolean): ConsentRecord[] =>
      agrees
        ? [
            {
              workspace: into.workspace,
              contact: verdict.contact,
              channel,
              topic: "",
              state: "granted",
              basis: "express",
              occurredAt: person.joinedAt,
              source: "Inscription, fauvel.example",
              language: person.language,
              recordedBy: "demo",
            },
          ]
        : [];
    return [...given("email", person.agreesToEmail), ...given("sms", person.agreesToSms)];
  });
  if (records.length > 0) await sql.transaction((tx) => recordConsents(tx, { now: clock.now(), chance, records }));
}

async function makeProgramme(past: Past, actor: Actor, letter: Id): Promise<void> {
  const { deps } = past;
  const segments = new Map<string, Id>();
  for (const { key, ...segment } of SEGMENTS) segments.set(key, await createSegment(deps, { actor, ...segment }));
  // Who is in a segment already does not enter it.
  await past.settle();
  const templates = new Map<string, Id>([["letter", letter]]);
  for (const starter of STARTERS) {
    const id = await createTemplate(deps, actor, {
      name: starter.names["fr"] ?? starter.key,
      channel: "email",
      class: starter.class,
      topic: "",
      content: starter.content,
    });
    await publishTemplate(deps, actor, id);
    templates.set(starter.key, id);
  }
  for (const { name, description, graph } of demoJourneys(templates, segments)) {
    const id = await createJourney(deps, { actor, name, description, draft: graph });
    await publishJourney(deps, { actor, id, revision: 1, inside: "stay" });
  }
  await past.settle();
}
