import { Readable } from "node:stream";
import {
  addImportFile,
  cancelImport,
  checkImport,
  downloadRefusals,
  getImport,
  listImports,
  listRefusals,
  runImport,
  uploadImport,
} from "@relance/contract/imports";
import { sayRowProblem } from "@relance/model/failures";
import { forTable, mappingProblems } from "@relance/model/imports";
import { stringify } from "csv-stringify";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { unformula } from "../../platform/csv/index.ts";
import { absent } from "../../platform/errors.ts";
import { route, type Call } from "../../platform/http/route.ts";
import { readTimeKey, writeTimeKey } from "../../platform/http/time-key.ts";
import { findWorkspace } from "../team/index.ts";
import { mappingWrong, notNow } from "./errors.ts";
import * as queries from "./queries.ts";
import { uploadFile } from "./upload.ts";
import { viewOf } from "./view.ts";
import { CHECK_JOB, RUN_JOB } from "./jobs.ts";

/** Uploading, checking, running and following imports. */
export function importRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql, clock } = deps.ports;
  // The upload's body is the file itself and goes to disk piece by piece; other routes of this plug-in take JSON.
  app.addContentTypeParser(
    [
      "text/csv",
      "text/tab-separated-values",
      "application/octet-stream",
      "application/gzip",
      "application/zip",
      "application/x-ndjson",
      "application/xml",
      "text/xml",
      "application/rss+xml",
      "application/atom+xml",
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      "application/vnd.apache.parquet",
    ],
    (_request, body, done) => done(null, body),
  );

  const show = async (workspace: string, record: queries.ImportRecord | null | undefined) => {
    if (!record) throw absent({ what: "import" });
    const { time_zone: timeZone, currency, locale: language } = await findWorkspace(sql, { id: workspace });
    return viewOf(record, { timeZone, currency, language });
  };
  const find = async (call: Call<{ id: string }, unknown, unknown>) => {
    const record = await queries.findImport(sql, { workspace: call.actor.workspace, id: call.params.id });
    if (!record) throw absent({ what: "import" });
    return record;
  };

  route(app, uploadImport, async ({ actor, query, request }) => {
    return show(
      actor.workspace,
      await uploadFile(deps, { workspace: actor.workspace, fileName: query.fileName, source: bodyOf(request), by: actor.name, to: null }),
    );
  });
  route(app, addImportFile, async (call) =>
    show(
      call.actor.workspace,
      await uploadFile(deps, {
        workspace: call.actor.workspace,
        fileName: call.query.fileName,
        source: bodyOf(call.request),
        by: call.actor.name,
        to: await find(call),
      }),
    ),
  );
  route(app, listImports, async ({ actor, query }) => {
    const before = readTimeKey(query.after);
    const records = await queries.listImports(sql, { workspace: actor.workspace, before, limit: query.limit + 1 });
    const items = await Promise.all(records.slice(0, query.limit).map((record) => show(actor.workspace, record)));
    const last = records[query.limit - 1];
    return { items, next: records.length > query.limit && last ? writeTimeKey(last) : null };
  });
  route(app, getImport, async (call) => show(call.actor.workspace, await find(call)));
  route(app, checkImport, async (call) => {
    const record = await find(call);
    const problems = mappingProblems(call.body.mapping, record.shape.tables);
    if (problems.length > 0) throw mappingWrong({}, { field: problems[0]!.field, problems });
    const moved = await sql.transaction(async (tx) => {
      const row = await queries.moveImport(tx, {
        workspace: call.actor.workspace,
        id: record.id,
        from: ["uploaded", "checked", "failed", "cancelled"],
        to: "checking",
        now: clock.now(),
        mapping: call.body.mapping,
      });
      if (row) await deps.jobs.add(tx, CHECK_JOB, { workspace: row.workspace_id, id: row.id }, { key: `import:${row.id}` });
      return row;
    });
    if (!moved) throw notNow({ state: record.state, wanted: "uploaded, checked, failed or cancelled" });
    return show(call.actor.workspace, moved);
  });
  route(app, runImport, async (call) => {
    const record = await find(call);
    const moved = await sql.transaction(async (tx) => {
      const row = await queries.moveImport(tx, {
        workspace: call.actor.workspace,
        id: record.id,
        from: ["checked"],
        to: "running",
        now: clock.now(),
      });
      if (!row) return null;
      await queries.resetProgress(tx, { id: row.id });
      await deps.jobs.add(tx, RUN_JOB, { workspace: row.workspace_id, id: row.id }, { key: `import:${row.id}` });
      return { ...row, rows_done: 0 };
    });
    if (!moved) throw notNow({ state: record.state, wanted: "checked" });
    return show(call.actor.workspace, moved);
  });
  route(app, cancelImport, async (call) => {
    const record = await find(call);
    const moved = await queries.moveImport(sql, {
      workspace: call.actor.workspace,
      id: record.id,
      from: ["uploaded", "checking", "checked", "running"],
      to: "cancelled",
      now: clock.now(),
    });
    if (!moved) throw notNow({ state: record.state, wanted: "under way" });
    return show(call.actor.workspace, moved);
  });
  route(app, listRefusals, async (call) => {
    const record = await find(call);
    const [table = "0", row = "0"] = call.query.after?.split(".") ?? [];
    const after = call.query.after === undefined ? null : { table: Number(table) || 0, row: Number(row) || 0 };
    const rows = await queries.listRefusals(sql, {
      workspace: record.workspace_id,
      id: record.id,
      after,
      table: null,
      limit: call.query.limit + 1,
    });
    const items = rows.slice(0, call.query.limit);
    const last = items.at(-1);
    return {
      items: items.map(({ table_number, row_number, ...rest }) => ({
        table: record.shape.tables[table_number]?.name ?? "",
        row: row_number,
        ...rest,
      })),
      next: rows.length > items.length && last ? `${last.table_number}.${last.row_number}` : null,
    };
  });
  route(app, downloadRefusals, async (call) => {
    const record = await find(call);
    const named = record.shape.tables.findIndex((table) => table.name === call.query.table);
    if (call.query.table !== undefined && named < 0) throw absent({ what: "table" });
    call.reply
      .header("content-type", "text/csv; charset=utf-8")
      .header("content-disposition", `attachment; filename="refused-${record.id}.csv"`);
    call.reply.serializer((payload: unknown) => payload as string);
    const language = call.query.language ?? (await findWorkspace(sql, { id: record.workspace_id })).locale;
    return call.reply.send(
      Readable.from(refusedCells(deps, record, { table: Math.max(0, named), language })).compose(stringify()),
    ) as unknown as string;
  });
}

const bodyOf = (request: { readonly body: unknown }): Readable => (request.body instanceof Readable ? request.body : Readable.from([]));

type Refusal = Awaited<ReturnType<typeof queries.listRefusals>>[number];

// The table's own columns come back unchanged so that it can be mended and uploaded again; the reason, at which column, is one more.
async function* refusedCells(
  deps: Deps,
  record: queries.ImportRecord,
  { table, language }: { table: number; language: "fr" | "en" },
): AsyncGenerator<string[]> {
  const part = record.mapping && forTable(record.mapping, record.shape.tables[table]?.name ?? "", table === 0);
  const columns = new Map<string, string>(part?.columns.map((one) => [one.to, one.column]));
  const colon = language === "fr" ? "\u00a0: " : ": ";
  const said = (row: Refusal): string =>
    [row.row_number, columns.get(row.field) ?? [], sayRowProblem(row.params, language) ?? row.message].flat().join(colon);
  yield [...(record.shape.tables[table]?.columns ?? []), "relance_problem"];
  for (let after: { table: number; row: number } | null = null; ;) {
    const rows: Refusal[] = await queries.listRefusals(deps.ports.sql, {
      workspace: record.workspace_id,
      id: record.id,
      after,
      table,
      limit: 1_000,
    });
    for (const row of rows) yield [...row.cells.map(unformula), said(row)];
    const last = rows.at(-1);
    if (!last) return;
    after = { table, row: last.row_number };
  }
}
