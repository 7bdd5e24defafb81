import { toIso } from "@relance/model/base";
import { proposeMapping } from "@relance/model/imports";
import type { ImportReport, ImportView } from "@relance/contract/imports";
import type { ImportRecord } from "./queries.ts";

/** An import as the API shows it; before a mapping was chosen it carries the proposed one. */
export function viewOf(record: ImportRecord, defaults: { timeZone: string; currency: string }): ImportView {
  const { shape } = record;
  const proposal = proposeMapping(shape.columns, shape.sample, defaults);
  return {
    id: record.id,
    fileName: record.file_name,
    fileBytes: record.file_bytes,
    state: record.state,
    columns: [...shape.columns],
    separator: shape.separator,
    encoding: shape.encoding,
    sample: shape.sample.slice(0, 5).map((row) => [...row]),
    mapping: record.mapping ?? (proposal.mapping.columns.length > 0 ? proposal.mapping : null),
    confidence: proposal.confidence.map((one) => ({ ...one })),
    rowsDone: record.rows_done,
    rowsTotal: record.rows_total,
    report: record.report.rows === undefined ? null : (record.report as ImportReport),
    error: record.error,
    createdAt: toIso(record.created_at),
    createdBy: record.created_by,
    finishedAt: record.finished_at === null ? null : toIso(record.finished_at),
  };
}
