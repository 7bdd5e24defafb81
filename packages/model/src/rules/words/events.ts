import type { Language } from "../../base/index.ts";
import type { AffinityRule, EventPattern, EventRule, SequenceRule } from "../rule.ts";
import { Comparisons, isNone, isSome } from "./comparisons.ts";
import type { Phrase } from "./values.ts";

/** What people call the events of the e-commerce specification, and how they say that someone did one: "ont passé une commande", "have placed an order". */
const EVENTS: Readonly<
  Record<
    string,
    {
      readonly fr: string;
      readonly en: string;
      readonly feminine: boolean;
      readonly did: readonly [fr: string, en: string];
      readonly object?: { readonly fr: string; readonly en: string; readonly feminine: boolean };
    }
  >
> = {
  "Order Completed": { fr: "commande", en: "order", feminine: true, did: ["passé", "placed"] },
  "Order Refunded": { fr: "remboursement", en: "refund", feminine: false, did: ["reçu", "had"] },
  "Product Viewed": {
    fr: "consultation de produit",
    en: "product view",
    feminine: true,
    did: ["consulté", "viewed"],
    object: { fr: "produit", en: "product", feminine: false },
  },
  "Product Added": {
    fr: "ajout au panier",
    en: "addition to the cart",
    feminine: false,
    did: ["mis", "put"],
    object: { fr: "produit au panier", en: "product in the cart", feminine: false },
  },
  "Checkout Started": { fr: "passage en caisse", en: "checkout", feminine: false, did: ["commencé", "started"] },
  "Cart Viewed": {
    fr: "consultation du panier",
    en: "cart view",
    feminine: true,
    did: ["consulté", "viewed"],
    object: { fr: "panier", en: "cart", feminine: false },
  },
  "Products Searched": { fr: "recherche", en: "search", feminine: true, did: ["fait", "made"] },
  "Page Viewed": {
    fr: "page vue",
    en: "page view",
    feminine: true,
    did: ["consulté", "viewed"],
    object: { fr: "page", en: "page", feminine: true },
  },
  Identified: { fr: "identification", en: "identification", feminine: true, did: ["fait", "made"] },
  "Signed Up": { fr: "inscription", en: "sign-up", feminine: true, did: ["fait", "made"] },
};

/** What people call an event: "Commande" for "Order Completed"; its own name when it has no other. */
export function eventTitle(name: string, language: Language): string {
  const known = EVENTS[name]?.[language];
  return known === undefined ? name : known[0]!.toUpperCase() + known.slice(1);
}

/** How a language says what people did. */
export class Events extends Comparisons {
  protected property(name: string): string {
    return name === "amount"
      ? this.fr
        ? "montant"
        : "amount"
      : name === "currency"
        ? this.fr
          ? "devise"
          : "currency"
        : this.quote(name);
  }

  protected filters(where: EventRule["where"]): string {
    return where.map((filter) => `${this.property(filter.property)} ${this.comparison(filter.is)}`).join(this.fr ? " et " : " and ");
  }

  protected eventName(name: string): string {
    const known = EVENTS[name];
    if (!known) return this.quote(name);
    return this.fr ? `${known.feminine ? "une" : "un"} ${known.fr}` : `${/^[aeiou]/.test(known.en) ? "an" : "a"} ${known.en}`;
  }

  /** "une commande" or "aucune commande", "an order" either way: what was done, or was not. */
  protected eventObject(name: string, none: boolean): string {
    const known = EVENTS[name]?.object ?? EVENTS[name];
    if (!known || !this.fr) return known ? `${/^[aeiou]/.test(known.en) ? "an" : "a"} ${known.en}` : this.quote(name);
    return `${none ? "auc" : ""}un${known.feminine ? "e" : ""} ${known.fr}`;
  }

  /** "la dernière commande", "the last order". */
  protected ranked(name: string, rank: "first" | "last"): string {
    const known = EVENTS[name] ?? { fr: `événement ${this.quote(name)}`, en: this.quote(name), feminine: false };
    if (!this.fr) return `${rank} ${known.en}`;
    const adjective = rank === "first" ? (known.feminine ? "première" : "premier") : known.feminine ? "dernière" : "dernier";
    return `${known.feminine ? "la" : "le"} ${adjective} ${known.fr}`;
  }

  events({ event, where, window }: Pick<EventRule, "event" | "where" | "window">): string {
    const known = EVENTS[event];
    const filters = where
      .map((filter) => `${this.property(filter.property)} ${this.comparison(filter.is)}`)
      .join(this.fr ? " et " : " and ");
    return [
      known ? known[this.fr ? "fr" : "en"] : this.quote(event),
      filters && `${this.fr ? "avec" : "with"} ${filters}`,
      this.window(window),
    ]
      .filter((part) => part !== "")
      .join(", ");
  }

  protected event(rule: EventRule, path: string): Phrase[] {
    const say = (fr: string, en: string): Phrase => ({ text: this.fr ? fr : en });
    const value = (text: string): Phrase => ({ text, path });
    const filters =
      rule.where.length === 0
        ? []
        : [
            say(" avec ", " with "),
            value(
              rule.where
                .map((filter) => `${this.property(filter.property)} ${this.comparison(filter.is)}`)
                .join(this.fr ? " et " : " and "),
            ),
          ];
    const window = this.window(rule.window);
    const when: Phrase[] = window === "" ? [] : [{ text: " " }, value(window)];
    const { measure, is } = rule;
    const event = value(this.eventName(rule.event));
    if (measure.of === "count") {
      const [fr, en] = EVENTS[rule.event]?.did ?? ["fait", "done"];
      const object = (none: boolean) => value(this.eventObject(rule.event, none));
      if (isNone(is))
        return [
          say(rule.event in EVENTS ? `qui n’ont ${fr} ` : "qui n’ont pas fait ", `who have not ${en} `),
          object(true),
          ...filters,
          ...when,
        ];
      if (isSome(is)) return [say(`qui ont ${fr} `, `who have ${en} `), object(false), ...filters, ...when];
      return [say(`qui ont ${fr} `, `who have ${en} `), object(false), ...filters, { text: " " }, value(this.times(is)), ...when];
    }
    if (measure.of === "sum" && measure.property === "amount" && rule.event === "Order Completed") {
      return [say("qui ont dépensé ", "who spent "), value(this.amount(is)), ...filters, ...when];
    }
    if ((measure.of === "first" || measure.of === "last") && measure.property === null) {
      return [say("dont ", "whose "), value(this.ranked(rule.event, measure.of)), ...filters, ...when, { text: " " }, value(this.age(is))];
    }
    if (measure.of === "distinct")
      return [
        say("dont le nombre de valeurs différentes de ", "whose number of different "),
        value(this.property(measure.property)),
        say(" dans ", " in "),
        event,
        ...filters,
        ...when,
        { text: " " },
        value(this.comparison(is)),
      ];
    const what = {
      sum: ["le total", "the total"],
      avg: ["la moyenne", "the average"],
      min: ["le minimum", "the smallest"],
      max: ["le maximum", "the largest"],
      first: ["la première valeur", "the first"],
      last: ["la dernière valeur", "the last"],
    }[measure.of]!;
    return [
      say(`dont ${what[0]} de `, `whose ${what[1]!.replace("the ", "")} `),
      value(this.property(measure.property ?? "")),
      say(" dans ", " in "),
      event,
      ...filters,
      ...when,
      { text: " " },
      value(this.comparison(is)),
    ];
  }

  protected sequence(rule: SequenceRule, path: string): Phrase[] {
    const fr = this.fr;
    const pattern = (of: EventPattern): Phrase[] => [
      { text: this.eventName(of.event), path },
      ...(of.where.length === 0 ? [] : [{ text: fr ? " avec " : " with " }, { text: this.filters(of.where), path }]),
    ];
    const window = this.window(rule.window);
    return [
      { text: fr ? "qui ont fait " : "who did " },
      ...pattern(rule.first),
      ...(window === "" ? [] : [{ text: " " }, { text: window, path }]),
      ...rule.steps.flatMap((step): Phrase[] => [
        { text: step.happened ? (fr ? ", puis " : ", then ") : fr ? ", mais pas " : ", but not " },
        ...pattern(step),
        { text: fr ? " dans les " : " within " },
        { text: this.span(step.within), path },
        { text: fr ? " suivant" + (["minute", "hour", "week"].includes(step.within.unit) ? "es" : "s") : " after it" },
      ]),
    ];
  }

  protected affinity(rule: AffinityRule, path: string): Phrase[] {
    const fr = this.fr;
    const known = EVENTS[rule.event];
    const events = known ? `${fr ? plural(known.fr) : pluralEn(known.en)}` : `${fr ? "événements " : ""}${this.quote(rule.event)}`;
    const window = this.window(rule.window);
    const about: Phrase[] = [
      { text: events, path },
      ...(rule.where.length === 0 ? [] : [{ text: fr ? " avec " : " with " }, { text: this.filters(rule.where), path }]),
      ...(window === "" ? [] : [{ text: " " }, { text: window, path }]),
    ];
    const value: Phrase = { text: this.literal(rule.value), path };
    const property: Phrase = { text: this.property(rule.property), path };
    if ("share" in rule.by)
      return [
        { text: fr ? "dont au moins " : "with at least " },
        { text: this.percent(rule.by.share), path },
        { text: fr ? " des " : " of their " },
        ...about,
        { text: fr ? " ont " : " having " },
        property,
        { text: fr ? " égal à " : " equal to " },
        value,
      ];
    return [
      { text: fr ? "dont " : "with " },
      value,
      { text: fr ? " est " : " " },
      {
        text: fr
          ? rule.by.top === 1
            ? "la première valeur"
            : `parmi les ${this.number(rule.by.top)} premières valeurs`
          : rule.by.top === 1
            ? "as the first value"
            : `among the first ${this.number(rule.by.top)} values`,
        path,
      },
      { text: fr ? " de " : " of " },
      property,
      { text: fr ? " dans leurs " : " in their " },
      ...about,
    ];
  }
}

const plural = (name: string): string =>
  name
    .split(" ")
    .map((word, at) => (at === 0 && !word.endsWith("s") ? `${word}s` : word))
    .join(" ");
const pluralEn = (name: string): string =>
  /^(addition|time) /.test(name) ? name.replace(/^\w+/, "$&s") : `${name}${/(s|ch)$/.test(name) ? "es" : "s"}`;
