import { COMMANDS, type Properties, type Said } from "./commands.ts";
import type { Config } from "./config.ts";
import { followConsentMode, openConsent } from "./consent.ts";
import { cookies } from "./cookies.ts";
import { watchForms } from "./forms.ts";
import { campaignNow, pageNow, watchPages } from "./page.ts";
import { openQueue, type Message } from "./queue.ts";
import { openSender } from "./sender.ts";

/** Written in front of this script by the server. */
declare const RELANCE: Config;

type Call = (command: string, ...given: unknown[]) => void;
type Page = { relance?: Call & { q?: ArrayLike<unknown>[]; runs?: boolean } };

const VISITOR = "relance_id";
/** Messages that wait, in this page's memory only, for the visitor to answer. */
const MOST_HELD = 50;

const randomId = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

function start(config: Config, script: string): void {
  const queue = openQueue(config.key);
  const held: Message[] = [];
  let from: string | null = null;
  const consent = openConsent(config, settle);
  const sender = openSender({ url: script ? new URL("../v1/b", script).href : `${config.host}/v1/b`, key: config.key, queue, may: () => consent.now() === true });

  function visitor(): string {
    const known = cookies.read(VISITOR);
    if (known !== null) return known;
    const made = randomId();
    cookies.write(VISITOR, made, config.days);
    return cookies.read(VISITOR) ?? (fallback ??= made);
  }
  let fallback: string | null = null;

  /** What the answer changes: agreed, what was held goes; refused, everything kept of the visitor goes. */
  function settle(): void {
    if (consent.now() === true) for (const message of held.splice(0)) queue.add({ ...message, anonymousId: visitor() });
    else if (consent.now() === false) forget();
    sender.soon();
  }

  function forget(): void {
    held.length = 0;
    queue.remove(queue.waiting().map((one) => one.name));
    cookies.remove(VISITOR);
    fallback = null;
  }

  function say(said: Said): void {
    const may = consent.now();
    if (may === false) return;
    const page = pageNow(from);
    const message: Message = {
      messageId: randomId(), originalTimestamp: new Date().toISOString(), ...said,
      ...(said.type === "page" && { properties: { ...page, ...(said["properties"] as Properties) } }),
      context: { page, campaign: campaignNow(), locale: navigator.language, timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, library: { name: "relance-snippet" } },
    };
    if (may === null) {
      if (held.length < MOST_HELD) held.push(message);
      return;
    }
    queue.add({ ...message, anonymousId: visitor() });
    sender.soon();
  }

  const others: Readonly<Record<string, (given: unknown) => void>> = {
    consent: (agrees) => consent.answer(agrees === true || agrees === "granted"),
    /** Another person sits down at this device: a new visitor begins. */
    reset: () => {
      cookies.remove(VISITOR);
      fallback = null;
    },
  };
  function call(...[command, ...given]: Parameters<Call>): void {
    const said = COMMANDS[command as keyof typeof COMMANDS] as ((...given: unknown[]) => Said) | undefined;
    if (said) say(said(...given));
    else if (others[command]) others[command](given[0]);
    else console.warn(`Relance: there is no command "${command}". There are: ${[...Object.keys(COMMANDS), ...Object.keys(others)].join(", ")}.`);
  }

  const page = window as Page;
  const early = page.relance?.q ?? [];
  page.relance = Object.assign(call, { runs: true });
  if (config.signal !== null) followConsentMode(config.signal, consent.answer);
  if (config.pages) watchPages((before) => { from = before; call("page"); });
  for (const one of Array.from(early)) call(...(Array.from(one) as Parameters<Call>));
  watchForms((form, traits) => {
    if (Object.keys(traits).length > 0) call("identify", traits);
    call("form", form);
    sender.now();
  });
  addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") sender.now(); });
  addEventListener("pagehide", () => sender.leave());
  settle();
}

// Asked for twice, it runs once; a page that the browser draws ahead of time has not been seen yet.
if (!(window as Page).relance?.runs) {
  const script = (document.currentScript as HTMLScriptElement | null)?.src ?? "";
  const waiting = document as Document & { prerendering?: boolean };
  if (waiting.prerendering) document.addEventListener("prerenderingchange", () => start(RELANCE, script), { once: true });
  else start(RELANCE, script);
}
