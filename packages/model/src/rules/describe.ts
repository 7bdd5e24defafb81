import type { Language } from "../base/index.ts";
import type { ConsentRule, DistanceRule, EventRule, MessageRule, ObjectRule, Rule } from "./rule.ts";
import { PREDICTION_NAMES, RFM_PART_NAMES } from "./value.ts";
import { isNone, isSome } from "./words/comparisons.ts";
import { Events } from "./words/events.ts";
import type { Phrase, RuleNames } from "./words/values.ts";

export { eventTitle } from "./words/events.ts";
export type { Phrase, RuleNames } from "./words/values.ts";

/** A rule as a sentence a marketer would write, in pieces. */
export function describe(rule: Rule, language: Language, names: RuleNames): Phrase[] {
  const words = new Wording(language, names);
  const body = words.node(rule, "root", true);
  return [{ text: language === "fr" ? "Les contacts " : "Contacts " }, ...body, { text: "." }];
}

/** The same as one text. */
export function describeText(rule: Rule, language: Language, names: RuleNames): string {
  return describe(rule, language, names)
    .map((phrase) => phrase.text)
    .join("");
}

/** Which events are meant, in words: "order, with amount is more than 50, in the last 2 years". */
export function describeEvents(of: Pick<EventRule, "event" | "where" | "window">, language: Language, names: RuleNames): string {
  return new Wording(language, names).events(of);
}

const ATTRIBUTES: Readonly<Record<string, readonly [fr: string, en: string]>> = {
  external_id: ["l’identifiant client", "customer id"],
  email: ["l’adresse e-mail", "e-mail address"],
  phone: ["le téléphone", "phone"],
  first_name: ["le prénom", "first name"],
  last_name: ["le nom", "last name"],
  locale: ["la langue", "language"],
  time_zone: ["le fuseau horaire", "time zone"],
  country: ["le pays", "country"],
  region: ["la région", "region"],
  postal_code: ["le code postal", "postal code"],
  city: ["la ville", "city"],
  store_id: ["la boutique", "store"],
  customer_type: ["le type de client", "customer type"],
  birth_date: ["la date de naissance", "birth date"],
  created_at: ["la date de création", "creation date"],
  last_seen_at: ["la dernière visite", "last visit"],
  latitude: ["la latitude", "latitude"],
  longitude: ["la longitude", "longitude"],
  known: ["l’identité connue", "known identity"],
};

/** How a language says each kind of condition. */
class Wording extends Events {
  node(rule: Rule, path: string, top = false): Phrase[] {
    const say = (fr: string, en: string): Phrase => ({ text: this.fr ? fr : en });
    const value = (text: string): Phrase => ({ text, path });
    switch (rule.kind) {
      case "all":
      case "any": {
        const joint = rule.kind === "all" ? say(" et ", " and ") : say(" ou ", " or ");
        const parts = rule.of.flatMap((child, index) => [...(index > 0 ? [joint] : []), ...this.node(child, `${path}.of[${index}]`)]);
        if (rule.of.length === 0) return [say("qui remplissent une condition à choisir", "that meet a condition to choose")];
        return top || rule.of.length === 1 ? parts : [{ text: "(" }, ...parts, { text: ")" }];
      }
      case "none": {
        const parts = rule.of.flatMap((child, index) => [
          ...(index > 0 ? [say(" ni de ceux ", " nor ")] : []),
          ...this.node(child, `${path}.of[${index}]`),
        ]);
        return [say("qui ne font pas partie de ceux ", "not among those "), ...parts];
      }
      case "attribute": {
        const known = ATTRIBUTES[rule.attribute];
        const label = known
          ? this.fr
            ? known[0]
            : known[1]
          : `${this.fr ? "l’attribut " : ""}${this.quote(rule.attribute.replace(/^attributes\./, ""))}`;
        const is = rule.attribute === "store_id" ? this.storeNamed(rule.is) : rule.is;
        return [say(`dont ${label} `, `whose ${label} `), value(this.comparison(is)), ...this.since(rule.when, path)];
      }
      case "rfm":
      case "prediction": {
        const [fr, en] = rule.kind === "rfm" ? RFM_PART_NAMES[rule.part] : PREDICTION_NAMES[rule.field];
        const money = rule.kind === "prediction" && (rule.field === "value365" || rule.field === "total");
        return [
          say(`dont ${fr} `, `whose ${en} `),
          value(
            money ? this.worth(rule.is) : this.comparison(rule.kind === "rfm" && rule.part === "group" ? this.named(rule.is) : rule.is),
          ),
        ];
      }
      case "group":
        return [
          say(rule.member ? "du groupe " : "hors du groupe ", rule.member ? "in the group " : "not in the group "),
          value(this.quote(this.names.groups.get(rule.group) ?? "?")),
          ...this.since(rule.when, path),
        ];
      case "segment":
        return [
          say(rule.member ? "du segment " : "hors du segment ", rule.member ? "in the segment " : "not in the segment "),
          value(this.quote(this.names.segments.get(rule.segment) ?? "?")),
          ...this.since(rule.when, path),
        ];
      case "consent":
        return this.consent(rule, path);
      case "event":
        return this.event(rule, path);
      case "sequence":
        return this.sequence(rule, path);
      case "message":
        return this.message(rule, path);
      case "affinity":
        return this.affinity(rule, path);
      case "distance":
        return this.distance(rule, path);
      case "object":
        return this.objects(rule, path);
      case "sql":
        return [say("que nomme ", "named by "), value(this.fr ? "une requête SQL" : "a SQL query")];
      case "sample":
        return [
          say("tirés au sort à raison de ", "drawn at random: "),
          value(this.percent(rule.percent)),
          say(" des contacts", " of all contacts"),
        ];
    }
  }

  protected objects({ object, where, is }: ObjectRule, path: string): Phrase[] {
    const language = this.fr ? "fr" : "en";
    const type = this.names.objects?.get(object);
    const several = ["gt", "gte", "lt", "lte"].includes(is.op) ? "value" in is && Number(is.value) > 1 : is.op !== "eq" || is.value !== 1;
    const noun = type ? type.names[several && !isNone(is) ? "many" : "one"][language].toLocaleLowerCase(language) : this.quote(object);
    const field = (key: string) => this.quote(type?.fields.find((one) => one.key === key)?.names[language] ?? key);
    const filters = where.map((filter) => `${field(filter.property)} ${this.comparison(filter.is)}`).join(this.fr ? " et " : " and ");
    const much = isNone(is) ? `${this.fr ? "sans" : "without any"} ${noun}` : `${this.fr ? "ayant" : "with"} ${this.howMany(is)} ${noun}`;
    return [{ text: much, path }, ...(filters === "" ? [] : [{ text: this.fr ? " dont " : " whose " }, { text: filters, path }])];
  }

  protected consent(rule: ConsentRule, path: string): Phrase[] {
    const fr = this.fr;
    const channel = {
      email: fr ? "les e-mails" : "e-mails",
      sms: fr ? "les SMS" : "SMS",
      push: fr ? "les notifications" : "push messages",
    }[rule.channel];
    const verb = rule.granted
      ? fr
        ? "qui acceptent "
        : "who agree to "
      : rule.reason === undefined
        ? fr
          ? "qui n’acceptent pas "
          : "who have not agreed to "
        : rule.reason === "missing"
          ? fr
            ? "qui ne se sont jamais prononcés sur "
            : "who never said anything about "
          : rule.reason === "withdrawn"
            ? fr
              ? "qui ont retiré leur accord pour "
              : "who withdrew their consent to "
            : rule.reason === "objected"
              ? fr
                ? "qui se sont opposés à recevoir "
                : "who objected to "
              : fr
                ? "dont l’accord a expiré pour "
                : "whose consent has expired for ";
    return [{ text: verb }, { text: channel + (rule.topic ? ` (${rule.topic})` : ""), path }, ...this.since(rule.when, path)];
  }

  protected message(rule: MessageRule, path: string): Phrase[] {
    const fr = this.fr;
    const { is } = rule;
    const noun = { email: fr ? "e-mail" : "e-mail", sms: "SMS", push: fr ? "notification" : "push message" };
    const what = rule.channel === null ? "message" : noun[rule.channel];
    const feminine = rule.channel === "push";
    const many = fr && what === "SMS" ? what : `${what}s`;
    const [past, passive] = {
      sent: ["reçu", "were sent"],
      delivered: ["eu la remise de", "had delivered"],
      opened: ["ouvert", "opened"],
      clicked: ["cliqué dans", "clicked in"],
      bounced: ["eu en erreur", "had bounce"],
      complained: ["signalé comme indésirable", "reported as spam"],
      unsubscribed: ["quitté la liste depuis", "unsubscribed from"],
    }[rule.what] as [string, string];
    const who = (no: boolean) => (fr ? `qui ${no ? "n’ont" : "ont"} ` : "who ");
    const count = isNone(is)
      ? fr
        ? `aucun${feminine ? "e" : ""} ${what}`
        : `no ${what}`
      : isSome(is)
        ? fr
          ? `au moins un${feminine ? "e" : ""} ${what}`
          : `at least one ${what}`
        : `${this.howMany(is)} ${many}`;
    const named = [
      ...(rule.journey === null
        ? []
        : [`${fr ? "du scénario" : "of the journey"} ${this.quote(this.names.journeys?.get(rule.journey) ?? "?")}`]),
      ...(rule.template === null
        ? []
        : [`${fr ? "du modèle" : "of the template"} ${this.quote(this.names.templates?.get(rule.template) ?? "?")}`]),
      ...(rule.link === "" ? [] : [`${fr ? "vers un lien contenant" : "on a link with"} ${this.quote(rule.link)}`]),
      ...(rule.by === "human" || (rule.what !== "opened" && rule.what !== "clicked")
        ? []
        : [rule.by === "any" ? (fr ? "(machines comprises)" : "(machines included)") : fr ? "(par une machine)" : "(by a machine)"]),
      ...[this.window(rule.window)].filter((text) => text !== ""),
    ];
    return [
      { text: who(isNone(is)) },
      { text: `${fr ? past : passive} ` },
      { text: count, path },
      ...named.flatMap((text): Phrase[] => [{ text: " " }, { text, path }]),
    ];
  }

  protected distance(rule: DistanceRule, path: string): Phrase[] {
    const fr = this.fr;
    const to =
      "store" in rule.to
        ? rule.to.store === null
          ? fr
            ? "leur boutique"
            : "their store"
          : `${fr ? "la boutique" : "the store"} ${this.quote(this.names.stores?.get(rule.to.store) ?? "?")}`
        : `${fr ? "point" : "the point"} ${this.number(rule.to.latitude)}\u00a0; ${this.number(rule.to.longitude)}`;
    const de = "store" in rule.to ? " de " : " du ";
    return [
      {
        text: rule.within ? (fr ? "qui habitent à moins de " : "who live within ") : fr ? "qui habitent à plus de " : "who live more than ",
      },
      { text: `${this.number(rule.km)}\u00a0km`, path },
      { text: fr ? de : rule.within ? " of " : " from " },
      { text: to, path },
    ];
  }
}
