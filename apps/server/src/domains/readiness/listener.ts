import { bucketOf } from "@relance/model/base";
import type { Listener } from "../../platform/engine.ts";
import { markContacts } from "./queries.ts";

/** Notes whom there is news of; what is known of them is looked at soon after, outside the turn. */
export const readinessListener: Listener = {
  name: "readiness",
  kinds: ["contact.changed", "contact.merged", "contact.separated", "contact.erased", "consent.changed"],
  async onFacts(tx, turn, facts) {
    await markContacts(tx, {
      marks: facts.map((fact) => ({ workspace: fact.workspace, bucket: bucketOf(fact.contact), contact: fact.contact })),
      stamp: turn.chance.id(turn.now),
    });
    return [];
  },
};
