import type { Id } from "../../base/index.ts";
import { RFM_NAMES, type RfmGroup } from "../../predictions/rfm.ts";
import type { Comparison } from "../rule.ts";
import { Moments } from "./moments.ts";

/** How a language says what a value is compared with. */
export class Comparisons extends Moments {
  protected comparison(is: Comparison): string {
    const fr = this.fr;
    switch (is.op) {
      case "set":
        return fr ? "est renseigné" : "is set";
      case "unset":
        return fr ? "n’est pas renseigné" : "is not set";
      case "eq":
        return `${fr ? "est" : "is"} ${this.literal(is.value)}`;
      case "ne":
        return `${fr ? "n’est pas" : "is not"} ${this.literal(is.value)}`;
      case "in":
        return `${fr ? "est" : "is"} ${this.list(is.values)}`;
      case "not_in":
        return `${fr ? "n’est ni" : "is neither"} ${is.values.map((value) => this.literal(value)).join(fr ? " ni " : " nor ")}`;
      case "contains":
        return `${fr ? "contient" : "contains"} ${this.quote(is.value)}`;
      case "not_contains":
        return `${fr ? "ne contient pas" : "does not contain"} ${this.quote(is.value)}`;
      case "starts_with":
        return `${fr ? "commence par" : "starts with"} ${this.quote(is.value)}`;
      case "ends_with":
        return `${fr ? "se termine par" : "ends with"} ${this.quote(is.value)}`;
      case "gt":
        return `${fr ? "dépasse" : "is more than"} ${this.number(is.value)}`;
      case "gte":
        return `${fr ? "vaut au moins" : "is at least"} ${this.number(is.value)}`;
      case "lt":
        return `${fr ? "est inférieur à" : "is less than"} ${this.number(is.value)}`;
      case "lte":
        return `${fr ? "vaut au plus" : "is at most"} ${this.number(is.value)}`;
      case "like":
        return `${fr ? "ressemble à" : "looks like"} ${this.quote(is.value)}`;
      case "size":
        return fr
          ? `compte de ${this.number(is.from)} à ${this.number(is.to)} éléments`
          : `has ${this.number(is.from)} to ${this.number(is.to)} elements`;
      case "ago":
        return is.most === null
          ? fr
            ? `date d’au moins ${this.span(is.least)}`
            : `is at least ${this.span(is.least)} ago`
          : fr
            ? `date de ${this.span(is.least)} à ${this.span(is.most)}`
            : `is between ${this.span(is.least)} and ${this.span(is.most)} ago`;
      case "ahead":
        return is.most === null
          ? fr
            ? `tombe dans plus de ${this.span(is.least)}`
            : `is more than ${this.span(is.least)} from now`
          : fr
            ? `tombe dans ${this.span(is.least)} à ${this.span(is.most)}`
            : `is between ${this.span(is.least)} and ${this.span(is.most)} from now`;
      case "calendar":
        return `${fr ? "tombe" : "falls"} ${this.period(is.unit, is.back)}${this.where(is.zone)}`;
      case "anniversary":
        return this.anniversary(is.from, is.to) + this.where(is.zone);
      case "month":
        return `${fr ? "tombe" : "falls"} ${this.month(is.month)}${this.where(is.zone)}`;
      case "between":
        return fr
          ? `est entre ${this.number(is.from)} et ${this.number(is.to)}`
          : `is between ${this.number(is.from)} and ${this.number(is.to)}`;
      case "within_last":
        return fr ? `date de moins de ${this.span(is.span)}` : `is within the last ${this.span(is.span)}`;
      case "not_within_last":
        return fr ? `ne date pas de moins de ${this.span(is.span)}` : `is not within the last ${this.span(is.span)}`;
      case "within_next":
        return fr ? `tombe dans les ${this.span(is.span)} à venir` : `falls within the next ${this.span(is.span)}`;
      case "before":
        return `${fr ? "est avant le" : "is before"} ${this.date(is.at)}`;
      case "after":
        return `${fr ? "est à partir du" : "is from"} ${this.date(is.at)}${fr ? "" : " on"}`;
    }
  }

  protected age(is: Comparison): string {
    switch (is.op) {
      case "within_last":
        return this.fr ? `date de moins de ${this.span(is.span)}` : `is less than ${this.span(is.span)} old`;
      case "not_within_last":
        return this.fr ? `date de ${this.span(is.span)} ou plus` : `is ${this.span(is.span)} old or more`;
      default:
        return this.comparison(is);
    }
  }

  protected times(is: Comparison): string {
    const times = (n: number) => (this.fr ? `${this.number(n)} fois` : n === 1 ? "once" : `${this.number(n)} times`);
    switch (is.op) {
      case "gt":
        return `${this.fr ? "plus de" : "more than"} ${times(is.value)}`;
      case "gte":
        return `${this.fr ? "au moins" : "at least"} ${times(is.value)}`;
      case "lt":
        return `${this.fr ? "moins de" : "fewer than"} ${times(is.value)}`;
      case "lte":
        return `${this.fr ? "au plus" : "at most"} ${times(is.value)}`;
      case "between":
        return this.fr ? `entre ${this.number(is.from)} et ${times(is.to)}` : `between ${this.number(is.from)} and ${times(is.to)}`;
      case "eq":
        return `${this.fr ? "exactement" : "exactly"} ${times(Number(is.value))}`;
      default:
        return this.comparison(is);
    }
  }

  /** "at least 3", before what is counted. */
  protected howMany(is: Comparison): string {
    return this.times(is)
      .replace(/ (fois|times?)$/, "")
      .replace(/\bonce$/, "1");
  }

  protected amount(is: Comparison): string {
    const money = (n: number) =>
      new Intl.NumberFormat(this.fr ? "fr-FR" : "en-GB", {
        style: "currency",
        currency: this.names.currency,
        minimumFractionDigits: Number.isInteger(n) ? 0 : 2,
      })
        .format(n)
        .replaceAll("\u202f", "\u00a0");
    switch (is.op) {
      case "gt":
        return `${this.fr ? "plus de" : "more than"} ${money(is.value)}`;
      case "gte":
        return `${this.fr ? "au moins" : "at least"} ${money(is.value)}`;
      case "lt":
        return `${this.fr ? "moins de" : "less than"} ${money(is.value)}`;
      case "lte":
        return `${this.fr ? "au plus" : "at most"} ${money(is.value)}`;
      case "between":
        return this.fr ? `entre ${money(is.from)} et ${money(is.to)}` : `between ${money(is.from)} and ${money(is.to)}`;
      default:
        return this.comparison(is);
    }
  }

  /** "is more than €800": an amount after its name. */
  protected worth(is: Comparison): string {
    const amounts = ["gt", "gte", "lt", "lte", "between"].includes(is.op);
    return amounts ? `${this.fr ? (is.op === "between" ? "est " : "est de ") : "is "}${this.amount(is)}` : this.comparison(is);
  }

  /** The names of RFM groups in place of their keys. */
  protected named(is: Comparison): Comparison {
    const name = <T>(key: T): T | string => RFM_NAMES[key as RfmGroup]?.[this.fr ? "fr" : "en"] ?? key;
    return is.op === "eq" || is.op === "ne"
      ? { ...is, value: name(is.value) }
      : is.op === "in" || is.op === "not_in"
        ? { ...is, values: is.values.map(name) }
        : is;
  }

  protected storeNamed(is: Comparison): Comparison {
    const name = <T>(id: T): T | string => this.names.stores?.get(id as Id) ?? id;
    return is.op === "eq" || is.op === "ne"
      ? { ...is, value: name(is.value) }
      : is.op === "in" || is.op === "not_in"
        ? { ...is, values: is.values.map(name) }
        : is;
  }
}

/** No such thing at all. */
export function isNone(is: Comparison): boolean {
  return (is.op === "eq" && is.value === 0) || (is.op === "lt" && is.value === 1) || (is.op === "lte" && is.value === 0);
}

/** At least one. */
export function isSome(is: Comparison): boolean {
  return (is.op === "gte" && is.value === 1) || (is.op === "gt" && is.value === 0);
}
