import { PRODUCT_FEED_COLUMNS } from "@relance/model/imports";
import sax, { type QualifiedTag } from "sax";
import { fileIsPage, fileRefused, fileUnreadable } from "../errors.ts";
import { MOST_COLUMNS, MOST_RECORD_BYTES, type Cell, type Layout } from "./source.ts";
import { decode } from "./text.ts";

const MOST_DEPTH = 32;
const XHTML = "http://www.w3.org/1999/xhtml";
/** What names are called whose prefix a feed is free to choose. */
const PREFIXES: Readonly<Record<string, string>> = {
  "http://base.google.com/ns/1.0": "g:",
  "http://purl.org/dc/elements/1.1/": "dc:",
  "http://purl.org/rss/1.0/modules/content/": "content:",
  "http://search.yahoo.com/mrss/": "media:",
  "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
  "http://www.w3.org/2005/Atom": "",
  "http://purl.org/rss/1.0/": "",
  "": "",
};
/** Elements that an item may hold several of, always a list; of others the first counts, but inside those of a product feed (its shippings, its taxes) and of those it may repeat all do. */
const LISTS = new Set(["category", "g:additional_image_link"]);
const REPEATED =
  /^g:(.+\.|(product_highlight|promotion_id|(in|ex)cluded_destination|shopping_ads_excluded_country|ads_labels|adwords_labels|lifestyle_image_link|certification)$)/;

/**
 * The items of an RSS (0.91 to 2.0) or Atom document, each as its elements by name; what is inside an element is named by its path
 * (`g:shipping.g:price`), what has several values is a list in JSON. Memory stays flat whatever its size.
 * @throws coded `import.file_unreadable` or `import.file_refused`: no feed, badly formed, or made to do harm
 */
export async function* feedRecords(bytes: AsyncIterable<Uint8Array>, layout: Pick<Layout, "encoding">): AsyncGenerator<Map<string, Cell>> {
  const reader = new FeedReader();
  for await (const piece of decode(bytes, layout.encoding ?? "utf-8")) yield* reader.feed(piece);
  reader.end();
}

/** The columns of a feed: those of a product feed are there even where none of the items looked at has them. */
export const feedColumns = (columns: readonly string[]): string[] =>
  columns.some((column) => column.startsWith("g:")) ? [...new Set([...columns, ...PRODUCT_FEED_COLUMNS])] : [...columns];

/** An element of the item under way: its path in it, what stands in it, whether it is to be kept. */
interface Open {
  readonly path: string;
  text: string;
  readonly kept: boolean;
}

class FeedReader {
  // Knows no entities but those of XML and HTML, whose values are letters; declarations are refused before anything of them is used.
  readonly #parser = sax.parser(true, { xmlns: true });
  readonly #done: Map<string, Cell>[] = [];
  #item: Map<string, string[]> | null = null;
  #itemBytes = 0;
  #itemDepth = 0;
  #depth = 0;
  readonly #open: Open[] = [];

  constructor() {
    const parser = this.#parser;
    parser.onerror = (error) => {
      throw fileUnreadable({ why: "xml_damaged", detail: error.message.split("\n")[0]!.slice(0, 100), line: parser.line + 1 });
    };
    parser.ondoctype = (type) => {
      throw /^\s*html/i.test(type) ? fileIsPage({}) : fileRefused({ why: "xml_doctype" });
    };
    parser.onopentag = (tag) => this.#opened(tag as QualifiedTag);
    parser.ontext = parser.oncdata = (text) => this.#said(text);
    parser.onclosetag = () => this.#closed();
  }

  /** The items that end in this piece. */
  *feed(piece: string): Generator<Map<string, Cell>> {
    this.#parser.write(piece);
    yield* this.#done.splice(0);
  }

  end(): void {
    if (this.#depth > 0) throw fileUnreadable({ why: "xml_cut" });
  }

  #opened(tag: QualifiedTag): void {
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH) throw fileRefused({ why: "xml_deep", most: MOST_DEPTH });
    if (this.#depth === 1 && !["rss", "rdf", "feed"].includes(tag.local.toLowerCase()))
      throw tag.local.toLowerCase() === "html" ? fileIsPage({}) : fileUnreadable({ why: "xml_no_feed", tag: tag.name.slice(0, 60) });
    if (this.#item === null) {
      if (tag.local !== "item" && tag.local !== "entry") return;
      [this.#item, this.#itemDepth, this.#itemBytes] = [new Map(), this.#depth, 0];
      return;
    }
    // A text written in XHTML is one value, tags and all.
    if (tag.uri === XHTML && this.#open.length > 0) return this.#said(`<${tag.local}>`);
    const prefix = PREFIXES[tag.uri] ?? (tag.prefix === "" ? "" : `${tag.prefix}:`);
    const parent = this.#open.at(-1)?.path;
    this.#open.push({
      path: `${parent === undefined ? "" : `${parent}.`}${prefix}${tag.local}`.slice(0, 200),
      text: addressIn(tag) ?? "",
      kept: isKept(tag),
    });
  }

  #said(text: string): void {
    const open = this.#open.at(-1);
    if (this.#item === null || !open) return;
    this.#itemBytes += text.length;
    if (this.#itemBytes > MOST_RECORD_BYTES) throw fileUnreadable({ why: "item_too_long", most: MOST_RECORD_BYTES });
    open.text += text;
  }

  #closed(): void {
    const item = this.#item;
    if (item !== null && this.#depth === this.#itemDepth) {
      this.#done.push(cellsOf(item));
      this.#item = null;
    } else if (item !== null && this.#depth - this.#itemDepth === this.#open.length) keep(item, this.#open.pop()!);
    this.#depth -= 1;
  }
}

function keep(item: Map<string, string[]>, { path, text, kept }: Open): void {
  const value = text.trim();
  if (value === "" || !kept) return;
  const held = item.get(path);
  if (held === undefined) item.set(path, [value]);
  else if (LISTS.has(path) || REPEATED.test(path)) held.push(value);
  if (item.size > MOST_COLUMNS) throw fileUnreadable({ why: "item_too_many", most: MOST_COLUMNS });
}

/** An item as its cells: several values, and what may have several, as a list. */
const cellsOf = (item: ReadonlyMap<string, string[]>): Map<string, Cell> =>
  new Map([...item].map(([path, values]) => [path, LISTS.has(path) || values.length > 1 ? JSON.stringify(values) : values[0]!]));

const attribute = (tag: QualifiedTag, name: string): string | undefined => tag.attributes[name]?.value;
/** Elements that say by an attribute what others say by their text. */
const addressIn = (tag: QualifiedTag): string | undefined => attribute(tag, "href") ?? attribute(tag, "url") ?? attribute(tag, "term");

/** A link to something else than the item's own page, and a file that is no image, are not what their columns are about. */
function isKept(tag: QualifiedTag): boolean {
  const rel = tag.local === "link" ? attribute(tag, "rel") : undefined;
  if (rel !== undefined && rel !== "alternate") return false;
  const type =
    ["enclosure", "content"].includes(tag.local) && addressIn(tag) !== undefined
      ? (attribute(tag, "medium") ?? attribute(tag, "type"))
      : undefined;
  return type === undefined || type.startsWith("image");
}
