import type { Variant } from "@relance/model/messages";
import type { CompiledVariant } from "./compiled.ts";
import { sampleData } from "./data.ts";
import { parse, readJson, renderParsed, safeData, variablesOf, type Writing } from "./liquid.ts";

const ROOTS = [
  "contact",
  "articles",
  "event",
  "cart",
  "order",
  "product",
  "products",
  "items",
  "coupon",
  "store",
  "workspace",
  "unsubscribe_url",
  "view_url",
  "confirm_url",
  "renew_url",
  "language",
  "preheader",
  "journey",
  "run",
];
export type Report = (level: "error" | "warning", code: string, field: string, message: string, detail?: string) => void;

/** A text goes out as it is written; its HTML is for looking at it. */
export function compileText(variant: Variant, report: Report): CompiledVariant {
  if (variant.source.trim() === "") report("error", "body.missing", "source", "The message is empty.");
  checkLiquid("text", variant.subject, "subject", report);
  checkLiquid("text", variant.source, "source", report);
  const title = variant.subject.trim() === "" ? "" : `<b>${variant.subject}</b>\n`;
  const html = `<!doctype html><meta charset="utf-8"><body style="margin:24px;background:#fff"><div style="font:16px/1.45 system-ui,sans-serif;color:#1c2326;background:#eef2f2;border-radius:14px;padding:12px 16px;max-width:320px;white-space:pre-wrap;overflow-wrap:anywhere">${title}${variant.source}</div></body>`;
  return {
    subject: variant.subject,
    preheader: "",
    html,
    text: variant.source,
    links: [],
    hosts: [...new Set([...variant.source.matchAll(/https?:\/\/([^\s/?#:{}<>"]+)/gi)].map((found) => found[1]!.toLowerCase()))],
  };
}

const NOWHERE = { language: "en", zone: "UTC", currency: "EUR" };

/**
 * The body of a webhook. It must be JSON with the values of a sample contact and with none at all: what one contact lacks must not
 * break what is told of it.
 */
export function compileJson(variant: Variant, report: Report): CompiledVariant {
  if (variant.source.trim() === "") report("error", "body.missing", "source", "The message is empty.");
  else if (checkLiquid("json", variant.source, "source", report)) {
    for (const data of [sampleData(), {}]) {
      try {
        readJson(renderParsed("json", parse("json", variant.source), safeData(data), NOWHERE));
      } catch (error) {
        report(
          "error",
          "json.invalid",
          "source",
          `${String((error as Error).message).slice(0, 200)}. Write {{ contact.city | json }} where a value stands without quotes.`,
        );
        break;
      }
    }
  }
  return { subject: "", preheader: "", html: "", text: variant.source, json: true, links: [], hosts: [] };
}

/** @returns whether it can be read */
export function checkLiquid(kind: Writing, source: string, field: string, report: Report): boolean {
  try {
    const parsed = parse(kind, source);
    const roots = new Set(variablesOf(kind, parsed).filter((name) => !ROOTS.includes(name.split(/[.[]/)[0]!)));
    for (const name of [...roots].slice(0, 20))
      report("warning", "liquid.unknown_variable", field, `Nothing is named ${name}; it is empty unless the journey gives it.`, name);
    return true;
  } catch (error) {
    const message = String((error as Error).message).slice(0, 300);
    report("error", /undefined filter/.test(message) ? "liquid.unknown_filter" : "liquid.unreadable", field, message);
    return false;
  }
}
