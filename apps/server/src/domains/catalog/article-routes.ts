import { listArticles, putArticles, type ArticleRow } from "@relance/contract/articles";
import { listCatalogChanges, undoCatalogChange } from "@relance/contract/catalog-changes";
import { toIso } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { readCounter } from "../../platform/counters.ts";
import { idCursor, paged, timeCursor } from "../../platform/http/pages.ts";
import { route } from "../../platform/http/route.ts";
import { namesOfActors } from "../team/index.ts";
import { listArticleRows, upsertArticles, type ArticleRecord } from "./articles.ts";
import { listChanges, undoChange } from "./changes.ts";

export function articleRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, clock, chance } = deps.ports;
  route(app, listArticles, async ({ actor, query }) => {
    const { workspace } = actor;
    const place = timeCursor(query.after, 1);
    const rows = await listArticleRows(db, {
      workspace,
      search: query.search || null,
      language: query.language ?? null,
      archived: query.archived === "true",
      after: place && { at: place.at, id: place.ids[0]! },
      limit: query.limit + 1,
    });
    const { shown, next } = paged(rows, query.limit, (last) => `${toIso(last.published_at)}~${last.id}`);
    return { items: shown.map(articleView), next, total: await readCounter(db, { workspace, name: "articles" }) };
  });
  route(app, putArticles, async ({ actor, body }) =>
    db.transaction((tx) => upsertArticles(tx, { workspace: actor.workspace, chance, now: clock.now(), source: `api:${actor.id}` }, body)),
  );
}

const articleView = (row: ArticleRecord): ArticleRow => ({
  id: row.id,
  externalId: row.external_id,
  language: row.language,
  store: row.store_id,
  title: row.title,
  summary: row.summary,
  url: row.url,
  imageUrl: row.image_url,
  author: row.author,
  tags: row.tags,
  publishedAt: toIso(row.published_at),
  readers: row.readers,
  archived: row.archived,
  source: row.source,
  updatedAt: toIso(row.updated_at),
});

/** Who changed what of the catalogue, and taking it back. */
export function changeRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, clock, chance } = deps.ports;
  route(app, listCatalogChanges, async ({ actor, query }) => {
    const { shown, next } = paged(
      await listChanges(db, {
        workspace: actor.workspace,
        kind: query.kind,
        object: query.object,
        after: idCursor(query.after),
        limit: query.limit + 1,
      }),
      query.limit,
      (last) => last.id,
    );
    const who = (source: string) => (source.startsWith("api:") ? source.slice("api:".length) : null);
    const names = await namesOfActors(db, { workspace: actor.workspace, ids: shown.flatMap((row) => who(row.source) ?? []) });
    return {
      items: shown.map((row) => ({
        id: row.id,
        at: toIso(row.at),
        what: row.what,
        source: row.source,
        by: names.get(who(row.source) ?? "") ?? null,
        changes: row.changes.map((one) => ({ path: [...one.path], from: one.from, to: one.to })),
      })),
      next,
    };
  });
  route(app, undoCatalogChange, async ({ actor, body }) => {
    const { takenBack, left } = await db.transaction((tx) =>
      undoChange(tx, { workspace: actor.workspace, chance, now: clock.now(), source: `api:${actor.id}` }, body),
    );
    return { takenBack, left: left.map((path) => [...path]) };
  });
}
