import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant, page, pageQuery } from "./shapes.ts";

const tag = "Rights of people";

/** Why somebody is erased: at their own asking, because they object, because their time here is over, because they should not be here, at a shop's asking. */
export const ERASURE_REASONS = ["person", "objection", "retention", "unlawful", "shop"] as const;
export type ErasureReason = (typeof ERASURE_REASONS)[number];
export const RIGHTS_KINDS = ["erasure", "access"] as const;
export const RIGHTS_STATES = ["waiting", "running", "done"] as const;

export const rightsRequest = z.object({
  id,
  kind: z.enum(RIGHTS_KINDS),
  /** `waiting`: for a person of the team. `running`: the contact is gone, traces elsewhere are still being taken away. */
  state: z.enum(RIGHTS_STATES),
  /** Whom it is about; of an erasure, an id that names nobody any more. null: everyone a shop brought. */
  contact: id.nullable(),
  connection: id.nullable(),
  reason: z.enum(ERASURE_REASONS),
  askedAt: instant,
  askedBy: z.string(),
  /** The law's month. */
  dueAt: instant,
  doneAt: instant.nullable(),
  /** The proof: rows taken away by table, journeys left, messages stopped, orders kept without the person, and what is still being waited for. No personal data. */
  report: z.object({
    rows: z.record(z.string(), z.number()).optional(),
    runs: z.number().optional(),
    sends: z.number().optional(),
    orders: z.number().optional(),
    traces: z.number().optional(),
    people: z.number().optional(),
    waits: z.array(z.enum(["news", "audiences", "exports", "imports"])).optional(),
  }),
});
export type RightsRequest = z.infer<typeof rightsRequest>;

// It cannot be taken back.
const erase = { role: "admin", scope: "contacts:write" } as const;
// Everything known of somebody leaves the house: not for every editor.
const know = { role: "approver", scope: "contacts:read" } as const;

export const eraseContact = endpoint({
  method: "POST",
  path: "/api/contacts/:id/erase",
  tag,
  access: erase,
  status: 202,
  summary:
    "Erase a person for good: everything of theirs goes, orders stay without them, and they are neither written to nor imported again",
  params: idParams,
  body: z.strictObject({
    reason: z.enum(ERASURE_REASONS),
    /** The word itself: nothing brings the person back. */ confirm: z.literal("erase"),
  }),
  response: rightsRequest,
});
export const everythingOfContact = endpoint({
  method: "GET",
  path: "/api/contacts/:id/everything",
  tag,
  access: know,
  summary: "Everything known of a person, by table, with what ids stand for: the answer to their right of access; written to the audit log",
  params: idParams,
  response: z.object({
    contact: id,
    madeAt: instant,
    workspace: z.string(),
    names: z.record(z.string(), z.string()),
    tables: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
  }),
});
export const listRights = endpoint({
  method: "GET",
  path: "/api/rights",
  tag,
  access: { role: "viewer", scope: "contacts:read" },
  summary: "What people asked by right, newest first: erasures with their proof, and requests that wait for an answer",
  query: pageQuery,
  response: page(rightsRequest),
});
export const settleRight = endpoint({
  method: "POST",
  path: "/api/rights/:id/settle",
  tag,
  access: erase,
  summary:
    "Settle a request that waits: an access that was answered, or a shop’s wish that everyone it brought is erased: `carry` it out, or `keep` them",
  params: idParams,
  body: z.strictObject({ decision: z.enum(["carry", "keep"]) }),
  response: rightsRequest,
});
