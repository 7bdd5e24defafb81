import type { CalendarUnit, Window, ZoneChoice } from "../rule.ts";
import { Values, type Phrase } from "./values.ts";

/** How a language says when. */
export class Moments extends Values {
  protected window(window: Window): string {
    switch (window.kind) {
      case "ever":
        return "";
      case "last":
        return this.fr ? `au cours ${this.lastSpan(window.span)}` : `in the last ${this.span(window.span)}`;
      case "ago":
        return window.most === null
          ? this.fr
            ? `il y a au moins ${this.span(window.least)}`
            : `at least ${this.span(window.least)} ago`
          : this.fr
            ? `il y a de ${this.span(window.least)} à ${this.span(window.most)}`
            : `between ${this.span(window.least)} and ${this.span(window.most)} ago`;
      case "calendar":
        return this.period(window.unit, window.back) + this.where(window.zone);
      case "since":
        return (this.fr ? `depuis le ${this.date(window.at)}` : `since ${this.date(window.at)}`) + this.where(window.zone);
      case "between":
        return (
          (this.fr
            ? `entre le ${this.date(window.from)} et le ${this.date(window.to)}`
            : `between ${this.date(window.from)} and ${this.date(window.to)}`) + this.where(window.zone)
        );
      case "since_entry":
        return this.fr ? "depuis l’entrée dans le scénario" : "since entering the journey";
    }
  }

  protected where(zone: ZoneChoice | undefined): string {
    return zone === "contact" ? (this.fr ? " (à l’heure du contact)" : " (contact’s time)") : "";
  }

  protected period(unit: CalendarUnit, back: number): string {
    const [fr, en] = PERIODS[unit];
    if (back === 0) return this.fr ? fr[0] : en[0];
    if (back === 1) return this.fr ? fr[1] : en[1];
    if (back === -1) return this.fr ? fr[2] : en[2];
    const span = `${this.number(Math.abs(back))} ${this.fr ? fr[3] : en[3]}`;
    return back > 0
      ? this.fr
        ? `${fr[4]} d’il y a ${span}`
        : `the ${en[4]} ${span} ago`
      : this.fr
        ? `${fr[4]} qui vient dans ${span}`
        : `the ${en[4]} ${span} from now`;
  }

  protected anniversary(from: number, to: number): string {
    const days = (n: number) =>
      this.fr ? `${this.number(n)}\u00a0${n < 2 ? "jour" : "jours"}` : `${this.number(n)} ${n === 1 ? "day" : "days"}`;
    const fr = this.fr;
    if (from === 0 && to === 0) return fr ? "a son anniversaire aujourd’hui" : "has its anniversary today";
    if (from === to)
      return from > 0
        ? fr
          ? `a son anniversaire dans ${days(from)}`
          : `has its anniversary in ${days(from)}`
        : fr
          ? `a eu son anniversaire il y a ${days(-from)}`
          : `had its anniversary ${days(-from)} ago`;
    if (from === 0) return fr ? `a son anniversaire dans les ${days(to)} à venir` : `has its anniversary within ${days(to)}`;
    if (to === 0)
      return fr ? `a eu son anniversaire dans les ${this.number(-from)} derniers jours` : `had its anniversary in the last ${days(-from)}`;
    if (from < 0 && to > 0)
      return fr
        ? `a son anniversaire d’il y a ${days(-from)} à dans ${days(to)}`
        : `has its anniversary from ${days(-from)} ago to ${days(to)} from now`;
    return to < 0
      ? fr
        ? `a eu son anniversaire il y a de ${days(-to)} à ${days(-from)}`
        : `had its anniversary ${days(-to)} to ${days(-from)} ago`
      : fr
        ? `a son anniversaire dans ${days(from)} à ${days(to)}`
        : `has its anniversary in ${days(from)} to ${days(to)}`;
  }

  protected month(month: number | "last" | "this" | "next"): string {
    if (typeof month === "string")
      return this.fr
        ? {
            last: "le mois dernier, de n’importe quelle année",
            this: "ce mois-ci, de n’importe quelle année",
            next: "le mois prochain, de n’importe quelle année",
          }[month]
        : { last: "in last month, of any year", this: "in this month, of any year", next: "in next month, of any year" }[month];
    const name = new Intl.DateTimeFormat(this.fr ? "fr-FR" : "en-GB", { month: "long", timeZone: "UTC" }).format(
      Date.UTC(2024, month - 1, 1),
    );
    return `${this.fr ? "en" : "in"} ${name}`;
  }

  /** Since when a state holds. */
  protected since(when: Window | undefined, path: string): Phrase[] {
    if (when === undefined) return [];
    const fr = this.fr;
    const text =
      when.kind === "ago"
        ? when.most === null
          ? `${fr ? "depuis au moins" : "for at least"} ${this.span(when.least)}`
          : fr
            ? `depuis ${this.span(when.least)} à ${this.span(when.most)}`
            : `for ${this.span(when.least)} to ${this.span(when.most)}`
        : when.kind === "last"
          ? `${fr ? "depuis moins de" : "for less than"} ${this.span(when.span)}`
          : when.kind === "ever"
            ? fr
              ? "à une date connue"
              : "at a known date"
            : `${fr ? "(ce qui a commencé " : "(which began "}${this.window(when)})`;
    return [{ text: " " }, { text, path }];
  }
}

/** This one, the last, the next; the unit for "two … ago"; with its article. */
const PERIODS: Readonly<
  Record<
    CalendarUnit,
    readonly [fr: readonly [string, string, string, string, string], en: readonly [string, string, string, string, string]]
  >
> = {
  day: [
    ["aujourd’hui", "hier", "demain", "jours", "le jour"],
    ["today", "yesterday", "tomorrow", "days", "day"],
  ],
  week: [
    ["cette semaine", "la semaine dernière", "la semaine prochaine", "semaines", "la semaine"],
    ["this week", "last week", "next week", "weeks", "week"],
  ],
  month: [
    ["ce mois-ci", "le mois dernier", "le mois prochain", "mois", "le mois"],
    ["this month", "last month", "next month", "months", "month"],
  ],
  quarter: [
    ["ce trimestre", "le trimestre dernier", "le trimestre prochain", "trimestres", "le trimestre"],
    ["this quarter", "last quarter", "next quarter", "quarters", "quarter"],
  ],
  year: [
    ["cette année", "l’année dernière", "l’année prochaine", "ans", "l’année"],
    ["this year", "last year", "next year", "years", "year"],
  ],
};
