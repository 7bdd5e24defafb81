import { chooseLanguage } from "@relance/model/messages";
import { Killed, WatchedPool } from "../../platform/workers/pool.ts";
import type { Compiled, CompiledVariant } from "./compile.ts";
import type { Place } from "./filters.ts";
import type { MailLinks } from "./slots.ts";

export interface RenderShared {
  /** Names the variant; threads keep what they parsed under it, so another content needs another key. */
  readonly key: string;
  readonly variant: CompiledVariant;
  readonly hosts: readonly string[];
}

export interface RenderItem {
  /** Everything the template may name, already chosen for this reader. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly place: Place;
  readonly links: MailLinks;
}

export type RenderedParts =
  | { readonly ok: true; readonly subject: string; readonly preheader: string; readonly html: string; readonly text: string; /** Links made from data, in order. */ readonly dynamic: readonly string[] }
  | { readonly ok: false; readonly reason: string; readonly message: string };

/** One mail to render. */
export interface RenderRequest extends Omit<RenderItem, "place"> {
  readonly language: string | null;
  readonly zone: string;
  readonly currency: string;
}

const MOST_PER_BATCH = 200;
let pool: WatchedPool<RenderShared, RenderItem, RenderedParts> | null = null;

/** Threads that render templates: 250 ms and 64 MB for each mail. Made at the first use. */
export function renderPool(): WatchedPool<RenderShared, RenderItem, RenderedParts> {
  return (pool ??= new WatchedPool({ script: new URL("./render-worker.ts", import.meta.url), size: 2, itemMs: 250, heapMb: 64 }));
}

/** Ends the rendering threads; the next rendering makes new ones. */
export async function closeRenderPool(): Promise<void> {
  const open = pool;
  pool = null;
  await open?.close();
}

/**
 * Renders many mails of one version. Each gets its language by the fallback order; a mail that fails, or was stopped for taking
 * too long, is its own answer and harms no other.
 * @param key names the compiled content, e.g. `<template>:<version>`
 * @param hosts where links made from data may lead, beside the hosts the template itself names
 */
export async function renderMessages(input: { readonly key: string; readonly compiled: Compiled; readonly hosts: readonly string[]; readonly requests: readonly RenderRequest[] }): Promise<(RenderedParts & { readonly language: string })[]> {
  const { key, compiled, hosts, requests } = input;
  const languages = requests.map((one) => chooseLanguage(Object.keys(compiled.variants), compiled.fallback, one.language) ?? compiled.fallback);
  const results = Array.from<RenderedParts & { language: string }>({ length: requests.length });
  const batches = [...Map.groupBy(requests.keys(), (index) => languages[index]!)].flatMap(([language, indexes]) => chunks(indexes, MOST_PER_BATCH).map((part) => ({ language, part })));
  await Promise.all(batches.map(async ({ language, part }) => {
    const variant = compiled.variants[language];
    if (!variant) return part.forEach((index) => { results[index] = { ok: false, reason: "template.no_variant", message: "The template has no variant.", language }; });
    const items = part.map((index): RenderItem => {
      const { data, zone, currency, links } = requests[index]!;
      return { data: { ...data, language }, place: { language, zone, currency }, links };
    });
    const done = await renderPool().run({ key: `${key}:${language}`, variant, hosts: [...hosts, ...variant.hosts] }, items);
    part.forEach((index, n) => {
      const one = done[n]!;
      results[index] = one instanceof Killed ? { ok: false, reason: `template.${one.reason}`, message: one.message, language } : { ...one, language };
    });
  }));
  return results;
}

/** Renders one mail; see `renderMessages`. */
export async function renderMessage(input: { readonly key: string; readonly compiled: Compiled; readonly hosts: readonly string[]; readonly request: RenderRequest }): Promise<RenderedParts & { readonly language: string }> {
  const { request, ...rest } = input;
  return (await renderMessages({ ...rest, requests: [request] }))[0]!;
}

function chunks<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, n) => values.slice(n * size, (n + 1) * size));
}

