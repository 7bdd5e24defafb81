import { parentPort } from "node:worker_threads";
import { PREPARING, type Batch } from "../../platform/workers/pool.ts";
import { parse, renderParsed, safeData, type Parsed } from "./liquid.ts";
import { fillHtml, fillText } from "./slots.ts";
import type { RenderedParts, RenderItem, RenderShared } from "./render.ts";

interface ParsedVariant { subject: Parsed; preheader: Parsed; html: Parsed; text: Parsed }

/** Parsed once per thread and version; the oldest leaves when there are a hundred. */
const known = new Map<string, ParsedVariant>();

function prepare({ key, variant }: RenderShared): ParsedVariant {
  const found = known.get(key);
  if (found) return found;
  const made = { subject: parse("text", variant.subject), preheader: parse("text", variant.preheader), html: parse("html", variant.html), text: parse("text", variant.text) };
  if (known.size >= 100) known.delete(known.keys().next().value!);
  known.set(key, made);
  return made;
}

function renderOne(parsed: ParsedVariant, shared: RenderShared, item: RenderItem): RenderedParts {
  const data = safeData(item.data) as Record<string, unknown>;
  // After the copy: these two are the only slots that data may hold.
  data["unsubscribe_url"] = "\ue000U\ue001";
  data["view_url"] = "\ue000V\ue001";
  const table = { links: shared.variant.links, hosts: shared.hosts };
  const preheader = oneLine(renderParsed("text", parsed.preheader, data, item.place));
  data["preheader"] = preheader;
  const { html, dynamic } = fillHtml(renderParsed("html", parsed.html, data, item.place), table, item.links);
  const text = fillText(renderParsed("text", parsed.text, data, item.place), table, item.links, dynamic);
  return { ok: true, subject: fillText(oneLine(renderParsed("text", parsed.subject, data, item.place)), table, item.links, []), preheader, html, text, dynamic };
}

/** Subjects are one line, whatever the data holds. */
function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ").trim().slice(0, 1000);
}

parentPort!.on("message", ({ shared, items, progress }: Batch<RenderShared, RenderItem>) => {
  const at = new Int32Array(progress);
  Atomics.store(at, 0, PREPARING);
  const results: RenderedParts[] = [];
  try {
    const parsed = prepare(shared);
    items.forEach((item, index) => {
      Atomics.store(at, 0, index + 1);
      try {
        results.push(renderOne(parsed, shared, item));
      } catch (error) {
        results.push({ ok: false, reason: "template.failed", message: String((error as Error).message).slice(0, 300) });
      }
    });
  } catch (error) {
    results.length = 0;
    items.forEach(() => results.push({ ok: false, reason: "template.unreadable", message: String((error as Error).message).slice(0, 300) }));
  }
  parentPort!.postMessage({ results });
});
