import { fileRefused, fileUnreadable } from "../errors.ts";

/** What a scan of XML meets; names are without their prefix. */
export type XmlToken =
  | { readonly kind: "open" | "empty"; readonly name: string; readonly attributes: string }
  | { readonly kind: "close"; readonly name: string }
  | { readonly kind: "text"; readonly text: string };

const MOST_TAG = 1_000_000;

/**
 * Reads XML piece by piece into tags and texts, and knows nothing else of it: no entity but the five and numbers, and a document that
 * declares a type is refused before anything of it is used.
 */
export class XmlScanner {
  #rest = "";

  /** The tokens that end in this piece; what is cut at its end waits for the next. */
  *feed(piece: string): Generator<XmlToken> {
    const text = this.#rest + piece;
    let at = 0;
    for (;;) {
      const open = text.indexOf("<", at);
      if (open < 0) break;
      if (open > at) yield { kind: "text", text: unescape(text.slice(at, open)) };
      const comment = text.startsWith("<!--", open);
      const close = comment ? text.indexOf("-->", open) : text.indexOf(">", open);
      if (close < 0) {
        at = open;
        break;
      }
      if (!comment) yield* tagOf(text.slice(open + 1, close));
      at = close + (comment ? 3 : 1);
    }
    this.#rest = text.slice(at);
    if (this.#rest.length > MOST_TAG) throw fileUnreadable({ why: "cell_too_long", most: MOST_TAG });
  }
}

function* tagOf(inside: string): Generator<XmlToken> {
  if (inside.startsWith("!")) throw fileRefused({ why: "xml_doctype" });
  if (inside.startsWith("?")) return;
  if (inside.startsWith("/")) {
    yield { kind: "close", name: localName(inside.slice(1).trim()) };
    return;
  }
  const empty = inside.endsWith("/");
  const body = empty ? inside.slice(0, -1) : inside;
  const space = body.search(/\s/);
  yield {
    kind: empty ? "empty" : "open",
    name: localName(space < 0 ? body : body.slice(0, space)),
    attributes: space < 0 ? "" : body.slice(space),
  };
}

const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

/** The value of one attribute, with or without a prefix; null when the tag has none. */
export function attributeOf(attributes: string, name: string): string | null {
  const found = new RegExp(`\\s(?:[\\w.-]+:)?${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  return found ? unescape(found[1] ?? found[2] ?? "") : null;
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescape(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/g,
    (whole, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
      if (name !== undefined) return NAMED[name]!;
      const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );
}
