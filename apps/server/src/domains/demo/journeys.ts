import type { Id } from "@relance/model/base";
import { EMPTY_GRAPH, type Graph, type Step } from "@relance/model/journeys";
import type { Rule } from "@relance/model/rules";

/** Segments of the demo shop; the first is the reference segment of the documentation. */
export const SEGMENTS: readonly { readonly key: string; readonly name: string; readonly description: string; readonly rule: Rule }[] = [
  {
    key: "best",
    name: "Meilleurs clients",
    description: "Ont beaucoup dépensé et commandé récemment.",
    rule: {
      kind: "all",
      of: [
        {
          kind: "event",
          event: "Order Completed",
          where: [],
          window: { kind: "last", span: { n: 2, unit: "year" } },
          measure: { of: "sum", property: "amount" },
          is: { op: "gt", value: 800 },
        },
        {
          kind: "event",
          event: "Order Completed",
          where: [],
          window: { kind: "ever" },
          measure: { of: "last", property: null },
          is: { op: "within_last", span: { n: 3, unit: "month" } },
        },
      ],
    },
  },
  {
    key: "asleep",
    name: "Clients endormis",
    description: "Ont déjà commandé, mais pas depuis 90 jours.",
    rule: {
      kind: "all",
      of: [
        {
          kind: "event",
          event: "Order Completed",
          where: [],
          window: { kind: "ever" },
          measure: { of: "count" },
          is: { op: "gte", value: 1 },
        },
        {
          kind: "event",
          event: "Order Completed",
          where: [],
          window: { kind: "ever" },
          measure: { of: "last", property: null },
          is: { op: "not_within_last", span: { n: 90, unit: "day" } },
        },
      ],
    },
  },
  {
    key: "canada",
    name: "Canada",
    description: "Clients de la boutique canadienne.",
    rule: { kind: "attribute", attribute: "country", is: { op: "eq", value: "CA" } },
  },
  {
    key: "browsers",
    name: "Visiteurs de la semaine sans commande",
    description: "Ont regardé des produits ces 7 derniers jours sans commander.",
    rule: {
      kind: "all",
      of: [
        {
          kind: "event",
          event: "Product Viewed",
          where: [],
          window: { kind: "last", span: { n: 7, unit: "day" } },
          measure: { of: "count" },
          is: { op: "gte", value: 1 },
        },
        {
          kind: "event",
          event: "Order Completed",
          where: [],
          window: { kind: "last", span: { n: 7, unit: "day" } },
          measure: { of: "count" },
          is: { op: "eq", value: 0 },
        },
      ],
    },
  },
];

const step = (id: string, name: string, rest: Record<string, unknown>): Step => ({ id: `stp_${id}`, name, ...rest }) as Step;
export const email = (id: string, name: string, template: Id, next: string | null) =>
  step(id, name, { kind: "email", template, exits: { next } });
const wait = (id: string, n: number, unit: string, next: string | null) =>
  step(id, "", { kind: "wait", until: { of: "duration", span: { n, unit } }, exits: { next } });
const waitOrder = (id: string, n: number, unit: string, onTimeout: string | null, sameKey: boolean) =>
  step(id, "", {
    kind: "wait",
    until: { of: "event", events: [{ event: "Order Completed", where: [], sameKey }], timeout: { n, unit } },
    exits: { event: null, timeout: onTimeout },
  });
const boughtSinceEntry: Rule = {
  kind: "event",
  event: "Order Completed",
  where: [],
  window: { kind: "since_entry" },
  measure: { of: "count" },
  is: { op: "gte", value: 1 },
};

/** The journeys that run in the demo shop. @param templates by the key of the starter they were made from @param segments by key */
export function demoJourneys(
  templates: ReadonlyMap<string, Id>,
  segments: ReadonlyMap<string, Id>,
): { name: string; description: string; graph: Graph }[] {
  const template = (key: string) => templates.get(key)!;
  const order = { event: "Order Completed", where: [], goal: true };
  return [
    {
      name: "Panier abandonné",
      description: "Un rappel une heure après, sauf si la commande arrive.",
      graph: {
        ...EMPTY_GRAPH,
        starts: [{ kind: "event", event: "Product Added", where: [], key: "cart_id" }],
        first: "stp_wait",
        steps: [
          wait("wait", 1, "hour", "stp_mail"),
          email("mail", "Votre panier vous attend", template("abandoned_cart"), "stp_order"),
          waitOrder("order", 3, "day", null, true),
        ],
        settings: { filter: null, reentry: { kind: "never" }, exits: [{ ...order, sameKey: true }] },
      },
    },
    {
      name: "Bienvenue",
      description: "Un mot d’accueil à l’ouverture d’un compte ou à l’inscription confirmée, puis un regard trois jours plus tard.",
      graph: {
        ...EMPTY_GRAPH,
        starts: [
          { kind: "event", event: "Signed Up", where: [], key: null },
          { kind: "form", on: "confirmed", form: null },
        ],
        first: "stp_mail",
        steps: [
          email("mail", "Bienvenue", template("welcome"), "stp_wait"),
          waitOrder("wait", 3, "day", "stp_news", false),
          email("news", "À lire", template("letter"), null),
        ],
        settings: { filter: null, reentry: { kind: "never" }, exits: [] },
      },
    },
    {
      name: "Anniversaire",
      description: "Le jour même à 9 heures, là où vit le contact.",
      graph: {
        ...EMPTY_GRAPH,
        starts: [{ kind: "date", attribute: "birth_date", days: 0, at: "09:00", yearly: true }],
        first: "stp_mail",
        steps: [email("mail", "Joyeux anniversaire", template("birthday"), null)],
        settings: { filter: null, reentry: { kind: "after", span: { n: 11, unit: "month" } }, exits: [] },
      },
    },
    {
      name: "Réactivation 90 jours",
      description: "Quand quelqu’un s’endort : un message, trois jours, un second s’il n’a rien commandé.",
      graph: {
        ...EMPTY_GRAPH,
        starts: [{ kind: "segment", segment: segments.get("asleep")!, on: "enter" }],
        first: "stp_mail",
        steps: [
          email("mail", "Vous nous manquez", template("win_back"), "stp_wait"),
          waitOrder("wait", 3, "day", "stp_ask", false),
          step("ask", "A commandé ?", {
            kind: "branch",
            paths: [{ exit: "p1", name: "oui", rule: boughtSinceEntry }],
            exits: { p1: "stp_goal", else: "stp_last" },
          }),
          step("goal", "Revenu", { kind: "goal", exits: { next: null } }),
          email("last", "De quoi lire", template("letter"), null),
        ],
        settings: { filter: null, reentry: { kind: "after", span: { n: 6, unit: "month" } }, exits: [{ ...order, sameKey: false }] },
      },
    },
  ];
}
