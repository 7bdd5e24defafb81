import { expect, test } from "vitest";
import { graph as graphShape, graphProblems, kindOf, type Step } from "../journeys/index.ts";
import { asksOf, flowIn, importFlow, listsIn } from "./import.ts";
import type { FlowNames } from "../flows/index.ts";

const GROUP = "01910000-0000-7000-8000-0000000000a1";
const SEGMENT = "01910000-0000-7000-8000-0000000000b1";
const NAMES: FlowNames = {
  metrics: { M1: "Placed Order", M2: "Added to Cart" },
  groups: new Map([["L1", GROUP]]),
  segments: new Map([["S1", SEGMENT]]),
};

type Given = Record<string, unknown>;
const condition = (property: string, value: string) => ({
  type: "profile-property",
  property,
  filter: { type: "string", operator: "equals", value },
});
const groups = (...all: Given[][]) => ({ condition_groups: all.map((conditions) => ({ conditions })) });
const flow = (triggers: Given[], actions: Given[], more: Given = {}) => ({
  name: "F",
  definition: { triggers, actions, entry_action_id: (actions[0]?.["id"] as string | undefined) ?? null, profile_filter: null, ...more },
});
const read = (given: ReturnType<typeof flow>, names = NAMES) => {
  const found = importFlow(flowIn(given)!, names);
  graphShape.parse(found.graph);
  return found;
};
const message = (more: Given = {}) => ({
  name: "Hello",
  subject_line: "Bonjour",
  preview_text: "Vite",
  template_id: "T",
  smart_sending_enabled: true,
  transactional: false,
  ...more,
});
const end = { id: "z", type: "send-email", links: { next: null }, data: { status: "live", message: message({ name: "Last" }) } };
/** One action between the start and a mail. */
const one = (action: Given, triggers: Given[] = [{ type: "metric", id: "M1" }]) => {
  const { graph, report } = read(flow(triggers, [{ id: "a", links: { next: "z" }, ...action }, end]));
  return {
    steps: graph.steps.filter((step) => step.id !== "stp_z"),
    first: graph.first,
    line: report.find((line) => line.part === "action" && line.id === "a")!,
  };
};
const withoutExits = ({ exits: _exits, name: _name, ...step }: Step) => step;

test("each of the seven kinds of trigger becomes a start, or says why it cannot", () => {
  const starts = (trigger: Given) => {
    const { graph, report } = read(flow([trigger], [end]));
    return { starts: graph.starts, verdict: report.find((line) => line.part === "trigger")!.verdict };
  };
  const date = {
    type: "date",
    date_field_type: "profile-property",
    date_profile_property: "birthday",
    timedelta_unit_before_date: "weeks",
    timedelta_value_before_date: 1,
    recurrence_frequency: "annually",
    timezone: "profile",
    trigger_time: "10:30:00",
  };
  expect(starts({ type: "list", id: "L1" })).toEqual({ starts: [{ kind: "group", group: GROUP }], verdict: "different" });
  expect(starts({ type: "list", id: "L9" })).toEqual({ starts: [], verdict: "impossible" });
  expect(starts({ type: "segment", id: "S1" })).toEqual({
    starts: [{ kind: "segment", segment: SEGMENT, on: "enter" }],
    verdict: "mapped",
  });
  expect(
    starts({
      type: "metric",
      id: "M1",
      trigger_filter: groups([
        { type: "metric-property", metric_id: "M1", field: "$value", filter: { type: "numeric", operator: "greater-than", value: 50 } },
      ]),
    }),
  ).toEqual({
    starts: [{ kind: "order", on: "completed", where: [{ property: "amount", is: { op: "gt", value: 50 } }] }],
    verdict: "mapped",
  });
  expect(starts({ type: "metric", id: "M2" })).toEqual({
    starts: [{ kind: "event", event: "Product Added", where: [], key: null }],
    verdict: "mapped",
  });
  expect(starts({ type: "metric", id: "M9" })).toEqual({
    starts: [{ kind: "event", event: "Klaviyo M9", where: [], key: null }],
    verdict: "different",
  });
  expect(starts(date)).toEqual({
    starts: [{ kind: "date", attribute: "birth_date", days: -7, at: "10:30", yearly: true }],
    verdict: "mapped",
  });
  expect(
    starts({ ...date, date_profile_property: "renewal day", recurrence_frequency: "monthly", timezone: "Europe/Paris" }),
  ).toMatchObject({ starts: [{ attribute: "attributes.renewal_day", yearly: false }], verdict: "different" });
  expect(
    starts({
      type: "date",
      date_field_type: "custom-object",
      object_type_id: "1",
      timedelta_value_before_date: 1,
      trigger_time: "10:00:00",
    }),
  ).toEqual({ starts: [], verdict: "impossible" });
  const month = { n: 30, unit: "day" };
  expect(starts({ type: "price-drop", price_drop_amount_value: 10, audience: ["viewed"], trigger_filter: null })).toEqual({
    starts: [{ kind: "price_drop", interest: ["viewed"], within: month, stores: [], drop: { by: "amount", least: 10, currency: "USD" } }],
    verdict: "mapped",
  });
  expect(
    starts({
      type: "price-drop",
      price_drop_amount_value: 15,
      price_drop_amount_unit: "percent",
      audience: ["checkout-started"],
      timeframe_days: 7,
      trigger_filter: null,
    }),
  ).toEqual({
    starts: [{ kind: "price_drop", interest: ["carted"], within: { n: 7, unit: "day" }, stores: [], drop: { by: "percent", least: 15 } }],
    verdict: "different",
  });
  expect(
    starts({ type: "low-inventory", product_level: "variant", inventory_count: 3, audience: ["viewed"], trigger_filter: null }),
  ).toEqual({ starts: [{ kind: "low_stock", interest: ["viewed"], within: month, stores: [], atMost: 3 }], verdict: "mapped" });
});

test.each([
  ["send-email", { data: { status: "live", message: message() } }, "different", [{ id: "stp_a", kind: "email", template: null }]],
  ["send-email", { data: { status: "disabled", message: message() } }, "different", []],
  [
    "send-sms",
    { data: { status: "live", message: { name: "S", body: "Coucou" } } },
    "different",
    [{ id: "stp_a", kind: "sms", template: null }],
  ],
  [
    "send-mobile-push",
    { data: { status: "live", message: { name: "P", body: "Coucou" } } },
    "different",
    [{ id: "stp_a", kind: "push", template: null }],
  ],
  ["send-whatsapp", { data: { status: "live", message: { name: "W" } } }, "different", [{ id: "stp_a", kind: "whatsapp", template: null }]],
  [
    "send-webhook",
    { data: { status: "live", message: { url: "https://shop.example/hook" } } },
    "different",
    [{ id: "stp_a", kind: "webhook", webhook: null, template: null }],
  ],
  [
    "send-internal-alert",
    { data: { status: "live", message: { subject_line: "Call", to_emails: ["a@shop.example", "b@shop.example"] } } },
    "different",
    [{ id: "stp_a", kind: "task", title: "Call", note: "a@shop.example, b@shop.example" }],
  ],
  [
    "time-delay",
    { data: { unit: "days", value: 3 } },
    "mapped",
    [{ id: "stp_a", kind: "wait", until: { of: "duration", span: { n: 3, unit: "day" } } }],
  ],
  [
    "time-delay",
    { data: { unit: "days", value: 1, secondary_value: 6 } },
    "mapped",
    [{ id: "stp_a", kind: "wait", until: { of: "duration", span: { n: 30, unit: "hour" } } }],
  ],
  [
    "time-delay",
    { data: { unit: "hours", value: 2, secondary_value: 30 } },
    "mapped",
    [{ id: "stp_a", kind: "wait", until: { of: "duration", span: { n: 150, unit: "minute" } } }],
  ],
  [
    "time-delay",
    { data: { unit: "days", value: 2, delay_until_time: "15:00:00", delay_until_weekdays: ["tuesday", "monday"], timezone: "profile" } },
    "mapped",
    [{ id: "stp_a", kind: "wait", until: { of: "local", days: 2, at: "15:00", weekdays: [1, 2] } }],
  ],
  [
    "time-delay",
    { data: { unit: "hours", value: 4, delay_until_weekdays: ["friday"] } },
    "mapped",
    [
      { id: "stp_a", kind: "wait", until: { of: "duration", span: { n: 4, unit: "hour" } } },
      { id: "stp_ab", kind: "wait", until: { of: "window", from: "00:00", to: "23:59", weekdays: [5] } },
    ],
  ],
  ["time-delay", { data: { unit: "minutes", value: 0 } }, "mapped", []],
  [
    "target-date",
    { data: { timezone: "Europe/Paris", target_time: "09:00:00", target_days: ["sunday"] } },
    "different",
    [{ id: "stp_a", kind: "wait", until: { of: "local", days: 0, at: "09:00", weekdays: [7] } }],
  ],
  [
    "back-in-stock-delay",
    {},
    "different",
    [
      {
        id: "stp_a",
        kind: "wait",
        until: { of: "event", events: [{ event: "Back In Stock", where: [], sameKey: false }], timeout: { n: 1, unit: "year" } },
      },
    ],
  ],
  ["countdown-delay", { data: { unit: "days", value: 2 } }, "impossible", []],
  [
    "update-profile",
    {
      data: {
        profile_operations: [
          { operator: "update", property_type: "string", property_key: "Tier", property_value: "gold" },
          { operator: "create", property_type: "numeric", property_key: "points", property_value: 5 },
          { operator: "delete", property_key: "old" },
        ],
      },
    },
    "mapped",
    [
      { id: "stp_a", kind: "attribute", attribute: "attributes.Tier", to: { of: "value", value: "gold" } },
      { id: "stp_ab", kind: "attribute", attribute: "attributes.points", to: { of: "value", value: 5 } },
      { id: "stp_ac", kind: "attribute", attribute: "attributes.old", to: { of: "empty" } },
    ],
  ],
  [
    "update-profile",
    {
      data: {
        profile_operations: [
          { operator: "update", property_type: "list", property_operation: "add", property_key: "likes", property_value: "tea" },
        ],
      },
    },
    "impossible",
    [],
  ],
  [
    "list-update",
    { data: { name: "Out", on_execution: false, list_id: "L1" } },
    "mapped",
    [{ id: "stp_a", kind: "group", action: "leave", group: GROUP }],
  ],
  [
    "list-update",
    { data: { name: "In", on_execution: true, list_id: "L9" } },
    "different",
    [{ id: "stp_a", kind: "group", action: "join", group: null }],
  ],
  ["internal-service", { data: { service_configuration: { service_method_type: "schedule-report", report_id: "1" } } }, "impossible", []],
  ["code", { data: null }, "impossible", []],
  ["from-the-future", {}, "impossible", []],
])("%s becomes its steps, joined to what follows (%#)", (type, rest, verdict, steps) => {
  const found = one({ type, ...rest });
  expect(found.steps.map(withoutExits)).toEqual(steps);
  expect([found.line.verdict, found.line.step, found.first]).toEqual([verdict, steps[0]?.id ?? null, steps[0]?.id ?? "stp_z"]);
  const reached = found.steps.at(-1);
  if (reached) expect(Object.values(reached.exits)).toContain("stp_z");
});

const SAME = ["Does the same.", "Fait la même chose."] as const;
const variations = (type: string, more: Given = {}) => {
  const [a, b] = ["A", "B"].map((name) => ({ id: name, type, data: { status: "live", message: message({ name }) } }));
  return { data: { main_action: a, current_experiment: { variations: [a, b], ...more } } };
};
const ways = { links: { next_if_true: "y", next_if_false: "z" } };
const inFrance = groups([condition("$country", "FR")]);
const CHOOSE_TEMPLATE = [
  "Choose its template: the content is not taken over.",
  "Choisissez son modèle\u00a0: le contenu n’est pas repris.",
] as const;
const BODY_MISSING = [
  "Its template is made with subject and preview text; the body is not in the definition and must be put in.",
  "Son modèle est créé avec l’objet et le texte d’aperçu\u00a0; le corps n’est pas dans la définition, il reste à y mettre.",
] as const;

// The kinds of `FlowDefinition` in Klaviyo's public OpenAPI by the names of their schemas, all of them.
test.each([
  [
    "ListTrigger",
    { type: "list", id: "L1" },
    "different",
    ["group"],
    "Starts when a contact is put into the group of that name; its people must be put there.",
    "Démarre quand un contact est ajouté au groupe de ce nom\u00a0; il faut y mettre les contacts de la liste.",
  ],
  ["SegmentTrigger", { type: "segment", id: "S1" }, "mapped", ["segment"], ...SAME],
  ["MetricTrigger", { type: "metric", id: "M1" }, "mapped", ["order"], ...SAME],
  [
    "ProfilePropertyDateTrigger",
    {
      type: "date",
      date_field_type: "profile-property",
      date_profile_property: "birthday",
      recurrence_frequency: "annually",
      timezone: "profile",
      trigger_time: "08:00:00",
    },
    "mapped",
    ["date"],
    ...SAME,
  ],
  [
    "CustomObjectDateTrigger",
    { type: "date", date_field_type: "custom-object", object_type_id: "1" },
    "impossible",
    [],
    "Which object it is cannot be told from the definition: choose the start “a date of an object” and its date.",
    "La définition ne dit pas de quel objet il s’agit\u00a0: choisissez le départ «\u00a0date d’un objet\u00a0» et sa date.",
  ],
  [
    "PriceDropTrigger",
    { type: "price-drop", price_drop_amount_value: 10, audience: ["checkout-started"] },
    "different",
    ["price_drop"],
    "A checkout that was begun counts as a product put into a cart.",
    "Une commande commencée compte comme un produit mis au panier.",
  ],
  [
    "LowInventoryTrigger",
    { type: "low-inventory", product_level: "product", inventory_count: 3, audience: ["viewed"] },
    "different",
    ["low_stock"],
    "Pieces are counted per product and store here.",
    "Les pièces se comptent ici par produit et par boutique.",
  ],
  [
    "a trigger that is not public",
    { type: "from-the-future" },
    "impossible",
    [],
    "A trigger of the kind “from-the-future” is not in the public definition.",
    "Un déclencheur du genre «\u00a0from-the-future\u00a0» n’est pas dans la définition publique.",
  ],
])("%s: a start, and what is said of it in both languages", (_schema, trigger, verdict, kinds, en, fr) => {
  const { graph, report } = read(flow([trigger], [end]));
  expect(graph.starts.map((start) => start.kind)).toEqual(kinds);
  expect(report.filter((line) => line.part === "trigger")).toMatchObject([{ type: trigger.type, verdict, message: { en, fr } }]);
});

test.each([
  ["SendEmailAction", { type: "send-email", data: { status: "live", message: message() } }, "different", ["email"], ...BODY_MISSING],
  [
    "SendSmsAction",
    { type: "send-sms", data: { status: "live", message: { name: "S", body: "Coucou" } } },
    "different",
    ["sms"],
    "Its template is made with its text; variables other than the person's own are as Klaviyo writes them: read it over.",
    "Son modèle est créé avec son texte\u00a0; les variables autres que celles de la personne restent écrites comme chez Klaviyo\u00a0: relisez-le.",
  ],
  [
    "SendPushNotificationAction",
    { type: "send-mobile-push", data: { status: "live", message: { name: "P" } } },
    "different",
    ["push"],
    ...CHOOSE_TEMPLATE,
  ],
  [
    "SendWhatsAppAction",
    { type: "send-whatsapp", data: { status: "live", message: { name: "W" } } },
    "different",
    ["whatsapp"],
    ...CHOOSE_TEMPLATE,
  ],
  [
    "SendWebhookAction",
    { type: "send-webhook", data: { status: "live", message: { url: "https://shop.example/hook" } } },
    "different",
    ["webhook"],
    "Add the webhook in Settings and choose it, with a body; it called https://shop.example/hook.",
    "Ajoutez le webhook dans les réglages et choisissez-le, avec un corps\u00a0; il appelait https://shop.example/hook.",
  ],
  [
    "SendInternalAlertAction",
    { type: "send-internal-alert", data: { status: "live", message: { subject_line: "Call", to_emails: ["a@shop.example"] } } },
    "different",
    ["task"],
    "Becomes a task for the team; no e-mail goes to the addresses, which are in its note.",
    "Devient une tâche pour l’équipe\u00a0; aucun e-mail ne part vers les adresses, notées dans la tâche.",
  ],
  ["TimeDelayAction", { type: "time-delay", data: { unit: "days", value: 3 } }, "mapped", ["wait"], ...SAME],
  [
    "TargetDateAction",
    { type: "target-date", data: { timezone: "Europe/Paris", target_time: "09:00:00" } },
    "different",
    ["wait"],
    "Times are each contact's own, not those of Europe/Paris.",
    "Les heures sont celles de chaque contact, non celles de Europe/Paris.",
  ],
  [
    "CountdownDelayAction",
    { type: "countdown-delay", data: { unit: "days", value: 2 } },
    "impossible",
    [],
    "It counts to the date of the trigger, which has none here; it was left out.",
    "Elle décompte jusqu’à la date du déclencheur, qui n’en a pas ici\u00a0; elle a été laissée de côté.",
  ],
  [
    "BackInStockDelayAction",
    { type: "back-in-stock-delay" },
    "different",
    ["wait"],
    "Waits up to a year for the event “Back In Stock” of the contact: your shop must send it. Without it the run ends.",
    "Attend jusqu’à un an l’événement «\u00a0Back In Stock\u00a0» du contact\u00a0: votre boutique doit l’envoyer. Sans lui, le parcours se termine.",
  ],
  ["ConditionalBranchAction", { type: "conditional-split", ...ways, data: { profile_filter: inFrance } }, "mapped", ["branch"], ...SAME],
  [
    "TriggerBranchAction",
    {
      type: "trigger-split",
      ...ways,
      data: {
        trigger_type: "metric",
        trigger_id: "M2",
        trigger_filter: groups([
          { type: "metric-property", metric_id: "M2", field: "Price", filter: { type: "numeric", operator: "less-than", value: 9 } },
        ]),
      },
    },
    "different",
    ["branch"],
    "Asks whether such an event happened in the last seven days, not the very one that started the run.",
    "Demande si un tel événement a eu lieu ces sept derniers jours, non celui-là même qui a fait entrer le contact.",
  ],
  [
    "ActionOutputSplitAction",
    { type: "action-output-split", ...ways, data: { action_output_filter: groups([]) } },
    "impossible",
    ["branch"],
    "Answers of code and webhooks are not known here; say the condition. The branch asks nothing yet: say its condition before publishing.",
    "Les réponses du code et des webhooks ne sont pas connues ici\u00a0; dites la condition. La branche ne demande encore rien\u00a0: dites sa condition avant de publier.",
  ],
  [
    "MultiBranchSplitAction",
    {
      type: "multi-branch-split",
      links: null,
      data: {
        branches: [
          { branch_id: "1", order: 1, name: "FR", branch_filter: inFrance, links: { next: "y" } },
          { branch_id: "2", is_else: true, order: 2, links: { next: "z" } },
        ],
      },
    },
    "mapped",
    ["branch"],
    ...SAME,
  ],
  ["AbTestAction", { type: "ab-test", ...variations("send-email") }, "different", ["split", "email", "email"], ...BODY_MISSING],
  [
    "ContentExperimentAction",
    { type: "content-experiment", ...variations("send-mobile-push") },
    "different",
    ["split", "push", "push"],
    ...CHOOSE_TEMPLATE,
  ],
  [
    "UpdateProfileAction",
    {
      type: "update-profile",
      data: { profile_operations: [{ operator: "update", property_type: "string", property_key: "Tier", property_value: "gold" }] },
    },
    "mapped",
    ["attribute"],
    ...SAME,
  ],
  ["ListUpdateAction", { type: "list-update", data: { name: "Out", on_execution: false, list_id: "L1" } }, "mapped", ["group"], ...SAME],
  [
    "InternalServiceAction",
    { type: "internal-service", data: { service_configuration: { service_method_type: "schedule-report" } } },
    "impossible",
    [],
    "“schedule-report” works inside Klaviyo only; it was left out.",
    "«\u00a0schedule-report\u00a0» n’existe que dans Klaviyo\u00a0; l’action a été laissée de côté.",
  ],
  [
    "CodeAction",
    { type: "code", data: null },
    "impossible",
    [],
    "Relance runs no code of yours; it was left out.",
    "Relance n’exécute pas votre code\u00a0; l’action a été laissée de côté.",
  ],
  [
    "an action that is not public",
    { type: "from-the-future" },
    "impossible",
    [],
    "An action of the kind “from-the-future” is not in the public definition; it was left out.",
    "Une action du genre «\u00a0from-the-future\u00a0» n’est pas dans la définition publique\u00a0; elle a été laissée de côté.",
  ],
])("%s: its steps, and what is said of it in both languages", (_schema, action, verdict, kinds, en, fr) => {
  const { graph, report } = read(
    flow([{ type: "metric", id: "M1" }], [{ id: "a", links: { next: "z" }, ...action }, { ...end, id: "y" }, end]),
  );
  expect(graph.steps.filter((step) => step.id.startsWith("stp_a")).map((step) => step.kind)).toEqual(kinds);
  expect(report.filter((line) => line.id === "a")).toMatchObject([{ part: "action", type: action.type, verdict, message: { en, fr } }]);
});

test.each([
  [
    "unique-clicks",
    { how: "winner", on: "click", days: 7 },
    "The winner is the variation proven to get more clicks, each person counted seven days after they came.",
    "La gagnante est la variante dont il est prouvé qu’elle a plus de clics, chaque personne comptée sept jours après son passage.",
  ],
  [
    "unique-placed-orders",
    { how: "winner", on: "goal", days: 7 },
    "The winner is the variation proven to lead more people to the journey's goal within seven days: make the order an exit that is the goal.",
    "La gagnante est la variante dont il est prouvé qu’elle mène plus de personnes à l’objectif du scénario sous sept jours\u00a0: faites de la commande une sortie qui est l’objectif.",
  ],
  [
    "unique-opens",
    undefined,
    "A winner by “unique-opens” is not chosen by itself; read the split's numbers.",
    "La gagnante selon «\u00a0unique-opens\u00a0» n’est pas choisie d’elle-même\u00a0; lisez les chiffres du partage.",
  ],
])("a test whose winner is chosen by %s", (winner_metric, choose, en, fr) => {
  const made = one({
    type: "ab-test",
    ...variations("send-email", { winner_metric, automatic_winner_selection_settings: { enabled: true } }),
  });
  expect((made.steps[0] as { choose?: unknown }).choose).toEqual(choose);
  expect([made.line.message.en.startsWith(en), made.line.message.fr.startsWith(fr)]).toEqual([true, true]);
});

test("what Klaviyo writes of the person is written as here, in subjects and texts; the rest is left to be seen", () => {
  const text = read(
    flow(
      [],
      [
        {
          id: "a",
          type: "send-sms",
          links: {},
          data: {
            status: "live",
            message: {
              name: "S",
              body: "{{ first_name|default:'Vous' }}, {{ person|lookup:'Favorite Color' }} à {{ person.city }}, {{ event.Value }}",
            },
          },
        },
        { id: "b", type: "send-email", links: {}, data: { status: "live", message: message({ subject_line: "{{first_name}}, vite" }) } },
      ],
    ),
  );
  expect(text.templates).toMatchObject([
    {
      key: "stp_a",
      channel: "sms",
      body: {
        format: "text",
        source: "{{ contact.first_name|default:'Vous' }}, {{ contact.Favorite_Color }} à {{ contact.city }}, {{ event.Value }}",
      },
    },
    { key: "stp_b", subject: "{{ contact.first_name}}, vite" },
  ]);
});

test("splits lead where they led: yes and no, ordered branches and the rest, conditions that cannot be said left open for a person", () => {
  const split = (action: Given, triggers: Given[] = [{ type: "metric", id: "M2" }]) => {
    const other = { ...end, id: "y" };
    const { graph, report } = read(flow(triggers, [{ id: "a", ...action }, other, end]));
    return { step: graph.steps.find((step) => step.id === "stp_a")!, verdict: report.find((line) => line.id === "a")!.verdict };
  };
  const yes = split({
    type: "conditional-split",
    links: { next_if_true: "y", next_if_false: "z" },
    data: {
      profile_filter: groups(
        [condition("$country", "FR"), condition("properties['Tier']", "gold")],
        [
          {
            type: "profile-metric",
            metric_id: "M1",
            measurement: "count",
            measurement_filter: { type: "numeric", operator: "greater-than", value: 0 },
            timeframe_filter: { type: "date", operator: "in-the-last", unit: "day", quantity: 30 },
          },
        ],
      ),
    },
  });
  expect(yes).toEqual({
    verdict: "mapped",
    step: {
      id: "stp_a",
      name: "",
      kind: "branch",
      exits: { p1: "stp_y", else: "stp_z" },
      paths: [
        {
          exit: "p1",
          name: "Oui / Yes",
          rule: {
            kind: "all",
            of: [
              {
                kind: "any",
                of: [
                  { kind: "attribute", attribute: "country", is: { op: "eq", value: "FR" } },
                  { kind: "attribute", attribute: "attributes.Tier", is: { op: "eq", value: "gold" } },
                ],
              },
              {
                kind: "event",
                event: "Order Completed",
                where: [],
                window: { kind: "last", span: { n: 30, unit: "day" } },
                measure: { of: "count" },
                is: { op: "gt", value: 0 },
              },
            ],
          },
        },
      ],
    },
  });
  const unsaid = split({
    type: "conditional-split",
    links: { next_if_true: "y", next_if_false: "z" },
    data: { profile_filter: groups([{ type: "profile-has-custom-object" }]) },
  });
  expect([unsaid.verdict, unsaid.step]).toMatchObject(["different", { paths: [{ rule: { kind: "all", of: [] } }] }]);
  const trigger = split({
    type: "trigger-split",
    links: { next_if_true: "y", next_if_false: null },
    data: {
      trigger_type: "metric",
      trigger_id: "M2",
      trigger_filter: groups([
        { type: "metric-property", metric_id: "M2", field: "Price", filter: { type: "numeric", operator: "less-than", value: 9 } },
      ]),
    },
  });
  expect(trigger).toMatchObject({
    verdict: "different",
    step: {
      exits: { p1: "stp_y", else: null },
      paths: [{ rule: { kind: "event", event: "Product Added", where: [{ property: "Price", is: { op: "lt", value: 9 } }] } }],
    },
  });
  expect(
    split({ type: "action-output-split", links: { next_if_true: "y", next_if_false: "z" }, data: { action_output_filter: groups([]) } }),
  ).toMatchObject({ verdict: "impossible", step: { kind: "branch", exits: { p1: "stp_y", else: "stp_z" } } });
  const multi = split({
    type: "multi-branch-split",
    links: null,
    data: {
      name: "By country",
      branches: [
        { branch_id: "3", is_else: true, order: 3, links: { next: null } },
        { branch_id: "2", order: 2, name: "BE", branch_filter: groups([condition("$country", "BE")]), links: { next: "z" } },
        { branch_id: "1", order: 1, name: "FR", branch_filter: groups([condition("$country", "FR")]), links: { next: "y" } },
      ],
    },
  });
  expect(multi).toMatchObject({
    verdict: "mapped",
    step: { exits: { p1: "stp_y", p2: "stp_z", else: null }, paths: [{ name: "FR" }, { name: "BE" }] },
  });
});

test("a test of variations is a split that keeps people on their way, with its shares; a message for some is asked about first", () => {
  const variation = (id: string, type: string) => ({ id, type, data: { status: "live", message: message({ name: id }) } });
  const test_ = one({
    type: "ab-test",
    data: {
      main_action: variation("A", "send-email"),
      current_experiment: {
        variations: [variation("A", "send-email"), variation("B", "send-email")],
        allocations: { A: 0.8, B: 0.2 },
        winner_metric: "unique-clicks",
        automatic_winner_selection_settings: { enabled: true, automatic_end_statistical_certainty: true },
      },
    },
  });
  expect(test_.steps).toMatchObject([
    {
      kind: "split",
      by: "contact",
      arms: [
        { name: "A", weight: 80 },
        { name: "B", weight: 20 },
      ],
      exits: { p1: "stp_ab", p2: "stp_ac" },
    },
    { kind: "email", exits: { next: "stp_z" } },
    { kind: "email", exits: { next: "stp_z" } },
  ]);
  const push = one({
    type: "content-experiment",
    data: {
      main_action: variation("A", "send-mobile-push"),
      current_experiment: { variations: [variation("A", "send-mobile-push"), variation("B", "send-mobile-push")] },
    },
  });
  expect(push.steps.map((step) => step.kind)).toEqual(["split", "push", "push"]);
  expect(
    one({ type: "ab-test", data: { main_action: variation("A", "send-email"), current_experiment: null } }).steps.map((step) => step.kind),
  ).toEqual(["email"]);
  const some = one({
    type: "send-email",
    data: { status: "live", message: message({ additional_filters: groups([condition("$country", "FR")]) }) },
  });
  expect(some.steps).toMatchObject([
    { kind: "branch", exits: { p1: "stp_a", else: "stp_z" } },
    { id: "stp_a", kind: "email", exits: { next: "stp_z" } },
  ]);
});

test("“no order since the start of the flow” is a way out, “not in the flow lately” the rule of coming again, the rest the filter of entry", () => {
  const { graph, report } = read(
    flow([{ type: "metric", id: "M2" }], [end], {
      reentry_criteria: { duration: 0, unit: "alltime" },
      profile_filter: groups(
        [
          {
            type: "profile-metric",
            metric_id: "M1",
            measurement: "count",
            measurement_filter: { type: "numeric", operator: "equals", value: 0 },
            timeframe_filter: { type: "date", operator: "flow-start" },
            metric_filters: null,
          },
        ],
        [{ type: "profile-not-in-flow", timeframe_filter: { type: "date", operator: "in-the-last", unit: "week", quantity: 2 } }],
        [
          {
            type: "profile-marketing-consent",
            consent: { channel: "email", can_receive_marketing: true, consent_status: { subscription: "any" } },
          },
        ],
      ),
    }),
  );
  expect(graph.settings).toEqual({
    filter: { kind: "consent", channel: "email", topic: "", granted: true },
    reentry: { kind: "after", span: { n: 2, unit: "week" } },
    exits: [{ event: "Order Completed", where: [], sameKey: false, goal: true }],
  });
  expect(report.filter((line) => line.part !== "action" && line.part !== "trigger").map((line) => `${line.type} ${line.verdict}`)).toEqual([
    "reentry_criteria mapped",
    "profile-metric mapped",
    "profile-not-in-flow mapped",
    "profile_filter mapped",
  ]);
});

test("a countdown waits for the date that triggers the flow; the draft of a plain flow has nothing left but its templates", () => {
  const birthday = {
    type: "date",
    date_field_type: "profile-property",
    date_profile_property: "birthday",
    timedelta_unit_before_date: "days",
    timedelta_value_before_date: 7,
    recurrence_frequency: "annually",
    trigger_time: "08:00:00",
  };
  const { steps, line } = one({ type: "countdown-delay", data: { unit: "days", value: 0, delay_until_time: "09:00:00" } }, [birthday]);
  expect([line.verdict, steps]).toEqual([
    "mapped",
    [
      {
        id: "stp_a",
        name: "",
        kind: "wait",
        until: { of: "date", field: "birth_date", days: 0, at: "09:00", past: "go" },
        exits: { next: "stp_z" },
      },
    ],
  ]);
  const found = read(flow([birthday], [end]));
  expect(found.templates).toEqual([{ key: "stp_z", name: "Last", subject: "Bonjour", preheader: "Vite", class: "marketing" }]);
  const none = {
    templates: new Map(),
    groups: new Map(),
    segments: new Map(),
    journeys: new Map(),
    coupons: new Map(),
    ruleProblems: () => [],
  };
  expect(graphProblems(found.graph, none as never).map((problem) => problem.code)).toEqual(["missing_template"]);
});

test("definitions come bare, in an answer or in a creation; anything else is none; broken ones are read as far as they go", () => {
  const { definition } = flow([{ type: "list", id: "L1" }], [end]);
  expect(flowIn(definition)?.name).toBe("Klaviyo");
  expect(flowIn({ data: { type: "flow", attributes: { name: "Welcome", definition } } })?.name).toBe("Welcome");
  for (const wrong of [null, 7, [], {}, { definition: {} }, { data: { attributes: {} } }]) expect(flowIn(wrong)).toBeNull();
  expect(listsIn(definition)).toEqual(["L1"]);
  const broken = flow([{}, { type: 3 }], [
    { id: "a", type: "conditional-split" },
    { type: "time-delay", data: [] },
    { id: "b", type: "multi-branch-split", data: null },
    { id: "c", type: "ab-test", data: {} },
    { id: "d", type: "time-delay", links: { next: "d" }, data: { value: -1 } },
  ] as Given[]);
  const { graph, report } = read(broken);
  for (const step of graph.steps) expect(Object.keys(step.exits).sort()).toEqual([...kindOf(step).exits(step)].sort());
  expect(report.filter((line) => line.part === "action").length).toBe(5);
});

test("what a definition names by its id only is asked once, as what it is", () => {
  const split = {
    id: "b",
    type: "conditional-split",
    links: {},
    data: {
      profile_filter: groups([
        { type: "profile-group-membership", group_ids: ["L1", "G1"], is_member: true },
        { type: "profile-metric", metric_id: "M2" },
      ]),
    },
  };
  const { definition } = flowIn(
    flow(
      [{ type: "metric", id: "M1", trigger_filter: groups([{ type: "metric-property", metric_id: "M1", field: "x" }]) }],
      [split, { id: "c", type: "list-update", data: { list_id: "L1" } }],
    ),
  )!;
  expect(asksOf(definition).map(({ of, id }) => `${of} ${id}`)).toEqual(["metric M1", "metric M2", "list L1", "group G1"]);
});
