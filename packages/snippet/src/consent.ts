import type { Config } from "./config.ts";
import { cookies } from "./cookies.ts";

const COOKIE = "relance_consent";
/** How long an answer holds before the page should ask again: six months, as the CNIL recommends. */
const ANSWER_DAYS = 182;

export interface Consent {
  /** true: may store and send. false: must not. null: not answered yet, so wait. */
  now(): boolean | null;
  /** The visitor's answer; remembered (keeping a refusal needs no consent). */
  answer(agrees: boolean): void;
}

/** @param changed told after each new answer */
export function openConsent(config: Config, changed: () => void): Consent {
  /** Of this page; the cookie, which another tab may have written since, counts first. */
  let said: boolean | null = null;
  const answered = (): boolean | null => {
    const stored = cookies.read(COOKIE);
    return stored === null ? said : stored === "1";
  };
  // Where silence is enough, the browser's own refusal (Global Privacy Control) is an answer.
  const silence = config.waits ? null : !(navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl;
  return {
    now: () => answered() ?? silence,
    answer(agrees) {
      if (answered() === agrees) return;
      said = agrees;
      cookies.write(COOKIE, agrees ? "1" : "0", ANSWER_DAYS);
      changed();
    },
  };
}

/**
 * Hears the answers that a consent banner gives to Google's consent mode: `["consent", "update", {analytics_storage: "granted"}]`
 * in `dataLayer`, before and after now. Defaults are not listened to: nobody answered them.
 */
export function followConsentMode(signal: string, answer: (agrees: boolean) => void): void {
  const hear = (entry: unknown): void => {
    const [command, what, given] = Array.from((entry ?? []) as ArrayLike<unknown>);
    const state = command === "consent" && what === "update" ? (given as Record<string, unknown> | undefined)?.[signal] : undefined;
    if (state === "granted" || state === "denied") answer(state === "granted");
  };
  const page = window as { dataLayer?: unknown[] };
  const layer = (page.dataLayer ??= []);
  const push = layer.push;
  layer.push = (...entries) => {
    const length = push.apply(layer, entries);
    entries.forEach(hear);
    return length;
  };
  layer.forEach(hear);
}
