import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant } from "./shapes.ts";

const tag = "Journeys";
const read = { role: "viewer", scope: "journeys:read" } as const;
const write = { role: "editor", scope: "journeys:write" } as const;

/** A step's id, or `start`. */
const step = z.string().regex(/^(start|stp_[a-z0-9]{1,20})$/, "must be a step id such as stp_7fq, or start");
const comment = z.object({
  id,
  text: z.string(),
  /** Users named in it. */ mentions: z.array(z.string()),
  /** Id of the user or key that wrote it. */ author: z.string(),
  authorName: z.string(),
  createdAt: instant,
});
/** `id`: of the first comment. A step may be gone from the draft since. */
export const commentThread = z.object({
  id,
  step,
  resolvedAt: instant.nullable(),
  resolvedBy: z.string().nullable(),
  comments: z.array(comment),
});
export type CommentThread = z.infer<typeof commentThread>;

export const listComments = endpoint({
  method: "GET",
  path: "/api/journeys/:id/comments",
  tag,
  access: read,
  summary: "What colleagues say about the steps of a journey, in threads, the oldest first; no part of its versions",
  params: idParams,
  response: z.object({ items: z.array(commentThread) }),
});
export const addComment = endpoint({
  method: "POST",
  path: "/api/journeys/:id/comments",
  tag,
  access: write,
  summary: "Begin a thread on a step, or answer in one; `@` and the name of a member names them",
  status: 201,
  params: idParams,
  body: z.strictObject({
    step,
    text: z.string().trim().min(1).max(2_000),
    /** The first comment of the thread that is answered; its step counts. */ thread: id.optional(),
  }),
  response: commentThread,
});
export const resolveComments = endpoint({
  method: "POST",
  path: "/api/comments/:id/resolution",
  tag,
  access: write,
  summary: "Mark a thread as resolved, or open it again; `id` of its first comment",
  params: idParams,
  body: z.strictObject({ resolved: z.boolean() }),
  response: commentThread,
});
export const deleteComment = endpoint({
  method: "DELETE",
  path: "/api/comments/:id",
  tag,
  access: write,
  summary: "Take back a comment of one's own (an administrator: anyone's); one that was answered stays",
  params: idParams,
  response: z.object({ ok: z.literal(true) }),
});
export const listMentions = endpoint({
  method: "GET",
  path: "/api/comments",
  tag,
  access: read,
  summary: "Comments that name the caller, in threads that are not resolved, newest first (the last fifty)",
  response: z.object({
    items: z.array(z.object({ id, journey: id, journeyName: z.string(), step, text: z.string(), author: z.string(), createdAt: instant })),
  }),
});
