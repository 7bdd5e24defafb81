import * as contract from "@relance/contract/readiness";
import { bucketOf, toIso } from "@relance/model/base";
import type { Json } from "@relance/model/events";
import { FINDINGS, inventoryOf } from "@relance/model/readiness";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { route } from "../../platform/http/route.ts";
import { selectStores } from "../catalog/index.ts";
import { countOpen } from "../contacts/index.ts";
import { findingNotFound } from "./errors.ts";
import { applyFix, changeFix } from "./fix.ts";
import * as fixes from "./fix-queries.ts";
import { selectCells } from "./queries.ts";

/** What is wrong with contacts, and its cure: proposed, applied when asked, taken back. */
export function cleaningRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, clock } = deps.ports;
  route(app, contract.listCleaning, async ({ actor: { workspace } }) => {
    const [cells, kept, duplicates] = await Promise.all([
      selectCells(db, workspace),
      fixes.selectKept(db, workspace),
      countOpen(db, { workspace, kind: "likeness" }),
    ]);
    const { findings, fixable } = inventoryOf(cells, clock.now());
    const without = new Map(kept.map((one) => [one.code, one]));
    const items = FINDINGS.map((code) => ({
      code,
      n: Math.max(0, (findings[code] ?? 0) - (without.get(code)?.n ?? 0)),
      fixable: Math.max(0, (fixable[code] ?? 0) - (without.get(code)?.fixable ?? 0)),
    }));
    return { items: items.filter((one) => one.n > 0), duplicates };
  });
  route(app, contract.listFindings, async ({ actor: { workspace }, query }) => {
    const rows = await fixes.selectFindings(db, {
      workspace,
      code: query.code,
      after: isUuid(query.after) ? query.after : null,
      limit: query.limit + 1,
    });
    const shown = rows.slice(0, query.limit);
    const stores = new Map((await selectStores(db, { workspace })).map((one) => [one.id, one.name]));
    const text = (value: Json): string | null =>
      value === null ? null : typeof value === "string" ? (stores.get(value) ?? value) : JSON.stringify(value);
    const items = shown.map((row) => ({
      contact: row.contact,
      code: row.code,
      name: [row.first_name, row.last_name].filter((part) => part !== null).join(" ") || null,
      email: row.email,
      field: row.field,
      value: text(row.value),
      proposal: text(row.proposal),
      fix: !row.fixable ? ("none" as const) : row.proposal === null ? ("clear" as const) : ("set" as const),
      foundAt: toIso(row.found_at),
    }));
    return { items, next: rows.length > query.limit ? shown.at(-1)!.contact : null };
  });
  route(app, contract.keepFinding, async ({ actor: { workspace }, body }) => {
    const there = await db.transaction((tx) =>
      fixes.writeKept(tx, {
        workspace,
        contact: body.contact,
        bucket: bucketOf(body.contact),
        code: body.code,
        at: body.kept ? clock.now() : null,
      }),
    );
    if (!there) throw findingNotFound({}, { field: "contact" });
    return { ok: true as const };
  });
  route(app, contract.listFixes, async ({ actor: { workspace } }) => ({ items: (await fixes.selectFixes(db, { workspace })).map(viewOf) }));
  route(app, contract.applyFix, async ({ actor, body }) =>
    viewOf(await applyFix(deps, { actor, code: body.code, contacts: body.contacts ?? null })),
  );
  route(app, contract.changeFix, async ({ actor, params, body }) =>
    viewOf(await changeFix(deps, { actor, id: params.id, to: body.state })),
  );
}

const isUuid = (text: string | undefined): text is string => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text ?? "");

function viewOf(row: fixes.FixRow): contract.Fix {
  return {
    id: row.id,
    code: row.code,
    state: row.state,
    wanted: row.wanted,
    done: row.done,
    skipped: row.skipped,
    askedAt: toIso(row.asked_at),
    askedBy: row.asked_by,
    endedAt: row.ended_at === null ? null : toIso(row.ended_at),
  };
}
