import { COMMANDS, type Said } from "./commands.ts";
import type { Config } from "./config.ts";
import { followConsentMode } from "./consent.ts";
import { watchForms } from "./forms.ts";
import { watchPages } from "./page.ts";
import { openTracker } from "./tracker.ts";

/** Written in front of this script by the server. */
declare const RELANCE: Config;

type Call = (command: string, ...given: unknown[]) => void;
type Page = { relance?: Call & { q?: ArrayLike<unknown>[]; runs?: boolean } };

/** @param script where this script came from: events go to the same place; "" when the browser does not tell */
function start(config: Config, script: string): void {
  const tracker = openTracker(config, script ? new URL("../v1/b", script).href : `${config.host}/v1/b`);
  let from: string | null = null;
  const others: Readonly<Record<string, (given: unknown) => void>> = {
    consent: (agrees) => tracker.answer(agrees === true || agrees === "granted"),
    reset: tracker.reset,
  };
  const call: Call = (command, ...given) => {
    const said = COMMANDS[command as keyof typeof COMMANDS] as ((...given: unknown[]) => Said) | undefined;
    if (said) tracker.say(said(...given), from);
    else if (others[command]) others[command](given[0]);
    else
      console.warn(
        `Relance: there is no command "${command}". There are: ${[...Object.keys(COMMANDS), ...Object.keys(others)].join(", ")}.`,
      );
  };
  const page = window as Page;
  const early = page.relance?.q ?? [];
  page.relance = Object.assign(call, { runs: true });
  if (config.signal !== null) followConsentMode(config.signal, tracker.answer);
  if (config.pages)
    watchPages((before) => {
      from = before;
      call("page");
    });
  for (const one of Array.from(early)) call(...(Array.from(one) as Parameters<Call>));
  watchForms((form, traits) => {
    if (Object.keys(traits).length > 0) call("identify", traits);
    call("form", form);
    tracker.sender.now();
  });
  addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") tracker.sender.now();
  });
  addEventListener("pagehide", () => tracker.sender.leave());
}

// Asked for twice, it runs once; a page that the browser draws ahead of time has not been seen yet.
if (!(window as Page).relance?.runs) {
  const script = (document.currentScript as HTMLScriptElement | null)?.src ?? "";
  const waiting = document as Document & { prerendering?: boolean };
  if (waiting.prerendering) document.addEventListener("prerenderingchange", () => start(RELANCE, script), { once: true });
  else start(RELANCE, script);
}
