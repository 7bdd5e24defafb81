import type { Id, Instant } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import type { Db } from "../../platform/db/database.ts";
import { readScript } from "./script-queries.ts";
import type { News } from "./world-queries.ts";

const PAGE = 4_000;

/** What is learnt in the period, told in its order; read ahead by pages, so that most halts of time ask the database nothing. */
export interface Script {
  /** When the next news comes; null: no more. */
  next(): Promise<Instant | null>;
  /** Everything up to an instant that was not taken yet. */
  take(upTo: Instant): Promise<News[]>;
}

export function openScript(db: Db): Script {
  let page: readonly News[] = [];
  let place = 0;
  let after = 0;
  let isOver = false;
  const first = async (): Promise<News | null> => {
    if (place === page.length && !isOver) {
      page = await readScript(db, { after, limit: PAGE });
      place = 0;
      after = page.at(-1)?.seq ?? after;
      isOver = page.length < PAGE;
    }
    return page[place] ?? null;
  };
  return {
    next: async () => (await first())?.at ?? null,
    async take(upTo) {
      const taken: News[] = [];
      for (let one = await first(); one !== null && one.at <= upTo; one = await first()) {
        taken.push(one);
        place += 1;
      }
      return taken;
    },
  };
}

// By the names the engine knows them.
const FACT_OF = {
  event: "event",
  contact: "contact.changed",
  change: "contact.changed",
  consent: "consent.changed",
  group: "group.joined",
  asked: "journey.asked",
  sent: "send.changed",
  engaged: "engaged",
} as const;

export function factOf(workspace: Id, news: News): Fact {
  const { seq, kind, contact_id: contact, at, occurred_at: occurredAt } = news;
  return {
    id: `00000000-0000-7000-8000-${seq.toString(16).padStart(12, "0")}`,
    workspace,
    contact,
    kind: FACT_OF[kind],
    data: dataOf(news),
    occurredAt,
    recordedAt: at,
  } as Fact;
}

function dataOf({ kind, ref, name, data }: News): object | null {
  switch (kind) {
    case "event":
      return { event: ref, name, live: true };
    case "contact":
      return { attributes: [], created: true };
    case "group":
      return { group: ref };
    case "asked":
      return { journey: ref };
    default:
      return data;
  }
}
