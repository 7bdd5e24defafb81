import type { CodeFile } from "@relance/contract/code";
import { bodyPath, codePath, inOrder, swapReferences, type Referred } from "@relance/model/code";
import type { CodeObject } from "./object.ts";
import { writeYaml } from "./yaml.ts";

/** The document of an object: what its file says, with stable names for ids. Bodies of templates stand in files of their own. */
export function documentOf(object: CodeObject, slugFor: (of: Referred, id: string) => string): Record<string, unknown> {
  return inOrder(swapReferences(plainOf(object), slugFor)) as Record<string, unknown>;
}

function plainOf({ kind, body, published }: CodeObject): unknown {
  const said = (text: string) => (text === "" ? undefined : text);
  switch (kind) {
    case "settings":
      return body;
    case "topic":
      return { names: body.names };
    case "group":
      return { ...body, description: said(body.description) };
    case "segment": {
      const { rule, everyMinutes, description, name } = body;
      return {
        name,
        description: said(description),
        ...(rule.kind === "sql" ? { query: rule.query, everyMinutes: everyMinutes ?? undefined } : { rule }),
      };
    }
    case "attribute":
      return { name: body.name, computation: body.computation };
    case "template":
      return {
        name: body.name,
        channel: body.channel === "email" ? undefined : body.channel,
        class: body.class,
        topic: said(body.topic),
        published,
        fallback: body.content.fallback,
        variants: Object.fromEntries(
          Object.entries(body.content.variants).map(([language, { subject, preheader, format }]) => [
            language,
            { subject, preheader: said(preheader), format },
          ]),
        ),
      };
    case "form": {
      const { version: _version, ...content } = body.content;
      return { name: body.name, published, ...content };
    }
    case "journey": {
      const { version: _version, positions, ...graph } = body.graph;
      return {
        name: body.name,
        description: said(body.description),
        published,
        ...graph,
        positions: Object.keys(positions).length === 0 ? undefined : positions,
      };
    }
  }
}

/** The files of an object. */
export function filesOf(object: CodeObject, slugFor: (of: Referred, id: string) => string): CodeFile[] {
  const own = { path: codePath(object.kind, object.slug), text: writeYaml(documentOf(object, slugFor)) };
  return [own, ...(object.kind === "template" ? bodiesOf(object) : [])];
}

/** Bodies of a template, by file. */
export function bodiesOf({ slug, body }: Extract<CodeObject, { kind: "template" }>): CodeFile[] {
  return Object.entries(body.content.variants)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([language, { format, source, text }]) => [
      { path: bodyPath(slug, language, format === "text" ? "txt" : format), text: source },
      ...(text === null || format === "text" ? [] : [{ path: bodyPath(slug, language, "txt"), text }]),
    ]);
}
