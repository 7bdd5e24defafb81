import { createHash } from "node:crypto";
import { convert } from "html-to-text";
import type { Content, MessageClass, MessageProblem, Variant } from "@relance/model/messages";
import { checkLiquid, compileJson, compileText, type Report } from "./compile-text.ts";
import type { Compiled, CompiledVariant } from "./compiled.ts";
import { parse } from "./liquid.ts";
import { CLOSE, decodeEntities, OPEN, withoutSlots } from "./slots.ts";

/** Gmail cuts a message whose HTML is larger. */
const CLIPPED_AT = 102 * 1024;
const LIQUID = /\{\{|\{%/;

export interface CompileOptions {
  readonly class: MessageClass;
  readonly postalAddress: string;
}

export interface CompileResult {
  readonly compiled: Compiled;
  readonly problems: MessageProblem[];
  /** Names content and options together. */
  readonly hash: string;
}

export function hashOf(content: Content, options: CompileOptions): string {
  return createHash("sha256")
    .update(JSON.stringify([content, options]))
    .digest("hex");
}

/**
 * Compiles content on the calling thread: MJML takes 50 to 150 ms a language, so the server goes through `compile-pool.ts`.
 * The result is usable only when no problem is an error.
 */
export async function compile(content: Content, options: CompileOptions): Promise<CompileResult> {
  const problems: MessageProblem[] = [];
  const report: Report = (level, code, field, message, detail) => {
    const line = lineOf(content, field, message, detail);
    problems.push({
      level,
      code,
      field,
      message,
      ...(detail !== undefined && { detail: detail.slice(0, 200) }),
      ...(line !== null && { line }),
    });
  };
  const variants: Record<string, CompiledVariant> = {};
  const languages = Object.keys(content.variants).toSorted();
  if (languages.length === 0) report("error", "content.empty", "variants", "There is no variant in any language.");
  else if (!content.variants[content.fallback])
    report("error", "content.no_fallback", "fallback", "The fallback language has no variant.", content.fallback);
  const read = Object.values(content.variants).some((variant) => variant.format !== "json");
  for (const language of ["fr", "en"])
    if (read && languages.length > 0 && !languages.some((one) => one.startsWith(language)))
      report("warning", "language.missing", "variants", `There is no variant in ${language}: its readers get the fallback.`, language);
  const isMail = Object.values(content.variants).some((variant) => variant.format === "mjml" || variant.format === "html");
  if (isMail && options.class === "marketing" && options.postalAddress.trim() === "")
    report(
      "warning",
      "postal_address.missing",
      "variants",
      "The workspace has no postal address; marketing mail must show one in Canada and the United States.",
    );
  for (const language of languages)
    variants[language] = await compileVariant(content.variants[language]!, language, options.class, (level, code, field, message, detail) =>
      report(level, code, `variants.${language}.${field}`, message, detail),
    );
  return { compiled: { version: 1, fallback: content.fallback, variants }, problems, hash: hashOf(content, options) };
}

/** The line of the source a problem is about, counted from 1: said by MJML, else the first that holds what the sentence names. */
function lineOf(content: Content, field: string, message: string, detail: string | undefined): number | null {
  const language = /^variants\.([^.]+)\.(source|text)$/.exec(field);
  const variant = language && content.variants[language[1]!];
  if (!variant) return null;
  const told = /^line (\d+)$/.exec(detail ?? "");
  if (told) return Number(told[1]);
  const source = language[2] === "source" ? variant.source : (variant.text ?? "");
  if (/, line:\d+/.test(message)) return liquidLine(source);
  if (detail === undefined || detail === "") return null;
  const at = source.split("\n").findIndex((line) => line.includes(detail) || decodeEntities(line).includes(detail));
  return at < 0 ? null : at + 1;
}

// Liquid is parsed again in the source as written: the lines of the HTML that MJML made are others.
function liquidLine(source: string): number | null {
  try {
    parse("html", source);
    return null;
  } catch (error) {
    return Number(/, line:(\d+)/.exec(String((error as Error).message))?.[1] ?? 0) || null;
  }
}

async function compileVariant(given: Variant, language: string, of: MessageClass, report: Report): Promise<CompiledVariant> {
  const variant = {
    ...given,
    subject: withoutSlots(given.subject),
    preheader: withoutSlots(given.preheader),
    source: withoutSlots(given.source),
    text: given.text === null ? null : withoutSlots(given.text),
  };
  if (variant.format === "json") return compileJson(variant, report);
  if (variant.format === "text") return compileText(variant, report);
  if (variant.subject.trim() === "") report("error", "subject.missing", "subject", "The subject is empty.");
  if (variant.source.trim() === "") report("error", "body.missing", "source", "The message is empty.");
  checkSource(variant, report);
  const raw = variant.format === "mjml" ? await fromMjml(variant.source, report) : variant.source;
  const { html: linked, links, hosts } = numberLinks(raw, report);
  checkPlaces(linked, report);
  const html = finish(linked, language, of, report);
  if (Buffer.byteLength(html) > CLIPPED_AT)
    report(
      "warning",
      "body.clipped",
      "source",
      "The HTML is larger than 102 kB: Gmail will cut it.",
      `${Math.round(Buffer.byteLength(html) / 1024)} kB`,
    );
  const text = variant.text ?? toText(html);
  checkLiquid("text", variant.subject, "subject", report);
  checkLiquid("text", variant.preheader, "preheader", report);
  checkLiquid("html", html, "source", report);
  // A text made from the HTML has the HTML's problems, told once.
  if (variant.text !== null) checkLiquid("text", text, "text", report);
  return { subject: variant.subject, preheader: variant.preheader, html, text, links, hosts };
}

const FORBIDDEN =
  /<\s*(script|iframe|frame|object|embed|applet|form|input|textarea|select|svg|math|base|noscript|template|xmp|meta\s+http-equiv\s*=\s*["']?refresh)\b/i;

/** What no message may hold: mail clients drop it, and a preview must not run it. */
function checkSource({ source, format }: { source: string; format: string }, report: Report): void {
  if (/<\s*mj-include\b/i.test(source)) report("error", "mjml.include", "source", "mj-include is not accepted: paste the content instead.");
  const tag = FORBIDDEN.exec(source);
  if (tag) report("error", "html.forbidden_tag", "source", `The tag ${tag[1]!} is not accepted in a message.`, tag[1]!);
  const handler = /<[a-z][^<>]*?[\s"'/](on[a-z]{3,})\s*=/i.exec(source);
  if (handler) report("error", "html.handler", "source", "Scripts in attributes are not accepted.", handler[1]!);
  if (format === "mjml" && !/<\s*mjml[\s>]/i.test(source)) report("error", "mjml.missing", "source", "The source has no mjml element.");
}

/**
 * Values are escaped, which makes text safe between tags and between quotes, and nowhere else: a value as a bare attribute could bring
 * a handler of its own, one in a style sheet or a style attribute an address to fetch or a line that covers the message.
 */
function checkPlaces(html: string, report: Report): void {
  const VALUE = "\ue002";
  const marked = html
    .replace(/\ue000D[^\ue001]*\ue001/g, "")
    .replace(/\{\{.*?\}\}|\{%-?\s*(?:echo|cycle)\b.*?%\}/gs, VALUE)
    .replace(/\{%.*?%\}/gs, "");
  const styles = [...marked.matchAll(/<style\b[^>]*>(.*?)<\/style/gis), ...marked.matchAll(/\sstyle\s*=\s*("[^"]*"|'[^']*')/gi)];
  if (styles.some((found) => found[1]!.includes(VALUE)))
    report("error", "html.value_in_style", "source", "A value cannot stand in a style sheet.", "<style");
  for (const [tag] of marked.matchAll(/<[a-z!/](?:[^>"']|"[^"]*"|'[^']*')*>/gi)) {
    if (tag.startsWith("<!--") || !tag.replace(/"[^"]*"|'[^']*'/g, "").includes(VALUE)) continue;
    report("error", "html.value_outside_quotes", "source", "A value inside a tag must stand between quotes.", /^<[a-z!/]+/i.exec(tag)![0]);
    break;
  }
}

async function fromMjml(source: string, report: Report): Promise<string> {
  try {
    // Includes are dropped by the library and refused above; fonts of third parties are never fetched by readers (privacy).
    // 72 MB: loaded where something is compiled, which is a thread of its own, never at the start.
    const { default: mjml2html } = await import("mjml");
    const { html, errors } = await mjml2html(source.replace(/<\s*mj-include\b[^>]*>/gi, ""), {
      validationLevel: "soft",
      ignoreIncludes: true,
      fonts: {},
      keepComments: true,
    });
    for (const error of (errors ?? []).slice(0, 20))
      report("warning", "mjml.invalid", "source", String(error.message), `line ${error.line}`);
    // `word-break:break-word` is inherited by tables inside and lets a column shrink to one letter; this breaks only words that fit nowhere.
    return html.replaceAll("word-break:break-word", "word-wrap:break-word");
  } catch (error) {
    report("error", "mjml.unreadable", "source", String((error as Error).message).slice(0, 300));
    return "<html><body></body></html>";
  }
}

/** Puts a slot where each link leads. Links of plain text are numbered; those with Liquid are kept as `D` slots and checked per mail. */
function numberLinks(html: string, report: Report): { html: string; links: string[]; hosts: string[] } {
  const links: string[] = [];
  const hosts = new Set<string>();
  const linked = html.replace(
    /(<(?:a|area|v:[a-z]+)\b(?:[^>"']|"[^"]*"|'[^']*')*?\shref\s*=\s*)(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi,
    (whole, before: string, one?: string, two?: string, three?: string) => {
      const written = one ?? two ?? three ?? "";
      const slot = slotFor(written.trim());
      return slot === null ? whole : `${before}"${slot}"`;
    },
  );
  return { html: linked, links, hosts: [...hosts] };

  function slotFor(written: string): string | null {
    const href = decodeEntities(written).trim();
    if (/^\{\{-?\s*(unsubscribe_url|view_url|confirm_url|renew_url)\s*-?\}\}$/.test(href)) return written;
    if (href === "" || href.startsWith("#") || /^(mailto|tel|sms):/i.test(href)) {
      if (href === "" || href === "#") report("warning", "link.empty", "source", "A link leads nowhere.");
      return null;
    }
    if (LIQUID.test(href)) {
      const literal = /^https?:\/\/([^/?#\\{%@\s:]+)(:\d+)?[/?#]/i.exec(href);
      if (literal) hosts.add(literal[1]!.toLowerCase());
      else if (href.startsWith("{{") || href.startsWith("{%"))
        report(
          "warning",
          "link.from_data",
          "source",
          "This link comes from data: it only works for the workspace's website and the hosts it allows.",
          href,
        );
      else report("error", "link.scheme", "source", "A link must begin with https:// and a host.", href);
      return `${OPEN}D${written}${CLOSE}`;
    }
    const url = /^https?:\/\/[^/\\]/i.test(href) && URL.canParse(href) ? new URL(href) : null;
    if (!url || url.username !== "" || url.password !== "") {
      report("error", "link.scheme", "source", "A link must be a whole http or https address.", href);
      return "#";
    }
    hosts.add(url.hostname);
    const known = links.indexOf(url.href);
    return `${OPEN}L${known >= 0 ? known : links.push(url.href) - 1}${CLOSE}`;
  }
}

const FOOTER = {
  fr: { leave: "Se désinscrire", why: "Vous recevez ce message parce que vous avez accepté nos communications." },
  en: { leave: "Unsubscribe", why: "You receive this message because you agreed to hear from us." },
};

/** Adds the preheader, the legal footer where it is missing, and the slots of pixel and hidden link. */
function finish(html: string, language: string, of: MessageClass, report: Report): string {
  const words = language.startsWith("fr") ? FOOTER.fr : FOOTER.en;
  let body = /<body\b/i.test(html)
    ? html
    : `<!doctype html><html lang="${language}"><head><meta charset="utf-8"></head><body>${html}</body></html>`;
  if (!/<html[^>]*\slang=/i.test(body)) body = body.replace(/<html\b/i, `<html lang="${language}"`);
  else body = body.replace(/(<html[^>]*\slang=)"(?:und)?"/i, `$1"${language}"`);
  let footer = "";
  if (of === "marketing" && !/\{\{-?\s*unsubscribe_url\b/.test(body)) {
    report("warning", "unsubscribe.inserted", "source", "There is no unsubscribe link: one is added at the end.");
    const address = /workspace\.postal_address/.test(body)
      ? ""
      : "{{ workspace.name }}{% if workspace.postal_address %} · {{ workspace.postal_address }}{% endif %}<br>";
    footer = `<div style="font-family:Helvetica,Arial,sans-serif;font-size:12px;line-height:18px;color:#5a6d70;text-align:center;padding:24px 16px">${address}${words.why} <a href="{{ unsubscribe_url }}" style="color:#5a6d70;text-decoration:underline">${words.leave}</a></div>`;
  } else if (of === "marketing" && !/workspace\.postal_address/.test(body))
    report("warning", "postal_address.not_shown", "source", "The message does not show the postal address (workspace.postal_address).");
  const preheader = `{% if preheader != "" %}<div style="display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden">{{ preheader }}</div>{% endif %}`;
  body = body.replace(/<body\b(?:[^>"']|"[^"]*"|'[^']*')*>/i, (tag) => tag + preheader);
  // A mail that asks for a confirmation measures nothing.
  const end = /\{\{-?\s*confirm_url\b/.test(body) ? footer : `${footer}${OPEN}P${CLOSE}${OPEN}H${CLOSE}`;
  const at = body.toLowerCase().lastIndexOf("</body>");
  return at < 0 ? body + end : body.slice(0, at) + end + body.slice(at);
}

/** The text part, once per version: Liquid stays as it is, links keep their slots. */
function toText(html: string): string {
  const headings = ["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: { uppercase: false } }));
  // The preheader is already the first line of a text; comments of Outlook hold a second copy of buttons.
  const shown = html
    .replace(/\{% if preheader != "" %\}.*?\{% endif %\}/s, "")
    .replaceAll(`${OPEN}P${CLOSE}`, "")
    .replaceAll(`${OPEN}H${CLOSE}`, "")
    .replace(/<!--.*?-->/gs, "");
  const text = convert(shown, {
    wordwrap: false,
    selectors: [
      ...headings,
      { selector: "img", format: "skip" },
      { selector: "a", options: { linkBrackets: ["<", ">"], hideLinkHrefIfSameAsText: true, noAnchorUrl: true } },
    ],
  });
  return `${text
    .replace(/[^\S\n]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim()}\n`;
}
