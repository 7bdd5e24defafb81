import type { Id, Language } from "../base/index.ts";
import { RFM_NAMES, type RfmGroup } from "../predictions/rfm.ts";
import { PREDICTION_NAMES, RFM_PART_NAMES } from "./value.ts";
import type { Comparison, EventRule, Rule, Span, Window } from "./rule.ts";

/** Names of what a rule refers to by id, and how amounts are written. */
export interface RuleNames {
  readonly groups: ReadonlyMap<Id, string>;
  readonly segments: ReadonlyMap<Id, string>;
  readonly currency: string;
}

/** A piece of a sentence; `path` says which node a value belongs to, so that a page can make it clickable. */
export interface Phrase {
  readonly text: string;
  readonly path?: string;
}

/** A rule as a sentence a marketer would write, in pieces. */
export function describe(rule: Rule, language: Language, names: RuleNames): Phrase[] {
  const words = new Wording(language, names);
  const body = words.node(rule, "root", true);
  return [{ text: language === "fr" ? "Les contacts " : "Contacts " }, ...body, { text: "." }];
}

/** The same as one text. */
export function describeText(rule: Rule, language: Language, names: RuleNames): string {
  return describe(rule, language, names).map((phrase) => phrase.text).join("");
}

/** Which events are meant, in words: "order, with amount is more than 50, in the last 2 years". */
export function describeEvents(of: Pick<EventRule, "event" | "where" | "window">, language: Language, names: RuleNames): string {
  return new Wording(language, names).events(of);
}

const ATTRIBUTES: Readonly<Record<string, readonly [fr: string, en: string]>> = {
  external_id: ["l’identifiant client", "customer id"], email: ["l’adresse e-mail", "e-mail address"], phone: ["le téléphone", "phone"], first_name: ["le prénom", "first name"],
  last_name: ["le nom", "last name"], locale: ["la langue", "language"], time_zone: ["le fuseau horaire", "time zone"], country: ["le pays", "country"], region: ["la région", "region"],
  postal_code: ["le code postal", "postal code"], city: ["la ville", "city"], store_id: ["la boutique", "store"], customer_type: ["le type de client", "customer type"],
  birth_date: ["la date de naissance", "birth date"], created_at: ["la date de création", "creation date"], last_seen_at: ["la dernière visite", "last visit"],
  latitude: ["la latitude", "latitude"], longitude: ["la longitude", "longitude"], known: ["l’identité connue", "known identity"],
};

/** What people call the events of the e-commerce specification, and how they say that someone did one: "ont passé une commande", "have placed an order". */
const EVENTS: Readonly<Record<string, { readonly fr: string; readonly en: string; readonly feminine: boolean; readonly did: readonly [fr: string, en: string]; readonly object?: { readonly fr: string; readonly en: string; readonly feminine: boolean } }>> = {
  "Order Completed": { fr: "commande", en: "order", feminine: true, did: ["passé", "placed"] },
  "Order Refunded": { fr: "remboursement", en: "refund", feminine: false, did: ["reçu", "had"] },
  "Product Viewed": { fr: "consultation de produit", en: "product view", feminine: true, did: ["consulté", "viewed"], object: { fr: "produit", en: "product", feminine: false } },
  "Product Added": { fr: "ajout au panier", en: "addition to the cart", feminine: false, did: ["mis", "put"], object: { fr: "produit au panier", en: "product in the cart", feminine: false } },
  "Checkout Started": { fr: "passage en caisse", en: "checkout", feminine: false, did: ["commencé", "started"] },
  "Cart Viewed": { fr: "consultation du panier", en: "cart view", feminine: true, did: ["consulté", "viewed"], object: { fr: "panier", en: "cart", feminine: false } },
  "Products Searched": { fr: "recherche", en: "search", feminine: true, did: ["fait", "made"] },
  "Page Viewed": { fr: "page vue", en: "page view", feminine: true, did: ["consulté", "viewed"], object: { fr: "page", en: "page", feminine: true } },
  "Signed Up": { fr: "inscription", en: "sign-up", feminine: true, did: ["fait", "made"] },
};

/** What people call an event: "Commande" for "Order Completed"; its own name when it has no other. */
export function eventTitle(name: string, language: Language): string {
  const known = EVENTS[name]?.[language];
  return known === undefined ? name : known[0]!.toUpperCase() + known.slice(1);
}

class Wording {
  readonly #fr: boolean;
  readonly #names: RuleNames;

  constructor(language: Language, names: RuleNames) {
    this.#fr = language === "fr";
    this.#names = names;
  }

  node(rule: Rule, path: string, top = false): Phrase[] {
    const say = (fr: string, en: string): Phrase => ({ text: this.#fr ? fr : en });
    const value = (text: string): Phrase => ({ text, path });
    switch (rule.kind) {
      case "all": case "any": {
        const joint = rule.kind === "all" ? say(" et ", " and ") : say(" ou ", " or ");
        const parts = rule.of.flatMap((child, index) => [...(index > 0 ? [joint] : []), ...this.node(child, `${path}.of[${index}]`)]);
        if (rule.of.length === 0) return [say("qui remplissent une condition à choisir", "that meet a condition to choose")];
        return top || rule.of.length === 1 ? parts : [{ text: "(" }, ...parts, { text: ")" }];
      }
      case "none": {
        const parts = rule.of.flatMap((child, index) => [...(index > 0 ? [say(" ni de ceux ", " nor ")] : []), ...this.node(child, `${path}.of[${index}]`)]);
        return [say("qui ne font pas partie de ceux ", "not among those "), ...parts];
      }
      case "attribute": {
        const known = ATTRIBUTES[rule.attribute];
        const label = known ? (this.#fr ? known[0] : known[1]) : `${this.#fr ? "l’attribut " : ""}${this.#quote(rule.attribute.replace(/^attributes\./, ""))}`;
        return [say(`dont ${label} `, `whose ${label} `), value(this.#comparison(rule.is))];
      }
      case "rfm": case "prediction": {
        const [fr, en] = rule.kind === "rfm" ? RFM_PART_NAMES[rule.part] : PREDICTION_NAMES[rule.field];
        const money = rule.kind === "prediction" && (rule.field === "value365" || rule.field === "total");
        return [say(`dont ${fr} `, `whose ${en} `), value(money ? this.#worth(rule.is) : this.#comparison(rule.kind === "rfm" && rule.part === "group" ? this.#named(rule.is) : rule.is))];
      }
      case "group": return [say(rule.member ? "du groupe " : "hors du groupe ", rule.member ? "in the group " : "not in the group "), value(this.#quote(this.#names.groups.get(rule.group) ?? "?"))];
      case "segment": return [say(rule.member ? "du segment " : "hors du segment ", rule.member ? "in the segment " : "not in the segment "), value(this.#quote(this.#names.segments.get(rule.segment) ?? "?"))];
      case "consent": {
        const channel = { email: this.#fr ? "les e-mails" : "e-mails", sms: this.#fr ? "les SMS" : "SMS", push: this.#fr ? "les notifications" : "push messages" }[rule.channel];
        return [say(rule.granted ? "qui acceptent " : "qui n’acceptent pas ", rule.granted ? "who agree to " : "who have not agreed to "), value(channel + (rule.topic ? ` (${rule.topic})` : ""))];
      }
      case "event": return this.#event(rule, path);
    }
  }

  events({ event, where, window }: Pick<EventRule, "event" | "where" | "window">): string {
    const known = EVENTS[event];
    const filters = where.map((filter) => `${this.#property(filter.property)} ${this.#comparison(filter.is)}`).join(this.#fr ? " et " : " and ");
    return [known ? known[this.#fr ? "fr" : "en"] : this.#quote(event), filters && `${this.#fr ? "avec" : "with"} ${filters}`, this.#window(window)].filter((part) => part !== "").join(", ");
  }

  #event(rule: EventRule, path: string): Phrase[] {
    const say = (fr: string, en: string): Phrase => ({ text: this.#fr ? fr : en });
    const value = (text: string): Phrase => ({ text, path });
    const filters = rule.where.length === 0 ? [] : [say(" avec ", " with "), value(rule.where.map((filter) => `${this.#property(filter.property)} ${this.#comparison(filter.is)}`).join(this.#fr ? " et " : " and "))];
    const window = this.#window(rule.window);
    const when: Phrase[] = window === "" ? [] : [{ text: " " }, value(window)];
    const { measure, is } = rule;
    const event = value(this.#eventName(rule.event));
    if (measure.of === "count") {
      const [fr, en] = EVENTS[rule.event]?.did ?? ["fait", "done"];
      const object = (none: boolean) => value(this.#eventObject(rule.event, none));
      if (isNone(is)) return [say(rule.event in EVENTS ? `qui n’ont ${fr} ` : "qui n’ont pas fait ", `who have not ${en} `), object(true), ...filters, ...when];
      if (isSome(is)) return [say(`qui ont ${fr} `, `who have ${en} `), object(false), ...filters, ...when];
      return [say(`qui ont ${fr} `, `who have ${en} `), object(false), ...filters, { text: " " }, value(this.#times(is)), ...when];
    }
    if (measure.of === "sum" && measure.property === "amount" && rule.event === "Order Completed") {
      return [say("qui ont dépensé ", "who spent "), value(this.#amount(is)), ...filters, ...when];
    }
    if ((measure.of === "first" || measure.of === "last") && measure.property === null) {
      return [say("dont ", "whose "), value(this.#ranked(rule.event, measure.of)), ...filters, ...when, { text: " " }, value(this.#age(is))];
    }
    const what = { sum: ["le total", "the total"], avg: ["la moyenne", "the average"], min: ["le minimum", "the smallest"], max: ["le maximum", "the largest"], first: ["la première valeur", "the first"], last: ["la dernière valeur", "the last"] }[measure.of]!;
    return [say(`dont ${what[0]} de `, `whose ${what[1]!.replace("the ", "")} `), value(this.#property(measure.property ?? "")), say(" dans ", " in "), event, ...filters, ...when, { text: " " }, value(this.#comparison(is))];
  }

  /** "une commande" or "aucune commande", "an order" either way: what was done, or was not. */
  #eventObject(name: string, none: boolean): string {
    const known = EVENTS[name]?.object ?? EVENTS[name];
    if (!known || !this.#fr) return known ? `${/^[aeiou]/.test(known.en) ? "an" : "a"} ${known.en}` : this.#quote(name);
    return `${none ? "auc" : ""}un${known.feminine ? "e" : ""} ${known.fr}`;
  }

  #eventName(name: string): string {
    const known = EVENTS[name];
    if (!known) return this.#quote(name);
    return this.#fr ? `${known.feminine ? "une" : "un"} ${known.fr}` : `${/^[aeiou]/.test(known.en) ? "an" : "a"} ${known.en}`;
  }

  /** "la dernière commande", "the last order". */
  #ranked(name: string, rank: "first" | "last"): string {
    const known = EVENTS[name] ?? { fr: `événement ${this.#quote(name)}`, en: this.#quote(name), feminine: false };
    if (!this.#fr) return `${rank} ${known.en}`;
    const adjective = rank === "first" ? (known.feminine ? "première" : "premier") : known.feminine ? "dernière" : "dernier";
    return `${known.feminine ? "la" : "le"} ${adjective} ${known.fr}`;
  }

  #property(name: string): string {
    return name === "amount" ? (this.#fr ? "montant" : "amount") : name === "currency" ? (this.#fr ? "devise" : "currency") : this.#quote(name);
  }

  /** The names of RFM groups in place of their keys. */
  #named(is: Comparison): Comparison {
    const name = <T>(key: T): T | string => RFM_NAMES[key as RfmGroup]?.[this.#fr ? "fr" : "en"] ?? key;
    return is.op === "eq" || is.op === "ne" ? { ...is, value: name(is.value) } : is.op === "in" || is.op === "not_in" ? { ...is, values: is.values.map(name) } : is;
  }

  /** "is more than €800": an amount after its name. */
  #worth(is: Comparison): string {
    const amounts = ["gt", "gte", "lt", "lte", "between"].includes(is.op);
    return amounts ? `${this.#fr ? (is.op === "between" ? "est " : "est de ") : "is "}${this.#amount(is)}` : this.#comparison(is);
  }

  #times(is: Comparison): string {
    const times = (n: number) => (this.#fr ? `${this.#number(n)} fois` : n === 1 ? "once" : `${this.#number(n)} times`);
    switch (is.op) {
      case "gt": return `${this.#fr ? "plus de" : "more than"} ${times(is.value)}`;
      case "gte": return `${this.#fr ? "au moins" : "at least"} ${times(is.value)}`;
      case "lt": return `${this.#fr ? "moins de" : "fewer than"} ${times(is.value)}`;
      case "lte": return `${this.#fr ? "au plus" : "at most"} ${times(is.value)}`;
      case "between": return this.#fr ? `entre ${this.#number(is.from)} et ${times(is.to)}` : `between ${this.#number(is.from)} and ${times(is.to)}`;
      case "eq": return `${this.#fr ? "exactement" : "exactly"} ${times(Number(is.value))}`;
      default: return this.#comparison(is);
    }
  }

  #amount(is: Comparison): string {
    const money = (n: number) => new Intl.NumberFormat(this.#fr ? "fr-FR" : "en-GB", { style: "currency", currency: this.#names.currency, minimumFractionDigits: Number.isInteger(n) ? 0 : 2 }).format(n).replaceAll("\u202f", "\u00a0");
    switch (is.op) {
      case "gt": return `${this.#fr ? "plus de" : "more than"} ${money(is.value)}`;
      case "gte": return `${this.#fr ? "au moins" : "at least"} ${money(is.value)}`;
      case "lt": return `${this.#fr ? "moins de" : "less than"} ${money(is.value)}`;
      case "lte": return `${this.#fr ? "au plus" : "at most"} ${money(is.value)}`;
      case "between": return this.#fr ? `entre ${money(is.from)} et ${money(is.to)}` : `between ${money(is.from)} and ${money(is.to)}`;
      default: return this.#comparison(is);
    }
  }

  #age(is: Comparison): string {
    switch (is.op) {
      case "within_last": return this.#fr ? `date de moins de ${this.#span(is.span)}` : `is less than ${this.#span(is.span)} old`;
      case "not_within_last": return this.#fr ? `date de ${this.#span(is.span)} ou plus` : `is ${this.#span(is.span)} old or more`;
      default: return this.#comparison(is);
    }
  }

  #comparison(is: Comparison): string {
    const fr = this.#fr;
    switch (is.op) {
      case "set": return fr ? "est renseigné" : "is set";
      case "unset": return fr ? "n’est pas renseigné" : "is not set";
      case "eq": return `${fr ? "est" : "is"} ${this.#literal(is.value)}`;
      case "ne": return `${fr ? "n’est pas" : "is not"} ${this.#literal(is.value)}`;
      case "in": return `${fr ? "est" : "is"} ${this.#list(is.values)}`;
      case "not_in": return `${fr ? "n’est ni" : "is neither"} ${is.values.map((value) => this.#literal(value)).join(fr ? " ni " : " nor ")}`;
      case "contains": return `${fr ? "contient" : "contains"} ${this.#quote(is.value)}`;
      case "not_contains": return `${fr ? "ne contient pas" : "does not contain"} ${this.#quote(is.value)}`;
      case "starts_with": return `${fr ? "commence par" : "starts with"} ${this.#quote(is.value)}`;
      case "ends_with": return `${fr ? "se termine par" : "ends with"} ${this.#quote(is.value)}`;
      case "gt": return `${fr ? "dépasse" : "is more than"} ${this.#number(is.value)}`;
      case "gte": return `${fr ? "vaut au moins" : "is at least"} ${this.#number(is.value)}`;
      case "lt": return `${fr ? "est inférieur à" : "is less than"} ${this.#number(is.value)}`;
      case "lte": return `${fr ? "vaut au plus" : "is at most"} ${this.#number(is.value)}`;
      case "between": return fr ? `est entre ${this.#number(is.from)} et ${this.#number(is.to)}` : `is between ${this.#number(is.from)} and ${this.#number(is.to)}`;
      case "within_last": return fr ? `date de moins de ${this.#span(is.span)}` : `is within the last ${this.#span(is.span)}`;
      case "not_within_last": return fr ? `ne date pas de moins de ${this.#span(is.span)}` : `is not within the last ${this.#span(is.span)}`;
      case "within_next": return fr ? `tombe dans les ${this.#span(is.span)} à venir` : `falls within the next ${this.#span(is.span)}`;
      case "before": return `${fr ? "est avant le" : "is before"} ${this.#date(is.at)}`;
      case "after": return `${fr ? "est à partir du" : "is from"} ${this.#date(is.at)}${fr ? "" : " on"}`;
    }
  }

  #window(window: Window): string {
    switch (window.kind) {
      case "ever": return "";
      case "last": return this.#fr ? `au cours ${this.#lastSpan(window.span)}` : `in the last ${this.#span(window.span)}`;
      case "since": return this.#fr ? `depuis le ${this.#date(window.at)}` : `since ${this.#date(window.at)}`;
      case "between": return this.#fr ? `entre le ${this.#date(window.from)} et le ${this.#date(window.to)}` : `between ${this.#date(window.from)} and ${this.#date(window.to)}`;
      case "since_entry": return this.#fr ? "depuis l’entrée dans le scénario" : "since entering the journey";
    }
  }

  #lastSpan(span: Span): string {
    const feminine = ["minute", "hour", "week", "year"].includes(span.unit);
    const [one, many] = span.unit === "year" ? ["année", "années"] : UNITS_FR[span.unit];
    if (span.n === 1) return feminine ? `de la dernière ${one}` : `du dernier ${one}`;
    return `des ${this.#number(span.n)} ${feminine ? "dernières" : "derniers"} ${many}`;
  }

  #span(span: Span): string {
    if (this.#fr) return `${this.#number(span.n)}\u00a0${UNITS_FR[span.unit][span.n === 1 ? 0 : 1]}`;
    return `${this.#number(span.n)} ${span.unit}${span.n === 1 ? "" : "s"}`;
  }

  #number(n: number): string {
    return new Intl.NumberFormat(this.#fr ? "fr-FR" : "en-GB", { maximumFractionDigits: 4 }).format(n).replaceAll("\u202f", "\u00a0");
  }

  #date(text: string): string {
    const day = new Date(text.length === 10 ? `${text}T00:00:00Z` : text);
    return new Intl.DateTimeFormat(this.#fr ? "fr-FR" : "en-GB", { dateStyle: "long", timeZone: "UTC" }).format(day);
  }

  #literal(value: string | number | boolean): string {
    if (typeof value === "boolean") return this.#fr ? (value ? "vrai" : "faux") : String(value);
    return typeof value === "number" ? this.#number(value) : this.#quote(value);
  }

  #list(values: readonly (string | number)[]): string {
    return values.map((value) => this.#literal(value)).join(this.#fr ? " ou " : " or ");
  }

  #quote(text: string): string {
    return this.#fr ? `«\u00a0${text}\u00a0»` : `“${text}”`;
  }
}

const UNITS_FR: Readonly<Record<Span["unit"], readonly [string, string]>> = {
  minute: ["minute", "minutes"], hour: ["heure", "heures"], day: ["jour", "jours"], week: ["semaine", "semaines"], month: ["mois", "mois"], year: ["an", "ans"],
};

function isNone(is: Comparison): boolean {
  return (is.op === "eq" && is.value === 0) || (is.op === "lt" && is.value === 1) || (is.op === "lte" && is.value === 0);
}

function isSome(is: Comparison): boolean {
  return (is.op === "gte" && is.value === 1) || (is.op === "gt" && is.value === 0);
}
