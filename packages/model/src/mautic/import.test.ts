import { expect, test } from "vitest";
import { graph as graphShape, graphProblems, kindOf, type Step } from "../journeys/index.ts";
import type { FlowNames } from "../flows/index.ts";
import { toLiquid } from "./content.ts";
import { campaignIn, mautic } from "./import.ts";

const SEGMENT = "01910000-0000-7000-8000-0000000000b1";
const GROUP = "01910000-0000-7000-8000-0000000000a1";
const NAMES: FlowNames = {
  metrics: {},
  groups: new Map([
    ["tag vip", GROUP],
    ["9", GROUP],
  ]),
  segments: new Map([["4", SEGMENT]]),
};

type Given = Record<string, unknown>;
/** An event as the exporter writes it. */
const event = (id: number, type: string, kind: string, more: Given = {}): Given => ({
  id,
  campaign_id: 3,
  name: `E${id}`,
  description: null,
  type,
  event_type: kind,
  event_order: id,
  properties: {},
  trigger_interval: 0,
  trigger_interval_unit: "d",
  trigger_mode: "immediate",
  trigger_date: null,
  trigger_hour: null,
  triggerRestrictedStartHour: null,
  triggerRestrictedStopHour: null,
  triggerRestrictedDaysOfWeek: [],
  triggerWindow: null,
  decisionPath: null,
  channel: null,
  channel_id: null,
  parent_id: null,
  uuid: `u${id}`,
  ...more,
});
const under = (parent: number, path: "yes" | "no" | null = null, more: Given = {}): Given => ({
  parent_id: parent,
  decisionPath: path,
  ...more,
});
const after = (n: number, unit = "d", more: Given = {}): Given => ({
  trigger_mode: "interval",
  trigger_interval: n,
  trigger_interval_unit: unit,
  ...more,
});
const campaign = (...events: Given[]): Given => ({
  campaign: [{ id: 3, name: "Welcome", is_published: true, canvas_settings: {}, uuid: "c" }],
  campaign_event: events,
  lists: [
    { id: 4, name: "Prospects", filters: [] },
    { id: 9, name: "Sent" },
  ],
  emails: [
    {
      id: 7,
      name: "Hello",
      subject: "Bonjour {contactfield=firstname|vous}",
      preheader_text: "Vite",
      custom_html: '<p>Hi {contactfield=city}</p><a href="{unsubscribe_url}">x</a>',
      lang: "fr",
    },
  ],
  dependencies: [{ lists: [{ campaign: 3, lists: 4 }] }],
});
const read = (given: unknown) => {
  const made = mautic.read(campaignIn(given)!, NAMES);
  expect(graphShape.safeParse(made.graph).error).toBeUndefined();
  for (const step of made.graph.steps)
    for (const to of Object.values(step.exits)) expect(to === null || made.graph.steps.some((one) => one.id === to)).toBe(true);
  return made;
};
const MAIL = { channel: "email", channel_id: 7, properties: { email: "7" } };
const byId = (steps: readonly Step[], id: string) => steps.find((step) => step.id === id)!;

test("a campaign of mails, a decision and a condition becomes a graph that says the same", () => {
  const made = read([
    campaign(
      event(1, "email.send", "action", MAIL),
      event(2, "email.open", "decision", under(1)),
      event(3, "lead.changetags", "action", under(2, "yes", { properties: { add_tags: ["vip"], remove_tags: [] } })),
      event(4, "email.send", "action", { ...MAIL, ...under(2, "no", after(3, "d", { trigger_hour: null })) }),
      event(5, "lead.field_value", "condition", under(4, null, after(1))),
      event(6, "sms.send_text_sms", "action", under(5, "yes", { properties: { sms: 1 }, channel: "sms", channel_id: 1 })),
      event(7, "lead.adddnc", "action", under(5, "no", { properties: { channels: ["email"], reason: "x" } })),
    ),
  ]);
  const { steps, starts, first } = made.graph;
  expect([made.name, starts, first]).toEqual(["Welcome", [{ kind: "segment", segment: SEGMENT, on: "enter" }], "stp_1"]);
  expect(byId(steps, "stp_2")).toMatchObject({
    kind: "wait",
    until: { of: "message", step: "stp_1", did: "opened", timeout: { n: 3, unit: "day" } },
    exits: { event: "stp_3", timeout: "stp_4", unsent: "stp_4" },
  });
  expect(byId(steps, "stp_3")).toMatchObject({ kind: "group", action: "join", group: GROUP, exits: { next: null } });
  // What the decision waited for is not waited for again.
  expect(byId(steps, "stp_4")).toMatchObject({ kind: "email", exits: { next: "stp_5" } });
  expect([byId(steps, "stp_5"), byId(steps, "stp_5b")]).toMatchObject([
    { kind: "wait", until: { span: { n: 1, unit: "day" } }, exits: { next: "stp_5b" } },
    { kind: "branch", exits: { p1: "stp_6", else: "stp_7" } },
  ]);
  expect(byId(steps, "stp_7")).toMatchObject({ kind: "consent", channel: "email", topic: "" });
  expect(made.templates[0]).toEqual({
    key: "stp_1",
    name: "Hello",
    subject: 'Bonjour {{ contact.first_name | default: "vous" }}',
    preheader: "Vite",
    class: "marketing",
    body: { format: "html", source: '<p>Hi {{ contact.city }}</p><a href="{{ unsubscribe_url }}">x</a>' },
  });
  expect(made.report.map((line) => `${line.type} ${line.verdict}`)).toEqual([
    "segment mapped",
    "email.send mapped",
    "email.open mapped",
    "lead.changetags different",
    "email.send mapped",
    "lead.field_value different",
    "sms.send_text_sms mapped",
    "lead.adddnc different",
  ]);
  const none = {
    templates: new Map(),
    groups: new Map(),
    segments: new Map(),
    journeys: new Map(),
    coupons: new Map(),
    webhooks: new Map(),
    ruleProblems: () => [],
  };
  expect(new Set(graphProblems(made.graph, none as never).map((problem) => problem.code))).toEqual(
    new Set(["unknown_segment", "missing_template", "missing_group"]),
  );
});

test("what ran side by side comes one after the other, each counted from the same beginning; hours and days are waited for", () => {
  const made = read(
    campaign(
      event(1, "email.send", "action", { ...MAIL, ...after(1) }),
      event(2, "email.send", "action", { ...MAIL, ...after(4, "d", { trigger_hour: "09:30:00" }) }),
      event(
        3,
        "lead.changepoints",
        "action",
        after(2, "h", {
          properties: { points: 5 },
          triggerRestrictedStartHour: "10:00:00",
          triggerRestrictedStopHour: "18:00:00",
          triggerRestrictedDaysOfWeek: [0, 1],
        }),
      ),
    ),
  );
  expect(made.graph.steps.map((step) => [step.kind, step.kind === "wait" ? step.until : null, Object.values(step.exits)[0]])).toEqual([
    ["wait", { of: "duration", span: { n: 22, unit: "hour" } }, "stp_1b"],
    ["email", null, "stp_2"],
    ["wait", { of: "duration", span: { n: 3, unit: "day" } }, "stp_2b"],
    ["wait", { of: "local", days: 0, at: "09:30", weekdays: [] }, "stp_2c"],
    ["email", null, null],
    ["wait", { of: "duration", span: { n: 2, unit: "hour" } }, "stp_3b"],
    ["wait", { of: "window", from: "10:00", to: "18:00", weekdays: [1, 7] }, "stp_3c"],
    ["attribute", null, "stp_1"],
  ]);
  expect(made.graph.first).toBe("stp_3");
});

test("a jump forward is a way, one back a loop; what has no counterpart is left out and named; a broken tree is read as far as it goes", () => {
  const made = read(
    campaign(
      event(1, "email.send", "action", MAIL),
      event(2, "lead.points", "condition", under(1, null, { properties: { operator: "gte", score: 5 } })),
      event(3, "campaign.jump_to_event", "action", under(2, "no", { properties: { jumpToEvent: 1 } })),
      event(4, "campaign.jump_to_event", "action", under(2, "yes", { properties: { jumpToEvent: 6 } })),
      event(5, "lead.deletecontact", "action", under(3)),
      event(6, "campaign.sendwebhook", "action", { parent_id: 77, properties: { url: "https://x.example" } }),
      event(8, "lead.owner", "condition", { parent_id: 8 }),
    ),
  );
  expect(byId(made.graph.steps, "stp_2").exits).toEqual({ p1: "stp_6", else: "stp_3" });
  expect(byId(made.graph.steps, "stp_3")).toMatchObject({ kind: "loop", exits: { again: "stp_1" } });
  expect(made.report.find((line) => line.type === "lead.deletecontact")).toMatchObject({ verdict: "impossible", step: null });
  for (const step of made.graph.steps) expect(Object.keys(step.exits).sort()).toEqual([...kindOf(step).exits(step)].sort());
});

test("an export, one of its objects and an answer of the API are campaigns; anything else is none", () => {
  const one = campaign(event(1, "email.send", "action", MAIL));
  for (const given of [
    one,
    [one],
    {
      campaign: {
        id: 3,
        name: "Welcome",
        events: {
          1: { id: 1, name: "E", type: "email.send", eventType: "action", triggerMode: "immediate", properties: {}, parent: null },
        },
      },
    },
  ])
    expect(campaignIn(given)?.name).toBe("Welcome");
  for (const wrong of [null, 7, [], {}, { campaign: 3 }, { campaign: [{ id: 1 }], campaign_event: [] }])
    expect(campaignIn(wrong)).toBeNull();
  expect(
    mautic.groups(
      campaign(
        event(1, "lead.changelist", "action", { properties: { addToLists: [9] } }),
        event(2, "lead.tags", "condition", { properties: { tags: ["vip"] } }),
      ),
    ),
  ).toEqual(["9", "tag vip"]);
  expect(toLiquid("{contactfield=points} {webview_text} {other}")).toBe('{{ contact.points }} <a href="{{ view_url }}">view</a> {other}');
});
