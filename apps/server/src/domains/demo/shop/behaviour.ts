import { DAY, HOUR, MINUTE, toIso, type Instant, type Words } from "@relance/model/base";
import type { Generator } from "../../../platform/chance/index.ts";
import { CATEGORIES, PRODUCTS, type DemoColour, type DemoProduct } from "./catalogue.ts";
import { imageOf, pageOf, skuOf, variantId } from "./goods.ts";
import { isSoldOut, priceAt } from "./season.ts";
import type { DemoPerson } from "./people.ts";

/** A message as an SDK would have sent it (Segment spec). */
export interface DemoMessage {
  readonly at: Instant;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Line {
  readonly product: DemoProduct;
  readonly quantity: number;
  readonly colour: DemoColour | null;
}

const HOME: Words = { fr: "Accueil", en: "Home" };
// Direct, search and social, in about the shares a shop sees.
const REFERRERS = [
  "",
  "",
  "",
  "https://www.google.com/",
  "https://www.google.com/",
  "https://www.bing.com/",
  "https://www.instagram.com/",
  "https://www.pinterest.com/",
];

/**
 * What one person did between joining and `until`: the sign-up, visits, carts left or bought, orders.
 * Times follow the day's rhythm in the person's own zone. Deterministic: the same generator gives the same life.
 */
export function liveLife(person: DemoPerson, chance: Generator, until: Instant): DemoMessage[] {
  const life = new Life(person, until);
  life.joins(chance.split("joins"));
  life.getsCard(chance.split("card"));
  life.movesAbout(chance.split("ways"));
  const visits = chance.split("visits");
  // Time between visits is exponential; about one visit in three ends in an order for regulars.
  const visitsPerYear = 3 + person.ordersPerYear * 3.2;
  for (let at = person.joinedAt + HOUR; ;) {
    at += Math.max(2 * HOUR, (-Math.log(1 - visits.float() * 0.9999) * 365 * DAY) / visitsPerYear);
    if (at >= until) break;
    if (at > person.leavesAt && visits.chance(0.9)) continue;
    const alive = at <= person.leavesAt;
    life.visits(visits.split(String(at)), atHuman(at, visits, person), alive ? person.ordersPerYear / visitsPerYear : 0);
  }
  return life.messages.filter((message) => message.at < until).sort((a, b) => a.at - b.at);
}

/**
 * The visit that a message brought: it starts where the link leads and often ends in an order.
 * @param number which of the person's messages it was; keeps its events apart from all others
 */
export function comesBack(person: DemoPerson, chance: Generator, at: Instant, until: Instant, number: number): DemoMessage[] {
  const life = new Life(person, until, AFTER_MESSAGES + number * 100);
  life.visits(chance, at, 0.3);
  return life.messages.filter((message) => message.at < until).sort((a, b) => a.at - b.at);
}

// Counts of events begin here for visits that messages brought: no life of its own has so many.
const AFTER_MESSAGES = 100_000;

/** How long the shop's application has been there, which tells where people are. */
const APPLICATION = 95 * DAY;
/** Degrees of latitude of a kilometre. */
const KILOMETRE = 1 / 111.2;

// Moves a moment to waking hours: most visits fall at noon and in the evening, local time.
function atHuman(at: Instant, chance: Generator, person: DemoPerson): Instant {
  const hour = chance.chance(0.35) ? 12 + chance.below(2) : chance.chance(0.6) ? 19 + chance.below(4) : 8 + chance.below(11);
  return zoned(at, person.timeZone).with({ hour, minute: chance.below(60), second: chance.below(60), millisecond: 0 }).epochMilliseconds;
}

const zoned = (at: Instant, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(timeZone);
const dayOf = (at: Instant, timeZone: string): string => zoned(at, timeZone).toPlainDate().toString();

class Life {
  readonly messages: DemoMessage[] = [];
  readonly #person: DemoPerson;
  readonly #until: Instant;
  #count: number;

  constructor(person: DemoPerson, until: Instant, count = 0) {
    this.#person = person;
    this.#count = count;
    this.#until = until;
  }

  joins(chance: Generator): void {
    const p = this.#person;
    this.#visit(chance, p.joinedAt - 9 * MINUTE, 2, false);
    this.#add(p.joinedAt, {
      type: "identify",
      userId: p.userId,
      anonymousId: p.anonymousId,
      traits: {
        email: p.email,
        firstName: p.firstName,
        lastName: p.lastName,
        ...(p.phone && { phone: p.phone }),
        ...(p.birthDate && { birthday: p.birthDate }),
        locale: p.language === "fr" ? (p.store === "ca" ? "fr-CA" : "fr-FR") : "en-CA",
        timezone: p.timeZone,
        store: p.store,
        member_since: dayOf(p.joinedAt, p.timeZone),
        ...(p.inCircle && p.agreesToEmail && { cercle: true }),
        address: { city: p.city, postalCode: p.postalCode, country: p.country },
      },
    });
    this.#track(p.joinedAt + 1_000, "Signed Up", { store: p.store, newsletter: p.agreesToEmail, sms: p.agreesToSms });
  }

  /** Two in five take a loyalty card, renewed every year with the points of the year. */
  getsCard(chance: Generator): void {
    if (!chance.chance(0.4)) return;
    const joined = zoned(this.#person.joinedAt, this.#person.timeZone);
    for (let year = 0; ; year++) {
      const from = joined.add({ years: year, minutes: 2 });
      if (from.epochMilliseconds >= this.#until) return;
      const points = 20 + chance.below(480);
      this.#track(from.epochMilliseconds, "loyalty_card changed", {
        id: `FID-${this.#person.userId}`,
        level: points > 350 ? "or" : points > 150 ? "argent" : "bronze",
        points,
        renews_on: joined
          .add({ years: year + 1 })
          .toPlainDate()
          .toString(),
      });
    }
  }

  /** Where the application of those who have it says they are, some twice a month: within an hour’s walk of the middle of their town. */
  movesAbout(chance: Generator): void {
    const { home, joinedAt, leavesAt } = this.#person;
    if (home === null) return;
    for (let at = Math.max(joinedAt, this.#until - APPLICATION); ;) {
      at += Math.max(DAY, -Math.log(1 - chance.float() * 0.999) * 15 * DAY);
      if (at >= Math.min(this.#until, leavesAt)) return;
      const away = 3.5 * KILOMETRE * Math.sqrt(chance.float());
      const direction = 2 * Math.PI * chance.float();
      const place = (degrees: number) => Math.round(degrees * 10_000) / 10_000;
      this.#track(atHuman(at, chance, this.#person), "Location Updated", {
        latitude: place(home.latitude + away * Math.cos(direction)),
        longitude: place(home.longitude + (away * Math.sin(direction)) / Math.cos((home.latitude * Math.PI) / 180)),
      });
    }
  }

  /** One visit; with probability `buys` it ends in an order, and some that do not leave a cart behind. */
  visits(chance: Generator, at: Instant, buys: number): void {
    const seen = this.#visit(chance, at, 1 + chance.below(3), true);
    const order = chance.chance(buys);
    if (!order && !chance.chance(0.22)) return;
    const lines = this.#basket(chance, seen).filter((line) => !isSoldOut(line.product, at, this.#until));
    if (lines.length === 0) return;
    const cartId = `C-${this.#person.userId}-${this.#count}`;
    let now = at + (3 + chance.below(9)) * MINUTE;
    for (const line of lines) {
      this.#track(now, "Product Added", { cart_id: cartId, ...this.#line(line, now) });
      now += (1 + chance.below(3)) * MINUTE;
    }
    if (order || chance.chance(0.5)) this.#track(now, "Checkout Started", { cart_id: cartId, ...this.#totals(lines, at) });
    if (!order) return;
    const coupon = chance.chance(0.12) ? "MERCI10" : null;
    const orderId = `${this.#person.store === "fr" ? "FR" : "CA"}-${this.#person.userId.slice(1)}-${String(this.#count).padStart(3, "0")}`;
    now += (2 + chance.below(6)) * MINUTE;
    this.#track(now, "Order Completed", {
      order_id: orderId,
      cart_id: cartId,
      ...this.#totals(lines, at, coupon),
      ...(coupon && { coupon }),
      store: this.#person.store,
    });
    if (chance.chance(0.03))
      this.#track(now + (5 + chance.below(20)) * DAY, "Order Refunded", { order_id: orderId, ...this.#totals(lines, at, coupon) });
  }

  #visit(chance: Generator, at: Instant, pages: number, known: boolean): DemoProduct[] {
    const seen: DemoProduct[] = [];
    const entry = chance.split("entry");
    this.#lands(entry, at, known);
    let now = at + (10 + entry.below(35)) * 1_000;
    for (let page = 0; page < pages; page++) {
      const product = this.#choose(chance);
      seen.push(product);
      this.#track(now, "Product Viewed", this.#line({ product, quantity: 1, colour: null }, now), known);
      now += (20 + chance.below(200)) * 1_000;
    }
    return seen;
  }

  /** The first page of a visit and where it came from: that is what makes it a visit. */
  #lands(chance: Generator, at: Instant, known: boolean): void {
    const { store, language, favourite } = this.#person;
    const category = chance.chance(0.45) ? (chance.chance(0.6) ? favourite : chance.pick(Object.keys(CATEGORIES))) : null;
    const path = `/${store}${category ? `/${category}` : ""}`;
    const referrer = chance.pick(REFERRERS);
    this.#add(at, {
      type: "page",
      name: category ? CATEGORIES[category]![language] : HOME[language],
      ...this.#who(known),
      properties: {
        path,
        url: `https://fauvel.example${path}`,
        title: `${category ? CATEGORIES[category]![language] : HOME[language]} · Fauvel`,
        ...(referrer !== "" && { referrer }),
      },
    });
  }

  #choose(chance: Generator): DemoProduct {
    const pool = chance.chance(0.55) ? PRODUCTS.filter((product) => product.category === this.#person.favourite) : PRODUCTS;
    let draw = chance.float() * pool.reduce((sum, product) => sum + product.weight, 0);
    return pool.find((product) => (draw -= product.weight) < 0) ?? pool[0]!;
  }

  #basket(chance: Generator, seen: readonly DemoProduct[]): Line[] {
    const chosen = new Map<string, DemoProduct>([[seen.at(-1)!.id, seen.at(-1)!]]);
    while (chosen.size < 4 && chance.chance(0.42)) {
      const more = this.#choose(chance);
      chosen.set(more.id, more);
    }
    return [...chosen.values()].map((product) => ({
      product,
      quantity: product.eur < 25 && chance.chance(0.4) ? 2 + chance.below(2) : 1,
      colour: product.colours ? chance.pick(product.colours) : null,
    }));
  }

  #line({ product, quantity, colour }: Line, at: Instant): Record<string, unknown> {
    const price = this.#price(product, at);
    return {
      product_id: product.id,
      sku: skuOf(product, colour),
      name: product.names[this.#person.language],
      category: CATEGORIES[product.category]![this.#person.language],
      price,
      quantity,
      currency: this.#currency(),
      ...(colour && { variant_id: variantId(product, colour), variant: colour.names[this.#person.language] }),
      url: pageOf(this.#person.store, product),
      image_url: imageOf(product),
    };
  }

  /** @param at when the prices were */
  #totals(lines: readonly Line[], at: Instant, coupon: string | null = null): Record<string, unknown> {
    const subtotal = lines.reduce((sum, line) => sum + this.#price(line.product, at) * line.quantity, 0);
    const discount = coupon ? Math.round(subtotal * 10) / 100 : 0;
    const shipping = subtotal >= 80 ? 0 : this.#person.store === "fr" ? 5.9 : 9.5;
    const total = Math.round((subtotal - discount + shipping) * 100) / 100;
    return {
      currency: this.#currency(),
      subtotal,
      discount,
      shipping,
      total,
      revenue: Math.round((subtotal - discount) * 100) / 100,
      products: lines.map((line) => this.#line(line, at)),
    };
  }

  #price(product: DemoProduct, at: Instant): number {
    return priceAt(product, this.#person.store, at, this.#until);
  }

  #currency(): string {
    return this.#person.store === "fr" ? "EUR" : "CAD";
  }

  #track(at: Instant, event: string, properties: Record<string, unknown>, known = true): void {
    this.#add(at, { type: "track", event, properties, ...this.#who(known) });
  }

  #who(known: boolean): Record<string, string> {
    return known ? { userId: this.#person.userId } : { anonymousId: this.#person.anonymousId };
  }

  #add(at: Instant, body: Record<string, unknown>): void {
    const when = Math.floor(at);
    if (when >= this.#until) return;
    this.#count += 1;
    this.messages.push({
      at: when,
      body: {
        ...body,
        messageId: `demo-${this.#person.userId}-${this.#count}`,
        timestamp: toIso(when),
        context: { library: { name: "fauvel-shop", version: "1" }, locale: this.#person.language },
      },
    });
  }
}
