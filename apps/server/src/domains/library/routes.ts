import { listLibrary, showLibrary, useLibrary, type LibraryEntry } from "@relance/contract/library";
import type { Language } from "@relance/model/base";
import { describeText } from "@relance/model/rules";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { route } from "../../platform/http/route.ts";
import { findWorkspace } from "../team/index.ts";
import { contentOf, findEntry, graphOf, standIn, useEntry } from "./draft.ts";
import { ENTRIES } from "./entries/index.ts";
import type { Entry } from "./entry.ts";
import { holdingsOf, readinessOf, type Holdings } from "./readiness.ts";

/** The library: what there is, one of it whole, and a draft made of it. */
export function libraryRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql } = deps.ports;
  route(app, listLibrary, async ({ actor: { workspace } }) => {
    const held = await holdingsOf(sql, { workspace, entries: ENTRIES });
    return { items: ENTRIES.map((entry) => summaryOf(entry, held)) };
  });
  route(app, showLibrary, async ({ actor: { workspace }, query }) => {
    const entry = findEntry(query.key);
    const { locale, currency } = await findWorkspace(sql, { id: workspace });
    const language: Language = locale.startsWith("fr") ? "fr" : "en";
    const names = { segments: new Map<string, string>(), groups: new Map<string, string>(), currency };
    return {
      ...summaryOf(entry, await holdingsOf(sql, { workspace, entries: [entry] })),
      graph: graphOf(entry, language),
      messages: entry.messages.map((one, at) => ({
        id: standIn("message", at),
        key: one.key,
        channel: one.channel,
        names: one.names,
        content: contentOf(one, language),
      })),
      segments: entry.segments.map((one, at) => ({
        id: standIn("segment", at),
        key: one.key,
        names: one.names,
        descriptions: one.descriptions,
        sentence: { fr: describeText(one.rule, "fr", names), en: describeText(one.rule, "en", names) },
      })),
    };
  });
  route(app, useLibrary, async ({ actor, body }) => {
    const { templates, segments, ...made } = await useEntry(deps, { actor, key: body.key, language: body.language });
    return { ...made, templates: [...templates], segments: [...segments] };
  });
}

function summaryOf(entry: Entry, held: Holdings): LibraryEntry {
  const { key, theme, names, purposes, timings, effect } = entry;
  return {
    key,
    theme,
    names,
    purposes,
    timings,
    effect,
    ...readinessOf(entry, held),
    shape: graphOf(entry, "en").steps.map((step) => step.kind),
  };
}
