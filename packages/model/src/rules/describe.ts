import type { Id, Language } from "../base/index.ts";
import { RFM_NAMES, type RfmGroup } from "../predictions/rfm.ts";
import { PREDICTION_NAMES, RFM_PART_NAMES } from "./value.ts";
import type { ObjectType } from "../objects/type.ts";
import type { ObjectRule, AffinityRule, Comparison, ConsentRule, DistanceRule, EventPattern, EventRule, MessageRule, Rule, SequenceRule, Span, CalendarUnit, Window, ZoneChoice } from "./rule.ts";

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
        const is = rule.attribute === "store_id" ? this.#storeNamed(rule.is) : rule.is;
        return [say(`dont ${label} `, `whose ${label} `), value(this.#comparison(is)), ...this.#since(rule.when, path)];
      }
      case "rfm": case "prediction": {
        const [fr, en] = rule.kind === "rfm" ? RFM_PART_NAMES[rule.part] : PREDICTION_NAMES[rule.field];
        const money = rule.kind === "prediction" && (rule.field === "value365" || rule.field === "total");
        return [say(`dont ${fr} `, `whose ${en} `), value(money ? this.#worth(rule.is) : this.#comparison(rule.kind === "rfm" && rule.part === "group" ? this.#named(rule.is) : rule.is))];
      }
      case "group": return [say(rule.member ? "du groupe " : "hors du groupe ", rule.member ? "in the group " : "not in the group "), value(this.#quote(this.#names.groups.get(rule.group) ?? "?")), ...this.#since(rule.when, path)];
      case "segment": return [say(rule.member ? "du segment " : "hors du segment ", rule.member ? "in the segment " : "not in the segment "), value(this.#quote(this.#names.segments.get(rule.segment) ?? "?")), ...this.#since(rule.when, path)];
      case "consent": return this.#consent(rule, path);
      case "event": return this.#event(rule, path);
      case "sequence": return this.#sequence(rule, path);
      case "message": return this.#message(rule, path);
      case "affinity": return this.#affinity(rule, path);
      case "distance": return this.#distance(rule, path);
      case "object": return this.#objects(rule, path);
      case "sql": return [say("que nomme ", "named by "), value(this.#fr ? "une requête SQL" : "a SQL query")];
      case "sample": return [say("tirés au sort à raison de ", "drawn at random: "), value(this.#percent(rule.percent)), say(" des contacts", " of all contacts")];
    }
  }

  #objects({ object, where, is }: ObjectRule, path: string): Phrase[] {
    const language = this.#fr ? "fr" : "en";
    const type = this.#names.objects?.get(object);
    const several = ["gt", "gte", "lt", "lte"].includes(is.op) ? "value" in is && Number(is.value) > 1 : is.op !== "eq" || is.value !== 1;
    const noun = type ? type.names[several && !isNone(is) ? "many" : "one"][language].toLocaleLowerCase(language) : this.#quote(object);
    const field = (key: string) => this.#quote(type?.fields.find((one) => one.key === key)?.names[language] ?? key);
    const filters = where.map((filter) => `${field(filter.property)} ${this.#comparison(filter.is)}`).join(this.#fr ? " et " : " and ");
    const much = isNone(is) ? `${this.#fr ? "sans" : "without any"} ${noun}` : `${this.#fr ? "ayant" : "with"} ${this.#howMany(is)} ${noun}`;
    return [{ text: much, path }, ...(filters === "" ? [] : [{ text: this.#fr ? " dont " : " whose " }, { text: filters, path }])];
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
    if (measure.of === "distinct") return [say("dont le nombre de valeurs différentes de ", "whose number of different "), value(this.#property(measure.property)), say(" dans ", " in "), event, ...filters, ...when, { text: " " }, value(this.#comparison(is))];
    const what = { sum: ["le total", "the total"], avg: ["la moyenne", "the average"], min: ["le minimum", "the smallest"], max: ["le maximum", "the largest"], first: ["la première valeur", "the first"], last: ["la dernière valeur", "the last"] }[measure.of]!;
    return [say(`dont ${what[0]} de `, `whose ${what[1]!.replace("the ", "")} `), value(this.#property(measure.property ?? "")), say(" dans ", " in "), event, ...filters, ...when, { text: " " }, value(this.#comparison(is))];
  }

  /** "une commande" or "aucune commande", "an order" either way: what was done, or was not. */
  #eventObject(name: string, none: boolean): string {
    const known = EVENTS[name]?.object ?? EVENTS[name];
    if (!known || !this.#fr) return known ? `${/^[aeiou]/.test(known.en) ? "an" : "a"} ${known.en}` : this.#quote(name);
    return `${none ? "auc" : ""}un${known.feminine ? "e" : ""} ${known.fr}`;
  }

  #consent(rule: ConsentRule, path: string): Phrase[] {
    const fr = this.#fr;
    const channel = { email: fr ? "les e-mails" : "e-mails", sms: fr ? "les SMS" : "SMS", push: fr ? "les notifications" : "push messages" }[rule.channel];
    const verb = rule.granted ? (fr ? "qui acceptent " : "who agree to ")
      : rule.reason === undefined ? (fr ? "qui n’acceptent pas " : "who have not agreed to ")
      : rule.reason === "missing" ? (fr ? "qui ne se sont jamais prononcés sur " : "who never said anything about ")
      : rule.reason === "withdrawn" ? (fr ? "qui ont retiré leur accord pour " : "who withdrew their consent to ")
      : rule.reason === "objected" ? (fr ? "qui se sont opposés à recevoir " : "who objected to ")
      : fr ? "dont l’accord a expiré pour " : "whose consent has expired for ";
    return [{ text: verb }, { text: channel + (rule.topic ? ` (${rule.topic})` : ""), path }, ...this.#since(rule.when, path)];
  }

  #sequence(rule: SequenceRule, path: string): Phrase[] {
    const fr = this.#fr;
    const pattern = (of: EventPattern): Phrase[] => [{ text: this.#eventName(of.event), path }, ...(of.where.length === 0 ? [] : [{ text: fr ? " avec " : " with " }, { text: this.#filters(of.where), path }])];
    const window = this.#window(rule.window);
    return [
      { text: fr ? "qui ont fait " : "who did " }, ...pattern(rule.first), ...(window === "" ? [] : [{ text: " " }, { text: window, path }]),
      ...rule.steps.flatMap((step): Phrase[] => [
        { text: step.happened ? (fr ? ", puis " : ", then ") : fr ? ", mais pas " : ", but not " }, ...pattern(step),
        { text: fr ? " dans les " : " within " }, { text: this.#span(step.within), path }, { text: fr ? " suivant" + (["minute", "hour", "week"].includes(step.within.unit) ? "es" : "s") : " after it" },
      ]),
    ];
  }

  #message(rule: MessageRule, path: string): Phrase[] {
    const fr = this.#fr;
    const { is } = rule;
    const noun = { email: fr ? "e-mail" : "e-mail", sms: "SMS", push: fr ? "notification" : "push message" };
    const what = rule.channel === null ? "message" : noun[rule.channel];
    const feminine = rule.channel === "push";
    const many = fr && what === "SMS" ? what : `${what}s`;
    const [past, passive] = { sent: ["reçu", "were sent"], delivered: ["eu la remise de", "had delivered"], opened: ["ouvert", "opened"], clicked: ["cliqué dans", "clicked in"], bounced: ["eu en erreur", "had bounce"], complained: ["signalé comme indésirable", "reported as spam"], unsubscribed: ["quitté la liste depuis", "unsubscribed from"] }[rule.what] as [string, string];
    const who = (no: boolean) => (fr ? `qui ${no ? "n’ont" : "ont"} ` : "who ");
    const count = isNone(is) ? (fr ? `aucun${feminine ? "e" : ""} ${what}` : `no ${what}`)
      : isSome(is) ? (fr ? `au moins un${feminine ? "e" : ""} ${what}` : `at least one ${what}`)
      : `${this.#howMany(is)} ${many}`;
    const named = [
      ...(rule.journey === null ? [] : [`${fr ? "du scénario" : "of the journey"} ${this.#quote(this.#names.journeys?.get(rule.journey) ?? "?")}`]),
      ...(rule.template === null ? [] : [`${fr ? "du modèle" : "of the template"} ${this.#quote(this.#names.templates?.get(rule.template) ?? "?")}`]),
      ...(rule.link === "" ? [] : [`${fr ? "vers un lien contenant" : "on a link with"} ${this.#quote(rule.link)}`]),
      ...(rule.by === "human" || (rule.what !== "opened" && rule.what !== "clicked") ? [] : [rule.by === "any" ? (fr ? "(machines comprises)" : "(machines included)") : fr ? "(par une machine)" : "(by a machine)"]),
      ...[this.#window(rule.window)].filter((text) => text !== ""),
    ];
    return [{ text: who(isNone(is)) }, { text: `${fr ? past : passive} ` }, { text: count, path }, ...named.flatMap((text): Phrase[] => [{ text: " " }, { text, path }])];
  }

  #affinity(rule: AffinityRule, path: string): Phrase[] {
    const fr = this.#fr;
    const known = EVENTS[rule.event];
    const events = known ? `${fr ? plural(known.fr) : pluralEn(known.en)}` : `${fr ? "événements " : ""}${this.#quote(rule.event)}`;
    const window = this.#window(rule.window);
    const about: Phrase[] = [{ text: events, path }, ...(rule.where.length === 0 ? [] : [{ text: fr ? " avec " : " with " }, { text: this.#filters(rule.where), path }]), ...(window === "" ? [] : [{ text: " " }, { text: window, path }])];
    const value: Phrase = { text: this.#literal(rule.value), path };
    const property: Phrase = { text: this.#property(rule.property), path };
    if ("share" in rule.by) return [{ text: fr ? "dont au moins " : "with at least " }, { text: this.#percent(rule.by.share), path }, { text: fr ? " des " : " of their " }, ...about, { text: fr ? " ont " : " having " }, property, { text: fr ? " égal à " : " equal to " }, value];
    return [{ text: fr ? "dont " : "with " }, value, { text: fr ? " est " : " " }, { text: fr ? (rule.by.top === 1 ? "la première valeur" : `parmi les ${this.#number(rule.by.top)} premières valeurs`) : rule.by.top === 1 ? "as the first value" : `among the first ${this.#number(rule.by.top)} values`, path }, { text: fr ? " de " : " of " }, property, { text: fr ? " dans leurs " : " in their " }, ...about];
  }

  #distance(rule: DistanceRule, path: string): Phrase[] {
    const fr = this.#fr;
    const to = "store" in rule.to ? (rule.to.store === null ? (fr ? "leur boutique" : "their store") : `${fr ? "la boutique" : "the store"} ${this.#quote(this.#names.stores?.get(rule.to.store) ?? "?")}`) : `${fr ? "point" : "the point"} ${this.#number(rule.to.latitude)}\u00a0; ${this.#number(rule.to.longitude)}`;
    const de = "store" in rule.to ? " de " : " du ";
    return [{ text: rule.within ? (fr ? "qui habitent à moins de " : "who live within ") : fr ? "qui habitent à plus de " : "who live more than " }, { text: `${this.#number(rule.km)}\u00a0km`, path }, { text: fr ? de : rule.within ? " of " : " from " }, { text: to, path }];
  }

  /** Since when a state holds. */
  #since(when: Window | undefined, path: string): Phrase[] {
    if (when === undefined) return [];
    const fr = this.#fr;
    const text = when.kind === "ago" ? (when.most === null ? `${fr ? "depuis au moins" : "for at least"} ${this.#span(when.least)}` : fr ? `depuis ${this.#span(when.least)} à ${this.#span(when.most)}` : `for ${this.#span(when.least)} to ${this.#span(when.most)}`)
      : when.kind === "last" ? `${fr ? "depuis moins de" : "for less than"} ${this.#span(when.span)}`
      : when.kind === "ever" ? (fr ? "à une date connue" : "at a known date")
      : `${fr ? "(ce qui a commencé " : "(which began "}${this.#window(when)})`;
    return [{ text: " " }, { text, path }];
  }

  #filters(where: EventRule["where"]): string {
    return where.map((filter) => `${this.#property(filter.property)} ${this.#comparison(filter.is)}`).join(this.#fr ? " et " : " and ");
  }

  #storeNamed(is: Comparison): Comparison {
    const name = <T>(id: T): T | string => this.#names.stores?.get(id as Id) ?? id;
    return is.op === "eq" || is.op === "ne" ? { ...is, value: name(is.value) } : is.op === "in" || is.op === "not_in" ? { ...is, values: is.values.map(name) } : is;
  }

  #percent(n: number): string {
    return `${this.#number(n)}${this.#fr ? "\u00a0" : ""}%`;
  }

  /** "at least 3", before what is counted. */
  #howMany(is: Comparison): string {
    return this.#times(is).replace(/ (fois|times?)$/, "").replace(/\bonce$/, "1");
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
      case "like": return `${fr ? "ressemble à" : "looks like"} ${this.#quote(is.value)}`;
      case "size": return fr ? `compte de ${this.#number(is.from)} à ${this.#number(is.to)} éléments` : `has ${this.#number(is.from)} to ${this.#number(is.to)} elements`;
      case "ago": return is.most === null ? (fr ? `date d’au moins ${this.#span(is.least)}` : `is at least ${this.#span(is.least)} ago`) : fr ? `date de ${this.#span(is.least)} à ${this.#span(is.most)}` : `is between ${this.#span(is.least)} and ${this.#span(is.most)} ago`;
      case "ahead": return is.most === null ? (fr ? `tombe dans plus de ${this.#span(is.least)}` : `is more than ${this.#span(is.least)} from now`) : fr ? `tombe dans ${this.#span(is.least)} à ${this.#span(is.most)}` : `is between ${this.#span(is.least)} and ${this.#span(is.most)} from now`;
      case "calendar": return `${fr ? "tombe" : "falls"} ${this.#period(is.unit, is.back)}${this.#where(is.zone)}`;
      case "anniversary": return this.#anniversary(is.from, is.to) + this.#where(is.zone);
      case "month": return `${fr ? "tombe" : "falls"} ${this.#month(is.month)}${this.#where(is.zone)}`;
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
      case "ago": return window.most === null ? (this.#fr ? `il y a au moins ${this.#span(window.least)}` : `at least ${this.#span(window.least)} ago`) : this.#fr ? `il y a de ${this.#span(window.least)} à ${this.#span(window.most)}` : `between ${this.#span(window.least)} and ${this.#span(window.most)} ago`;
      case "calendar": return this.#period(window.unit, window.back) + this.#where(window.zone);
      case "since": return (this.#fr ? `depuis le ${this.#date(window.at)}` : `since ${this.#date(window.at)}`) + this.#where(window.zone);
      case "between": return (this.#fr ? `entre le ${this.#date(window.from)} et le ${this.#date(window.to)}` : `between ${this.#date(window.from)} and ${this.#date(window.to)}`) + this.#where(window.zone);
      case "since_entry": return this.#fr ? "depuis l’entrée dans le scénario" : "since entering the journey";
    }
  }

  #where(zone: ZoneChoice | undefined): string {
    return zone === "contact" ? (this.#fr ? " (à l’heure du contact)" : " (contact’s time)") : "";
  }

  #period(unit: CalendarUnit, back: number): string {
    const [fr, en] = PERIODS[unit];
    if (back === 0) return this.#fr ? fr[0] : en[0];
    if (back === 1) return this.#fr ? fr[1] : en[1];
    if (back === -1) return this.#fr ? fr[2] : en[2];
    const span = `${this.#number(Math.abs(back))} ${this.#fr ? fr[3] : en[3]}`;
    return back > 0 ? (this.#fr ? `${fr[4]} d’il y a ${span}` : `the ${en[4]} ${span} ago`) : this.#fr ? `${fr[4]} qui vient dans ${span}` : `the ${en[4]} ${span} from now`;
  }

  #anniversary(from: number, to: number): string {
    const days = (n: number) => (this.#fr ? `${this.#number(n)}\u00a0${n < 2 ? "jour" : "jours"}` : `${this.#number(n)} ${n === 1 ? "day" : "days"}`);
    const fr = this.#fr;
    if (from === 0 && to === 0) return fr ? "a son anniversaire aujourd’hui" : "has its anniversary today";
    if (from === to) return from > 0 ? (fr ? `a son anniversaire dans ${days(from)}` : `has its anniversary in ${days(from)}`) : fr ? `a eu son anniversaire il y a ${days(-from)}` : `had its anniversary ${days(-from)} ago`;
    if (from === 0) return fr ? `a son anniversaire dans les ${days(to)} à venir` : `has its anniversary within ${days(to)}`;
    if (to === 0) return fr ? `a eu son anniversaire dans les ${this.#number(-from)} derniers jours` : `had its anniversary in the last ${days(-from)}`;
    if (from < 0 && to > 0) return fr ? `a son anniversaire d’il y a ${days(-from)} à dans ${days(to)}` : `has its anniversary from ${days(-from)} ago to ${days(to)} from now`;
    return to < 0 ? (fr ? `a eu son anniversaire il y a de ${days(-to)} à ${days(-from)}` : `had its anniversary ${days(-to)} to ${days(-from)} ago`) : fr ? `a son anniversaire dans ${days(from)} à ${days(to)}` : `has its anniversary in ${days(from)} to ${days(to)}`;
  }

  #month(month: number | "last" | "this" | "next"): string {
    if (typeof month === "string") return this.#fr ? { last: "le mois dernier, de n’importe quelle année", this: "ce mois-ci, de n’importe quelle année", next: "le mois prochain, de n’importe quelle année" }[month] : { last: "in last month, of any year", this: "in this month, of any year", next: "in next month, of any year" }[month];
    const name = new Intl.DateTimeFormat(this.#fr ? "fr-FR" : "en-GB", { month: "long", timeZone: "UTC" }).format(Date.UTC(2024, month - 1, 1));
    return `${this.#fr ? "en" : "in"} ${name}`;
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

const plural = (name: string): string => name.split(" ").map((word, at) => (at === 0 && !word.endsWith("s") ? `${word}s` : word)).join(" ");
const pluralEn = (name: string): string => (/^(addition|time) /.test(name) ? name.replace(/^\w+/, "$&s") : `${name}${/(s|ch)$/.test(name) ? "es" : "s"}`);

/** This one, the last, the next; the unit for "two … ago"; with its article. */
const PERIODS: Readonly<Record<CalendarUnit, readonly [fr: readonly [string, string, string, string, string], en: readonly [string, string, string, string, string]]>> = {
  day: [["aujourd’hui", "hier", "demain", "jours", "le jour"], ["today", "yesterday", "tomorrow", "days", "day"]],
  week: [["cette semaine", "la semaine dernière", "la semaine prochaine", "semaines", "la semaine"], ["this week", "last week", "next week", "weeks", "week"]],
  month: [["ce mois-ci", "le mois dernier", "le mois prochain", "mois", "le mois"], ["this month", "last month", "next month", "months", "month"]],
  quarter: [["ce trimestre", "le trimestre dernier", "le trimestre prochain", "trimestres", "le trimestre"], ["this quarter", "last quarter", "next quarter", "quarters", "quarter"]],
  year: [["cette année", "l’année dernière", "l’année prochaine", "ans", "l’année"], ["this year", "last year", "next year", "years", "year"]],
};

const UNITS_FR: Readonly<Record<Span["unit"], readonly [string, string]>> = {
  minute: ["minute", "minutes"], hour: ["heure", "heures"], day: ["jour", "jours"], week: ["semaine", "semaines"], month: ["mois", "mois"], year: ["an", "ans"],
};

function isNone(is: Comparison): boolean {
  return (is.op === "eq" && is.value === 0) || (is.op === "lt" && is.value === 1) || (is.op === "lte" && is.value === 0);
}

function isSome(is: Comparison): boolean {
  return (is.op === "gte" && is.value === 1) || (is.op === "gt" && is.value === 0);
}
