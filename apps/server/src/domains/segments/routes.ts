import * as contract from "@relance/contract/segments";
import { DAY, toIso, type Id, type Instant } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { route } from "../../platform/http/route.ts";
import { currentContact } from "../contacts/index.ts";
import { writeAudit } from "../team/index.ts";
import { explainRule } from "./explain.ts";
import { checkColumns, exportMembers } from "./export.ts";
import { besideMembers, countRule, ESTIMATED_IN_GRAPH, sampleRule } from "./preview.ts";
import * as queries from "./queries.ts";
import {
  archiveSegment,
  cancelChange,
  changeSegment,
  createSegment,
  findSegment,
  namesOf,
  refuseProblems,
  ruleProblems,
  sentenceOf,
} from "./segments.ts";
import { personOf, showSegment, viewOf } from "./views.ts";

export function segmentRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql, clock } = deps.ports;
  const show = (workspace: Id, id: Id) => showSegment(sql, workspace, id);

  route(app, contract.listSegments, async ({ actor }) => {
    const names = await namesOf(sql, actor.workspace);
    return { items: (await queries.selectSegments(sql, { workspace: actor.workspace })).map((row) => viewOf(row, names)) };
  });
  route(app, contract.getSegment, ({ actor, params }) => show(actor.workspace, params.id));
  route(app, contract.createSegment, async ({ actor, body }) => show(actor.workspace, await createSegment(deps, { actor, ...body })));
  route(app, contract.changeSegment, async ({ actor, params, body }) => {
    await changeSegment(deps, { actor, id: params.id, ...body });
    return show(actor.workspace, params.id);
  });
  route(app, contract.archiveSegment, async ({ actor, params }) => {
    await archiveSegment(deps, { actor, id: params.id });
    return { ok: true as const };
  });
  route(app, contract.cancelSegmentChange, async ({ actor, params }) => {
    await cancelChange(deps, { actor, id: params.id });
    return show(actor.workspace, params.id);
  });
  route(app, contract.previewSegment, async ({ actor: { workspace }, body }) => {
    const problems = await ruleProblems(sql, { workspace, segment: body.segment ?? null, rule: body.rule });
    const sentence = sentenceOf(body.rule, await namesOf(sql, workspace));
    if (problems.length > 0) return { count: 0, exact: body.exact, sample: [], sentence, problems };
    const asked = { workspace, rule: body.rule, at: clock.now() };
    const [counted, sample] = await Promise.all([
      countRule(sql, { ...asked, exact: body.exact, part: body.part }),
      sampleRule(sql, { ...asked, limit: body.sample }),
    ]);
    return { ...counted, sample: sample.map(personOf), sentence, problems };
  });
  route(app, contract.compareSegment, async ({ actor: { workspace }, body }) => {
    await refuseProblems(sql, { workspace, segment: body.segment ?? null, rule: body.rule });
    for (const id of [body.segment, body.with]) if (id !== undefined) await findSegment(sql, { workspace, id });
    const beside = (segment: Id, sample: number) =>
      besideMembers(sql, { workspace, rule: body.rule, at: clock.now(), segment, exact: body.exact, part: body.part, sample });
    const [change, overlap] = await Promise.all([
      body.segment === undefined ? null : beside(body.segment, body.sample),
      body.with === undefined ? null : beside(body.with, 0),
    ]);
    return {
      exact: [change, overlap].every((one) => one === null || one.exact),
      change: change && {
        joining: { count: change.joining, sample: change.joiners.map(personOf) },
        leaving: { count: change.leaving, sample: change.leavers.map(personOf) },
        staying: change.both,
      },
      overlap: overlap && { both: overlap.both, onlyRule: overlap.joining, onlySegment: overlap.leaving },
    };
  });
  route(app, contract.segmentGrowth, async ({ actor: { workspace }, body }) => {
    await refuseProblems(sql, { workspace, segment: null, rule: body.rule });
    const now = clock.now();
    const points = [];
    // One after the other: a graph is no reason to take every connection.
    for (let step = body.points - 1; step >= 0; step--) {
      const at = now - Math.round((body.days * DAY * step) / (body.points - 1));
      points.push({
        at: toIso(at),
        count: (await countRule(sql, { workspace, rule: body.rule, at, exact: false, estimate: ESTIMATED_IN_GRAPH })).count,
      });
    }
    return { points };
  });
  route(app, contract.listMembers, async ({ actor: { workspace }, params, query }) => {
    await findSegment(sql, { workspace, id: params.id });
    const rows = await queries.selectMembers(sql, {
      workspace,
      segment: params.id,
      before: decodeKey(query.after),
      limit: query.limit + 1,
    });
    const items = rows.slice(0, query.limit);
    const last = items.at(-1);
    return {
      items: items.map((row) => ({ ...personOf(row), enteredAt: toIso(row.entered_at) })),
      next: rows.length > query.limit && last ? `${last.entered_at}.${last.id}` : null,
    };
  });
  route(app, contract.exportMembers, async ({ actor, params, body, reply }) => {
    checkColumns(body.columns);
    await findSegment(sql, { workspace: actor.workspace, id: params.id });
    const now = clock.now();
    await sql.transaction((tx) =>
      writeAudit(tx, {
        chance: deps.ports.chance,
        now,
        actor,
        action: "segment.exported",
        object: { kind: "segment", id: params.id },
        detail: { columns: body.columns },
      }),
    );
    reply
      .header("content-type", "text/csv; charset=utf-8")
      .header("content-disposition", `attachment; filename="segment-${params.id}.csv"`);
    reply.serializer((payload: unknown) => payload as string);
    return reply.send(exportMembers(sql, { workspace: actor.workspace, segment: params.id, columns: body.columns })) as unknown as string;
  });
  route(app, contract.segmentHistory, async ({ actor: { workspace }, params, query }) => {
    const segment = await findSegment(sql, { workspace, id: params.id });
    const today = Math.floor(clock.now() / DAY) * DAY;
    const moves = new Map(
      (await queries.selectDailyMoves(sql, { workspace, segment: params.id, from: today - (query.days - 1) * DAY })).map((row) => [
        row.day,
        row,
      ]),
    );
    let members = segment.members;
    const days = [];
    for (let back = 0; back < query.days; back++) {
      const day = toIso(today - back * DAY).slice(0, 10);
      const { entered = 0, departed = 0 } = moves.get(day) ?? {};
      days.unshift({ day, entered, left: departed, members });
      members -= entered - departed;
    }
    return { days };
  });
  route(app, contract.explainMembership, async ({ actor: { workspace }, body }) => {
    const verdict = await explainRule(sql, { workspace, contact: body.contact, rule: body.rule, at: clock.now() });
    return {
      truth: verdict.truth,
      nextAt: verdict.nextAt === null ? null : toIso(verdict.nextAt),
      nodes: verdict.nodes.map((node) => ({ ...node })),
    };
  });
  route(app, contract.segmentsOfContact, async ({ actor: { workspace }, params }) => {
    const { id: contact } = await currentContact(sql, { workspace, id: params.id });
    const rows = await queries.selectSegmentsOf(sql, { workspace, contact });
    return { items: rows.map((row) => ({ id: row.id, name: row.name, enteredAt: toIso(row.entered_at) })) };
  });
}

function decodeKey(key: string | undefined): { at: Instant; id: Id } | null {
  const [, at, id] = /^(\d{1,16})\.([0-9a-f-]{36})$/.exec(key ?? "") ?? [];
  return at && id ? { at: Number(at), id } : null;
}
