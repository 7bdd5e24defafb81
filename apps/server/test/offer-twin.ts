import { HOUR, type Id, type Instant } from "@relance/model/base";
import type { OfferStart } from "@relance/model/journeys";

export type Deed = "viewed" | "carted" | "wished" | "unwished" | "ordered";
export interface Told {
  readonly product: string;
  readonly variant: string | null;
  readonly store: string;
  readonly at: Instant;
  readonly value: number;
  readonly currency: string | null;
}
/** Who starts by the catalogue, for which product, and each thing their message may truly say of it. */
export interface Offered {
  readonly contact: Id;
  readonly product: string;
  readonly says: readonly string[];
}

const NEVER = -Infinity;
const lastBefore = (rows: readonly Told[], at: Instant): Told | undefined => rows.findLast((row) => row.at < at);
/** Another currency, or another number. */
const differs = (a: Told | undefined, b: Told): boolean => a?.value !== b.value || a.currency !== b.currency;

/** The slow twin of starts by the catalogue: all prices and stock that were ever told, and all that people did with products. */
export class OfferTwin {
  readonly #start: OfferStart;
  readonly #homes: ReadonlyMap<Id, string>;
  readonly #deeds: { contact: Id; product: string; did: Deed; at: Instant }[] = [];
  readonly #prices: Told[] = [];
  readonly #stock: Told[] = [];
  #news: Instant[] = [];

  /** @param homes who hears of one store only */
  constructor(start: OfferStart, homes: ReadonlyMap<Id, string>) {
    this.#start = start;
    this.#homes = homes;
  }

  does(...deeds: { contact: Id; product: string; did: Deed; at: Instant }[]): void {
    this.#deeds.push(...deeds);
  }

  /** The shop tells prices and stock; what is as it was is no news, nor is a product's first telling. */
  tells(rows: { readonly prices: readonly Told[]; readonly stock: readonly Told[] }, at: Instant, news: boolean): void {
    for (const [told, known] of [
      [rows.prices, this.#prices],
      [rows.stock, this.#stock],
    ] as const) {
      const changed = told.filter((row) =>
        differs(
          known.findLast((one) => one.product === row.product && one.variant === row.variant && one.store === row.store),
          row,
        ),
      );
      known.push(...changed);
      if (changed.length > 0 && news && !this.#news.includes(at)) this.#news.push(at);
    }
  }

  /** What is told while the journey is paused is missed. */
  misses(): void {
    this.#news = [];
  }

  /** @param last when a contact was last told of a product, by entering */
  takes(now: Instant, last: (contact: Id, product: string) => Instant): Offered[] {
    const news = this.#news;
    this.#news = [];
    const pairs = new Map(this.#deeds.map((deed) => [`${deed.contact} ${deed.product}`, deed]));
    return [...pairs.values()].flatMap(({ contact, product }) => {
      const wanted = this.#wanted(contact, product);
      if (wanted < now - this.#start.within.n * HOUR) return [];
      const since = Math.max(wanted, last(contact, product));
      const rows = (this.#start.kind === "price_drop" ? this.#prices : this.#stock).filter(
        (row) => row.product === product && this.#concerns(contact, row.store),
      );
      const says = [...new Set(rows.map((row) => row.store))].flatMap((store) =>
        this.#says(
          rows.filter((row) => row.store === store),
          since,
          news,
        ),
      );
      return says.length > 0 ? [{ contact, product, says }] : [];
    });
  }

  #concerns(contact: Id, store: string): boolean {
    const home = this.#homes.get(contact);
    return (home === undefined || home === store) && (this.#start.stores.length === 0 || this.#start.stores.includes(store));
  }

  #wanted(contact: Id, product: string): Instant {
    const last = (did: Deed) =>
      Math.max(
        NEVER,
        ...this.#deeds.filter((deed) => deed.contact === contact && deed.product === product && deed.did === did).map((deed) => deed.at),
      );
    return Math.max(
      ...this.#start.interest.map((how) => {
        const undone = Math.max(last("ordered"), how === "wished" ? last("unwished") : NEVER);
        return last(how) > undone ? last(how) : NEVER;
      }),
    );
  }

  /** @param rows of one product in one store, oldest first */
  #says(rows: readonly Told[], since: Instant, news: readonly Instant[]): string[] {
    return this.#start.kind === "price_drop"
      ? [...Map.groupBy(rows, (row) => row.variant).values()].flatMap((series) => this.#drop(series, since, news))
      : this.#level(rows, since, news);
  }

  #drop(series: readonly Told[], since: Instant, news: readonly Instant[]): string[] {
    const { drop } = this.#start as Extract<OfferStart, { kind: "price_drop" }>;
    const lowered = series.some((row) => {
      const before = lastBefore(series, row.at);
      return (
        news.includes(row.at) && before?.currency === row.currency && row.value < before.value && series.at(-1)!.currency === row.currency
      );
    });
    const [is, was] = [series.at(-1)!, series.findLast((row) => row.at <= since)];
    if (!lowered || was?.currency !== is.currency || was.value <= 0) return [];
    const enough =
      drop.by === "percent"
        ? (was.value - is.value) * 100 >= was.value * drop.least
        : is.currency === drop.currency && was.value - is.value >= drop.least;
    return enough ? [JSON.stringify([is.store, is.variant, is.value, was.value, is.currency])] : [];
  }

  #level(rows: readonly Told[], since: Instant, news: readonly Instant[]): string[] {
    const start = this.#start;
    const total = (until: (row: Told) => boolean): number | null => {
      const known = [...Map.groupBy(rows.filter(until), (row) => row.variant).values()].map((series) => series.at(-1)!.value);
      return known.length === 0 ? null : known.reduce((sum, n) => sum + n, 0);
    };
    const is = total(() => true)!;
    const few = (n: number) => n > 0 && (start.kind !== "low_stock" || n <= start.atMost);
    const crossed = news.some((at) => {
      const [before, after] = [total((row) => row.at < at), total((row) => row.at <= at)];
      return (
        at > since &&
        rows.some((row) => row.at === at) &&
        before !== null &&
        (start.kind === "low_stock" ? before > start.atMost : before <= 0) &&
        few(after!)
      );
    });
    return crossed && few(is) ? [JSON.stringify([rows[0]!.store, is])] : [];
  }
}
