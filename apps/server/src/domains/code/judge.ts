import type { CodeProblem } from "@relance/contract/code";
import type { Id } from "@relance/model/base";
import { bodyPath, swapReferences, type Path } from "@relance/model/code";
import { confirmationOf, formProblems, type FormCatalogue } from "@relance/model/forms";
import { graphProblems } from "@relance/model/journeys";
import { formatsOf, type Variant } from "@relance/model/messages";
import { problems as ruleProblems, type Rule, type RuleCatalogue } from "@relance/model/rules";
import type { Deps } from "../../deps.ts";
import { graphCatalogue } from "../journeys/index.ts";
import { problemsOf, type TemplateRecord } from "../messages/index.ts";
import { ruleCatalogue } from "../segments/index.ts";
import { findWorkspace } from "../team/index.ts";
import type { Holdings } from "./held.ts";
import type { ObjectOf, Planned } from "./object.ts";
import { pathBack, problemAt, type Source } from "./read.ts";

interface Read {
  readonly source: Source;
  readonly planned: Planned;
}

/** What the app would refuse of the objects that change, in the workspace as it will be once all files are applied. */
export async function judge(
  deps: Deps,
  input: { workspace: Id; read: readonly Read[]; gone: ReadonlySet<Id>; holdings: Holdings },
): Promise<CodeProblem[]> {
  const { workspace, read, gone } = input;
  const { sql } = deps.ports;
  const [rules, graphs] = await Promise.all([ruleCatalogue(sql, { workspace, place: "segment" }), graphCatalogue(sql, { workspace })]);
  const catalogue = futureOf(rules, read, gone);
  const inJourney: RuleCatalogue = { ...catalogue, place: { kind: "journey" } };
  const names = (ids: Iterable<Id>) => new Map([...ids].map((id): [Id, string] => [id, id]));
  const templates = new Map([...graphs.templates].filter(([id]) => !gone.has(id)));
  for (const { planned } of read)
    if (planned.after?.kind === "template")
      templates.set(planned.id, {
        published: planned.after.published || (templates.get(planned.id)?.published ?? false),
        channel: planned.after.body.channel,
      });
  const forGraphs = {
    ...graphs,
    templates,
    groups: names(catalogue.groups),
    segments: names(catalogue.segments.keys()),
    journeys: names(catalogue.journeys),
    ruleProblems: (rule: Rule) => ruleProblems(rule, inJourney),
  };

  const found: CodeProblem[] = [];
  for (const { source, planned } of read) {
    const { after, change } = planned;
    if (after === null || change === "same") continue;
    const add = (path: Path, code: string, message: { en: string; fr: string }) =>
      found.push(problemAt(source, path, code, message.en, message.fr));
    const [was, is] = [planned.before, after].map((one) => one?.kind === "segment" && one.body.rule.kind === "sql");
    if (planned.before?.kind === "segment" && was !== is) add([is ? "query" : "rule"], "code.query_or_rule", QUERY_OR_RULE);
    // A query is tried when it is applied, by someone who may run one.
    if (after.kind === "segment" && !is)
      for (const one of ruleProblems(after.body.rule, { ...catalogue, place: { kind: "segment", segment: planned.id } }))
        add(rulePath(one.path), one.code, one.message);
    if (after.kind === "journey" && after.published) {
      for (const one of graphProblems(after.body.graph, forGraphs)) add(graphPath(one.path, after), one.code, one.message);
    }
    if (after.kind === "form" && after.published)
      for (const one of formProblems(after.body.content, futureForms(input)))
        if (one.level === "error") add(keysOf(one.field), one.code, one.message);
    if (after.kind === "template")
      found.push(...(await judgeTemplate(deps, { ...input, source, object: after, before: input.holdings.templates.get(planned.id) })));
  }
  return found;
}

const QUERY_OR_RULE = {
  en: "A segment is made by rules or by a query for good; give the file another name.",
  fr: "Un segment est fait de règles ou d’une requête, une fois pour toutes\u00a0; donnez un autre nom au fichier.",
};

/** The catalogue of rules as it will be. */
function futureOf(now: RuleCatalogue, read: readonly Read[], gone: ReadonlySet<Id>): RuleCatalogue {
  const ids = (kind: string) => read.filter(({ planned }) => planned.kind === kind).map(({ planned }) => planned.id);
  const left = (all: Iterable<Id>, kind: string) => new Set([...[...all].filter((id) => !gone.has(id)), ...ids(kind)]);
  const segments = new Map([...now.segments].filter(([id]) => !gone.has(id)));
  for (const {
    planned: { after, id },
  } of read)
    if (after?.kind === "segment") segments.set(id, segmentsIn(after.body.rule));
  return {
    ...now,
    groups: left(now.groups, "group"),
    segments,
    journeys: left(now.journeys, "journey"),
    templates: left(now.templates, "template"),
  };
}

/** Topics by key as they will be. */
function futureTopics({ read, gone, holdings }: { read: readonly Read[]; gone: ReadonlySet<Id>; holdings: Holdings }): Set<string> {
  return new Set([
    ...holdings.objects.filter((one) => one.kind === "topic" && !gone.has(one.id)).map((one) => one.slug),
    ...read.filter(({ planned }) => planned.kind === "topic").map(({ planned }) => planned.slug),
  ]);
}

/** What forms may name, as it will be. */
function futureForms(input: { read: readonly Read[]; gone: ReadonlySet<Id>; holdings: Holdings }): FormCatalogue {
  const held = [...input.holdings.templates.values()]
    .filter((one) => !input.gone.has(one.id))
    .map((one) => ({ ...one, content: one.draft }));
  const said = input.read.flatMap(({ planned: { id, after } }) => (after?.kind === "template" ? [{ id, ...after.body }] : []));
  const mails = [...held, ...said].map((one) => [one.id, confirmationOf(one)] as const);
  return {
    topics: futureTopics(input),
    templates: new Map(mails.flatMap(([id, found]) => (found ? [[id, found]] : []))),
    postalAddress: "",
  };
}

function segmentsIn(rule: Rule): Id[] {
  const found: Id[] = [];
  swapReferences(rule, (of, id) => {
    if (of === "segment") found.push(id);
    return id;
  });
  return found;
}

async function judgeTemplate(
  deps: Deps,
  input: {
    workspace: Id;
    read: readonly Read[];
    gone: ReadonlySet<Id>;
    holdings: Holdings;
    source: Source;
    object: ObjectOf<"template">;
    before: TemplateRecord | undefined;
  },
): Promise<CodeProblem[]> {
  const {
    source,
    before,
    object: { slug, body, published },
  } = input;
  const found: CodeProblem[] = [];
  const topics = futureTopics(input);
  if (body.topic !== "" && !topics.has(body.topic))
    found.push(problemAt(source, ["topic"], "topic.unknown", `There is no topic ${body.topic}.`, `Le thème ${body.topic} n’existe pas.`));
  for (const [language, { format }] of Object.entries(body.content.variants)) {
    if (!formatsOf(body.channel).includes(format))
      found.push(
        problemAt(
          source,
          ["variants", language, "format"],
          "template.wrong_format",
          `Of the channel ${body.channel}, the format is ${formatsOf(body.channel).join(" or ")}.`,
          `Pour le canal ${body.channel}, le format est ${formatsOf(body.channel).join(" ou ")}.`,
        ),
      );
  }
  if (before !== undefined && before.channel !== body.channel)
    found.push(
      problemAt(
        source,
        ["channel"],
        "template.channel_fixed",
        `The channel of a template does not change; this one is ${before.channel}.`,
        `Le canal d’un modèle ne change pas\u00a0; celui-ci est ${before.channel}.`,
      ),
    );
  if (!published || found.length > 0) return found;
  const settings = input.read.find(({ planned }) => planned.kind === "settings")?.planned.after as ObjectOf<"settings"> | undefined;
  const postalAddress =
    settings?.body.settings.sender.postalAddress ??
    (await findWorkspace(deps.ports.sql, { id: input.workspace })).settings.sender.postalAddress;
  for (const one of await problemsOf(deps.ports.sql, {
    workspace: input.workspace,
    content: body.content,
    class: body.class,
    postalAddress,
  })) {
    if (one.level !== "error") continue;
    const [, language, part] = /^variants\.([^.]+)\.(source|text)$/.exec(one.field) ?? [];
    const message = { en: one.message, fr: one.message };
    if (language === undefined || !body.content.variants[language])
      found.push(problemAt(source, one.field.split("."), one.code, one.message, one.message));
    else
      found.push({
        file: bodyPath(slug, language, bodyFormat(part, body.content.variants[language].format)),
        line: one.line ?? null,
        field: one.field,
        code: one.code,
        message,
      });
  }
  return found;
}

const bodyFormat = (part: string | undefined, format: Variant["format"]) => (part === "text" || format === "text" ? "txt" : format);

const keysOf = (path: string): (string | number)[] =>
  [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key]) => (index === undefined ? key! : Number(index)));
const rulePath = (path: string): Path => ["rule", ...keysOf(path.replace(/^root\.?/, ""))];

/** `step:stp_a.exits.next`, `settings.filter.root.of[0]` and the like, as a path in the file. */
function graphPath(path: string, journey: ObjectOf<"journey">): Path {
  const [, step, rest = ""] = /^step:([a-z0-9_]+)\.?(.*)$/.exec(path) ?? [];
  if (step === undefined) return pathBack("journey", ["graph", ...keysOf(path).filter((key) => key !== "root")]);
  return ["steps", journey.body.graph.steps.findIndex((one) => one.id === step), ...keysOf(rest)];
}
