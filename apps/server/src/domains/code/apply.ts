import type { Output } from "@relance/contract/client";
import type { applyCode } from "@relance/contract/code";
import type { Scope } from "@relance/contract";
import type { Id } from "@relance/model/base";
import { swapReferences, type CodeKind } from "@relance/model/code";
import { EMPTY_GRAPH, type Choice } from "@relance/model/journeys";
import type { Deps } from "../../deps.ts";
import { CodedError } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { archiveTopic, makeTopic, renameTopic } from "../compliance/index.ts";
import { changeComputed, createComputed, removeComputed } from "../computed/index.ts";
import { insertGroup, removeGroup, renameGroup } from "../contacts/index.ts";
import { createForm, publishForm, saveForm, selectForms, setFormArchived } from "../forms/index.ts";
import { archiveJourney, createJourney, publishJourney, saveJourneyDraft } from "../journeys/index.ts";
import { createTemplate, publishTemplate, saveTemplate, setTemplateArchived } from "../messages/index.ts";
import { archiveSegment, changeQuery, changeSegment, createQuery, createSegment } from "../segments/index.ts";
import { changeWorkspace, includesRole } from "../team/index.ts";
import { codeHasProblems, codeNotAllowed } from "./errors.ts";
import { sameGraph } from "./held.ts";
import type { Bodies, CodeObject, Planned } from "./object.ts";
import type { Plan } from "./plan.ts";
import { writeNames } from "./queries.ts";
import { namesUnmade } from "./view.ts";

type Applied = Output<typeof applyCode.response>["objects"][number];
interface Choices {
  readonly inside: Choice["what"];
  readonly journeys: Readonly<Record<string, Readonly<Record<string, Choice>>>>;
}

const SCOPE: Readonly<Record<CodeKind, Scope>> = {
  settings: "settings:write",
  topic: "content:write",
  group: "contacts:write",
  attribute: "segments:write",
  template: "content:write",
  form: "content:write",
  segment: "segments:write",
  journey: "journeys:write",
};

/** Makes the workspace as the plan says, what is named before what names it. An object that fails is told and does not keep others from being tried. */
export async function applyPlan(deps: Deps, input: { actor: Actor; plan: Plan; choices: Choices }): Promise<Applied[]> {
  const { actor, plan } = input;
  if (plan.problems.length > 0)
    throw codeHasProblems(
      { n: plan.problems.length },
      {
        field: "files",
        problems: plan.problems.slice(0, 200).map((one) => ({
          field: `${one.file}${one.line === null ? "" : `:${one.line}`}${one.field === "" ? "" : ` ${one.field}`}`,
          code: one.code,
          message: one.message.en,
        })),
      },
    );
  for (const one of plan.objects) refuseForbidden(actor, one);
  const work = new Work(deps, input);
  const errors = new Map<Planned, Applied["error"]>();
  const attempt = async (one: Planned, act: () => Promise<void>) => {
    if (errors.has(one)) return;
    try {
      await act();
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      errors.set(one, {
        code: error.code,
        message: [error.message, ...(error.problems ?? []).map((problem) => problem.message)].join(" "),
        field: error.field ?? null,
      });
    }
  };
  await work.remember(plan.holdings.objects.map(({ kind, slug, id }) => ({ kind, slug, id })));
  const changing = plan.objects.filter((one) => one.change === "added" || one.change === "changed");
  // Segments may name journeys and journeys segments: journeys are there, empty, before either is filled.
  const ordered = [
    ...changing.filter((one) => one.kind !== "segment" && one.kind !== "journey"),
    ...namedFirst(changing.filter((one) => one.kind === "segment")),
  ];
  const journeys = changing.filter((one) => one.kind === "journey");
  for (const one of ordered.filter((each) => each.kind !== "segment")) await attempt(one, () => work.put(one));
  for (const one of journeys.filter((each) => each.change === "added")) await attempt(one, () => work.begin(one));
  for (const one of ordered.filter((each) => each.kind === "segment")) await attempt(one, () => work.put(one));
  for (const one of journeys) await attempt(one, () => work.put(one));
  for (const one of dependentsFirst(plan.objects.filter((each) => each.change === "removed"))) await attempt(one, () => work.remove(one));
  return plan.objects.map((one) => ({
    file: one.file,
    kind: one.kind,
    slug: one.slug,
    name: one.name,
    change: one.change,
    error: errors.get(one) ?? null,
  }));
}

function refuseForbidden(actor: Actor, { kind, change, before, after, file }: Planned): void {
  if (change === "same") return;
  if (actor.kind === "key") {
    if (!actor.scopes.includes(SCOPE[kind])) throw codeNotAllowed({ needs: `the scope ${SCOPE[kind]}`, file });
    return;
  }
  const publishes = (kind === "template" || kind === "form" || kind === "journey") && after?.published === true;
  // A query reads everything the workspace knows.
  const query = [before, after].some((one) => one?.kind === "segment" && one.body.rule.kind === "sql");
  const role =
    kind === "settings" || (query && change !== "removed")
      ? "admin"
      : publishes || (kind === "journey" && change === "removed")
        ? "approver"
        : "editor";
  if (!includesRole(actor.role, role)) throw codeNotAllowed({ needs: `the role ${role}`, file });
}

class Work {
  readonly #deps: Deps;
  readonly #actor: Actor;
  readonly #choices: Choices;
  readonly #plan: Plan;
  /** Real ids of what was made, by the id it had in the plan. */
  readonly #made = new Map<Id, Id>();

  constructor(deps: Deps, { actor, choices, plan }: { actor: Actor; choices: Choices; plan: Plan }) {
    this.#deps = deps;
    this.#actor = actor;
    this.#choices = choices;
    this.#plan = plan;
  }

  async remember(names: readonly { kind: CodeKind; slug: string; id: Id }[]): Promise<void> {
    const kept = names.filter(({ kind }) => kind === "group" || kind === "template" || kind === "segment" || kind === "journey");
    await this.#deps.ports.sql.transaction((tx) => writeNames(tx, { workspace: this.#actor.workspace, names: kept }));
  }

  /** An empty draft of a journey, so that others may name it. */
  async begin(one: Planned): Promise<void> {
    await this.#note(one, await createJourney(this.#deps, { actor: this.#actor, name: one.name, description: "", draft: EMPTY_GRAPH }));
  }

  async #note(one: Planned, id: Id): Promise<void> {
    this.#made.set(one.id, id);
    await this.remember([{ kind: one.kind, slug: one.slug, id }]);
  }

  async put(one: Planned): Promise<void> {
    const object = swapReferences(one.after, (_of, id) => this.#made.get(id) ?? id) as CodeObject;
    const id = one.change === "changed" ? one.id : (this.#made.get(one.id) ?? null);
    const made = await this.#write(object, id, one);
    if (id === null && made !== null) await this.#note(one, made);
  }

  /** @param id null: to be made. @returns the id of what was made */
  async #write(object: CodeObject, id: Id | null, one: Planned): Promise<Id | null> {
    const [deps, actor] = [this.#deps, this.#actor];
    const { workspace } = actor;
    switch (object.kind) {
      case "settings":
        await changeWorkspace(deps, { actor, change: object.body });
        return null;
      case "topic":
        return id === null
          ? (await makeTopic(deps, { workspace, ...object.body })).id
          : (await renameTopic(deps, { workspace, id, names: object.body.names })).id;
      case "group":
        return this.#putGroup(object.body, id);
      case "attribute": {
        if (id === null) return createComputed(deps, { actor, ...object.body });
        const { computation } = (one.before as Extract<CodeObject, { kind: "attribute" }>).body;
        await changeComputed(deps, {
          actor,
          id,
          name: object.body.name,
          ...(JSON.stringify(computation) !== JSON.stringify(object.body.computation) && { computation: object.body.computation }),
        });
        return null;
      }
      case "template": {
        const target = id ?? (await createTemplate(deps, actor, object.body));
        if (id !== null) await saveTemplate(deps, actor, { ...object.body, id, expected: undefined });
        if (object.published) await publishTemplate(deps, actor, target);
        return target;
      }
      case "form": {
        const { key, content } = object.body;
        const archived =
          id === null ? (await selectForms(deps.ports.sql, { workspace, archived: true })).find((one) => one.key === key) : undefined;
        if (archived) await setFormArchived(deps, actor, { id: archived.id, archived: false });
        const target = id ?? archived?.id ?? (await createForm(deps, actor, object.body));
        if (id !== null || archived) await saveForm(deps, actor, { ...object.body, content, id: target, expected: undefined });
        if (object.published) await publishForm(deps, actor, target);
        return target;
      }
      case "segment":
        return this.#putSegment(object.body, id);
      case "journey":
        return this.#putJourney(object, id!, one.slug);
    }
  }

  async #putSegment({ rule, everyMinutes, ...named }: Bodies["segment"], id: Id | null): Promise<Id | null> {
    const [deps, actor] = [this.#deps, this.#actor];
    if (id === null)
      return rule.kind === "sql"
        ? createQuery(deps, { actor, ...named, query: rule.query, everyMinutes })
        : createSegment(deps, { actor, ...named, rule });
    const {
      version,
      rule: { root },
    } = this.#plan.holdings.segments.get(id)!;
    if (rule.kind === "sql" && root.kind === "sql") {
      await changeQuery(deps, { actor, id, everyMinutes, ...(root.query !== rule.query && { query: rule.query, version }) });
      await changeSegment(deps, { actor, id, ...named });
    } else await changeSegment(deps, { actor, id, ...named, version, ...(JSON.stringify(root) !== JSON.stringify(rule) && { rule }) });
    return null;
  }

  async #putGroup(body: { name: string; description: string }, id: Id | null): Promise<Id | null> {
    const { sql, chance, clock } = this.#deps.ports;
    const { workspace, id: by } = this.#actor;
    const now = clock.now();
    const target = id ?? chance.id(now);
    await sql.transaction((tx) =>
      id === null ? insertGroup(tx, { ...body, workspace, id: target, by, now }) : renameGroup(tx, { ...body, workspace, id }),
    );
    return target;
  }

  async #putJourney(object: Extract<CodeObject, { kind: "journey" }>, id: Id, slug: string): Promise<null> {
    const [deps, actor] = [this.#deps, this.#actor];
    const { name, description, graph } = object.body;
    const row = this.#plan.holdings.journeys.get(id);
    const revision = row?.draft_revision ?? 1;
    await saveJourneyDraft(deps, { actor, id, revision, graph, name, description });
    if (object.published && (row?.live_graph == null || !sameGraph(row.live_graph, graph)))
      await publishJourney(deps, {
        actor,
        id,
        revision: revision + 1,
        inside: this.#choices.inside,
        choices: this.#choices.journeys[slug] ?? {},
      });
    return null;
  }

  async remove({ kind, id }: Planned): Promise<void> {
    const [deps, actor] = [this.#deps, this.#actor];
    const { workspace } = actor;
    switch (kind) {
      case "settings":
        return;
      case "topic":
        return void (await archiveTopic(deps, { workspace, id }));
      case "group":
        return removeGroup(deps, { workspace, id });
      case "attribute":
        return removeComputed(deps, { actor, id });
      case "template":
        return setTemplateArchived(deps, actor, { id, archived: true });
      case "form":
        return setFormArchived(deps, actor, { id, archived: true });
      case "segment":
        return archiveSegment(deps, { actor, id });
      case "journey":
        return archiveJourney(deps, { actor, id });
    }
  }
}

/** Segments so that each comes after those it names; a circle was refused before. */
function namedFirst(segments: readonly Planned[]): Planned[] {
  const left = [...segments];
  const done: Planned[] = [];
  while (left.length > 0) {
    const next = Math.max(
      0,
      left.findIndex((one) => !namesUnmade(one.after?.body, new Set(left.filter((other) => other !== one).map((other) => other.id)))),
    );
    done.push(...left.splice(next, 1));
  }
  return done;
}

/** Journeys first; of segments, those that others do not name. */
function dependentsFirst(removed: readonly Planned[]): Planned[] {
  const segments = namedFirst(removed.filter((one) => one.kind === "segment").map((one) => ({ ...one, after: one.before })));
  const ofKinds = (test: (kind: CodeKind) => boolean) => removed.filter((one) => test(one.kind));
  return [
    ...ofKinds((kind) => kind === "journey"),
    ...segments.reverse().map((one) => removed.find((other) => other.id === one.id)!),
    ...ofKinds((kind) => kind !== "journey" && kind !== "segment"),
  ];
}
