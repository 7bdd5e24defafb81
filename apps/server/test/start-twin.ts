import { DAY, HOUR, MINUTE, type Id, type Instant } from "@relance/model/base";
import { isOfferStart, type Graph, type Start } from "@relance/model/journeys";
import { OfferTwin } from "./offer-twin.ts";

/**
 * The slow twin of starts: who enters when, told from all that is known, without timers. What an event means to a start is written here
 * again. Everyone lives in Paris in winter: an hour ahead.
 */
export interface Happening {
  readonly id: Id;
  readonly name: string;
  readonly at: Instant;
  readonly properties: Readonly<Record<string, unknown>>;
}
export interface TwinEntry {
  readonly contact: Id;
  readonly key: string;
  readonly at: Instant;
  readonly by: Id | null;
  readonly says: readonly string[];
  endsAt: Instant | null;
}
type Meaning = { readonly key: string | null; readonly due: Instant | null };

export const FAR = {
  paris: { latitude: 48.8566, longitude: 2.3522 },
  laval: { latitude: 45.6066, longitude: -73.7124 },
  nowhere: { latitude: 10, longitude: 10 },
} as const;
/** Winter in Paris. */
const local = (day: string, days: number, at: string): Instant => Date.parse(`${day}T${at}:00+01:00`) + days * DAY;
const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

export class StartTwin {
  readonly entries: TwinEntry[] = [];
  readonly #start: Start;
  readonly #graph: Graph;
  readonly #events = new Map<Id, Happening[]>();
  readonly #dates = new Map<Id, string>();
  readonly #due = new Map<Id, Instant>();
  readonly #members = new Map<Id, Instant>();
  #meant: { day: string; contact: Id }[] = [];
  #settled: string;
  paused = false;
  /** Where the start is one by the catalogue. */
  readonly offers: OfferTwin | null;

  constructor(graph: Graph, now: Instant, homes: ReadonlyMap<Id, string>) {
    this.#graph = graph;
    this.#start = graph.starts[0]!;
    this.offers = isOfferStart(this.#start) ? new OfferTwin(this.#start, homes) : null;
    this.#settled = new Date(now - 2 * DAY).toISOString().slice(0, 10);
  }

  /** Events come in together, in any order. */
  hears(news: readonly { contact: Id; event: Happening }[], now: Instant): void {
    for (const { contact, event } of news)
      this.#events.set(
        contact,
        [...(this.#events.get(contact) ?? []), event].sort((a, b) => a.at - b.at),
      );
    if (this.#start.kind !== "near_store") return;
    for (const { contact, event } of news) {
      const store = Object.entries(FAR).find(([, place]) => place.latitude === event.properties["latitude"])?.[0];
      if (!this.paused && (store === "paris" || store === "laval")) this.#enter(contact, store, now, null);
    }
  }

  /** A fact said that the start happened. */
  told(contact: Id, now: Instant): void {
    if (!this.paused) this.#enter(contact, "", now, null);
  }

  dated(contact: Id, day: string, now: Instant): void {
    this.#dates.set(contact, day);
    this.#setDue(contact, now);
  }

  member(contact: Id, since: Instant | null): void {
    if (since === null) this.#members.delete(contact);
    else this.#members.set(contact, since);
  }

  tick(now: Instant): void {
    if (this.paused) return this.offers?.misses();
    for (const entry of this.entries) if (entry.endsAt !== null && entry.endsAt <= now) entry.endsAt = null;
    this.#byDate(now);
    this.#bySchedule(now);
    const lastTold = (contact: Id, product: string) =>
      Math.max(-Infinity, ...this.entries.filter((entry) => entry.contact === contact && entry.key === product).map((entry) => entry.at));
    for (const { contact, product, says } of this.offers?.takes(now, lastTold) ?? []) this.#enter(contact, product, now, null, says);
    for (const [contact, events] of this.#events) {
      for (const key of new Set(events.flatMap((event) => this.#meaning(event, now).flatMap((one) => one.key ?? [])))) {
        // The last word about a key counts, whenever it was learnt; each word sets a start off once at most.
        let stands: { due: Instant; by: Id } | null = null;
        for (const event of events)
          for (const { key: of, due } of this.#meaning(event, now))
            if (of === null || of === key) stands = due === null ? null : { due, by: event.id };
        const { due, by } = stands ?? { due: Infinity, by: "" };
        if (
          due <= now &&
          due >= now - DAY &&
          !this.entries.some(
            (entry) => entry.contact === contact && entry.key === key && entry.by === by && !(this.#isYearly && entry.at < due),
          )
        )
          this.#enter(contact, key, now, by);
      }
    }
  }

  get #isYearly(): boolean {
    return "yearly" in this.#start && this.#start.yearly === true;
  }

  /** Around a day, each year. */
  #years(day: string, days: number, at: string): Instant[] {
    return ["2026", "2027", "2028"].map((year) => local(day.replace(/^\d{4}/, year), days, at));
  }

  #meaning({ name, at, properties: said }: Happening, now: Instant): Meaning[] {
    const start = this.#start;
    const products = ((said["products"] as { product_id: string }[] | undefined) ?? []).map((one) => one.product_id);
    switch (start.kind) {
      case "cart":
        return name === "Order Completed"
          ? [{ key: text(said["cart_id"]), due: null }]
          : [{ key: text(said["cart_id"]) ?? "", due: at + HOUR }];
      case "browse":
        return name === "Product Viewed" ? [{ key: "", due: at + HOUR }] : [{ key: null, due: null }];
      case "replenishment":
        return products.filter((one) => one === "tea").map((key) => ({ key, due: at + HOUR }));
      case "registration":
        return name === "Product Registered"
          ? [{ key: text(said["order_id"]), due: null }]
          : products.length > 0
            ? [{ key: text(said["order_id"]) ?? "", due: at + HOUR }]
            : [];
      case "event_date": {
        const [key, day] = [text(said["rental"]), text(said["back"])];
        return key === null ? [] : [{ key, due: day === null ? null : local(day, start.days, start.at) }];
      }
      case "object_date": {
        const day = said["removed"] === true || said["tier"] !== "gold" ? null : text(said["until"]);
        // Each year: the first since it was told that is not more than a day ago.
        const due =
          day === null
            ? null
            : start.yearly
              ? this.#years(day, start.days, start.at).find((one) => one > at && one >= now - DAY)!
              : local(day, start.days, start.at);
        return [{ key: text(said["id"])!, due }];
      }
      default:
        return [];
    }
  }

  #setDue(contact: Id, after: Instant): void {
    const start = this.#start as Extract<Start, { kind: "date" }>;
    const day = this.#dates.get(contact)!;
    const all = start.yearly ? this.#years(day, start.days, start.at) : [local(day, start.days, start.at)];
    const next = all.find((at) => at > after);
    if (next === undefined) this.#due.delete(contact);
    else this.#due.set(contact, next);
  }

  #byDate(now: Instant): void {
    for (const [contact, due] of this.#due) {
      if (due > now) continue;
      if (due >= now - DAY) this.#enter(contact, "", now, null);
      this.#setDue(contact, now);
    }
  }

  /** Every day: who is in the segment when its hour comes here, or in the first place on Earth, fourteen hours ahead of Greenwich; each then enters at their hour. */
  #bySchedule(now: Instant): void {
    const start = this.#start;
    if (start.kind !== "schedule") return;
    for (let day = this.#settled; ; day = new Date(Date.parse(day) + DAY).toISOString().slice(0, 10)) {
      const at = local(day, 0, start.at) - (start.zone === "person" ? 13 * HOUR : 0);
      if (at > now) break;
      if (day > this.#settled && at >= now - DAY)
        for (const [contact, since] of this.#members) if (since <= at) this.#meant.push({ day, contact });
      this.#settled = day > this.#settled ? day : this.#settled;
    }
    const due = this.#meant.filter(({ day }) => local(day, 0, start.at) <= now);
    this.#meant = this.#meant.filter((one) => !due.includes(one));
    for (const { day, contact } of due) if (local(day, 0, start.at) >= now - DAY) this.#enter(contact, day, now, null);
  }

  #enter(contact: Id, key: string, now: Instant, by: Id | null, says: readonly string[] = []): void {
    const before = this.entries.filter((entry) => entry.contact === contact && entry.key === key);
    const { reentry } = this.#graph.settings;
    if (before.some((entry) => entry.endsAt !== null)) return;
    if (
      before.length > 0 &&
      (reentry.kind === "never" || (reentry.kind === "after" && now < Math.max(...before.map((entry) => entry.at)) + HOUR))
    )
      return;
    this.entries.push({ contact, key, at: now, by, says, endsAt: this.#graph.steps[0]!.kind === "wait" ? now + 30 * MINUTE : null });
  }
}
