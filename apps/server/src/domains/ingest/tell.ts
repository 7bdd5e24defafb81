import type { Message } from "@relance/model/events";
import type { Deps } from "../../deps.ts";
import { addToCounters } from "../../platform/counters.ts";
import { writeFacts } from "../../platform/inbox.ts";
import type { Teller } from "../objects/index.ts";
import { factsOf, keepEvents } from "./batch.ts";
import { namesOf } from "./event-names.ts";
import { ensureEventPartitions } from "./partitions.ts";
import { writeEventNames, type StoredEvent } from "./queries.ts";

/** Stores what we tell of contacts ourselves as events of theirs, like those from outside. */
export function openTeller(deps: Deps): Teller {
  const { sql, chance } = deps.ports;
  return {
    prepare: (moments) => ensureEventPartitions(sql, moments),
    async tell(tx, { workspace, now, slot, source, facts, events: told }) {
      const events = told.map(({ contact, name, properties }): StoredEvent => {
        const id = chance.id(now);
        const message: Message = { type: "track", name, messageId: null, userId: null, anonymousId: null, previousId: null, values: {}, occurredAt: now, properties, context: { source }, amount: null, currency: null, commerce: null };
        return { id, contact, message, messageId: id, source: null, live: true, receivedAt: now };
      });
      await keepEvents(tx, { workspace, chance, now, slot, currency: "", source }, events, []);
      const names = namesOf(events, workspace);
      if (names.rows.length > 0) await writeEventNames(tx, { workspace, at: now, names: names.rows });
      await addToCounters(tx, slot, [{ workspace, name: "events", n: events.length }]);
      await writeFacts(tx, { chance, now, facts: [...facts, ...factsOf(workspace, events)] });
    },
  };
}
