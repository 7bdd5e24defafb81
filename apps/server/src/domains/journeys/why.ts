import { toIso, type Id, type Instant, type Words } from "@relance/model/base";
import { isKeyed, matches, startKindOf, type Graph, type Start } from "@relance/model/journeys";
import { plus } from "@relance/model/time";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import { currentContact, type Contact } from "../contacts/index.ts";
import { suppressionOf } from "../compliance/index.ts";
import { explainRule } from "../segments/index.ts";
import { askedUntil } from "./runs/held.ts";
import { findJourney } from "./journeys.ts";
import { OLDEST_START } from "./starts/starts.ts";
import * as store from "./runs/store.ts";
import { whyNoStart } from "./why-start.ts";

interface Check {
  readonly about: "journey" | "inside" | "start" | "reentry" | "filter" | "mail";
  readonly ok: boolean | null;
  readonly code: string;
  readonly message: Words;
  readonly facts: Record<string, unknown>;
}

/**
 * Why a contact is, or is not, in a journey: every condition of entry, asked now of what is known now, in the order in which the engine
 * asks them. It does not remember what an answer was at an earlier start; the filter is asked as of the last start that matched.
 */
export async function whyNot(
  deps: Deps,
  input: { workspace: Id; journey: Id; contact: Id },
): Promise<{ verdict: string; at: string; checks: Check[] }> {
  const db = deps.ports.sql;
  const now = deps.ports.clock.now();
  const row = await findJourney(db, { workspace: input.workspace, id: input.journey });
  const found = await currentContact(db, { workspace: input.workspace, id: input.contact });
  const contact = found.id;
  const runs = await store.selectRuns(db, { workspace: input.workspace, journey: row.id, contact, before: null, limit: 20 });
  const graph = row.live_graph;
  const checks = [journeyCheck(row), insideCheck(runs)];
  if (graph) {
    const starts = await Promise.all(
      graph.starts.map((start) =>
        startCheck(db, { workspace: input.workspace, journey: row.id, contact, start, now, publishedAt: row.published_at ?? now }),
      ),
    );
    const reentry = reentryCheck(graph, runs, now);
    const startedAt = starts.flatMap((one) => (one.ok && typeof one.facts["at"] === "string" ? [Date.parse(one.facts["at"])] : []));
    checks.push(
      ...starts,
      reentry,
      await filterCheck(db, {
        workspace: input.workspace,
        journey: row.id,
        contact,
        graph,
        now,
        at: startedAt.length === 0 ? now : Math.max(...startedAt),
      }),
    );
  }
  checks.push(await mailCheck(deps, { workspace: input.workspace, contact: found }));
  return { verdict: verdictOf(checks), at: toIso(now), checks };
}

function verdictOf(checks: readonly Check[]): string {
  if (checks.some((one) => one.code === "inside")) return "inside";
  const starts = checks.filter((one) => one.about === "start");
  for (const about of ["journey", "start", "reentry", "filter"] as const) {
    // One start that matched is enough.
    if (about === "start" && (starts.length === 0 || starts.some((one) => one.ok))) continue;
    const refused = checks.find((one) => one.about === about && one.ok === false);
    if (refused) return refused.code;
  }
  return "may_enter";
}

function journeyCheck(row: store.JourneyRow): Check {
  const facts = {
    state: row.state,
    version: row.live_version,
    publishedAt: row.published_at === null ? null : toIso(row.published_at),
    pausedSince: row.paused_at === null ? null : toIso(row.paused_at),
    pausedBy: row.paused_by,
    reason: row.pause_reason,
  };
  const said: Record<store.JourneyRow["state"], [string, Words]> = {
    live: ["live", { fr: "Le scénario est en ligne.", en: "The journey is live." }],
    paused: ["paused", { fr: "Le scénario est en pause\u00a0: personne n’y entre.", en: "The journey is paused: nobody enters." }],
    draft: ["not_published", { fr: "Le scénario n’a pas encore été publié.", en: "The journey has not been published yet." }],
    archived: ["archived", { fr: "Le scénario est archivé.", en: "The journey is archived." }],
  };
  const [code, message] = said[row.state];
  return { about: "journey", ok: row.state === "live", code, message, facts };
}

function insideCheck(runs: readonly store.RunViewRow[]): Check {
  const waiting = runs.find((run) => run.state === "waiting");
  const last = waiting ?? runs[0];
  if (!last)
    return {
      about: "inside",
      ok: null,
      code: "never_inside",
      message: { fr: "Ce contact n’y est jamais entré.", en: "This contact has never entered it." },
      facts: {},
    };
  const facts = {
    run: last.id,
    version: last.version,
    step: last.step_id,
    key: last.key,
    enteredAt: toIso(last.entered_at),
    endedAt: last.ended_at === null ? null : toIso(last.ended_at),
    outcome: last.outcome,
  };
  if (waiting)
    return {
      about: "inside",
      ok: true,
      code: "inside",
      message: { fr: "Ce contact est dans le scénario.", en: "This contact is in the journey." },
      facts,
    };
  return {
    about: "inside",
    ok: null,
    code: "was_inside",
    message: { fr: "Ce contact y est entré, et son parcours est terminé.", en: "This contact was in it, and that run has ended." },
    facts,
  };
}

async function startCheck(
  db: Db,
  input: { workspace: Id; journey: Id; contact: Id; start: Start; now: Instant; publishedAt: Instant },
): Promise<Check> {
  const { start } = input;
  if (start.kind === "event" || start.kind === "form" || start.kind === "order") return eventCheck(db, { ...input, start });
  const answer = await whyNoStart(db, input);
  if (answer !== null) return { about: "start", ...answer };
  if (start.kind !== "segment" && start.kind !== "group" && start.kind !== "date") return waitingCheck(db, { ...input, start });
  const found = await store.selectStartFact(db, { ...input, start });
  const facts = { start, at: found === null ? null : toIso(found) };
  if (start.kind === "date") {
    return found === null
      ? {
          about: "start",
          ok: false,
          code: "no_date",
          message: { fr: "Aucune date à venir pour ce contact.", en: "This contact has no date to come." },
          facts,
        }
      : {
          about: "start",
          ok: false,
          code: "date_to_come",
          message: { fr: "La date de ce contact n’est pas encore venue.", en: "This contact’s date has not come yet." },
          facts,
        };
  }
  const leaves = start.kind === "segment" && start.on === "leave";
  if (leaves)
    return {
      about: "start",
      ok: false,
      code: found === null ? "not_left" : "still_member",
      message: { fr: "Aucune sortie de ce segment ne l’a fait entrer.", en: "No departure from this segment has started it." },
      facts,
    };
  if (found === null)
    return {
      about: "start",
      ok: false,
      code: "not_member",
      message: { fr: "Ce contact n’est pas dans ce segment ou ce groupe.", en: "This contact is not in this segment or group." },
      facts,
    };
  if (found < input.publishedAt)
    return {
      about: "start",
      ok: false,
      code: "before_publication",
      message: {
        fr: "Ce contact y était déjà avant la publication\u00a0: seule une nouvelle entrée démarre le scénario.",
        en: "This contact was in it before publication: only a new entry starts the journey.",
      },
      facts,
    };
  return { about: "start", ok: true, code: "started", message: { fr: "Le point de départ a eu lieu.", en: "The start happened." }, facts };
}

/** Starts that wait for time to pass say until when; others happen elsewhere, and nothing of them is kept. */
async function waitingCheck(db: Db, input: { workspace: Id; journey: Id; contact: Id; start: Start }): Promise<Check> {
  const due = await store.selectStartTimer(db, input);
  const facts = { start: input.start, at: due === null ? null : toIso(due) };
  if (due !== null)
    return {
      about: "start",
      ok: false,
      code: "start_waits",
      message: {
        fr: "Le point de départ attend son heure\u00a0; ce qui arrive d’ici là peut y mettre fin.",
        en: "The start waits for its time; what happens until then may end that.",
      },
      facts,
    };
  return startKindOf(input.start).events(input.start).length > 0
    ? {
        about: "start",
        ok: false,
        code: "nothing_waits",
        message: {
          fr: "Rien n’attend pour ce contact\u00a0: rien ne l’a déclenché, ou quelque chose y a mis fin.",
          en: "Nothing waits for this contact: nothing set it off, or something ended it.",
        },
        facts,
      }
    : {
        about: "start",
        ok: null,
        code: "elsewhere",
        message: {
          fr: "Ce point de départ se décide ailleurs\u00a0: par un message, un autre scénario ou un programme.",
          en: "This start is decided elsewhere: by a message, another journey or a program.",
        },
        facts,
      };
}

async function eventCheck(
  db: Db,
  input: { workspace: Id; contact: Id; start: Extract<Start, { kind: "event" | "form" | "order" }>; now: Instant; publishedAt: Instant },
): Promise<Check> {
  const { start, now } = input;
  const name = startKindOf(start).events(start)[0]!;
  const events = await store.selectEventsNamed(db, { workspace: input.workspace, contact: input.contact, name, limit: 50 });
  const keyed = events.filter((event) => startKindOf(start).hear(start, event, now).length > 0);
  const matching = start.kind === "event" ? events.filter((event) => matches(event, start.event, start.where, now)) : keyed;
  const last = keyed[0] ?? matching[0] ?? events[0];
  const facts = {
    start,
    seen: events.length,
    at: last ? toIso(last.at) : null,
    recordedAt: last ? toIso(last.receivedAt) : null,
    properties: last?.properties ?? null,
  };
  const no = (code: string, message: Words): Check => ({ about: "start", ok: false, code, message, facts });
  if (!last)
    return no("no_event", { fr: `L’événement «\u00a0${name}\u00a0» n’est jamais arrivé.`, en: `The event “${name}” never happened.` });
  if (matching.length === 0)
    return no("other_values", {
      fr: "L’événement a eu lieu, mais jamais avec les valeurs demandées.",
      en: "The event happened, but never with the values asked for.",
    });
  if (keyed.length === 0)
    return no("no_key", {
      fr: "L’événement a eu lieu, mais sans la propriété qui sert de clé.",
      en: "The event happened, but without the property used as key.",
    });
  if (last.receivedAt < input.publishedAt)
    return no("before_publication", { fr: "L’événement a eu lieu avant la publication.", en: "The event happened before publication." });
  if (last.receivedAt - last.at > OLDEST_START)
    return no("too_old", {
      fr: "L’événement avait plus d’un jour quand il est arrivé.",
      en: "The event was more than a day old when it arrived.",
    });
  return { about: "start", ok: true, code: "started", message: { fr: "Le point de départ a eu lieu.", en: "The start happened." }, facts };
}

function reentryCheck(graph: Graph, runs: readonly store.RunViewRow[], now: Instant): Check {
  const { reentry } = graph.settings;
  const last = runs[0];
  const facts = { reentry, lastEntry: last ? toIso(last.entered_at) : null, key: last?.key ?? null };
  if (!last || reentry.kind === "always")
    return {
      about: "reentry",
      ok: true,
      code: "reentry_allowed",
      message: { fr: "La règle de retour permet l’entrée.", en: "The re-entry rule allows it." },
      facts,
    };
  // Runs told apart by a key are counted per key: another cart may enter.
  const keyed = graph.starts.some(isKeyed);
  const from = reentry.kind === "after" ? plus(last.entered_at, reentry.span) : null;
  const ok = keyed ? null : from !== null && now >= from;
  return {
    about: "reentry",
    ok,
    code: ok === false ? "reentry" : "reentry_allowed",
    message:
      ok === false
        ? {
            fr: "Ce contact est déjà entré\u00a0; la règle de retour l’empêche.",
            en: "This contact has already entered; the re-entry rule keeps it out.",
          }
        : { fr: "La règle de retour permet l’entrée.", en: "The re-entry rule allows it." },
    facts: { ...facts, allowedFrom: from === null ? null : toIso(from) },
  };
}

async function filterCheck(
  db: Db,
  input: { workspace: Id; journey: Id; contact: Id; graph: Graph; at: Instant; now: Instant },
): Promise<Check> {
  const { filter } = input.graph.settings;
  if (filter === null)
    return {
      about: "filter",
      ok: null,
      code: "no_filter",
      message: { fr: "Le scénario n’a pas de filtre.", en: "The journey has no filter." },
      facts: {},
    };
  const verdict = await explainRule(db, {
    workspace: input.workspace,
    contact: input.contact,
    rule: filter,
    at: input.at,
    entryAt: input.at,
  });
  const until = verdict.truth ? null : await askedUntil(db, input);
  const facts = { at: toIso(input.at), nodes: verdict.nodes, askedUntil: until === null ? null : toIso(until) };
  return verdict.truth
    ? {
        about: "filter",
        ok: true,
        code: "filter_passed",
        message: { fr: "Le filtre accepte ce contact.", en: "The filter accepts this contact." },
        facts,
      }
    : {
        about: "filter",
        ok: false,
        code: "filter",
        message:
          until === null
            ? { fr: "Le filtre refuse ce contact.", en: "The filter refuses this contact." }
            : {
                fr: "Le filtre refuse encore ce contact ; chaque nouvelle de lui le repose, pendant une demi-heure.",
                en: "The filter still refuses this contact; each news of them asks it again, for half an hour.",
              },
        facts,
      };
}

/** Suppression keeps nobody out of a journey: their mails are skipped. Said because it is what people are looking for. */
async function mailCheck(deps: Deps, input: { workspace: Id; contact: Contact }): Promise<Check> {
  const email = input.contact.columns["email"];
  if (typeof email !== "string")
    return {
      about: "mail",
      ok: false,
      code: "no_address",
      message: {
        fr: "Ce contact n’a pas d’adresse e-mail\u00a0: ses messages seraient écartés.",
        en: "This contact has no e-mail address: messages would be skipped.",
      },
      facts: {},
    };
  const found = await suppressionOf(deps.ports.sql, {
    secrets: deps.secrets,
    workspace: input.workspace,
    channel: "email",
    address: email,
  });
  if (!found || found.lifted_at !== null)
    return {
      about: "mail",
      ok: true,
      code: "not_suppressed",
      message: { fr: "L’adresse n’est pas sur la liste d’exclusion.", en: "The address is not suppressed." },
      facts: {},
    };
  return {
    about: "mail",
    ok: false,
    code: "suppressed",
    message: {
      fr: "L’adresse est sur la liste d’exclusion\u00a0: ses messages seraient écartés.",
      en: "The address is suppressed: messages would be skipped.",
    },
    facts: { reason: found.reason, since: toIso(found.suppressed_at) },
  };
}
