import { DAY, HOUR, toIso, type Id, type Instant } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import { seededGenerator } from "../../platform/chance/index.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { upsertProducts, upsertStore } from "../catalog/index.ts";
import { recordConsents, type ConsentRecord } from "../compliance/index.ts";
import { phoneReader } from "../contacts/index.ts";
import { ingestBatches, type IngestInto } from "../ingest/index.ts";
import { createJourney, publishJourney } from "../journeys/index.ts";
import { createTemplate, publishTemplate, STARTERS } from "../messages/index.ts";
import { createSegment } from "../segments/index.ts";
import { addAdministrators, createWorkspace, listWorkspaces } from "../team/index.ts";
import { wasRemoved } from "./queries.ts";
import { demoJourneys, SEGMENTS } from "./journeys.ts";
import { demoGoods, liveLife, makePeople, type DemoMessage, type DemoPerson } from "./shop/index.ts";

const PEOPLE = 1_500;
const CHUNK = 1_000;
/** The last hours are told as they happen, so that journeys start in the first minute; what is older is history. */
const LIVE = 20 * HOUR;

/**
 * Makes the demo shop in a workspace of its own: stores, two years of customers' lives, segments, templates, journeys. Everything goes
 * through the doors a real shop would use. Deterministic but for the present day, on which the year of orders ends.
 * @param input.beside the workspace whose administrators may enter
 */
export async function loadDemo(deps: Deps, input: { beside: Id; say: (line: string) => void }): Promise<void> {
  const { sql, chance, clock } = deps.ports;
  if ((await listWorkspaces(sql)).some((row) => row.kind === "demo") || (await wasRemoved(sql))) return;
  input.say("Loading the demo shop…");
  const now = clock.now();
  const workspace = await sql.transaction((tx) => createWorkspace(tx, {
    chance, now, name: "Fauvel, boutique de démonstration", kind: "demo", locale: "fr", timeZone: "Europe/Paris", currency: "EUR",
    settings: { website: "https://fauvel.example", sender: { name: "Fauvel", email: "bonjour@fauvel.example", replyTo: "", postalAddress: "Fauvel, 12 rue des Halles, 75001 Paris" } },
  }));
  await addAdministrators(deps, { from: input.beside, to: workspace.id });
  await makeStores(deps, workspace.id, now);
  const people = makePeople(seededGenerator("fauvel"), { count: PEOPLE, now });
  const messages = people.flatMap((person) => liveLife(person, seededGenerator(`fauvel ${person.userId}`), now)).sort((a, b) => a.at - b.at);
  const into: IngestInto = { workspace: workspace.id, currency: "EUR", phone: phoneReader("Europe/Paris"), trusted: true, source: "demo" };
  const history = messages.filter((message) => message.at < now - LIVE);
  await tell(deps, into, history, { live: false, say: input.say });
  await consent(deps, into, people, now);
  const actor: Actor = { kind: "user", id: "demo", name: "Fauvel", workspace: workspace.id, role: "admin", scopes: [] };
  await makeProgramme(deps, actor);
  await tell(deps, into, messages.slice(history.length), { live: true, say: () => undefined });
  deps.poke();
}

async function makeStores(deps: Deps, workspace: Id, now: Instant): Promise<void> {
  await deps.ports.sql.transaction(async (tx) => {
    await upsertStore(tx, { workspace, id: deps.ports.chance.id(now), now, code: "fr", name: "Fauvel France", country: "FR", languages: ["fr"], currency: "EUR", timeZone: "Europe/Paris", url: "https://fauvel.example/fr" });
    await upsertStore(tx, { workspace, id: deps.ports.chance.id(now), now, code: "ca", name: "Fauvel Canada", country: "CA", languages: ["fr", "en"], currency: "CAD", timeZone: "America/Toronto", url: "https://fauvel.example/ca" });
    await upsertProducts(tx, { workspace, chance: deps.ports.chance, now, source: "demo", products: demoGoods(seededGenerator("fauvel goods")) });
  });
}

async function tell(deps: Deps, into: IngestInto, messages: readonly DemoMessage[], options: { live: boolean; say: (line: string) => void }): Promise<void> {
  for (let from = 0; from < messages.length; from += CHUNK) {
    const chunk = messages.slice(from, from + CHUNK);
    await ingestBatches(deps.ports, into, [{ messages: chunk.map((message) => message.body), receivedAt: deps.ports.clock.now(), source: null, live: options.live }]);
    if (from > 0 && from % 20_000 === 0) options.say(`  ${from.toLocaleString("en")} of ${messages.length.toLocaleString("en")} events`);
  }
}

/** Agreements given at sign-up, with the day they were given. */
async function consent(deps: Deps, into: IngestInto, people: readonly DemoPerson[], now: Instant): Promise<void> {
  const { sql, chance } = deps.ports;
  // Told once more so that the answer says which contact each is; the message is the same, so nothing is stored twice.
  const [verdicts = []] = await ingestBatches(deps.ports, into, [{ messages: people.map((person) => ({ type: "identify", userId: person.userId, messageId: `demo-consent-${person.userId}`, traits: {}, timestamp: toIso(person.joinedAt) })), receivedAt: now, source: null, live: false }]);
  const records = people.flatMap((person, index): ConsentRecord[] => {
    const verdict = verdicts[index];
    if (verdict?.is !== "stored") return [];
    const given = (channel: string, agrees: boolean): ConsentRecord[] => (agrees ? [{ workspace: into.workspace, contact: verdict.contact, channel, topic: "", state: "granted", basis: "express", occurredAt: Math.max(person.joinedAt, now - 700 * DAY), source: "Inscription, fauvel.example", language: person.language, recordedBy: "demo" }] : []);
    return [...given("email", person.agreesToEmail), ...given("sms", person.agreesToSms)];
  });
  await sql.transaction((tx) => recordConsents(tx, { now, chance, records }));
}

async function makeProgramme(deps: Deps, actor: Actor): Promise<void> {
  const segments = new Map<string, Id>();
  for (const { key, ...segment } of SEGMENTS) segments.set(key, await createSegment(deps, { actor, ...segment }));
  const templates = new Map<string, Id>();
  for (const starter of STARTERS) {
    const id = await createTemplate(deps, actor, { name: starter.names["fr"] ?? starter.key, class: starter.class, topic: "", content: starter.content });
    await publishTemplate(deps, actor, id);
    templates.set(starter.key, id);
  }
  for (const { name, description, graph } of demoJourneys(templates, segments)) {
    const id = await createJourney(deps, { actor, name, description, draft: graph });
    await publishJourney(deps, { actor, id, revision: 1, inside: "stay" });
  }
}
