import { TARGETS, variablesOf, type Mapping, type Target } from "@relance/model/imports";

/** What the reader sees of one column: where it goes, or null when it is left out. */
export function targetOf(mapping: Mapping, column: string): Target | null {
  return (mapping.columns.find((one) => one.column === column)?.to as Target | undefined) ?? null;
}

/** Sends a column somewhere else; a target has one column, so the one that had it before is left out. */
export function withTarget(mapping: Mapping, column: string, to: Target | null): Mapping {
  const others = mapping.columns.filter((one) => one.column !== column && one.to !== to);
  return { ...mapping, columns: to === null ? others : [...others, { column, to }], templates: mapping.templates.filter((one) => one.to !== to) };
}

/** The e-mail made up from other columns; an empty text takes it away, any other takes the place of an e-mail column. */
export function withEmailTemplate(mapping: Mapping, template: string): Mapping {
  const others = mapping.templates.filter((one) => one.to !== "contact.email");
  if (template === "") return { ...mapping, templates: others };
  return { ...mapping, columns: mapping.columns.filter((one) => one.to !== "contact.email"), templates: [...others, { to: "contact.email", template }] };
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

/** The name under which a column can be kept as an attribute of the contact, or null when its name has no letter. */
export function attributeTarget(column: string): Target | null {
  const name = column.normalize("NFD").replace(/[\u0300-\u036f]+/g, "").replace(/[^A-Za-z0-9_ ]+/g, " ").trim().replace(/^[^A-Za-z]+/, "").replace(/\s+/g, "_").toLowerCase().slice(0, 60);
  return name === "" ? null : `contact.attributes.${name}`;
}

/** Targets by the thing they belong to, in the order of the list. */
export const TARGET_GROUPS = (["contact", "order", "line", "product"] as const).map((group) => ({ group, targets: TARGETS.filter((one) => one.startsWith(`${group}.`)) }));
