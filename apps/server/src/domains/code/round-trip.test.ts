import type { Id } from "@relance/model/base";
import { findCodePath, type Referred } from "@relance/model/code";
import type { Graph, Start, Step } from "@relance/model/journeys";
import { graph as graphShape } from "@relance/model/journeys";
import { rule as ruleShape } from "@relance/model/rules";
import { expect, test } from "vitest";
import { randomRule, randomSpan } from "../../../test/support/random-rules.ts";
import { seededGenerator, type Generator } from "../../platform/chance/index.ts";
import { NOBODY, type CodeObject } from "./object.ts";
import { gather, objectOf } from "./read.ts";
import { filesOf } from "./write.ts";

const SEEDS = Number(process.env["CODE_SEEDS"] ?? 150);
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
// A name that YAML would read as something else if it were not quoted, and what stands in French texts.
const TEXTS = [
  "",
  "Oui",
  "no",
  "null",
  "1e3",
  "09:00",
  "# rien",
  "- x",
  "a: b",
  "« Été »\u00a0: l’essai",
  "deux\nlignes\n",
  " espace ",
  "'",
  '"',
  "{{ contact.first_name }}",
  "0x1F",
  "2026-01-01",
  "\t",
  "!tag",
  "&a",
  "*a",
  "%",
  "@",
];

function world() {
  const slugs = new Map<string, string>();
  const ids = new Map<string, Id>();
  const slugFor = (of: Referred, id: string) => {
    const slug = slugs.get(`${of} ${id}`) ?? `${of}-${slugs.size}`;
    slugs.set(`${of} ${id}`, slug);
    ids.set(`${of} ${slug}`, id);
    return slug;
  };
  return { slugFor, idOf: (of: Referred, name: string) => ids.get(`${of} ${name}`) ?? null };
}

function throughFiles(object: CodeObject): CodeObject {
  const { slugFor, idOf } = world();
  const files = filesOf(object, slugFor);
  expect(files.map((file) => file.text).join("\n")).not.toMatch(UUID);
  const { sources, problems } = gather(files);
  const read = objectOf(sources[0]!, idOf);
  expect([...problems, ...read.problems], files[0]!.text).toEqual([]);
  // A file that lost its folder is still known for what it is.
  const [own] = files;
  for (const given of [`backup/${own!.path}`, own!.path.split("/").at(-1)!]) expect(findCodePath(given, own!.text)).toBe(own!.path);
  expect(filesOf(read.object!, slugFor)).toEqual(files);
  return read.object!;
}

const id = (draw: Generator) =>
  `0191${Array.from({ length: 28 }, () => draw.below(16).toString(16)).join("")}`.replace(
    /^(.{8})(.{4})(.{4})(.{4})(.{12})$/,
    "$1-$2-$3-$4-$5",
  );
const text = (draw: Generator) => draw.pick(TEXTS);
const event = (draw: Generator) => ({ event: text(draw).trim() || "Signed Up", where: [] });
// Journeys accept spans of at most ten years, rules of more.
const span = (draw: Generator) => ({ n: 1 + draw.below(9), unit: randomSpan(draw).unit });

function randomStart(draw: Generator): Start {
  return draw.pick([
    (): Start => ({ kind: "event", ...event(draw), key: draw.pick([null, "cart_id"]) }),
    (): Start => ({ kind: "segment", segment: id(draw), on: draw.pick(["enter", "leave"]) }),
    (): Start => ({ kind: "group", group: id(draw) }),
    (): Start => ({ kind: "message", template: draw.pick([null, id(draw)]), did: "opened" }),
    (): Start => ({ kind: "journey", journey: id(draw), on: "goal" }),
    (): Start => ({ kind: "api" }),
    (): Start => ({ kind: "order", on: "refunded", where: [] }),
    (): Start => ({ kind: "date", attribute: "birth_date", days: -3, at: "09:00", yearly: true }),
    (): Start => ({
      kind: "object_date",
      object: "subscription",
      field: "ends_on",
      ...(draw.pick([true, false]) && { moment: true as const }),
      where: [],
      days: 7,
      at: "09:00",
    }),
    (): Start => ({ kind: "form", on: "confirmed", form: draw.pick([null, "footer"]) }),
    (): Start => ({ kind: "schedule", segment: id(draw), date: "2026-12-24", at: "09:00", zone: "person", repeat: null }),
    (): Start => ({ kind: "cart", idle: span(draw), least: draw.pick([null, 12.5]) }),
  ])();
}

function randomStep(draw: Generator, n: number): Step {
  const base = { id: `stp_${n}`, name: text(draw), exits: { next: draw.pick([null, `stp_${draw.below(9)}`]) } };
  const others = { exits: { p1: null, else: `stp_${draw.below(9)}` } };
  return draw.pick([
    (): Step => ({
      ...base,
      kind: draw.pick(["email", "sms", "push", "web_push", "whatsapp", "onsite"]),
      template: draw.pick([null, id(draw)]),
    }),
    (): Step => ({
      ...base,
      kind: "wait",
      until: draw.pick([
        { of: "duration" as const, span: span(draw) },
        { of: "local" as const, days: 1, at: "09:30", weekdays: [1, 5] },
        { of: "event" as const, events: [{ ...event(draw), sameKey: true }], timeout: span(draw) },
        { of: "date" as const, field: "objects.subscription.ends_on", days: -7, at: "09:00", past: "way" as const },
        { of: "message" as const, step: "stp_1", did: "clicked" as const, after: null, timeout: span(draw) },
      ]),
    }),
    (): Step => ({ ...base, ...others, kind: "branch", paths: [{ exit: "p1", name: text(draw), rule: randomRule(draw, 2) }] }),
    (): Step => ({ ...base, kind: "group", action: "move", group: id(draw), from: draw.pick([null, id(draw)]) }),
    (): Step => ({ ...base, kind: "audience", action: "join", group: id(draw) }),
    (): Step => ({ ...base, kind: "coupon", pool: id(draw) }),
    (): Step => ({ ...base, kind: "consent", channel: draw.pick(["email", "sms", "push"]), topic: draw.pick(["", "news"]) }),
    (): Step => ({ ...base, kind: "journey", journey: draw.pick([null, id(draw)]) }),
    (): Step => ({ ...base, kind: "task", title: text(draw), note: text(draw) }),
    (): Step => ({
      ...base,
      kind: "attribute",
      attribute: "attributes.tier",
      to: { of: "value", value: draw.pick([text(draw), 7, true, -0.5]) },
    }),
    (): Step => ({
      ...base,
      kind: "split",
      by: "contact",
      arms: [
        { exit: "p1", name: text(draw), weight: 1 },
        { exit: "p2", name: "", weight: 0 },
      ],
    }),
    (): Step => ({ ...base, kind: "goal" }),
    (): Step => ({ ...base, kind: "exit", exits: {} }),
  ])();
}

function randomGraph(draw: Generator): Graph {
  return {
    version: 1,
    starts: Array.from({ length: draw.below(3) }, () => randomStart(draw)),
    first: draw.pick([null, "stp_0"]),
    steps: Array.from({ length: draw.below(8) }, (_, n) => randomStep(draw, n)),
    settings: {
      filter: draw.chance(0.5) ? randomRule(draw, 2) : null,
      reentry: draw.pick([{ kind: "never" }, { kind: "after", span: span(draw) }]),
      exits: draw.chance(0.5) ? [{ ...event(draw), sameKey: false, goal: true }] : [],
    },
    positions: draw.chance(0.3) ? { stp_0: { x: -1.5, y: 20 } } : {},
  };
}

test(`whatever rule a segment has, its file says it with names and reads back as it was (${SEEDS} seeds)`, { timeout: 30_000 }, () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const draw = seededGenerator(seed);
    const rule = ruleShape.parse(randomRule(draw, 3));
    const body = { name: text(draw).trim() || "S", description: text(draw), rule, everyMinutes: null };
    expect(throughFiles({ kind: "segment", slug: "s", published: true, body }).body, `seed ${seed}`).toEqual(body);
  }
});

test(`whatever a journey does, its file says it with names and reads back as it was (${SEEDS} seeds)`, { timeout: 30_000 }, () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const draw = seededGenerator(seed);
    const graph = graphShape.parse(randomGraph(draw));
    const object: CodeObject = {
      kind: "journey",
      slug: "j",
      published: draw.chance(0.5),
      body: { name: "J", description: text(draw), graph },
    };
    expect(throughFiles(object), `seed ${seed}`).toEqual(object);
  }
});

test("a segment made by a query is the query and how often it is asked", () => {
  const query = "select contact_id\nfrom orders\n";
  const object: CodeObject = {
    kind: "segment",
    slug: "s",
    published: true,
    body: { name: "S", description: "", rule: { kind: "sql", query, answer: NOBODY }, everyMinutes: 60 },
  };
  expect(throughFiles(object)).toEqual(object);
  expect(filesOf(object, (_of, name) => name)[0]!.text).toBe(`name: S\neveryMinutes: 60\nquery: |\n  select contact_id\n  from orders\n`);
});

test("a template is a document and one body per language", () => {
  const variant = (format: "mjml" | "html", plain: string | null) => ({
    subject: "Bonjour {{ contact.first_name }}",
    preheader: "",
    format,
    source: "<mjml>\n  <mj-body/>\n</mjml>\n",
    text: plain,
  });
  const object: CodeObject = {
    kind: "template",
    slug: "hello",
    published: true,
    body: {
      name: "Hello",
      channel: "email",
      class: "marketing",
      topic: "news",
      content: { version: 1, fallback: "fr", variants: { fr: variant("mjml", null), "fr-CA": variant("html", "Bonjour\n") } },
    },
  };
  expect(throughFiles(object)).toEqual(object);
  const sms: CodeObject = {
    ...object,
    slug: "text",
    body: {
      ...object.body,
      channel: "sms",
      content: {
        version: 1,
        fallback: "fr",
        variants: { fr: { subject: "", preheader: "", format: "text", source: "Bonjour", text: null } },
      },
    },
  };
  expect(throughFiles(sms)).toEqual(sms);
  expect(filesOf(sms, (_of, name) => name).map((file) => file.path)).toEqual(["templates/text.yaml", "templates/text.fr.txt"]);
  expect(filesOf(object, (_of, name) => name).map((file) => file.path)).toEqual([
    "templates/hello.yaml",
    "templates/hello.fr.mjml",
    "templates/hello.fr-CA.html",
    "templates/hello.fr-CA.txt",
  ]);
});

test("what a file says wrong is told with its line, its field and both languages", () => {
  const yaml = (path: string, lines: readonly string[]) => ({ path, text: `${lines.join("\n")}\n` });
  const { sources, problems } = gather([
    yaml("segments/a.yaml", [
      "name: A",
      "rule:",
      "  kind: all",
      "  of:",
      "    - { kind: segment, segment: nobody, member: true }",
      "    - kind: attribute",
      "      attribute: country",
      "      is: { op: eqq, value: FR }",
    ]),
    yaml("segments/b.yaml", ["name: [", "rule: 1"]),
    yaml("elsewhere/c.yaml", ["name: C"]),
    { path: "templates/lost.fr.mjml", text: "<mjml/>" },
    yaml("topics/d.yaml", ["a: &x 1", "names: *x"]),
    yaml("groups/e.yaml", ["name: E", "name: F"]),
  ]);
  const told = [...problems, ...sources.flatMap((source) => objectOf(source, () => null).problems)].map(
    (one) => `${one.file}:${one.line} ${one.field} ${one.code}`,
  );
  expect(told.filter((line) => !line.startsWith("segments/b"))).toEqual([
    "elsewhere/c.yaml:null  code.unknown_file",
    "topics/d.yaml:1  code.not_yaml",
    "groups/e.yaml:2  code.not_yaml",
    "templates/lost.fr.mjml:null  code.body_alone",
    "segments/a.yaml:5 rule.of[0].segment code.unknown_segment",
    "segments/a.yaml:8 rule.of[1].is.op code.invalid_union",
  ]);
  expect(told.some((line) => /^segments\/b\.yaml:[12] {2}code\.not_yaml/.test(line))).toBe(true);
});
