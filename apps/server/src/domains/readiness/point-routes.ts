import { listSignUpPoints } from "@relance/contract/readiness";
import { toIso } from "@relance/model/base";
import { contactField } from "@relance/model/forms";
import { fieldOf, inventoryOf, needsOf } from "@relance/model/readiness";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { route } from "../../platform/http/route.ts";
import { selectForms } from "../forms/index.ts";
import { selectJourneys } from "../journeys/index.ts";
import { demands } from "../library/index.ts";
import { worldOf } from "./verdicts.ts";

/** From this share of what a source brought on, it collects a field. */
const COLLECTS = 0.5;
/** What a sign-up point is asked for whatever the journeys: who someone is to the shop, and how to speak to them. */
const ALWAYS = ["locale", "country", "birth_date", "customer_type"];

/** Where contacts come from, what each way in collects, and what journeys would ask of it. */
export function pointRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, clock } = deps.ports;
  route(app, listSignUpPoints, async ({ actor: { workspace } }) => {
    const [world, forms, journeys] = await Promise.all([
      worldOf(db, { workspace, now: clock.now() }),
      selectForms(db, { workspace, archived: false }),
      selectJourneys(db, { workspace }),
    ]);
    const asked = new Set([
      ...ALWAYS,
      ...[...journeys.flatMap((one) => needsOf(one.draft, world.parts)), ...demands().flatMap((one) => one.needs)]
        .filter((need) => need.essential !== false)
        .flatMap((need) => fieldOf(need) ?? []),
    ]);
    const misses = (collects: readonly string[]) => [...asked].filter((field) => !collects.includes(field)).sort();
    const { fields } = inventoryOf(world.cells, world.now);
    const brought = new Map<string, number>();
    for (const field of fields)
      for (const [source, n] of Object.entries(field.sources))
        if (source !== "consent") brought.set(source, Math.max(brought.get(source) ?? 0, n));
    const sources = [...brought]
      .sort(([, a], [, b]) => b - a)
      .slice(0, 20)
      .map(([name, people]) => {
        const collects = fields.filter((field) => (field.sources[name] ?? 0) >= people * COLLECTS).map((field) => field.field);
        return { kind: "source" as const, name, people, lastAt: null, collects, misses: misses(collects) };
      });
    const ofForms = forms.map((form) => {
      const collects = [...form.draft.fields.map(contactField), ...form.draft.consents.map((one) => `consent:${one.channel}`)];
      return {
        kind: "form" as const,
        name: form.name,
        people: null,
        lastAt: form.published_at === null ? null : toIso(form.published_at),
        collects,
        misses: misses(collects),
      };
    });
    return { items: [...ofForms, ...sources] };
  });
}
