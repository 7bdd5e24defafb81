import { CODE_KINDS } from "@relance/model/code";
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id } from "./shapes.ts";

const tag = "As code";
const MOST = 20_000_000;
const count = z.number().int().min(0);
const kind = z.enum(CODE_KINDS);
const file = z.strictObject({ path: z.string().min(1).max(200), text: z.string().max(1_000_000) });
export type CodeFile = z.infer<typeof file>;

export const exportCode = endpoint({
  method: "GET",
  path: "/api/code",
  tag,
  access: { role: "viewer", scope: "code:read" },
  summary:
    "The workspace as files, or one object of it (`kind` and, but for the settings, `id`): YAML, and MJML or HTML for bodies. No secrets are in them",
  query: z.strictObject({ kind: kind.optional(), id: id.optional() }),
  response: z.object({ files: z.array(file) }),
});

const what = z.enum(["stay", "move", "retime", "leave"]);
const given = z.strictObject({
  files: z.array(file).max(2_000),
  /** Also remove what the files do not hold. */
  prune: z.boolean().default(false),
});

/** Something that keeps the files from being applied, and where it stands. */
export const codeProblem = z.object({
  file: z.string(),
  line: z.number().int().nullable(),
  field: z.string(),
  code: z.string(),
  message: z.object({ fr: z.string(), en: z.string() }),
});
export type CodeProblem = z.infer<typeof codeProblem>;
const planned = z.object({
  file: z.string(),
  kind,
  slug: z.string(),
  name: z.string(),
  change: z.enum(["added", "changed", "removed", "same"]),
  /** A template or journey becomes (or stays) published by it. */
  publishes: z.boolean(),
  /** Texts longer than 200 characters are cut around what differs. */
  differences: z.array(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
  /** Of segments: who joins and leaves now. Of groups and segments that are removed: who is in. Null where it cannot be said before. */
  people: z.object({ joining: count, leaving: count }).nullable(),
  /** Of journeys: the version that is published by it. */
  version: z.number().int().nullable(),
  /** Of journeys: every step, what differs, and how many wait there. `choices`: what can be chosen for them; none where nothing is published. */
  steps: z.array(
    z.object({
      step: z.string(),
      kind: z.string(),
      name: z.string(),
      change: z.enum(["added", "removed", "changed", "same"]),
      here: count,
      choices: z.array(what),
    }),
  ),
});
export type CodePlanned = z.infer<typeof planned>;
export const planCode = endpoint({
  method: "POST",
  path: "/api/code/plan",
  tag,
  access: { role: "viewer", scope: "code:read" },
  summary: "What applying these files would change, object by object, whom it touches, and what is wrong with them; nothing is stored",
  mostBytes: MOST,
  body: given,
  response: z.object({ objects: z.array(planned), problems: z.array(codeProblem) }),
});

const stepId = z.string().regex(/^stp_[a-z0-9]{1,20}$/, "must be a step id such as stp_7fq");
const applied = z.object({
  file: z.string(),
  kind,
  slug: z.string(),
  name: z.string(),
  change: z.enum(["added", "changed", "removed", "same"]),
  error: z.object({ code: z.string(), message: z.string(), field: z.string().nullable() }).nullable(),
});
/** `journeys`: by its stable name, what becomes of people at steps, as in publishing it; for others, and steps not named, `inside`. */
export const applyCode = endpoint({
  method: "POST",
  path: "/api/code/apply",
  tag,
  access: { role: "editor", scope: "code:write" },
  summary:
    "Make the workspace as the files say. Refused whole (`code.has_problems`) while the plan has problems; each object then changes whole or not at all. Each object also needs the role, or the scope, that changing it in the app needs",
  mostBytes: MOST,
  body: given.extend({
    inside: what.default("stay"),
    journeys: z.record(z.string().max(64), z.record(stepId, z.strictObject({ what, to: stepId.optional() }))).default({}),
  }),
  response: z.object({ objects: z.array(applied), failed: count }),
});
