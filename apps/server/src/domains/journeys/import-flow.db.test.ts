import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";

const holder = testDatabase();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
});
afterAll(() => shop.close());

/** Written by us after the public schema. */
const WELCOME = {
  data: {
    type: "flow",
    attributes: {
      name: "Welcome series",
      definition: {
        triggers: [{ type: "list", id: "LiSt1" }],
        entry_action_id: "1",
        reentry_criteria: { duration: 1, unit: "alltime" },
        profile_filter: {
          condition_groups: [
            {
              conditions: [
                {
                  type: "profile-metric",
                  metric_id: "OrDeR1",
                  measurement: "count",
                  measurement_filter: { type: "numeric", operator: "equals", value: 0 },
                  timeframe_filter: { type: "date", operator: "flow-start" },
                  metric_filters: null,
                },
              ],
            },
          ],
        },
        actions: [
          {
            id: "1",
            type: "send-email",
            links: { next: "2" },
            data: { status: "live", message: { name: "Hello", subject_line: "Bienvenue", preview_text: "Enfin", template_id: "T1" } },
          },
          { id: "2", type: "time-delay", links: { next: "3" }, data: { unit: "days", value: 3, timezone: "profile" } },
          {
            id: "3",
            type: "conditional-split",
            links: { next_if_true: null, next_if_false: "4" },
            data: {
              profile_filter: {
                condition_groups: [
                  {
                    conditions: [
                      { type: "profile-property", property: "$country", filter: { type: "string", operator: "equals", value: "FR" } },
                    ],
                  },
                ],
              },
            },
          },
          { id: "4", type: "code", links: { next: "5" }, data: null },
          { id: "5", type: "list-update", links: { next: null }, data: { name: "Welcomed", on_execution: true, list_id: "LiSt2" } },
        ],
      },
    },
  },
};
const NAMES = { metrics: { OrDeR1: "Placed Order" }, lists: { LiSt1: "Newsletter", LiSt2: "Welcomed" } };

test("a flow becomes a draft with its templates and groups, told part by part; checked, it leaves nothing behind", async () => {
  const { key } = await shop.workspace();
  const post = (body: object) => shop.call(key, "POST", "/api/journeys/import", { from: "klaviyo", flow: WELCOME, ...NAMES, ...body });
  const list = async (path: string) => (await shop.call(key, "GET", path)).body.items as { id: string; name: string }[];
  const checked = await post({ check: true });
  expect([checked.status, checked.body.journey, (await list("/api/journeys")).length, (await list("/api/groups")).length]).toEqual([
    201,
    null,
    0,
    0,
  ]);
  await shop.call(key, "POST", "/api/groups", { name: "Newsletter" });
  const done = await post({});
  expect(done.body.report.map((line: { type: string; verdict: string }) => `${line.type} ${line.verdict}`)).toEqual([
    "list different",
    "reentry_criteria mapped",
    "profile-metric mapped",
    "send-email different",
    "time-delay mapped",
    "conditional-split mapped",
    "code impossible",
    "list-update mapped",
  ]);
  expect(checked.body.report).toEqual(done.body.report);
  expect((await post({ metrics: {}, check: true })).body.asks).toEqual([
    { of: "metric", id: "OrDeR1", name: null },
    { of: "list", id: "LiSt1", name: "Newsletter" },
    { of: "list", id: "LiSt2", name: "Welcomed" },
  ]);
  const groups = await list("/api/groups");
  expect(groups.map((group) => group.name).sort()).toEqual(["Newsletter", "Welcomed"]);
  const journey = (await shop.call(key, "GET", `/api/journeys/${done.body.journey}`)).body;
  const [template] = await list("/api/templates");
  expect(journey).toMatchObject({
    name: "Welcome series",
    state: "draft",
    draft: {
      starts: [{ kind: "group", group: groups.find((group) => group.name === "Newsletter")!.id }],
      first: "stp_1",
      settings: { reentry: { kind: "never" }, exits: [{ event: "Order Completed", goal: true }] },
      steps: [
        { id: "stp_1", kind: "email", template: template!.id, exits: { next: "stp_2" } },
        { id: "stp_2", exits: { next: "stp_3" } },
        { id: "stp_3", exits: { p1: null, else: "stp_5" } },
        { id: "stp_5", kind: "group", exits: { next: null } },
      ],
    },
  });
  expect(journey.problems.map((problem: { code: string }) => problem.code)).toEqual(["unpublished_template"]);
  expect((await shop.call(key, "GET", `/api/templates/${template!.id}`)).body.draft.variants.fr).toMatchObject({
    subject: "Bienvenue",
    preheader: "Enfin",
  });
});

/** As Mautic's exporter writes it. */
const happens = (id: number, type: string, kind: string, more: object = {}) => ({
  id,
  name: `E${id}`,
  type,
  event_type: kind,
  event_order: id,
  properties: {},
  trigger_mode: "immediate",
  trigger_interval: 0,
  trigger_interval_unit: "d",
  decisionPath: null,
  channel: null,
  channel_id: null,
  parent_id: null,
  ...more,
});
const CAMPAIGN = [
  {
    campaign: [{ id: 3, name: "Premiers pas", uuid: "c" }],
    lists: [{ id: 4, name: "Prospects" }],
    dependencies: [{ lists: [{ campaign: 3, lists: 4 }] }],
    emails: [
      {
        id: 7,
        name: "Bonjour",
        subject: "Bonjour {contactfield=firstname}",
        preheader_text: "",
        custom_html: '<p>{contactfield=city}</p><a href="{unsubscribe_url}">x</a>',
      },
    ],
    campaign_event: [
      happens(1, "email.send", "action", { channel: "email", channel_id: 7 }),
      happens(2, "email.click", "decision", { parent_id: 1 }),
      happens(3, "lead.changetags", "action", { parent_id: 2, decisionPath: "yes", properties: { add_tags: ["vip"] } }),
      happens(4, "lead.changeowner", "action", { parent_id: 2, decisionPath: "no", trigger_mode: "interval", trigger_interval: 2 }),
    ],
  },
];

test("a campaign of Mautic becomes a draft with its segment, its tags as groups and its mails with their bodies", async () => {
  const { key } = await shop.workspace();
  const segment = (
    await shop.call(key, "POST", "/api/segments", { name: "prospects", rule: { kind: "attribute", attribute: "city", is: { op: "set" } } })
  ).body;
  const { body } = await shop.call(key, "POST", "/api/journeys/import", { from: "mautic", flow: CAMPAIGN });
  expect(body.report.map((line: { type: string; verdict: string }) => `${line.type} ${line.verdict}`)).toEqual([
    "segment mapped",
    "email.send mapped",
    "email.click mapped",
    "lead.changetags different",
    "lead.changeowner impossible",
  ]);
  const journey = (await shop.call(key, "GET", `/api/journeys/${body.journey}`)).body;
  const [group] = (await shop.call(key, "GET", "/api/groups")).body.items;
  const [template] = (await shop.call(key, "GET", "/api/templates")).body.items;
  expect(journey).toMatchObject({
    name: "Premiers pas",
    draft: {
      starts: [{ kind: "segment", segment: segment.id }],
      steps: [
        { kind: "email", template: template.id, exits: { next: "stp_2" } },
        { kind: "wait", until: { of: "message", did: "clicked", timeout: { n: 2, unit: "day" } }, exits: { event: "stp_3" } },
        { kind: "group", group: group.id },
      ],
    },
  });
  expect([group.name, journey.problems.map((problem: { code: string }) => problem.code)]).toEqual(["vip", ["unpublished_template"]]);
  expect((await shop.call(key, "POST", `/api/templates/${template.id}/publish`)).status).toBe(200);
});

test("what is no flow is refused by its field, and a key may not make what its scopes do not allow", async () => {
  const { id, key } = await shop.workspace();
  const wrong = await shop.call(key, "POST", "/api/journeys/import", { from: "klaviyo", flow: { steps: [] } });
  expect([wrong.status, wrong.body.error.code, wrong.body.error.field]).toEqual([422, "journey.not_a_flow", "flow"]);
  const narrow = await shop.key(id, ["journeys:write"]);
  const refused = await shop.call(narrow, "POST", "/api/journeys/import", { from: "klaviyo", flow: WELCOME, ...NAMES });
  expect([refused.status, refused.body.error.message]).toEqual([403, "Importing this flow needs the scope contacts:write too."]);
});
