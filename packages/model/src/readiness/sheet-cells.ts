import type { Cell } from "./cells.ts";
import { SHEET_CODES, type SheetAudit, type SheetCode } from "./sheet.ts";

const GAP = "\u001f";

/**
 * Cells in which products are counted, beside those of contacts: `q` each product, `s store language` each sheet, `b store language
 * finding` each fault; store and language empty for faults of the product itself.
 */
export function sheetCellsOf(audit: SheetAudit): { key: string; n: number }[] {
  const faults = new Map<string, number>();
  for (const { store, language, code } of audit.problems) {
    const key = ["b", store ?? "", language ?? "", code].join(GAP);
    faults.set(key, (faults.get(key) ?? 0) + 1);
  }
  return [
    { key: "q", n: 1 },
    ...audit.sheets.map(({ store, language, n }) => ({ key: ["s", store, language].join(GAP), n })),
    ...[...faults].map(([key, n]) => ({ key, n })),
  ];
}

export interface SheetCount {
  readonly store: string;
  readonly language: string;
  readonly sheets: number;
  readonly problems: Readonly<Partial<Record<SheetCode, number>>>;
}

/** Sums of cells: products, and the faults of their sheets by store and language (both empty: of products themselves). */
export function sheetInventory(cells: readonly Cell[]): {
  readonly products: number;
  readonly counts: readonly SheetCount[];
  readonly totals: Readonly<Partial<Record<SheetCode, number>>>;
} {
  let products = 0;
  const counts = new Map<string, SheetCount & { problems: Partial<Record<SheetCode, number>> }>();
  const totals: Partial<Record<SheetCode, number>> = {};
  for (const { key, n } of cells) {
    const [kind, store = "", language = "", code] = key.split(GAP);
    if (kind === "q") products += n;
    if (kind !== "s" && kind !== "b") continue;
    const at = `${store} ${language}`;
    const was = counts.get(at) ?? { store, language, sheets: 0, problems: {} };
    counts.set(
      at,
      kind === "s"
        ? { ...was, sheets: was.sheets + n }
        : { ...was, problems: { ...was.problems, [code as SheetCode]: (was.problems[code as SheetCode] ?? 0) + n } },
    );
    if (kind === "b") totals[code as SheetCode] = (totals[code as SheetCode] ?? 0) + n;
  }
  return {
    products,
    counts: [...counts.values()].sort((a, b) => (`${a.store} ${a.language}` < `${b.store} ${b.language}` ? -1 : 1)),
    totals: Object.fromEntries(SHEET_CODES.flatMap((code) => (totals[code] ? [[code, totals[code]]] : []))),
  };
}
