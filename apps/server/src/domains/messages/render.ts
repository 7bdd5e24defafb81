import { chooseLanguage, type MailHead, type MailSkeleton } from "@relance/model/messages";
import { Killed, WatchedPool } from "../../platform/workers/pool.ts";
import type { Compiled, CompiledVariant } from "./compiled.ts";
import type { DkimKey } from "./dkim.ts";
import type { Place } from "./filters.ts";
import type { MailLinks } from "./slots.ts";

export interface RenderShared {
  /** Names the variant; threads keep what they parsed under it, so another content needs another key. */
  readonly key: string;
  readonly variant: CompiledVariant;
  readonly hosts: readonly string[];
  /** What the mails made of this batch have in common, for those that are made for the wire. */
  readonly wire: WireShared | null;
}

/** What mails of one sender, template version and purpose have in common on the wire. */
export interface WireShared {
  readonly skeleton: MailSkeleton;
  /** Signs each; null: unsigned. */
  readonly dkim: DkimKey | null;
}

export interface RenderItem {
  /** Everything the template may name, already chosen for this reader. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly place: Place;
  readonly links: MailLinks;
  /** Null: the parts are wanted, not the bytes. */
  readonly head: Omit<MailHead, "subject"> | null;
}

interface Failed {
  readonly ok: false;
  readonly reason: string;
  readonly message: string;
}

export type RenderedParts =
  | {
      readonly ok: true;
      readonly subject: string;
      readonly preheader: string;
      readonly html: string;
      readonly text: string;
      /** Links made from data, in order. */ readonly dynamic: readonly string[];
    }
  | Failed;

/**
 * A whole mail as SMTP wants it: CRLF only, no line beginning with a dot, seven bits. Behind it `ROOM` bytes of its memory are free,
 * for the dot and the next envelope, so that one write carries all.
 */
export type WrittenMail = { readonly ok: true; readonly mail: Uint8Array } | Failed;
export const ROOM = 1024;

/** One mail to render. */
export interface RenderRequest extends Omit<RenderItem, "place" | "head"> {
  readonly language: string | null;
  readonly zone: string;
  readonly currency: string;
}

const MOST_PER_BATCH = 200;
let pool: WatchedPool<RenderShared, RenderItem, RenderedParts | WrittenMail> | null = null;

/** Threads that render templates: 1.25 s and 64 MB for each mail (a third of a millisecond is usual; the rest is for a busy machine, where a mail must not fail for a pause). Made at the first use. */
function renderPool(): WatchedPool<RenderShared, RenderItem, RenderedParts | WrittenMail> {
  return (pool ??= new WatchedPool({ script: new URL("./render-worker.ts", import.meta.url), size: 2, itemMs: 1_250, heapMb: 64 }));
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
export function renderMessages(
  input: Rendering & { readonly requests: readonly RenderRequest[] },
): Promise<(RenderedParts & { readonly language: string })[]> {
  return inThreads<RenderedParts>(
    input,
    null,
    input.requests.map((one) => ({ ...one, head: null })),
  );
}

/** The same mails as bytes for the wire: composed, and signed where asked, in the threads. */
export function writeMessages(
  input: Rendering & {
    readonly wire: WireShared;
    readonly requests: readonly (RenderRequest & { readonly head: Omit<MailHead, "subject"> })[];
  },
): Promise<(WrittenMail & { readonly language: string })[]> {
  return inThreads<WrittenMail>(input, input.wire, input.requests);
}

interface Rendering {
  readonly key: string;
  readonly compiled: Compiled;
  readonly hosts: readonly string[];
}

async function inThreads<Result extends RenderedParts | WrittenMail>(
  { key, compiled, hosts }: Rendering,
  wire: WireShared | null,
  requests: readonly (RenderRequest & Pick<RenderItem, "head">)[],
): Promise<(Result & { readonly language: string })[]> {
  const languages = requests.map(
    (one) => chooseLanguage(Object.keys(compiled.variants), compiled.fallback, one.language) ?? compiled.fallback,
  );
  const results = Array.from<Result & { language: string }>({ length: requests.length });
  const failed = (reason: string, message: string, language: string) =>
    ({ ok: false, reason, message, language }) as unknown as Result & { language: string };
  const batches = [...Map.groupBy(requests.keys(), (index) => languages[index]!)].flatMap(([language, indexes]) =>
    chunks(indexes, MOST_PER_BATCH).map((part) => ({ language, part })),
  );
  await Promise.all(
    batches.map(async ({ language, part }) => {
      const variant = compiled.variants[language];
      if (!variant)
        return part.forEach((index) => {
          results[index] = failed("template.no_variant", "The template has no variant.", language);
        });
      const items = part.map((index): RenderItem => {
        const { data, zone, currency, links, head } = requests[index]!;
        return { data: { ...data, language }, place: { language, zone, currency }, links, head };
      });
      const done = await renderPool().run({ key: `${key}:${language}`, variant, hosts: [...hosts, ...variant.hosts], wire }, items);
      part.forEach((index, n) => {
        const one = done[n]!;
        results[index] = one instanceof Killed ? failed(`template.${one.reason}`, one.message, language) : { ...(one as Result), language };
      });
    }),
  );
  return results;
}

/** Renders one mail; see `renderMessages`. */
export async function renderMessage(
  input: Rendering & { readonly request: RenderRequest },
): Promise<RenderedParts & { readonly language: string }> {
  const { request, ...rest } = input;
  return (await renderMessages({ ...rest, requests: [request] }))[0]!;
}

function chunks<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, n) => values.slice(n * size, (n + 1) * size));
}
