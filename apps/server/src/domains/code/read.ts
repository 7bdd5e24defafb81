import type { CodeFile, CodeProblem } from "@relance/contract/code";
import { bodyPath, codePath, readCodePath, swapReferences, type CodeKind, type Path, type Referred } from "@relance/model/code";
import { z } from "zod";
import { BODIES, NOBODY, type CodeObject } from "./object.ts";
import { readYaml, type ReadYaml } from "./yaml.ts";

/** The files of one object, read but not yet judged. */
export interface Source {
  readonly kind: CodeKind;
  readonly slug: string;
  readonly file: string;
  readonly yaml: ReadYaml;
  readonly bodies: ReadonlyMap<string, string>;
}

/** What stands where in a file, for a person. */
export const problemAt = (source: Pick<Source, "file" | "yaml">, path: Path, code: string, en: string, fr: string): CodeProblem => ({
  file: source.file,
  line: source.yaml.lineOf(path),
  field: path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`))
    .join("")
    .replace(/^\./, ""),
  code,
  message: { en, fr },
});

/** Files put together by object. */
export function gather(files: readonly CodeFile[]): { sources: Source[]; problems: CodeProblem[] } {
  const problems: CodeProblem[] = [];
  const refuse = (file: string, line: number | null, code: string, en: string, fr: string) =>
    problems.push({ file, line, field: "", code, message: { en, fr } });
  const bodies = new Map<string, Map<string, string>>();
  const sources = new Map<string, Source>();
  for (const { path, text } of files) {
    const place = readCodePath(path);
    if (place?.body) bodies.set(place.slug, (bodies.get(place.slug) ?? new Map()).set(path, text));
    if (place === null)
      refuse(path, null, "code.unknown_file", "No object is kept in a file of this name.", "Aucun objet ne porte un tel nom de fichier.");
    if (place === null || place.body) continue;
    const key = `${place.kind} ${place.slug}`;
    if (sources.has(key)) refuse(path, null, "code.file_twice", "This object is in two files.", "Cet objet est dans deux fichiers.");
    const yaml = readYaml(text);
    for (const { line, message } of yaml.errors) refuse(path, line, "code.not_yaml", message, `YAML illisible\u00a0: ${message}`);
    sources.set(key, { kind: place.kind, slug: place.slug, file: path, yaml, bodies: new Map() });
  }
  for (const [slug, found] of bodies) {
    const template = sources.get(`template ${slug}`);
    if (template) sources.set(`template ${slug}`, { ...template, bodies: found });
    else
      refuse(
        [...found.keys()][0]!,
        null,
        "code.body_alone",
        `There is no ${codePath("template", slug)} beside this body.`,
        `Il manque ${codePath("template", slug)} à côté de ce contenu.`,
      );
  }
  return { sources: [...sources.values()], problems };
}

/** The object that a source says, its names resolved. @param idOf null when there is nothing of this name */
export function objectOf(
  source: Source,
  idOf: (of: Referred, name: string) => string | null,
): { object: CodeObject | null; problems: CodeProblem[] } {
  const problems: CodeProblem[] = [];
  const add = (path: Path, code: string, en: string, fr: string) => problems.push(problemAt(source, path, code, en, fr));
  if (source.yaml.errors.length > 0) return { object: null, problems };
  const { value } = source.yaml;
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    add([], "code.not_a_map", "This file must hold names and values.", "Ce fichier doit contenir des noms et des valeurs.");
    return { object: null, problems };
  }
  const resolved = swapReferences(value, (of, name, path) => {
    const id = idOf(of, name);
    if (id === null)
      add(
        path,
        `code.unknown_${of}`,
        `There is no ${of} named “${name}”, neither in the files nor in the workspace.`,
        `Rien ne s’appelle «\u00a0${name}\u00a0» (${of}), ni dans les fichiers ni dans l’espace.`,
      );
    return id ?? NOBODY;
  }) as Record<string, unknown>;
  const { published = false, ...rest } = resolved;
  const publishable = source.kind === "template" || source.kind === "form" || source.kind === "journey";
  if (publishable && typeof published !== "boolean")
    add(["published"], "code.not_boolean", "must be true or false", "doit valoir true ou false");
  const body = shapeOf(source, publishable ? rest : resolved, add);
  const read = BODIES[source.kind].safeParse(body);
  if (!read.success) {
    const french = BODIES[source.kind].safeParse(body, { error: z.locales.fr().localeError }).error?.issues ?? [];
    read.error.issues
      .slice(0, 20)
      .forEach((issue, index) =>
        add(pathBack(source.kind, issue.path as Path), `code.${issue.code}`, issue.message, french[index]?.message ?? issue.message),
      );
  }
  return {
    object:
      read.success && problems.length === 0
        ? ({ kind: source.kind, slug: source.slug, body: read.data, published: publishable ? published : true } as CodeObject)
        : null,
    problems,
  };
}

type Add = (path: Path, code: string, en: string, fr: string) => void;

function shapeOf(source: Source, value: Record<string, unknown>, add: Add): unknown {
  switch (source.kind) {
    case "topic":
    case "attribute":
      return { ...value, key: source.slug };
    case "template": {
      const { fallback, variants, ...rest } = value;
      return { ...rest, content: { version: 1, fallback, variants: variantsOf(source, variants, add) } };
    }
    case "form": {
      const { name, ...content } = value;
      return { name, key: source.slug, content: { version: 1, ...content } };
    }
    case "journey": {
      const { name, description, starts, first, steps, settings, positions = {}, ...unknown } = value;
      return { name, description, ...unknown, graph: { version: 1, starts, first, steps, settings, positions } };
    }
    case "segment": {
      const { query, ...rest } = value;
      if (query === undefined && rest["everyMinutes"] !== undefined)
        add(
          ["everyMinutes"],
          "code.no_query",
          "Only a segment made by a query is refreshed on a schedule.",
          "Seul un segment fait d’une requête s’actualise à intervalles.",
        );
      return query === undefined || rest["rule"] !== undefined ? value : { ...rest, rule: { kind: "sql", query, answer: NOBODY } };
    }
    default:
      return value;
  }
}

function variantsOf(source: Source, variants: unknown, add: Add): unknown {
  if (variants === null || typeof variants !== "object" || Array.isArray(variants)) return variants;
  const used = new Set<string>();
  const all = Object.entries(variants).map(([language, one]) => {
    if (one === null || typeof one !== "object") return [language, one];
    const said = (one as { format?: unknown }).format;
    const format = said === "html" || said === "json" ? said : said === "text" ? "txt" : "mjml";
    const [body, plain] = [bodyPath(source.slug, language, format), bodyPath(source.slug, language, "txt")];
    used.add(body).add(plain);
    if (!source.bodies.has(body)) add(["variants", language], "code.body_missing", `${body} is missing.`, `Il manque ${body}.`);
    return [
      language,
      { ...one, source: source.bodies.get(body) ?? "", text: format === "txt" ? null : (source.bodies.get(plain) ?? null) },
    ];
  });
  for (const path of source.bodies.keys())
    if (!used.has(path))
      add(
        ["variants"],
        "code.body_unused",
        `${path} belongs to no language of this template.`,
        `${path} ne correspond à aucune langue de ce modèle.`,
      );
  return Object.fromEntries(all);
}

/** Where in the file something stands that the app knows at `path`. */
export function pathBack(kind: CodeKind, path: Path): Path {
  const [first, ...rest] = path;
  if (kind === "segment" && path[1] === "query") return ["query"];
  return (kind === "journey" && first === "graph") || ((kind === "template" || kind === "form") && first === "content") ? rest : path;
}
