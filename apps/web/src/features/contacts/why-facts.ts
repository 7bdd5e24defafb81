import { CHECKS } from "@relance/model/arbiter";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useNow } from "../../ui/now.ts";
import { defineWords, useWords } from "../../i18n/words.ts";

/** One check of the gate as it is stored with a send. */
export interface Check {
  readonly check: string;
  readonly result: "pass" | "hold" | "skip" | "not_asked";
  readonly facts: Readonly<Record<string, unknown>>;
}

const words = defineWords({
  en: {
    checks: {
      suppression: "Exclusion list",
      consent: "Consent",
      holdout: "Holdout",
      journey: "Journey",
      products: "Products",
      exclusion: "Exclusion",
      priority: "Priority",
      cap: "Cap",
      quiet_hours: "Quiet hours",
      sms_hours: "Hours of texts",
      day: "Day",
      best_time: "Best hour",
      sender: "Sender",
      restore: "Restored backup",
    },
    notAsked: "not asked",
    transactional: "Answers the contact’s own act: not asked",
    noCap: "No cap counts this message",
    noQuiet: "None on this channel",
    noSuppression: "The address is on no exclusion list",
    consent: { granted: "Agreed", missing: "Nothing recorded", withdrawn: "Withdrawn", objected: "Objected", expired: "Expired" },
    on: (when: string) => `on ${when}`,
    suppressed: {
      hard_bounce: "The address does not exist",
      complaint: "Reported our mail as spam",
      unsubscribed: "Asked to hear nothing more",
      manual: "Put there by the team",
      erased: "Erased at their request",
    },
    holdoutIn: (percent: string) => `In the holdout group (${percent}% of contacts)`,
    holdoutOut: (percent: string) => `Not among the ${percent}% kept without marketing`,
    left: (event: string) => `Left the journey: “${event}”`,
    leftPlain: "Left the journey while the message waited",
    filterNo: "No longer meets the journey’s condition",
    journeyOk: "Still wanted by its journey",
    gone: "What it tells of is sold out",
    coupon: (code: string) => `The code ${code} has run out`,
    dearer: (product: string, told: string, now: string) => `${product} was told at ${told}, now costs ${now}`,
    productsOk: "Still in stock, at no higher a price",
    exclusionOk: (group: string) => `In no other journey of “${group}” that goes first`,
    rival: (name: string) => `Is in “${name}”, which goes first`,
    above: (n: string, when: string) => `One of priority ${n} is due ${when}`,
    cap: (sent: string, most: string, span: string, of: string) => `${sent} ${of} ${span}, at most ${most}`,
    inDays: (n: string) => `in ${n} days`,
    period: { day: "in the day", week: "in the week", month: "in the month" },
    messages: (n: number) => (n === 1 ? "message" : "messages"),
    topic: (key: string) => `of topic ${key}`,
    tag: (key: string) => `with tag ${key}`,
    hours: (from: string, to: string, zone: string) => `Quiet from ${from} to ${to}, ${zone}`,
    texts: (from: string, to: string, place: string) => `Texts from ${from} to ${to}, ${place}`,
    sunday: (place: string) => `No texts on Sundays, ${place}`,
    dayOpen: "No public holiday, no closed day",
    holiday: (day: string, name: string) => `${day} is a public holiday (${name})`,
    closed: (day: string, name: string) => `${day} is closed (${name})`,
    best: {
      nothing_known: "Nothing is known of their hours: at once",
      now: "No coming hour is enough better",
      better: (hour: string) => `Acts most around ${hour}`,
      explores: (hour: string) => `One in ten tries another hour: ${hour}`,
    },
    senderMissing: "No sender is set",
    sentBefore: (when: string) => `The same message left on ${when}, after the backup that was restored`,
    held: (until: string, why: string) => `Held until ${until}: ${why}.`,
    refused: (why: string) => `Not sent: ${why}.`,
    further: (what: string) => `moved further by: ${what}`,
  },
  fr: {
    checks: {
      suppression: "Liste d’exclusion",
      consent: "Consentement",
      holdout: "Groupe témoin",
      journey: "Scénario",
      products: "Produits",
      exclusion: "Exclusion",
      priority: "Priorité",
      cap: "Plafond",
      quiet_hours: "Heures calmes",
      sms_hours: "Heures des SMS",
      day: "Jour",
      best_time: "Meilleure heure",
      sender: "Expéditeur",
      restore: "Sauvegarde restaurée",
    },
    notAsked: "pas demandé",
    transactional: "Répond à un geste du contact : pas demandé",
    noCap: "Aucun plafond ne compte ce message",
    noQuiet: "Aucune sur ce canal",
    noSuppression: "L’adresse n’est sur aucune liste d’exclusion",
    consent: { granted: "A dit oui", missing: "Rien de noté", withdrawn: "Retiré", objected: "Opposé", expired: "Échu" },
    on: (when: string) => `le ${when}`,
    suppressed: {
      hard_bounce: "L’adresse n’existe pas",
      complaint: "A signalé notre courrier comme indésirable",
      unsubscribed: "A demandé à ne plus rien recevoir",
      manual: "Mise là par l’équipe",
      erased: "Effacée à sa demande",
    },
    holdoutIn: (percent: string) => `Dans le groupe témoin (${percent} % des contacts)`,
    holdoutOut: (percent: string) => `Pas parmi les ${percent} % laissés sans marketing`,
    left: (event: string) => `Sorti du scénario : « ${event} »`,
    leftPlain: "Sorti du scénario pendant l’attente du message",
    filterNo: "Ne remplit plus la condition du scénario",
    journeyOk: "Toujours voulu par son scénario",
    gone: "Ce dont il parle est épuisé",
    coupon: (code: string) => `Le code ${code} a expiré`,
    dearer: (product: string, told: string, now: string) => `${product} annoncé à ${told}, coûte maintenant ${now}`,
    productsOk: "Encore en stock, à un prix qui n’a pas monté",
    exclusionOk: (group: string) => `Dans aucun autre scénario de « ${group} » qui passe d’abord`,
    rival: (name: string) => `Est dans « ${name} », qui passe d’abord`,
    above: (n: string, when: string) => `Un message de priorité ${n} est prévu ${when}`,
    cap: (sent: string, most: string, span: string, of: string) => `${sent} ${of} ${span}, ${most} au plus`,
    inDays: (n: string) => `en ${n} jours`,
    period: { day: "dans le jour", week: "dans la semaine", month: "dans le mois" },
    messages: (n: number) => (n <= 1 ? "message" : "messages"),
    topic: (key: string) => `du thème ${key}`,
    tag: (key: string) => `d’étiquette ${key}`,
    hours: (from: string, to: string, zone: string) => `Calmes de ${from} à ${to}, ${zone}`,
    texts: (from: string, to: string, place: string) => `SMS de ${from} à ${to}, ${place}`,
    sunday: (place: string) => `Pas de SMS le dimanche, ${place}`,
    dayOpen: "Ni jour férié, ni jour fermé",
    holiday: (day: string, name: string) => `le ${day} est férié (${name})`,
    closed: (day: string, name: string) => `le ${day} est fermé (${name})`,
    best: {
      nothing_known: "On ne sait rien de ses heures : tout de suite",
      now: "Aucune heure à venir n’est assez meilleure",
      better: (hour: string) => `Agit surtout vers ${hour}`,
      explores: (hour: string) => `Un message sur dix essaie une autre heure : ${hour}`,
    },
    senderMissing: "Aucun expéditeur n’est réglé",
    sentBefore: (when: string) => `Le même message est parti le ${when}, après la sauvegarde qui a été restaurée`,
    held: (until: string, why: string) => `Retenu jusqu’au ${until} : ${why}.`,
    refused: (why: string) => `Pas parti : ${why}.`,
    further: (what: string) => `repoussé aussi par : ${what}`,
  },
});

const plain = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The checks of a send in words: the name and the facts of each, and the sentence that the one that decided comes to. */
export function useCheckWords(): {
  nameOf: (check: Check) => string;
  factOf: (check: Check) => string;
  sentence: (checks: readonly Check[]) => string | null;
} {
  const say = useWords(words);
  const { language, formats } = useLanguage();
  const { moment, day } = useFormats();
  const now = useNow();
  const nameOf = ({ check }: Check): string => say.checks[check as keyof typeof say.checks] ?? check;
  const dateOf = (text: string): string =>
    new Intl.DateTimeFormat(language === "fr" ? "fr-FR" : "en-GB", { day: "numeric", month: "long", timeZone: "UTC" }).format(
      Date.parse(`${text}T00:00:00Z`),
    );
  const capOf = (facts: Check["facts"]): string => {
    const span =
      typeof facts.days === "number" ? say.inDays(formats.number(facts.days)) : (say.period[facts.period as keyof typeof say.period] ?? "");
    const of = [
      say.messages(Number(facts.sent)),
      typeof facts.topic === "string" ? say.topic(facts.topic) : "",
      typeof facts.tag === "string" ? say.tag(facts.tag) : "",
    ]
      .filter((part) => part !== "")
      .join(" ");
    return say.cap(plain(facts.sent), plain(facts.most), span, of);
  };
  const closedOf = ({ check, facts }: Check): string => {
    if (check === "quiet_hours")
      return facts.from === undefined ? say.noQuiet : say.hours(plain(facts.from), plain(facts.to), plain(facts.zone));
    if (check === "sms_hours")
      return facts.sunday === true ? say.sunday(plain(facts.place)) : say.texts(plain(facts.from), plain(facts.to), plain(facts.place));
    if (typeof facts.name !== "object") return say.dayOpen;
    const name = (facts.name as Record<string, string>)[language] ?? "";
    return typeof facts.holiday === "string" ? say.holiday(dateOf(plain(facts.day)), name) : say.closed(dateOf(plain(facts.day)), name);
  };
  const journeyOf = ({ check, result, facts }: Check): string => {
    const stops = result === "skip" || result === "hold";
    switch (check) {
      case "holdout":
        return stops ? say.holdoutIn(plain(facts.percent)) : say.holdoutOut(plain(facts.percent));
      case "journey":
        return !stops
          ? say.journeyOk
          : facts.filter === false
            ? say.filterNo
            : typeof facts.event === "string"
              ? say.left(facts.event)
              : say.leftPlain;
      case "products": {
        const [dear] = list(facts.dearer) as { product: string; told: number; now: number }[];
        return !stops
          ? say.productsOk
          : typeof facts.coupon === "string"
            ? say.coupon(facts.coupon)
            : list(facts.gone).length === facts.asked || !dear
              ? say.gone
              : say.dearer(dear.product, formats.number(dear.told), formats.number(dear.now));
      }
      case "exclusion":
        return stops ? say.rival(plain(facts.name)) : say.exclusionOk(plain(facts.group));
      default:
        return say.above(plain(facts.above), typeof facts.due === "string" ? moment(facts.due, now) : "");
    }
  };
  const bestOf = (facts: Check["facts"]): string => {
    const told = say.best[facts.why as keyof typeof say.best];
    return typeof told === "function" ? told(`${plain(facts.hour)}:00`) : (told ?? "");
  };
  const factOf = (one: Check): string => {
    const { check, result, facts } = one;
    if (result === "not_asked")
      return facts.class === "transactional"
        ? say.transactional
        : check === "cap"
          ? say.noCap
          : check === "quiet_hours"
            ? say.noQuiet
            : say.notAsked;
    switch (check) {
      case "suppression":
        return facts.suppressed === null
          ? say.noSuppression
          : (say.suppressed[facts.suppressed as keyof typeof say.suppressed] ?? plain(facts.suppressed));
      case "consent":
        return [
          say.consent[facts.consent as keyof typeof say.consent] ?? plain(facts.consent),
          typeof facts.since === "string" ? say.on(day(facts.since)) : "",
        ]
          .filter((part) => part !== "")
          .join(" ");
      case "cap":
        return capOf(facts);
      case "quiet_hours":
      case "sms_hours":
      case "day":
        return closedOf(one);
      case "best_time":
        return bestOf(facts);
      case "sender":
        return say.senderMissing;
      case "restore":
        return typeof facts.left === "string" ? say.sentBefore(day(facts.left)) : "";
      default:
        return (CHECKS as readonly string[]).includes(check) ? journeyOf(one) : "";
    }
  };
  const small = (text: string): string => (/^\p{Lu}\p{Ll}/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text);
  const sentence = (checks: readonly Check[]): string | null => {
    const last = checks.at(-1);
    if (!last || (last.result !== "hold" && last.result !== "skip")) return null;
    const also = list(last.facts.also).map((name) => nameOf({ check: plain(name), result: "hold", facts: {} }).toLowerCase());
    const why = [small(factOf(last)), ...(also.length > 0 ? [say.further(also.join(", "))] : [])].join("; ");
    return last.result === "skip"
      ? say.refused(why)
      : typeof last.facts.until === "string"
        ? say.held(moment(last.facts.until, now), why)
        : null;
  };
  return { nameOf, factOf, sentence };
}
