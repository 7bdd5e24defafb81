import type { CodeFile, CodeProblem } from "@relance/contract/code";
import { isId, type Id } from "@relance/model/base";
import { CODE_KINDS, codePath, inOrder, type Referred } from "@relance/model/code";
import type { Deps } from "../../deps.ts";
import { readHoldings, type Holdings } from "./held.ts";
import { nameOf, type CodeObject, type Planned } from "./object.ts";
import { gather, objectOf, type Source } from "./read.ts";
import { judge } from "./judge.ts";
import { bodiesOf, documentOf } from "./write.ts";

export interface Plan {
  readonly objects: readonly Planned[];
  readonly problems: readonly CodeProblem[];
  readonly holdings: Holdings;
  /** Ids of objects that are still to be made. */
  readonly unmade: ReadonlySet<Id>;
}

/** Compares files with the workspace and judges what they say as the app would. Nothing is stored. @param input.prune what the files do not hold goes */
export async function planFiles(deps: Deps, input: { workspace: Id; files: readonly CodeFile[]; prune: boolean }): Promise<Plan> {
  const { sql, chance, clock } = deps.ports;
  const holdings = await readHoldings(sql, input.workspace);
  const { sources, problems } = gather(input.files);
  const heldBy = new Map(holdings.objects.map((one) => [`${one.kind} ${one.slug}`, one]));
  const ids = new Map<string, Id>(
    sources.map((source) => [`${source.kind} ${source.slug}`, heldBy.get(`${source.kind} ${source.slug}`)?.id ?? chance.id(clock.now())]),
  );
  const unmade = new Set([...ids].filter(([key]) => !heldBy.has(key)).map(([, id]) => id));
  const gone = input.prune ? holdings.objects.filter((one) => one.kind !== "settings" && !ids.has(`${one.kind} ${one.slug}`)) : [];
  if (!input.prune) for (const one of holdings.objects) ids.set(`${one.kind} ${one.slug}`, one.id);

  const idOf = (of: Referred, name: string): string | null => {
    if (of === "store") return holdings.stores.get(name) ?? (isId(name) ? name : null);
    return (
      (of === "pool" ? holdings.pools.get(name) : of === "webhook" ? holdings.webhooks.get(name) : ids.get(`${of} ${name}`)) ??
      (isId(name) ? name : null)
    );
  };
  const slugs = new Map([...ids].map(([key, id]) => [`${key.slice(0, key.indexOf(" "))} ${id}`, key.slice(key.indexOf(" ") + 1)]));
  const slugFor = (of: Referred, id: string) => slugs.get(`${of} ${id}`) ?? holdings.slugFor(of, id);
  const whole = (object: CodeObject) => ({
    ...documentOf(object, slugFor),
    ...(object.kind === "template" && { bodies: Object.fromEntries(bodiesOf(object).map(({ path, text }) => [path, text])) }),
  });

  const objects: Planned[] = [];
  const read: { source: Source; planned: Planned }[] = [];
  for (const source of sources.toSorted((a, b) => CODE_KINDS.indexOf(a.kind) - CODE_KINDS.indexOf(b.kind) || (a.slug < b.slug ? -1 : 1))) {
    const key = `${source.kind} ${source.slug}`;
    const { object: after, problems: found } = objectOf(source, idOf);
    problems.push(...found);
    if (after === null) continue;
    const before = heldBy.get(key) ?? null;
    const documents = { before: before && whole(before), after: whole(after) };
    const change = before === null ? "added" : same(documents.before, documents.after) ? "same" : "changed";
    const planned: Planned = {
      file: source.file,
      kind: source.kind,
      slug: source.slug,
      name: nameOf(after),
      change,
      id: ids.get(key)!,
      before,
      after,
      documents,
    };
    objects.push(planned);
    read.push({ source, planned });
  }
  for (const one of gone.toReversed())
    objects.push({
      file: codePath(one.kind, one.slug),
      kind: one.kind,
      slug: one.slug,
      name: nameOf(one),
      change: "removed",
      id: one.id,
      before: one,
      after: null,
      documents: { before: whole(one), after: null },
    });
  problems.push(...(await judge(deps, { workspace: input.workspace, read, gone: new Set(gone.map((one) => one.id)), holdings })));
  return { objects, problems, holdings, unmade };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b));
