import { Readable } from "node:stream";
import {
  cancelExport,
  createExports,
  downloadExport,
  getExport,
  listExports,
  type ExportFormat,
  type ExportView,
} from "@relance/contract/exports";
import { toIso } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { absent } from "../../platform/errors.ts";
import { route } from "../../platform/http/route.ts";
import { readTimeKey, writeTimeKey } from "../../platform/http/time-key.ts";
import { findSegment } from "../segments/index.ts";
import { writeAudit } from "../team/index.ts";
import { linkEnded, notUnderWay, segmentUnused } from "./errors.ts";
import { KINDS } from "./kinds.ts";
import { readToken, tokenOf } from "./link.ts";
import * as queries from "./queries.ts";
import { EXPORT_JOB, pathOf } from "./run.ts";

const TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv; charset=utf-8",
  ndjson: "application/x-ndjson",
  parquet: "application/vnd.apache.parquet",
};

/** Asking for files of the workspace's data, following them, fetching them. */
export function exportRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql, clock, chance } = deps.ports;
  const show = (record: queries.ExportRecord | undefined): ExportView => {
    if (!record) throw absent({ what: "export" });
    return viewOf(deps, record);
  };

  route(app, createExports, async ({ actor, body }) => {
    const now = clock.now();
    const { workspace } = actor;
    if (body.segment !== null) {
      const unused = body.kinds.find((kind) => KINDS[kind].contact === null);
      if (unused) throw segmentUnused({ kind: unused }, { field: "segment" });
      await findSegment(sql, { workspace, id: body.segment });
    }
    const records = await sql.transaction(async (tx) => {
      const made = await queries.insertExports(tx, {
        workspace,
        exports: [...new Set(body.kinds)].map((kind) => ({ kind, id: chance.id(now) })),
        format: body.format,
        segment: body.segment,
        by: actor.name,
        now,
      });
      for (const one of made) await deps.jobs.add(tx, EXPORT_JOB, { workspace, id: one.id }, { key: `export:${one.id}` });
      await writeAudit(tx, {
        chance,
        now,
        actor,
        action: "export.made",
        object: { kind: "export", id: made[0]!.id },
        detail: { kinds: body.kinds, format: body.format, segment: body.segment },
      });
      return made;
    });
    return { items: records.map(show) };
  });
  route(app, listExports, async ({ actor, query }) => {
    const records = await queries.listExports(sql, {
      workspace: actor.workspace,
      before: readTimeKey(query.after),
      limit: query.limit + 1,
    });
    const items = records.slice(0, query.limit);
    const last = items.at(-1);
    return { items: items.map(show), next: records.length > items.length && last ? writeTimeKey(last) : null };
  });
  route(app, getExport, async ({ actor, params }) => show(await queries.findExport(sql, { workspace: actor.workspace, id: params.id })));
  route(app, cancelExport, async ({ actor, params }) => {
    const record = await queries.findExport(sql, { workspace: actor.workspace, id: params.id });
    if (!record) throw absent({ what: "export" });
    const stopped = await queries.stopExport(sql, { workspace: actor.workspace, id: params.id, now: clock.now() });
    if (!stopped) throw notUnderWay({ state: record.state });
    await deps.ports.files.remove(pathOf(deps, stopped.id));
    return show(stopped);
  });
  route(app, downloadExport, async ({ params, reply }) => {
    const linked = readToken(deps.secrets, params.token, clock.now());
    const record = linked === null ? undefined : await queries.findExport(sql, linked);
    if (record?.state !== "done") throw linkEnded({});
    reply
      .header("content-type", TYPES[record.format])
      .header("content-disposition", `attachment; filename="${nameOf(record)}"`)
      .header("cache-control", "no-store");
    reply.serializer((payload: unknown) => payload as string);
    return reply.send(Readable.from(deps.ports.files.stream(pathOf(deps, record.id)))) as unknown as string;
  });
}

const nameOf = (record: queries.ExportRecord): string => `${record.kind}-${toIso(record.created_at).slice(0, 10)}.${record.format}`;

function viewOf(deps: Deps, record: queries.ExportRecord): ExportView {
  const token =
    record.state === "done" ? tokenOf(deps.secrets, { workspace: record.workspace_id, id: record.id }, deps.ports.clock.now()) : null;
  return {
    id: record.id,
    kind: record.kind,
    format: record.format,
    segment: record.segment_id,
    state: record.state,
    rowsDone: record.rows_done,
    share: record.share,
    bytes: record.bytes,
    error: record.error,
    link: token === null ? null : `${deps.config.publicUrl}${downloadExport.path.replace(":token", token)}`,
    createdAt: toIso(record.created_at),
    createdBy: record.created_by,
    finishedAt: record.finished_at === null ? null : toIso(record.finished_at),
    expiresAt: record.expires_at === null ? null : toIso(record.expires_at),
  };
}
