import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { articleRoutes, changeRoutes } from "./article-routes.ts";
import { couponRoutes } from "./coupon-routes.ts";
import { orderRoutes } from "./order-routes.ts";
import { productRoutes } from "./product-routes.ts";
import { storeRoutes } from "./store-routes.ts";

export function catalogRoutes(app: FastifyInstance, deps: Deps): void {
  for (const routes of [storeRoutes, productRoutes, orderRoutes, couponRoutes, articleRoutes, changeRoutes]) routes(app, deps);
}
