import { graph } from "@relance/model/journeys";
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant, page, pageQuery, revision } from "./shapes.ts";

const tag = "Journeys";
const read = { role: "viewer", scope: "journeys:read" } as const;
const write = { role: "editor", scope: "journeys:write" } as const;
const decide = { role: "approver", scope: "journeys:write" } as const;
const count = z.number().int().min(0);
const words = z.object({ fr: z.string(), en: z.string() });

const totals = z.object({ here: count, entered: count, completed: count, leftEarly: count, failed: count, reachedGoal: count });
const summary = z.object({
  id,
  name: z.string(),
  description: z.string(),
  state: z.enum(["draft", "live", "paused", "archived"]),
  liveVersion: z.number().int().nullable(),
  /** The draft differs from the live version. */
  changed: z.boolean(),
  totals,
  /** Whether a step or an exit of it counts as a goal. */
  hasGoal: z.boolean(),
  createdAt: instant,
  changedAt: instant,
});
export const journeySummary = summary;
export type JourneySummary = z.infer<typeof summary>;
export const graphProblem = z.object({ path: z.string(), step: z.string().nullable(), code: z.string(), message: words });
const full = summary.extend({
  draft: graph,
  draftRevision: z.number().int(),
  problems: z.array(graphProblem),
  /** What may be published and is hardly meant. */ warnings: z.array(graphProblem),
  live: graph.nullable(),
  publishedAt: instant.nullable(),
  pause: z.object({ since: instant, by: z.string(), reason: z.string() }).nullable(),
  /** The review asked last. `stale`: the draft was changed since it was asked; `asker`: id of the person or key. */
  review: z
    .object({
      state: z.enum(["open", "approved", "returned"]),
      stale: z.boolean(),
      note: z.string(),
      askedAt: instant,
      askedBy: z.string(),
      asker: z.string(),
      decidedAt: instant.nullable(),
      decidedBy: z.string().nullable(),
      answer: z.string().nullable(),
    })
    .nullable(),
});
export const journey = full;
export type Journey = z.infer<typeof full>;
const name = z.string().trim().min(1).max(200);

export const listJourneys = endpoint({
  method: "GET",
  path: "/api/journeys",
  tag,
  access: read,
  summary: "Journeys with their live numbers; `archived=true` lists those that are archived instead",
  query: z.strictObject({ archived: z.enum(["true", "false"]).default("false") }),
  response: z.object({ items: z.array(summary) }),
});
export const getJourney = endpoint({
  method: "GET",
  path: "/api/journeys/:id",
  tag,
  access: read,
  summary: "One journey: draft, live version, problems, numbers",
  params: idParams,
  response: full,
});
export const createJourney = endpoint({
  method: "POST",
  path: "/api/journeys",
  tag,
  access: write,
  summary: "Create a journey as a draft",
  status: 201,
  body: z.strictObject({ name, description: z.string().max(2_000).default(""), graph: graph.optional() }),
  response: full,
});
export const saveDraft = endpoint({
  method: "PUT",
  path: "/api/journeys/:id/draft",
  tag,
  access: write,
  summary: "Save the draft (with the revision it was read at); problems come back and do not prevent saving",
  params: idParams,
  body: z.strictObject({ graph, revision, name: name.optional(), description: z.string().max(2_000).optional() }),
  response: full,
});
const what = z.enum(["stay", "move", "retime", "leave"]);
const stepId = z.string().regex(/^stp_[a-z0-9]{1,20}$/, "must be a step id such as stp_7fq");
/**
 * What becomes of people who wait at steps of earlier versions: they stay on their version, move to the new one (a wait keeps the timer it
 * has), move and have their wait computed again, or leave. `choices` per step, `to` the step of the new version they go to (the one of the
 * same id unless said); `inside` for steps not named. Applied by the engine within seconds, in batches; during a pause, when it ends.
 */
export const publishJourney = endpoint({
  method: "POST",
  path: "/api/journeys/:id/publish",
  tag,
  access: decide,
  summary: "Publish the draft as the next version, with what becomes of people inside",
  params: idParams,
  body: z.strictObject({
    revision,
    inside: what.default("stay"),
    choices: z.record(stepId, z.strictObject({ what, to: stepId.optional() })).default({}),
    /** Why an administrator publishes without the approval that the workspace needs; kept in the audit log. */ override: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .optional(),
  }),
  response: full,
});
export const askReview = endpoint({
  method: "POST",
  path: "/api/journeys/:id/review",
  tag,
  access: write,
  summary: "Ask the approvers to look at the draft as it is now",
  params: idParams,
  body: z.strictObject({ revision, note: z.string().trim().max(2_000).default("") }),
  response: full,
});
export const decideReview = endpoint({
  method: "POST",
  path: "/api/journeys/:id/review/decision",
  tag,
  access: decide,
  summary: "Approve the draft that was asked about, or send it back with a note",
  params: idParams,
  body: z.strictObject({ revision, approve: z.boolean(), note: z.string().trim().max(2_000).default("") }),
  response: full,
});
const version = z.object({
  version: z.number().int(),
  publishedAt: instant,
  publishedBy: z.string().nullable(),
  steps: count,
  /** Against the version before. */ added: count,
  changed: count,
  removed: count,
});
export const listVersions = endpoint({
  method: "GET",
  path: "/api/journeys/:id/versions",
  tag,
  access: read,
  summary: "Published versions, newest first (the last hundred): when, by whom, what they changed",
  params: idParams,
  response: z.object({ items: z.array(version) }),
});
export const getVersion = endpoint({
  method: "GET",
  path: "/api/journeys/:id/versions/:version",
  tag,
  access: read,
  summary: "One version as it was published; saved again as the draft and published, it is a way back",
  params: idParams.extend({ version: z.coerce.number().int().min(1).max(2_147_483_647) }),
  response: z.object({ version: z.number().int(), publishedAt: instant, graph }),
});
const stepDiff = z.object({
  step: z.string(),
  kind: z.string(),
  name: z.string(),
  change: z.enum(["added", "removed", "changed", "same"]),
  what: z.array(z.enum(["settings", "exits", "name"])),
  /** People who wait here now, on any version. */
  here: count,
  /** What can be chosen for them; empty when nobody can be here. `move` and `retime` of a removed step need a `to`. */
  choices: z.array(what),
});
/** `applying`: choices of the publish before are still being applied. `startsChanged`, `settingsChanged`: outside of steps. */
export const previewPublish = endpoint({
  method: "GET",
  path: "/api/journeys/:id/publish",
  tag,
  access: read,
  summary: "What publishing the draft would change, step by step, and how many people wait at each",
  params: idParams,
  response: z.object({
    revision: z.number().int(),
    version: z.number().int(),
    startsChanged: z.boolean(),
    settingsChanged: z.boolean(),
    applying: z.boolean(),
    steps: z.array(stepDiff),
  }),
});
export const pauseJourney = endpoint({
  method: "POST",
  path: "/api/journeys/:id/pause",
  tag,
  access: write,
  summary: "Pause: nobody enters, nothing moves, exits still count",
  params: idParams,
  body: z.strictObject({ reason: z.string().max(500).default("") }),
  response: full,
});
/** `overdue`: what became due during the pause: done now, moved by the length of the pause, or those runs leave. */
export const resumeJourney = endpoint({
  method: "POST",
  path: "/api/journeys/:id/resume",
  tag,
  access: decide,
  summary: "Resume a paused journey",
  params: idParams,
  body: z.strictObject({ overdue: z.enum(["catch_up", "retime", "leave"]).default("catch_up") }),
  response: full,
});
export const archiveJourney = endpoint({
  method: "DELETE",
  path: "/api/journeys/:id",
  tag,
  access: decide,
  summary: "Archive: nobody enters any more and runs under way leave; nothing is erased",
  params: idParams,
  response: full,
});
export const duplicateJourney = endpoint({
  method: "POST",
  path: "/api/journeys/:id/duplicate",
  tag,
  access: write,
  summary: "Copy the draft into a new journey",
  params: idParams,
  body: z.strictObject({ name }),
  response: full,
  status: 201,
});

export const stepNumbers = endpoint({
  method: "GET",
  path: "/api/journeys/:id/numbers",
  tag,
  access: read,
  summary: "Live numbers of each step over all versions",
  params: idParams,
  response: z.object({ totals, steps: z.array(z.object({ step: z.string(), here: count, arrived: count, passed: count })) }),
});
const share = z.number().min(0).max(1);
const splitState = z.object({
  step: z.string(),
  how: z.enum(["winner", "best"]),
  on: z.enum(["goal", "click"]),
  days: z.number().int(),
  explore: z.number().nullable(),
  /** Counting began; people who came until `countedTo` are in; last looked at. */
  since: instant,
  countedTo: instant,
  lookedAt: instant.nullable(),
  /** `rate` and its interval, which holds at every look; `share` of newcomers, null while the weights of the split decide. */
  ways: z.array(
    z.object({
      exit: z.string(),
      name: z.string(),
      people: count,
      converted: count,
      rate: share.nullable(),
      low: share,
      high: share,
      share: share.nullable(),
    }),
  ),
  verdict: z.enum(["counting", "not_proven", "won"]),
  /** The best way beside the one that comes closest: the difference of their rates, with its interval. */
  lead: z.object({ exit: z.string(), over: z.string(), by: z.number(), low: z.number(), high: z.number() }).nullable(),
  winner: z.string().nullable(),
  decidedAt: instant.nullable(),
});
export type SplitState = z.infer<typeof splitState>;
export const splitResults = endpoint({
  method: "GET",
  path: "/api/journeys/:id/splits",
  tag,
  access: read,
  summary: "Results of splits that choose by results: people and conversions of each way, and what was decided, as of the daily look",
  params: idParams,
  response: z.object({ items: z.array(splitState) }),
});
const runView = z.object({
  id,
  contact: id,
  contactName: z.string(),
  contactEmail: z.string().nullable(),
  version: z.number().int(),
  key: z.string(),
  state: z.enum(["waiting", "completed", "left", "failed"]),
  step: z.string(),
  wakeAt: instant.nullable(),
  listens: z.array(z.string()),
  outcome: z.string().nullable(),
  enteredAt: instant,
  endedAt: instant.nullable(),
});
export const listRuns = endpoint({
  method: "GET",
  path: "/api/journeys/:id/runs",
  tag,
  access: read,
  summary: "Runs, latest entries first; of one step or state when asked",
  params: idParams,
  query: pageQuery.extend({ step: z.string().max(30).optional(), state: z.enum(["waiting", "completed", "left", "failed"]).optional() }),
  response: page(runView),
});
const person = z.object({
  run: id,
  contact: id,
  contactName: z.string(),
  contactEmail: z.string().nullable(),
  version: z.number().int(),
  key: z.string(),
  since: instant,
  until: instant.nullable(),
  listens: z.array(z.string()),
  /** The decision that made them wait, with its facts. */
  reason: z.record(z.string(), z.unknown()),
});
export const peopleAtStep = endpoint({
  method: "GET",
  path: "/api/journeys/:id/people",
  tag,
  access: read,
  summary: "People who wait at a step: since when, until when, why; latest entries into the journey first",
  params: idParams,
  query: pageQuery.extend({ step: stepId }),
  response: page(person),
});

const check = z.object({
  about: z.enum(["journey", "inside", "start", "reentry", "filter", "mail"]),
  /** Null: it does not decide entry, or there was nothing to ask. */
  ok: z.boolean().nullable(),
  code: z.string(),
  message: words,
  facts: z.record(z.string(), z.unknown()),
});
/** `verdict`: the code of the first check that keeps the contact out; `inside` when it is in, `may_enter` when the next start would let it in. */
export const whyNot = endpoint({
  method: "GET",
  path: "/api/journeys/:id/why",
  tag,
  access: read,
  summary: "Why a contact is, or is not, in a journey: each condition of entry with its facts, as they stand now",
  params: idParams,
  query: z.strictObject({ contact: id }),
  response: z.object({ verdict: z.string(), at: instant, checks: z.array(check) }),
});
const visit = z.object({
  visit: z.number().int(),
  step: z.string(),
  arrivedAt: instant,
  leftAt: instant.nullable(),
  exit: z.string().nullable(),
  reason: z.record(z.string(), z.unknown()),
});
export const getRun = endpoint({
  method: "GET",
  path: "/api/runs/:id",
  tag,
  access: read,
  summary: "One run: its path, each decision with its facts",
  params: idParams,
  response: runView.extend({ journey: id, journeyName: z.string(), memory: z.record(z.string(), z.unknown()), visits: z.array(visit) }),
});
export const runsOfContact = endpoint({
  method: "GET",
  path: "/api/contacts/:id/runs",
  tag,
  access: read,
  summary: "Runs of a contact, latest first",
  params: idParams,
  response: z.object({ items: z.array(runView.extend({ journey: id, journeyName: z.string() })) }),
});
export const startRun = endpoint({
  method: "POST",
  path: "/api/journeys/:id/start",
  tag,
  access: write,
  summary: "Start contacts in a live journey; entry filter and re-entry rule hold",
  params: idParams,
  body: z.strictObject({ contacts: z.array(id).min(1).max(1_000) }),
  response: z.object({ asked: count }),
  status: 202,
});
export const stopRun = endpoint({
  method: "POST",
  path: "/api/runs/:id/stop",
  tag,
  access: write,
  summary: "Take one contact out of a journey",
  params: idParams,
  response: z.object({ ok: z.literal(true) }),
});

const task = z.object({
  id,
  contact: id,
  contactName: z.string(),
  contactEmail: z.string().nullable(),
  journey: id,
  journeyName: z.string(),
  run: id,
  title: z.string(),
  note: z.string(),
  createdAt: instant,
  doneAt: instant.nullable(),
  doneBy: z.string().nullable(),
});
export type Task = z.infer<typeof task>;
export const listTasks = endpoint({
  method: "GET",
  path: "/api/tasks",
  tag,
  access: read,
  summary: "What journeys ask people of the team to do, newest first; `done=true` lists what is done",
  query: pageQuery.extend({ done: z.enum(["true", "false"]).default("false") }),
  response: page(task),
});
export const settleTask = endpoint({
  method: "POST",
  path: "/api/tasks/:id/done",
  tag,
  access: write,
  summary: "Mark a task as done, or as not done after all",
  params: idParams,
  body: z.strictObject({ done: z.boolean() }),
  response: task,
});

const ids = z.record(z.string().max(100), z.string().max(200)).default({});
const flowLine = z.object({
  part: z.enum(["trigger", "action", "filter", "reentry"]),
  id: z.string(),
  /** As it is called there: `send-email`. */ type: z.string(),
  name: z.string(),
  /** mapped: does the same; different: the message says how it differs; impossible: the message says why. */
  verdict: z.enum(["mapped", "different", "impossible"]),
  message: words,
  step: z.string().nullable(),
});
export type FlowLine = z.infer<typeof flowLine>;
/**
 * `flow`: Klaviyo's `FlowDefinition`, bare or as its API answers. It names metrics, lists and segments by id only: `metrics` says their
 * names, `lists` and `segments` the names of groups and segments here (a list without one becomes a new, empty group).
 */
export const importFlow = endpoint({
  method: "POST",
  path: "/api/journeys/import",
  tag,
  access: write,
  summary:
    "A flow of Klaviyo or a campaign of Mautic as a draft, with a line on each of its parts: the same, different, or not possible. With `check` only the report; nothing is stored. Needs content:write and contacts:write too where templates or groups are made",
  status: 201,
  body: z.strictObject({
    from: z.enum(["klaviyo", "mautic"]),
    /** As the other product gave it: an object, or the list of objects of Mautic’s export. */
    flow: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown()).max(10_000)]),
    name: name.optional(),
    metrics: ids,
    lists: ids,
    segments: ids,
    check: z.boolean().default(false),
  }),
  response: z.object({
    journey: id.nullable(),
    name: z.string(),
    steps: count,
    templates: count,
    report: z.array(flowLine),
    /** What the flow names by its id only, and the name that was given for it; `group`: a list or a segment. */
    asks: z.array(z.object({ of: z.enum(["metric", "list", "segment", "group"]), id: z.string(), name: z.string().nullable() })),
  }),
});
