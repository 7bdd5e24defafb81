import { removeDemo } from "@relance/contract/demo";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { route } from "../../platform/http/route.ts";
import type { KeyRing } from "../team/index.ts";
import { askRemoval } from "./remove.ts";

export function demoRoutes(app: FastifyInstance, deps: Deps, keys: KeyRing): void {
  route(app, removeDemo, async ({ actor }) => {
    await askRemoval(deps, actor);
    keys.forget();
    return { ok: true as const };
  });
}
