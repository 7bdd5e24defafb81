import type { Id, Words } from "../base/index.ts";
import type { Step, StepId } from "../journeys/index.ts";

/**
 * Flows of other products, as their files say them. Read loosely: what is missing or of another type is told in the report, never thrown.
 */
export type Json = Readonly<Record<string, unknown>>;

export const map = (value: unknown): Json => (value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Json) : {});
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const text = (value: unknown): string => (typeof value === "string" ? value : typeof value === "number" ? String(value) : "");
export const number = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);

/** What the ids of an account mean: a definition holds only those. Names of metrics, lists and segments by id; what is known of them here. */
export interface FlowNames {
  readonly metrics: Readonly<Record<string, string>>;
  /** A group that stands for a list. */
  readonly groups: ReadonlyMap<string, Id>;
  readonly segments: ReadonlyMap<string, Id>;
}

/** `mapped`: does the same. `different`: close to it, the message says how it differs. `impossible`: has no counterpart, the message says why. */
export type Verdict = "mapped" | "different" | "impossible";

/** What became of one part of a flow. */
export interface Line {
  readonly part: "trigger" | "action" | "filter" | "reentry";
  /** The action's id; of a trigger its place, from 1. */
  readonly id: string;
  /** As the other product calls it: `send-email`. */
  readonly type: string;
  readonly name: string;
  readonly verdict: Verdict;
  readonly message: Words;
  /** The first step it became. */
  readonly step: StepId | null;
}

/** A message's template; `key` stands for it in the steps until it is made. `body`: its content, where the file holds it. */
export interface TemplateToMake {
  readonly key: string;
  readonly name: string;
  readonly subject: string;
  readonly preheader: string;
  readonly class: "marketing" | "transactional";
  readonly channel?: "email" | "sms";
  readonly body?: { readonly format: "html" | "text"; readonly source: string };
}

/** What an action became: its steps in their order, the last of which leads where the action led; none: it is left out. */
export interface Made {
  readonly verdict: Verdict;
  readonly message: Words;
  readonly steps: readonly Step[];
  /** Ways out of the last step and where they lead; `next` for most. Ids of actions, null: the end. */
  readonly exits: Readonly<Record<string, string | null>>;
  readonly templates?: readonly TemplateToMake[];
}

export const say = (en: string, fr: string): Words => ({ en, fr });
export const SAME = say("Does the same.", "Fait la même chose.");
/** Several remarks as one. */
export const join = (words: readonly Words[]): Words => ({
  en: words.map((one) => one.en).join(" "),
  fr: words.map((one) => one.fr).join(" "),
});
/** Mapped when nothing had to be remarked. */
export const verdictOf = (remarks: readonly Words[]): { verdict: Verdict; message: Words } =>
  remarks.length === 0 ? { verdict: "mapped", message: SAME } : { verdict: "different", message: join(remarks) };

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/** 1 Monday … 7 Sunday, in order; all seven are the same as none. */
export function weekdaysOf(value: unknown): number[] {
  const days = list(value)
    .map((day) => DAYS.indexOf(text(day)) + 1)
    .filter((day) => day > 0)
    .sort((a, b) => a - b);
  return days.length === 7 ? [] : days;
}

/** `09:00:00` → `09:00`; null when it is no time. */
export function timeOf(value: unknown): string | null {
  return /^([01]\d|2[0-3]):[0-5]\d/.exec(text(value))?.[0] ?? null;
}

/** A remark when a time was meant in one fixed zone: ours is each contact's own. */
export function zoneRemark(value: unknown): Words[] {
  const zone = text(value);
  return zone === "" || zone === "profile"
    ? []
    : [say(`Times are each contact's own, not those of ${zone}.`, `Les heures sont celles de chaque contact, non celles de ${zone}.`)];
}
