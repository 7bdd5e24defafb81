import { attributeName, TARGETS, variablesOf, type Mapping, type Target } from "@relance/model/imports";

/** One table of an import as mappings name it. */
export interface TableRef {
  readonly name: string;
  /** An entry that names no table means the first. */
  readonly first: boolean;
  /** Whether entries name their table: only when there are several. */
  readonly named: boolean;
}

export const refOf = (tables: readonly { readonly name: string }[], index: number): TableRef => ({
  name: tables[index]!.name,
  first: index === 0,
  named: tables.length > 1,
});

const isOf =
  (table: TableRef) =>
  (one: { readonly table?: string | undefined }): boolean =>
    one.table === undefined ? table.first : one.table === table.name;
const nameOf = (table: TableRef) => (table.named ? { table: table.name } : {});

/** What the reader sees of one column: where it goes, or null when it is left out. */
export function targetOf(mapping: Mapping, table: TableRef, column: string): Target | null {
  return (mapping.columns.find((one) => isOf(table)(one) && one.column === column)?.to as Target | undefined) ?? null;
}

/** Sends a column somewhere else; a target has one column of a table, so the one that had it before is left out. */
export function withTarget(mapping: Mapping, table: TableRef, column: string, to: Target | null): Mapping {
  const others = mapping.columns.filter((one) => !isOf(table)(one) || (one.column !== column && one.to !== to));
  return {
    ...mapping,
    columns: to === null ? others : [...others, { ...nameOf(table), column, to }],
    templates: mapping.templates.filter((one) => !isOf(table)(one) || one.to !== to),
  };
}

/** The table that says who the contacts are: the first with a contact's column, or else the first. */
export function contactTable(mapping: Mapping, tables: readonly { readonly name: string }[]): number {
  return Math.max(
    0,
    tables.findIndex((_table, index) => mapping.columns.some((one) => isOf(refOf(tables, index))(one) && one.to.startsWith("contact."))),
  );
}

/** The e-mail made up from other columns; an empty text takes it away, any other takes the place of an e-mail column. */
export function withEmailTemplate(mapping: Mapping, table: TableRef, template: string): Mapping {
  const others = mapping.templates.filter((one) => one.to !== "contact.email");
  if (template === "") return { ...mapping, templates: others };
  return {
    ...mapping,
    columns: mapping.columns.filter((one) => !isOf(table)(one) || one.to !== "contact.email"),
    templates: [...others, { ...nameOf(table), to: "contact.email", template }],
  };
}

export function emailTemplate(mapping: Mapping): string {
  return mapping.templates.find((one) => one.to === "contact.email")?.template ?? "";
}

/** The template filled from one row, as the server will; empty when a column it names is empty. */
export function fillTemplate(template: string, columns: readonly string[], cells: readonly string[], trimFloatIds: boolean): string {
  const value = (name: string): string => {
    const cell = (cells[columns.indexOf(name)] ?? "").trim();
    return trimFloatIds ? cell.replace(/^(\d+)\.0+$/, "$1") : cell;
  };
  if (variablesOf(template).some((name) => value(name) === "")) return "";
  return template.replace(/\{\{\s*([^{}]+?)\s*\}\}/g, (_whole, name: string) => value(name));
}

/** As what a column can be kept that is nothing else: a property of the table's events, an attribute of its products, or of the contact; null when its name has no letter. */
export function keptTarget(mapping: Mapping, table: TableRef, column: string): Target | null {
  const name = attributeName(column);
  if (name === "") return null;
  const fills = (pattern: RegExp): boolean => mapping.columns.some((one) => isOf(table)(one) && pattern.test(one.to));
  if (fills(/^event\.name$/)) return `event.properties.${name}`;
  return fills(/^product\.(id|group)$/) && !fills(/^(order|line|contact)\./) ? `product.attributes.${name}` : `contact.attributes.${name}`;
}

/** Targets by the thing they belong to, in the order of the list. */
export const TARGET_GROUPS = (["contact", "order", "line", "refund", "cart", "product", "article", "event"] as const).map((group) => ({
  group,
  targets: TARGETS.filter((one) => one.startsWith(`${group}.`)),
}));
