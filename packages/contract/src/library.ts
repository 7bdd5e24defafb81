import { graph } from "@relance/model/journeys";
import { content } from "@relance/model/messages";
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, instant } from "./shapes.ts";

const tag = "Library";
const read = { role: "viewer", scope: "journeys:read" } as const;
const words = z.object({ fr: z.string(), en: z.string() });
/** Name of a ready-made journey, for ever the same: `abandoned_cart`. */
const key = z.string().min(1).max(60);

export const LIBRARY_THEMES = ["welcome", "cart", "after", "dates", "loyalty", "return", "signals"] as const;
export const NEED_KINDS = ["event", "attribute", "website", "catalogue", "stores", "coupons"] as const;
/**
 * Something a journey needs, and what there is of it. `name`: the event or the attribute. `share`: of the contacts seen last (at most
 * 10,000), how many have the attribute, 0 to 1; null for what is there or not. `lastSeen`: of an event.
 */
export const libraryNeed = z.object({
  of: z.enum(NEED_KINDS),
  name: z.string().nullable(),
  met: z.enum(["yes", "partly", "no"]),
  share: z.number().min(0).max(1).nullable(),
  lastSeen: instant.nullable(),
});
export type LibraryNeed = z.infer<typeof libraryNeed>;
const summary = z.object({
  key,
  theme: z.enum(LIBRARY_THEMES),
  names: words,
  purposes: words,
  timings: words,
  /** `all`: the data is there; `some`: for part of the contacts; `not_yet`: something is missing. */
  ready: z.enum(["all", "some", "not_yet"]),
  needs: z.array(libraryNeed),
  /** What others measured; a source of null is our own judgement. `year`: of the data. */
  effect: z.object({ texts: words, source: z.object({ name: z.string(), url: z.string(), year: z.number().int() }).nullable() }),
  /** Kinds of its steps in reading order, for a small drawing. */
  shape: z.array(z.string()),
});
export type LibraryEntry = z.infer<typeof summary>;
const full = summary.extend({
  /** With ids that stand for the messages and segments below until a draft is made. */
  graph,
  messages: z.array(z.object({ id, key, channel: z.enum(["email", "sms"]), names: words, content })),
  segments: z.array(z.object({ id, key, names: words, descriptions: words, sentence: words })),
});
export type LibraryDetail = z.infer<typeof full>;

export const listLibrary = endpoint({
  method: "GET",
  path: "/api/library",
  tag,
  access: read,
  summary: "Ready-made journeys, and whether the workspace's data is enough for each",
  response: z.object({ items: z.array(summary) }),
});
export const showLibrary = endpoint({
  method: "GET",
  path: "/api/library/entry",
  tag,
  access: read,
  summary: "One ready-made journey: its flow and its messages in both languages",
  query: z.strictObject({ key }),
  response: full,
});
/**
 * Makes the segments, the templates and the journey. The journey is a draft: nothing is sent. Templates are published when the caller may
 * publish (approvers; keys), else they wait as drafts and the journey says so.
 */
export const useLibrary = endpoint({
  method: "POST",
  path: "/api/library/drafts",
  tag,
  access: { role: "editor", scope: "journeys:write" },
  summary: "Make a ready-made journey one's own, as a draft: segments, templates and the journey",
  status: 201,
  body: z.strictObject({ key, language: z.enum(["fr", "en"]).optional() }),
  response: z.object({ journey: id, templates: z.array(id), segments: z.array(id), published: z.boolean(), problems: z.number().int() }),
});
