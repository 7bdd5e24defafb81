import { ROLES } from "@relance/contract";
import type { Id, Language } from "@relance/model/base";
import type { Graph } from "@relance/model/journeys";
import type { Content } from "@relance/model/messages";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { selectPools } from "../catalog/index.ts";
import { createJourney, journeyProblems } from "../journeys/index.ts";
import { createTemplate, publishTemplate } from "../messages/index.ts";
import { createSegment } from "../segments/index.ts";
import { findWorkspace } from "../team/index.ts";
import { ENTRIES } from "./entries/index.ts";
import type { Entry, EntryMessage } from "./entry.ts";
import { entryUnknown, scopesMissing } from "./errors.ts";

/** @throws library.unknown */
export function findEntry(key: string): Entry {
  const found = ENTRIES.find((entry) => entry.key === key);
  if (!found) throw entryUnknown({ key }, { field: "key" });
  return found;
}

export const contentOf = (message: EntryMessage, language: Language): Content => ({
  version: 1,
  fallback: language,
  variants: message.variants,
});

/** Ids in the place of what a draft would be given: the entry's own, by their order. */
export const standIn = (kind: "message" | "segment", at: number): Id =>
  `00000000-0000-0000-000${kind === "message" ? 1 : 2}-${String(at).padStart(12, "0")}`;

/** The graph before there is a draft. */
export function graphOf(entry: Entry, language: Language): Graph {
  const place = (kind: "message" | "segment", keys: readonly { readonly key: string }[]) => (key: string) =>
    standIn(
      kind,
      keys.findIndex((one) => one.key === key),
    );
  return entry.graph({ language, message: place("message", entry.messages), segment: place("segment", entry.segments), pool: null });
}

export interface Draft {
  readonly journey: Id;
  readonly templates: readonly Id[];
  readonly segments: readonly Id[];
  readonly published: boolean;
  readonly problems: number;
}

/**
 * Makes an entry the workspace's own: its segments, its templates, the journey as a draft. What was made stays when something after it
 * fails: each is whole by itself, and nothing of it sends.
 * @throws library.unknown, library.scopes
 */
export async function useEntry(
  deps: Deps,
  input: { readonly actor: Actor; readonly key: string; readonly language: Language | undefined },
): Promise<Draft> {
  const { actor } = input;
  const entry = findEntry(input.key);
  if (actor.kind === "key" && !(["content:write", "segments:write"] as const).every((scope) => actor.scopes.includes(scope)))
    throw scopesMissing({});
  const { sql } = deps.ports;
  const { workspace } = actor;
  const { locale } = await findWorkspace(sql, { id: workspace });
  const own: Language = locale.startsWith("fr") ? "fr" : "en";
  const language = input.language ?? own;
  const publish = actor.kind === "key" || ROLES.indexOf(actor.role) >= ROLES.indexOf("approver");
  const [pool] = await selectPools(sql, { workspace });
  const segments = new Map<string, Id>();
  for (const one of entry.segments)
    segments.set(
      one.key,
      await createSegment(deps, { actor, name: one.names[language], description: one.descriptions[language], rule: one.rule }),
    );
  const templates = new Map<string, Id>();
  for (const one of entry.messages) {
    const id = await createTemplate(deps, actor, {
      name: one.names[language],
      channel: one.channel,
      class: "marketing",
      topic: "",
      content: contentOf(one, own),
    });
    if (publish) await publishTemplate(deps, actor, id);
    templates.set(one.key, id);
  }
  const draft = entry.graph({
    language,
    message: (key) => templates.get(key)!,
    segment: (key) => segments.get(key)!,
    pool: pool?.id ?? null,
  });
  const journey = await createJourney(deps, { actor, name: entry.names[language], description: entry.purposes[language], draft });
  const problems = await journeyProblems(sql, { workspace, graph: draft });
  return { journey, templates: [...templates.values()], segments: [...segments.values()], published: publish, problems: problems.length };
}
