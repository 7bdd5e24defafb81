import { toIso } from "@relance/model/base";
import { proposeMapping } from "@relance/model/imports";
import type { ImportReport, ImportView } from "@relance/contract/imports";
import type { ImportRecord } from "./queries.ts";

const SHOWN_ROWS = 5;

/** An import as the API shows it; before a mapping was chosen it carries the proposed one. */
export function viewOf(record: ImportRecord, defaults: { timeZone: string; currency: string; language: string }): ImportView {
  const { tables } = record.shape;
  const proposal = proposeMapping(tables, defaults);
  return {
    id: record.id,
    fileName: record.file_name,
    fileBytes: record.file_bytes,
    state: record.state,
    tables: tables.map(({ name, layout, columns, sample, detected }) => ({
      name,
      format: layout.format,
      packing: layout.packing,
      encoding: layout.encoding,
      separator: layout.separator,
      columns: [...columns],
      sample: sample.slice(0, SHOWN_ROWS).map((row) => [...row]),
      detected: { ...detected, dates: detected.dates.map((one) => ({ ...one })) },
    })),
    mapping: record.mapping ?? (proposal.mapping.columns.length > 0 ? proposal.mapping : null),
    options: (record.mapping ?? proposal.mapping).options,
    confidence: proposal.confidence.map((one) => ({ ...one })),
    rowsDone: record.rows_done,
    rowsTotal: record.rows_total,
    bytesDone: record.bytes_done,
    report: reportOf(record),
    error: record.error,
    reason: record.reason === null ? null : { ...record.reason },
    createdAt: toIso(record.created_at),
    createdBy: record.created_by,
    finishedAt: record.finished_at === null ? null : toIso(record.finished_at),
  };
}

// Reports of earlier releases do not count by table, nor content items, refunds and carts.
function reportOf({ report }: ImportRecord): ImportReport | null {
  return report.rows === undefined
    ? null
    : {
        ...(report as ImportReport),
        refusedByTable: report.refusedByTable ?? {},
        articles: report.articles ?? 0,
        refunds: report.refunds ?? 0,
        carts: report.carts ?? 0,
        pricesChangeAt: report.pricesChangeAt ?? null,
      };
}
