import { getReadiness, journeyReadiness, listTriggers, type InventoryField } from "@relance/contract/readiness";
import { toIso } from "@relance/model/base";
import { FINDINGS, inventoryOf, judge, triggers, type Inventory } from "@relance/model/readiness";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { route } from "../../platform/http/route.ts";
import { selectStores } from "../catalog/index.ts";
import { findJourney } from "../journeys/index.ts";
import { cleaningRoutes } from "./cleaning-routes.ts";
import { countState } from "./count.ts";
import { modelRoutes } from "./model-routes.ts";
import { pointRoutes } from "./point-routes.ts";
import { productRoutes } from "./product-routes.ts";
import { sampleRoutes } from "./sample-routes.ts";
import { judgeAll, judgeJourney, needView, worldOf } from "./verdicts.ts";

/** What the data is good for: the inventory, the verdicts on journeys, the catalogue of starts. */
export function readinessRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, clock } = deps.ports;
  for (const routes of [cleaningRoutes, modelRoutes, productRoutes, sampleRoutes, pointRoutes]) routes(app, deps);
  route(app, getReadiness, async ({ actor: { workspace } }) => {
    const world = await worldOf(db, { workspace, now: clock.now() });
    const [stores, state, judged] = await Promise.all([
      selectStores(db, { workspace }),
      countState(db, workspace),
      judgeAll(db, { workspace, world }),
    ]);
    const whole = inventoryOf(world.cells, world.now);
    const own = [...stores.map(({ id, name }) => ({ id, name })), { id: "", name: "" }]
      .map((store) => ({ ...store, inventory: inventoryOf(world.cells, world.now, store.id) }))
      .map((store) => ({ ...store, people: total(store.inventory) }));
    const shown = own.filter((store) => store.id !== "" || store.people > 0);
    return {
      people: total(whole),
      counting: state.waiting,
      walkedAt: state.walkedAt,
      stores: shown.map(({ id, name, people }) => ({ id, name, people })),
      fields: whole.fields.map((field): InventoryField => ({
        ...field,
        latest: field.latest === null ? null : toIso(field.latest),
        sources: { ...field.sources },
        shares: Object.fromEntries(shown.map((store) => [store.id, shareOf(store.inventory, field.field, store.people)])),
      })),
      findings: FINDINGS.flatMap((code) => (whole.findings[code] ? [{ code, n: whole.findings[code] }] : [])),
      ...judged,
    };
  });
  route(app, journeyReadiness, async ({ actor: { workspace }, params }) =>
    judgeJourney(await findJourney(db, { workspace, id: params.id }), await worldOf(db, { workspace, now: clock.now() })),
  );
  route(app, listTriggers, async ({ actor: { workspace } }) => {
    const world = await worldOf(db, { workspace, now: clock.now() });
    const items = triggers().map(({ start, needs }) => {
      const verdict = judge(needs, world.held, world.now);
      const views = verdict.needs.map((one) => needView(one, world));
      const field = views.find((one) => one.share !== null);
      return {
        start,
        events: views.flatMap((one) => (one.of === "event" ? [one.name!, ...one.or] : [])),
        met: verdict.ready === "all" ? ("yes" as const) : verdict.ready === "some" ? ("partly" as const) : ("no" as const),
        share: field?.share ?? null,
        at: views.find((one) => one.of === "event")?.at ?? field?.at ?? null,
      };
    });
    return { items };
  });
}

const total = (inventory: Inventory): number => inventory.people.reduce((sum, one) => sum + one.n, 0);

function shareOf(inventory: Inventory, field: string, people: number): number {
  const n = inventory.fields.find((one) => one.field === field)?.credible ?? 0;
  return people === 0 ? 0 : Math.round((n / people) * 1000) / 1000;
}
