import type { ImportView } from "@relance/contract/imports";
import { mapping as mappingShape, type Mapping } from "@relance/model/imports";
import { Wrong, type Call } from "./command.ts";
import { readStructured } from "./files.ts";

/**
 * The mapping of a file, completed by what the server proposed: a mapping may name columns only and leave out version, templates and
 * options. `tables: { orders.csv: { columns: …, templates: … } }` says it for each of several. `columns: { CustomerID: contact.user_id }` and `templates: { contact.email: "…" }` are short for the lists of the API.
 */
export async function readMapping(call: Call, name: string, proposed: Pick<ImportView, "mapping" | "options">): Promise<Mapping> {
  const given = await readStructured(call, name);
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw new Wrong(call.words.fileWrong(name, "{ columns: … }"));
  const { columns, templates, options, tables, ...rest } = given as Record<string, unknown>;
  const parts =
    typeof tables === "object" && tables !== null
      ? Object.entries(tables as Record<string, { columns?: unknown; templates?: unknown } | null>)
      : [];
  const inParts = (key: "columns" | "templates", left: string, right?: string): unknown[] =>
    parts.flatMap(([table, part]) => asList(pairs(part?.[key], left, right)).map((one) => ({ table, ...one })));
  const whole = {
    version: 1,
    ...rest,
    columns:
      parts.length > 0
        ? inParts("columns", "column")
        : columns === undefined
          ? (proposed.mapping?.columns ?? [])
          : pairs(columns, "column"),
    templates:
      parts.length > 0 ? inParts("templates", "to", "template") : templates === undefined ? [] : pairs(templates, "to", "template"),
    options: { ...proposed.options, ...(options as object | undefined) },
  };
  const read = mappingShape.safeParse(whole);
  if (!read.success)
    throw new Wrong(
      call.words.fileWrong(
        name,
        read.error.issues
          .slice(0, 3)
          .map((issue) => `${issue.path.join(".")}: ${issue.message}`)
          .join("; "),
      ),
    );
  return read.data;
}

function pairs(given: unknown, left: string, right = "to"): unknown {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return given;
  return Object.entries(given).map(([name, value]) => ({ [left]: name, [right]: value as unknown }));
}

const asList = (given: unknown): object[] => (Array.isArray(given) ? (given as object[]) : []);
