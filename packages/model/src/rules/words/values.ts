import type { Id, Language } from "../../base/index.ts";
import type { ObjectType } from "../../objects/type.ts";
import type { Span } from "../rule.ts";

/** Names of what a rule refers to by id, and how amounts are written. */
export interface RuleNames {
  readonly groups: ReadonlyMap<Id, string>;
  readonly segments: ReadonlyMap<Id, string>;
  readonly stores?: ReadonlyMap<Id, string> | undefined;
  readonly journeys?: ReadonlyMap<Id, string> | undefined;
  readonly templates?: ReadonlyMap<Id, string> | undefined;
  /** Types of objects by key. */
  readonly objects?: ReadonlyMap<string, Pick<ObjectType, "names" | "fields">> | undefined;
  readonly currency: string;
}

/** A piece of a sentence; `path` says which node a value belongs to, so that a page can make it clickable. */
export interface Phrase {
  readonly text: string;
  readonly path?: string;
}

/** How a language writes values. */
export class Values {
  protected readonly fr: boolean;
  protected readonly names: RuleNames;

  constructor(language: Language, names: RuleNames) {
    this.fr = language === "fr";
    this.names = names;
  }

  protected number(n: number): string {
    return new Intl.NumberFormat(this.fr ? "fr-FR" : "en-GB", { maximumFractionDigits: 4 }).format(n).replaceAll("\u202f", "\u00a0");
  }

  protected date(text: string): string {
    const day = new Date(text.length === 10 ? `${text}T00:00:00Z` : text);
    return new Intl.DateTimeFormat(this.fr ? "fr-FR" : "en-GB", { dateStyle: "long", timeZone: "UTC" }).format(day);
  }

  protected literal(value: string | number | boolean): string {
    if (typeof value === "boolean") return this.fr ? (value ? "vrai" : "faux") : String(value);
    return typeof value === "number" ? this.number(value) : this.quote(value);
  }

  protected list(values: readonly (string | number)[]): string {
    return values.map((value) => this.literal(value)).join(this.fr ? " ou " : " or ");
  }

  protected quote(text: string): string {
    return this.fr ? `«\u00a0${text}\u00a0»` : `“${text}”`;
  }

  protected percent(n: number): string {
    return `${this.number(n)}${this.fr ? "\u00a0" : ""}%`;
  }

  protected span(span: Span): string {
    if (this.fr) return `${this.number(span.n)}\u00a0${UNITS_FR[span.unit][span.n === 1 ? 0 : 1]}`;
    return `${this.number(span.n)} ${span.unit}${span.n === 1 ? "" : "s"}`;
  }

  protected lastSpan(span: Span): string {
    const feminine = ["minute", "hour", "week", "year"].includes(span.unit);
    const [one, many] = span.unit === "year" ? ["année", "années"] : UNITS_FR[span.unit];
    if (span.n === 1) return feminine ? `de la dernière ${one}` : `du dernier ${one}`;
    return `des ${this.number(span.n)} ${feminine ? "dernières" : "derniers"} ${many}`;
  }
}

const UNITS_FR: Readonly<Record<Span["unit"], readonly [string, string]>> = {
  minute: ["minute", "minutes"],
  hour: ["heure", "heures"],
  day: ["jour", "jours"],
  week: ["semaine", "semaines"],
  month: ["mois", "mois"],
  year: ["an", "ans"],
};
