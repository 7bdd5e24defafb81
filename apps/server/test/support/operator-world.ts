import { DAY, HOUR, type Id, type Instant } from "@relance/model/base";
import type { ContactFacts, FactEvent, FactMessage } from "@relance/model/rules";
import { seededChance } from "../../src/platform/chance/index.ts";
import { PLACE } from "./random-rules.ts";

/** A small world to which every line of the table "From other tools" (docs/en/rules.md) is put, and who is in. */
export const AT: Instant = Date.parse("2026-02-10T10:00:00Z");
/** The id that stands for one's own in that table. */
export const OWN: Id = "00000000-0000-7000-8000-00000000000a";
/** Start of everyone's run, for the rule that looks back to it. */
export const ENTRY: Instant = AT - 15 * DAY;

const ids = seededChance("operators");
const ago = (days: number): Instant => AT - days * DAY;
const order = (at: Instant, amount: number, ...categories: string[]): FactEvent => ({
  id: ids.id(at),
  name: "Order Completed",
  at,
  amount,
  currency: "EUR",
  properties: categories.length === 0 ? {} : { products: categories.map((category) => ({ category })) },
});
const did = (name: string, at: Instant, category: string): FactEvent => ({
  id: ids.id(at),
  name,
  at,
  amount: null,
  currency: null,
  properties: { category },
});
/** A message, and what happened with it. */
function message(
  at: Instant,
  template: Id,
  happened: readonly (readonly [what: FactMessage["what"], machine: boolean])[] = [],
): FactMessage[] {
  const send = ids.id(at);
  const common = { send, at, channel: "email", journey: null, template, url: null };
  return [
    { ...common, what: "sent", machine: false },
    ...happened.map(([what, machine]) => ({ ...common, what, machine, url: what === "clicked" ? "https://shop.example" : null })),
  ];
}

function person(n: number, facts: Partial<ContactFacts>): ContactFacts {
  // The six digits before the last two decide random samples.
  const id = `00000000-0000-7000-8000-0000${String(n).padStart(2, "0")}1234${String(n).padStart(2, "0")}`;
  return {
    id,
    place: PLACE,
    attributes: {},
    changed: {},
    groups: new Map(),
    segments: new Map(),
    consents: [],
    events: [],
    messages: [],
    ...facts,
    columns: { known: true, ...facts.columns },
  };
}

const OTHER: Id = "00000000-0000-7000-8000-00000000000b";
const value = (own: { churn: number; nextOn: string | null }) => ({
  recency: 1,
  frequency: 1,
  monetary: 1,
  worth: 1,
  group: "champions",
  alive: 0.5,
  orders90: 1,
  value365: 1,
  total: 1,
  ...own,
});
const said = (
  channel: string,
  topic: string,
  state: "granted" | "withdrawn" | "objected",
  days: number,
  expiresOn: string | null = null,
) => ({ channel, topic, state, expiresOn, changedAt: ago(days) });

export const PEOPLE: Readonly<Record<string, ContactFacts>> = {
  anna: person(1, {
    columns: {
      country: "FR",
      email: "anna@example.fr",
      postal_code: "69001",
      created_at: "2020-01-01T00:00:00Z",
      birth_date: "1990-02-12T00:00:00Z",
      latitude: 48.85,
      longitude: 2.35,
    },
    attributes: { points: 15, renewal: "2026-02-20", tags: ["vip", "club"], plan: "trial" },
    changed: { "attributes.plan": ago(20) },
    segments: new Map([[OWN, ago(3)]]),
    consents: [said("email", "", "granted", 100), said("email", "news", "granted", 100)],
    value: value({ churn: 0.1, nextOn: "2026-02-20T00:00:00.000Z" }),
    events: [
      did("Product Viewed", ago(10) - HOUR, "Shoes"),
      did("Product Added", ago(10) + HOUR, "Shoes"),
      order(ago(9), 80, "Shoes", "Hats"),
      order(ago(45), 40),
    ],
    messages: message(ago(2), OWN, [
      ["opened", false],
      ["clicked", false],
    ]),
  }),
  ben: person(2, {
    columns: {
      country: "BE",
      email: "ben@shop.ca",
      phone: "+3225551234",
      postal_code: "10115",
      created_at: "2026-02-01T00:00:00Z",
      birth_date: "1985-02-09T00:00:00Z",
      latitude: 45.75,
      longitude: 4.85,
    },
    attributes: { points: 20.5, renewal: "2026-04-20", tags: ["vip"], plan: "free" },
    groups: new Map([[OWN, ago(9)]]),
    segments: new Map([[OWN, ago(50)]]),
    consents: [said("email", "", "withdrawn", 4)],
    events: [
      did("Product Viewed", ago(6), "Hats"),
      did("Product Viewed", ago(5), "Hats"),
      did("Product Viewed", ago(4), "Hats"),
      did("Product Added", ago(6) + HOUR, "Hats"),
    ],
    messages: message(ago(2), OTHER, [
      ["opened", true],
      ["clicked", false],
    ]),
  }),
  cleo: person(3, {
    columns: {
      country: "US",
      email: "cleo@example.com",
      postal_code: "06900",
      created_at: "2025-06-01T00:00:00Z",
      birth_date: "1992-02-29T00:00:00Z",
    },
    attributes: { points: 20, renewal: "2026-02-01", tags: ["club"], plan: "pro" },
    consents: [said("email", "", "granted", 100, "2026-01-31")],
    value: value({ churn: 0.7, nextOn: null }),
    events: [did("Product Viewed", ago(25), "Shoes"), did("Product Viewed", ago(20) - HOUR, "Hats"), order(ago(20), 50, "Hats")],
    messages: [1, 2, 3, 4, 5].flatMap((days) => message(ago(days), OTHER)),
  }),
  dan: person(4, {
    columns: { country: "IT", created_at: "2026-01-05T00:00:00Z", birth_date: "1970-03-15T00:00:00Z" },
    attributes: { points: "15", plan: "trial" },
    changed: { "attributes.plan": ago(5) },
    consents: [said("email", "", "objected", 3), said("sms", "", "withdrawn", 3)],
    events: [order(ago(40), 101)],
    messages: [1, 2, 3, 4, 5].flatMap((days) => message(ago(days), OTHER, days === 1 ? [["opened", true]] : [])),
  }),
  eve: person(5, { columns: { known: false, created_at: "2026-02-09T00:00:00Z" } }),
};

/** Who is in, by the words of the table. */
export const ANSWERS: Readonly<Record<string, string>> = {
  "Klaviyo: metric count, all time / in the last": "anna cleo",
  "Klaviyo: metric zero times": "ben eve",
  "Klaviyo: metric sum": "anna dan",
  "Klaviyo: metric with a property filter": "anna",
  "Klaviyo: metric funnel, step exists": "anna",
  "Klaviyo: metric funnel, step does not exist": "ben",
  "Klaviyo: timeframe between n and m days ago": "cleo",
  "Klaviyo: timeframe at least n days ago": "anna dan",
  "Klaviyo: timeframe before / after / between dates": "anna cleo dan",
  "Klaviyo: timeframe this calendar month": "anna",
  "Klaviyo: timeframe since the flow began (in journeys)": "anna",
  "Klaviyo: text equals / not equals": "anna",
  "Klaviyo: text is in / not in": "anna ben",
  "Klaviyo: text contains": "anna cleo",
  "Klaviyo: text starts with": "anna",
  "Klaviyo: text ends with, and its negation": "anna cleo dan eve",
  "Klaviyo: number between": "anna cleo",
  "Klaviyo: boolean": "anna ben cleo dan",
  "Klaviyo: is set / is not set": "anna cleo dan eve",
  "Klaviyo: date in the last / in the next": "anna",
  "Klaviyo: date at least n ago": "anna cleo dan",
  "Klaviyo: date anniversary, next n days": "anna",
  "Klaviyo: date anniversary month": "anna ben cleo",
  "Klaviyo: date in a calendar month": "dan",
  "Klaviyo: list contains": "anna ben",
  "Klaviyo: list contains all": "anna",
  "Klaviyo: list length": "anna",
  "Klaviyo: in a list or segment, joined in the last n days": "anna",
  "Klaviyo: not in a list or segment": "cleo dan eve",
  "Klaviyo: can receive marketing": "anna",
  "Klaviyo: cannot receive: unsubscribed, when": "ben",
  "Klaviyo: never subscribed": "anna ben cleo eve",
  "Klaviyo: distance from a place": "anna",
  "Klaviyo: region": "anna ben dan",
  "Klaviyo: predicted number (churn, value, orders)": "cleo",
  "Klaviyo: expected date of next order": "anna",
  "Klaviyo: opened or clicked an e-mail, machines left out": "anna",
  "Klaviyo: received but did not open": "cleo dan",
  "Klaviyo: random sample": "cleo",
  "Dittofeed: Trait equals / not equals / exists": "anna cleo dan eve",
  "Dittofeed: Trait within": "ben eve",
  "Dittofeed: Trait has been (dwell)": "anna",
  "Dittofeed: Trait absolute timestamp": "anna cleo",
  "Dittofeed: Performed, times and within": "ben",
  "Dittofeed: Performed with properties": "anna cleo",
  "Dittofeed: Last performed": "anna",
  "Dittofeed: And / Or / Not": "anna eve",
  "Dittofeed: Subscription group": "anna",
  "Dittofeed: Manual": "ben",
  "Dittofeed: Random bucket": "eve",
  "Dittofeed: Email (sent, opened, clicked… of a template)": "anna",
  "Dittofeed: Includes (list trait)": "anna ben",
};
