import { listModelParts, MODEL_PARTS, type ModelPart } from "@relance/contract/readiness";
import { toIso } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { route } from "../../platform/http/route.ts";
import { selectTypes } from "../objects/index.ts";
import { selectOrigins, type PartOrigin } from "./model-queries.ts";

/** Where the rest of the model comes from: what the inventory says of contacts field by field, as a whole. */
export function modelRoutes(app: FastifyInstance, { ports: { sql: db } }: Deps): void {
  route(app, listModelParts, async ({ actor: { workspace } }) => {
    const [rows, types] = await Promise.all([selectOrigins(db, workspace), selectTypes(db, { workspace })]);
    const of = (name: string) => rows.filter((row) => row.part === name);
    const items = MODEL_PARTS.flatMap((part) =>
      part === "object" ? types.map((type) => view(part, type.names.many, of(`object:${type.id}`))) : [view(part, null, of(part))],
    );
    return { items };
  });
}

function view(part: ModelPart["part"], names: ModelPart["names"], rows: readonly PartOrigin[]): ModelPart {
  const sources: Record<string, number> = {};
  for (const { source, n } of rows) if (source !== null && source !== "") sources[source] = n;
  return { part, names, sources, latest: rows.length === 0 ? null : toIso(Math.max(...rows.map((row) => row.latest))) };
}
