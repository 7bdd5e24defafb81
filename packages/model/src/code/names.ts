/** What can be written as files, in the order in which it is applied: what is named comes before what names it. */
export const CODE_KINDS = ["settings", "topic", "group", "attribute", "template", "form", "segment", "journey"] as const;
export type CodeKind = (typeof CODE_KINDS)[number];

const FOLDERS: Readonly<Record<Exclude<CodeKind, "settings">, string>> = {
  topic: "topics",
  group: "groups",
  attribute: "attributes",
  template: "templates",
  form: "forms",
  segment: "segments",
  journey: "journeys",
};

/** Which object a file is about. `language`: it is the body of that language of a template. */
export interface CodePath {
  readonly kind: CodeKind;
  /** The stable name of the object; '' for the settings, of which there is one. */
  readonly slug: string;
  readonly body: { readonly language: string; readonly format: "mjml" | "html" | "txt" | "json" } | null;
}

export const SLUG = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** `segments/vip.yaml`, `settings.yaml`. */
export function codePath(kind: CodeKind, slug: string): string {
  return kind === "settings" ? "settings.yaml" : `${FOLDERS[kind]}/${slug}.yaml`;
}

/** `templates/welcome.fr.mjml` */
export function bodyPath(slug: string, language: string, format: "mjml" | "html" | "txt" | "json"): string {
  return `${FOLDERS.template}/${slug}.${language}.${format}`;
}

/** @returns null for a path that is no object's */
export function readCodePath(path: string): CodePath | null {
  if (path === "settings.yaml") return { kind: "settings", slug: "", body: null };
  const [, folder, slug, rest] = /^([a-z]+)\/([a-z0-9][a-z0-9_-]{0,63})\.(.+)$/.exec(path) ?? [];
  const kind = CODE_KINDS.find((one) => one !== "settings" && FOLDERS[one] === folder);
  if (kind === undefined || slug === undefined) return null;
  if (rest === "yaml" || rest === "yml") return { kind, slug, body: null };
  const [, language, format] = /^([a-z]{2}(?:-[A-Z]{2})?)\.(mjml|html|txt|json)$/.exec(rest ?? "") ?? [];
  return kind === "template" && language !== undefined
    ? { kind, slug, body: { language, format: format as "mjml" | "html" | "txt" | "json" } }
    : null;
}

/** The stable name made from an object's name: « Panier abandonné » → `panier-abandonne`. Never one that is taken. */
export function slugOf(name: string, kind: CodeKind, taken: ReadonlySet<string>): string {
  const plain =
    name
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .replaceAll("œ", "oe")
      .replaceAll("æ", "ae")
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 50)
      .replace(/-+$/, "") || kind;
  for (let n = 1; ; n++) {
    const slug = n === 1 ? plain : `${plain}-${n}`;
    if (!taken.has(slug)) return slug;
  }
}
