import { createPrivateKey, type KeyObject } from "node:crypto";
import { parentPort } from "node:worker_threads";
import { MailBytes, mailWriter, type MailHead, type MailWriter } from "@relance/model/messages";
import { PREPARING, type Batch } from "../../platform/workers/pool.ts";
import { signatureOf } from "./dkim.ts";
import { parse, readJson, renderParsed, safeData, type Parsed } from "./liquid.ts";
import { skeletonOf, writeFilled, type Skeleton } from "./skeleton.ts";
import { escapeAttribute, fillHtml, fillText, htmlFiller, textFiller, type LinkTable } from "./slots.ts";
import { ROOM, type RenderedParts, type RenderItem, type RenderShared, type WireShared, type WrittenMail } from "./render.ts";

interface ParsedVariant {
  subject: Parsed;
  preheader: Parsed;
  html: Parsed;
  text: Parsed;
}
interface WireVariant {
  subject: Parsed;
  preheader: Parsed;
  html: Skeleton;
  text: Skeleton;
}

/** Made once per thread and version; the oldest leaves when there are a hundred. */
function remember<T>(make: (variant: RenderShared["variant"]) => T): (shared: RenderShared) => T {
  const known = new Map<string, T>();
  return ({ key, variant }) => {
    const found = known.get(key);
    if (found) return found;
    const made = make(variant);
    if (known.size >= 100) known.delete(known.keys().next().value!);
    known.set(key, made);
    return made;
  };
}

const headOf = (variant: RenderShared["variant"]) => ({
  subject: parse("text", variant.subject),
  preheader: parse("text", variant.preheader),
});
const parsedOf = remember((variant): ParsedVariant => ({
  ...headOf(variant),
  html: parse("html", variant.html),
  text: parse(variant.json ? "json" : "text", variant.text),
}));
const skeletonsOf = remember((variant): WireVariant => ({
  ...headOf(variant),
  html: skeletonOf("html", variant.html),
  text: skeletonOf("text", variant.text),
}));

function renderOne(parsed: ParsedVariant, shared: RenderShared, item: RenderItem): RenderedParts {
  const { data, table, subject, preheader } = begin(parsed, shared, item);
  if (shared.variant.json)
    return {
      ok: true,
      subject,
      preheader,
      ...jsonOf(fillText(renderParsed("json", parsed.text, data, item.place), table, item.links, [])),
      dynamic: [],
    };
  const { html, dynamic } = fillHtml(renderParsed("html", parsed.html, data, item.place), table, item.links);
  const text = fillText(renderParsed("text", parsed.text, data, item.place), table, item.links, dynamic);
  return { ok: true, subject, preheader, html, text, dynamic };
}

/** A body of a webhook as it leaves, without blanks, and to look at. @throws where it is not JSON */
function jsonOf(text: string): { text: string; html: string } {
  const value = readJson(text);
  const shown = escapeAttribute(JSON.stringify(value, null, 2));
  return {
    text: JSON.stringify(value),
    html: `<!doctype html><meta charset="utf-8"><body style="margin:24px;background:#fff"><pre style="font:13px/1.5 ui-monospace,monospace;color:#1c2326;white-space:pre-wrap;overflow-wrap:anywhere;margin:0">${shown}</pre></body>`,
  };
}

function begin(
  parsed: { subject: Parsed; preheader: Parsed },
  shared: RenderShared,
  item: RenderItem,
): { data: Record<string, unknown>; table: LinkTable; subject: string; preheader: string } {
  const data = safeData(item.data) as Record<string, unknown>;
  // After the copy: these are the only slots that data may hold.
  data["unsubscribe_url"] = "\ue000U\ue001";
  data["view_url"] = "\ue000V\ue001";
  data["confirm_url"] = "\ue000C\ue001";
  data["renew_url"] = "\ue000R\ue001";
  const table = { links: shared.variant.links, hosts: shared.hosts };
  const preheader = oneLine(renderParsed("text", parsed.preheader, data, item.place));
  data["preheader"] = preheader;
  return {
    data,
    table,
    preheader,
    subject: fillText(oneLine(renderParsed("text", parsed.subject, data, item.place)), table, item.links, []),
  };
}

/** Subjects are one line, whatever the data holds. */
function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex
  const line = text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ");
  return line.trim().slice(0, 1000);
}

/** The bytes of a batch, in a few large pieces of memory that are given away, not copied, with the answer. */
const CHUNK = 1024 * 1024;
let chunk = new Uint8Array(0);
let used = 0;
let given: ArrayBuffer[] = [];

function keep(...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (used + length + ROOM > chunk.length) {
    chunk = new Uint8Array(Math.max(CHUNK, length + ROOM));
    given.push(chunk.buffer);
    used = 0;
  }
  const kept = chunk.subarray(used, used + length);
  let at = 0;
  for (const part of parts) {
    kept.set(part, at);
    at += part.length;
  }
  used += length + ROOM;
  return kept;
}

const out = new MailBytes();
const NOTHING = new Uint8Array(0);

function writeOne(
  skeletons: WireVariant,
  shared: RenderShared,
  item: RenderItem & { head: Omit<MailHead, "subject"> },
  writer: MailWriter,
  sign: ((mail: Uint8Array) => Uint8Array) | null,
): WrittenMail {
  const { data, table, subject } = begin(skeletons, shared, item);
  const dynamic: string[] = [];
  // The HTML first, although it stands second: the text part names the links made from data by the places they have there.
  const html = renderParsed("html", skeletons.html.parsed, data, item.place);
  const inHtml = filledBeforehand(html, htmlFiller(table, item.links, dynamic));
  const text = renderParsed("text", skeletons.text.parsed, data, item.place);
  out.clear();
  writer.writeInto(
    out,
    { ...item.head, subject },
    () => writeFilled(out, text, skeletons.text.pieces, textFiller(table, item.links, dynamic)),
    () => writeFilled(out, html, skeletons.html.pieces, inHtml),
  );
  const mail = out.bytes.subarray(0, out.at);
  return { ok: true, mail: keep(sign ? sign(mail) : NOTHING, mail) };
}

/** Fills every slot of a rendered part now, and gives the same texts again in the same order when it is written. */
function filledBeforehand(rendered: string, fill: (kind: string, rest: string) => string): (kind: string, rest: string) => string {
  if (!rendered.includes("\ue000D")) return fill;
  const made = [...rendered.matchAll(/\ue000([LDUVCRPH])([^\ue001]*)\ue001/g)].map((slot) => fill(slot[1]!, slot[2]!));
  let next = 0;
  return () => made[next++]!;
}

const keys = new Map<string, KeyObject>();

function signerOf({ dkim }: WireShared): ((mail: Uint8Array) => Uint8Array) | null {
  if (!dkim) return null;
  const key = keys.get(dkim.privateKey) ?? createPrivateKey(dkim.privateKey);
  keys.clear();
  keys.set(dkim.privateKey, key);
  return (mail) => Buffer.from(signatureOf(mail, { ...dkim, key }), "latin1");
}

/** What makes one item of the batch. */
function makerOf(shared: RenderShared): (item: RenderItem) => RenderedParts | WrittenMail {
  const { wire } = shared;
  if (!wire) {
    const parsed = parsedOf(shared);
    return (item) => renderOne(parsed, shared, item);
  }
  const skeletons = skeletonsOf(shared);
  const writer = mailWriter(wire.skeleton);
  const sign = signerOf(wire);
  return (item) => writeOne(skeletons, shared, { ...item, head: item.head! }, writer, sign);
}

parentPort!.on("message", ({ shared, items, progress }: Batch<RenderShared, RenderItem>) => {
  const at = new Int32Array(progress);
  Atomics.store(at, 0, PREPARING);
  const results: (RenderedParts | WrittenMail)[] = [];
  try {
    const make = makerOf(shared);
    items.forEach((item, index) => {
      Atomics.store(at, 0, index + 1);
      try {
        results.push(make(item));
      } catch (error) {
        results.push({ ok: false, reason: "template.failed", message: String((error as Error).message).slice(0, 300) });
      }
    });
  } catch (error) {
    results.length = 0;
    items.forEach(() =>
      results.push({ ok: false, reason: "template.unreadable", message: String((error as Error).message).slice(0, 300) }),
    );
  }
  const memory = given;
  given = [];
  chunk = new Uint8Array(0);
  used = 0;
  parentPort!.postMessage({ results }, memory);
});
