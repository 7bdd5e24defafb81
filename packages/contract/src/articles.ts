import { z } from "zod";
import { externalId, language, url } from "./catalog.ts";
import { endpoint } from "./endpoint.ts";
import { id, instant, page, pageQuery } from "./shapes.ts";

const tag = "Catalogue";
const read = { role: "viewer", scope: "contacts:read" } as const;
const write = { role: "editor", scope: "contacts:write" } as const;
const text = (most: number) => z.string().trim().max(most);

export const articleRow = z.object({
  id,
  externalId: z.string(),
  language: z.string(),
  store: id.nullable(),
  title: z.string(),
  summary: z.string().nullable(),
  url: z.string().nullable(),
  imageUrl: z.string().nullable(),
  author: z.string().nullable(),
  tags: z.array(z.string()),
  publishedAt: instant,
  /** People who were on its page, or clicked it in a message, in the last thirty days; counted each hour. */
  readers: z.number().int(),
  archived: z.boolean(),
  source: z.string(),
  updatedAt: instant,
});
export type ArticleRow = z.infer<typeof articleRow>;

/** One content item in one language; parts left out stay, null takes away. */
export const articleInput = z.strictObject({
  externalId,
  language,
  title: text(500).min(1).optional(),
  summary: text(5_000).nullable().optional(),
  url: url.nullable().optional(),
  imageUrl: url.nullable().optional(),
  author: text(200).nullable().optional(),
  tags: z.array(text(100).min(1)).max(50).optional(),
  store: z.string().max(50).nullable().optional(),
  publishedAt: instant.optional(),
  archived: z.boolean().optional(),
});
export type ArticleInput = z.infer<typeof articleInput>;

export const listArticles = endpoint({
  method: "GET",
  path: "/api/articles",
  tag,
  access: read,
  summary: "Content items, newest first; `search` finds by title",
  query: pageQuery.extend({
    search: text(200).optional(),
    language: language.optional(),
    archived: z.enum(["true", "false"]).default("false"),
  }),
  response: page(articleRow).extend({ total: z.number().int() }),
});
export const putArticles = endpoint({
  method: "POST",
  path: "/api/articles",
  tag,
  access: write,
  summary: "Create or change up to 500 content items by external id and language; a new one needs a title",
  body: z.strictObject({ articles: z.array(articleInput).min(1).max(500) }),
  response: z.object({ created: z.number().int(), updated: z.number().int() }),
});
