import type { Words } from "@relance/model/base";
import { distinctNeeds, needsOf, type Need } from "@relance/model/readiness";
import { graphOf, standIn } from "./draft.ts";
import { ENTRIES } from "./entries/index.ts";

/** What a ready-made journey asks of the data: what it declares, and what its flow and texts show. */
export interface Demand {
  readonly key: string;
  readonly names: Words;
  readonly needs: readonly Need[];
}

let made: readonly Demand[] | null = null;

export function demands(): readonly Demand[] {
  made ??= ENTRIES.map((entry) => {
    const parts = {
      templates: new Map(
        entry.messages.map((one, at) => [
          standIn("message", at),
          { channel: one.channel, marketing: true, source: JSON.stringify(one.variants) },
        ]),
      ),
      segments: new Map(entry.segments.map((one, at) => [standIn("segment", at), one.rule])),
    };
    // It brings its templates along.
    return {
      key: entry.key,
      names: entry.names,
      needs: distinctNeeds([...entry.needs, ...needsOf(graphOf(entry, "en"), parts)]).filter((need) => need.of !== "template"),
    };
  });
  return made;
}
