import type { Properties, Said } from "./commands.ts";
import type { Config } from "./config.ts";
import { openConsent } from "./consent.ts";
import { campaignNow, pageNow } from "./page.ts";
import { openQueue, type Message } from "./queue.ts";
import { openSender, type Sender } from "./sender.ts";
import { openVisitor, randomId } from "./visitor.ts";

/** Messages that wait, in this page's memory only, for the visitor to answer. */
const MOST_HELD = 50;

export interface Tracker {
  /** @param from the page of this site the visitor came from without loading */
  say(said: Said, from: string | null): void;
  answer(agrees: boolean): void;
  /** Another person sits down at this device: a new visitor begins. */
  reset(): void;
  readonly sender: Sender;
}

/** Turns what the page says into messages: sent where the visitor agreed, held until they answer, dropped where they refused. */
export function openTracker(config: Config, url: string): Tracker {
  const queue = openQueue(config.key);
  const visitor = openVisitor(config.days);
  const held: Message[] = [];
  const consent = openConsent(config, settle);
  const sender = openSender({ url, key: config.key, queue, may: () => consent.now() === true });

  function send(message: Message): void {
    queue.add({ ...message, anonymousId: visitor.id() });
    sender.soon();
  }

  /** Agreed: what was held goes. Refused: everything kept of the visitor goes. */
  function settle(): void {
    const waited = held.splice(0);
    if (consent.now() === true) {
      waited.forEach(send);
      sender.soon();
      return;
    }
    queue.remove(queue.waiting().map((one) => one.name));
    visitor.forget();
  }

  if (consent.now() === true) sender.soon(); // what an earlier page left
  return {
    sender,
    reset: visitor.forget,
    answer: consent.answer,
    say(said, from) {
      const may = consent.now();
      if (may === false) return;
      const message = messageOf(said, from);
      if (may) send(message);
      else if (held.length < MOST_HELD) held.push(message);
    },
  };
}

function messageOf(said: Said, from: string | null): Message {
  const page = pageNow(from);
  const campaign = campaignNow();
  return {
    messageId: randomId(),
    originalTimestamp: new Date().toISOString(),
    ...said,
    ...(said.type === "page" && { properties: { ...page, ...(said["properties"] as Properties) } }),
    context: {
      page,
      ...(campaign && { campaign }),
      locale: navigator.language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      library: { name: "relance-snippet" },
    },
  };
}
