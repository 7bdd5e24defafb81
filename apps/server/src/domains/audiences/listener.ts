import { bucketOf, type Id } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import type { Listener } from "../../platform/engine.ts";
import { markChanged, type Change } from "./queries.ts";

const TOLD = new Set(["email", "phone", "external_id"]);

/** Notes which contacts a destination is to hear about; what it hears is told later from what is true then. */
export const audienceListener: Listener = {
  name: "audiences",
  kinds: [
    "segment.entered",
    "segment.left",
    "group.joined",
    "group.left",
    "consent.changed",
    "contact.changed",
    "contact.merged",
    "contact.separated",
    "contact.erased",
  ],
  async onFacts(tx, turn, facts) {
    const changes = facts.flatMap((fact): Change[] => {
      const about = changeOf(fact);
      return about === null
        ? []
        : [
            {
              source: null,
              channel: null,
              topic: null,
              ...about,
              workspace: fact.workspace,
              contact: fact.contact,
              bucket: bucketOf(fact.contact),
              stamp: turn.chance.id(turn.now),
            },
          ];
    });
    if (changes.length > 0) await markChanged(tx, { changes, now: turn.now });
    return [];
  },
};

function changeOf(fact: Fact): { source?: Id; channel?: string; topic?: string } | null {
  switch (fact.kind) {
    case "segment.entered":
    case "segment.left":
      return { source: fact.data.segment };
    case "group.joined":
    case "group.left":
      return { source: fact.data.group };
    case "consent.changed":
      return { channel: fact.data.channel, topic: fact.data.topic };
    case "contact.changed":
      return fact.data.attributes.some((one) => TOLD.has(one)) ? {} : null;
    case "contact.merged":
    case "contact.separated":
    case "contact.erased":
      return {};
    default:
      return null;
  }
}
