import { codePath, readCodePath, slugOf, type CodeKind } from "./names.ts";

// A key that only documents of this kind have at their first level.
const OWN: readonly (readonly [key: string, kind: CodeKind])[] = [
  ["steps", "journey"],
  ["starts", "journey"],
  ["rule", "segment"],
  ["query", "segment"],
  ["variants", "template"],
  ["fields", "form"],
  ["consents", "form"],
  ["computation", "attribute"],
  ["names", "topic"],
  ["timeZone", "settings"],
  ["name", "group"],
];

/**
 * Where a file belongs among the files of a workspace: by the end of the path it came with (`backup/segments/vip.yaml`), by the name of a
 * template's body (`welcome.fr.mjml`), else by what its text says. @returns null when neither tells
 */
export function findCodePath(given: string, text: string): string | null {
  const parts = given.replaceAll("\\", "/").split("/");
  for (const from of parts.keys()) {
    const path = parts.slice(from).join("/");
    if (readCodePath(path) !== null) return path;
  }
  const file = parts.at(-1) ?? "";
  if (readCodePath(`templates/${file}`)?.body) return `templates/${file}`;
  if (file !== "" && !/\.ya?ml$/.test(file)) return null;
  const kind = OWN.find(([key]) => new RegExp(`^"?${key}"?:`, "m").test(text))?.[1];
  if (kind === undefined) return null;
  const own = file.replace(/\.ya?ml$/, "");
  return codePath(
    kind,
    own !== "" && readCodePath(codePath(kind, own)) !== null
      ? own
      : slugOf(own || (/^name: *["']?(.*?)["']? *$/m.exec(text)?.[1] ?? ""), kind, new Set()),
  );
}
