import * as contract from "@relance/contract/readiness";
import { alikeNames, languageOf, SHEET_CODES, sheetInventory } from "@relance/model/readiness";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { route } from "../../platform/http/route.ts";
import { categoryFill, selectStores } from "../catalog/index.ts";
import { findWorkspace } from "../team/index.ts";
import { selectCells } from "./queries.ts";
import { selectSheets } from "./sheet-queries.ts";

/** How good the catalogue is: sheets by store and language, and categories. */
export function productRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db } = deps.ports;
  route(app, contract.getProductReadiness, async ({ actor: { workspace } }) => {
    const { products, counts, totals } = sheetInventory(await selectCells(db, workspace));
    return {
      products,
      counts: counts.map((one) => ({ ...one, problems: { ...one.problems } })),
      totals: SHEET_CODES.flatMap((code) => (totals[code] ? [{ code, n: totals[code] }] : [])),
    };
  });
  route(app, contract.listSheetProblems, async ({ actor: { workspace }, query }) => {
    const rows = await selectSheets(db, {
      workspace,
      code: query.code,
      after: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(query.after ?? "") ? query.after! : null,
      limit: query.limit + 1,
    });
    const items = rows.slice(0, query.limit).map((row) => ({
      product: row.product,
      name: row.name,
      externalId: row.external_id,
      problems: row.problems.filter((one) => one.code === query.code),
    }));
    return { items, next: rows.length > query.limit ? items.at(-1)!.product : null };
  });
  route(app, contract.getCategoryReadiness, async ({ actor: { workspace } }) => {
    const [rows, stores, settings, cells] = await Promise.all([
      categoryFill(db, { workspace }),
      selectStores(db, { workspace }),
      findWorkspace(db, { id: workspace }),
      selectCells(db, workspace),
    ]);
    const languages = [...new Set(stores.flatMap((one) => one.languages.map(languageOf)))].sort();
    const own = settings.locale.slice(0, 2);
    const nameOf = (names: Record<string, string>, fallback: string) => names[own] ?? Object.values(names)[0] ?? fallback;
    const items = rows.map((row) => ({
      id: row.id,
      name: nameOf(row.names, row.external_id),
      products: row.products,
      untranslated: Object.keys(row.names).length === 0 ? languages : languages.filter((one) => !row.names[one]),
    }));
    const alike = items
      .flatMap((one, i) =>
        items.slice(i + 1).flatMap((other) => (alikeNames(one.name, other.name) ? [[one, other] as [typeof one, typeof other]] : [])),
      )
      .slice(0, 50);
    return {
      without: sheetInventory(cells).totals.no_category ?? 0,
      categories: items.length,
      empty: items.filter((one) => one.products === 0),
      untranslated: items.filter((one) => one.untranslated.length > 0),
      alike,
    };
  });
}
