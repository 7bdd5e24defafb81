import { MailBytes, type QuotedPiece } from "@relance/model/messages";
import { CaptureTag } from "liquidjs";
import { parse, type Parsed } from "./liquid.ts";
import { CLOSE, OPEN, type Filler } from "./slots.ts";

/** A parsed template whose longer static texts stand aside, encoded for the wire once; in their places are slots `S<n>`. */
export interface Skeleton {
  readonly parsed: Parsed;
  readonly pieces: readonly QuotedPiece[];
}

/** Shorter texts cost more as a piece (a slot, a soft break) than encoded each time. */
const SHORTEST = 24;

interface Node {
  str?: string;
  token: { begin: number; trimLeft?: number };
  children?(partials: boolean, sync: boolean): Generator<unknown, Iterable<unknown>>;
}

/**
 * Takes the static texts out of a template. Those inside a slot (the address of a link made from data) and inside a capture, whose
 * text goes on through filters, stay where they are.
 */
export function skeletonOf(kind: "html" | "text", source: string): Skeleton {
  const parsed = parse(kind, source);
  const slots = [...source.matchAll(/\ue000[^\ue001]*\ue001/g)].map((found) => ({ from: found.index, to: found.index + found[0].length }));
  const pieces: QuotedPiece[] = [];
  const aside = (text: string): string => (text.length < SHORTEST ? text : `${OPEN}S${pieces.push(MailBytes.pieceOf(text)) - 1}${CLOSE}`);
  const takeOut = (text: string, begin: number): string => {
    let made = "";
    let at = begin;
    const end = begin + text.length;
    for (const slot of slots) {
      if (slot.to <= at) continue;
      if (slot.from >= end) break;
      if (slot.from > at) made += aside(text.slice(at - begin, slot.from - begin));
      const stop = Math.min(slot.to, end);
      made += text.slice(Math.max(slot.from, at) - begin, stop - begin);
      at = stop;
    }
    return at < end ? made + aside(text.slice(at - begin)) : made;
  };
  const walk = (nodes: Iterable<unknown>): void => {
    for (const node of nodes as Iterable<Node>) {
      if (node instanceof CaptureTag) continue;
      if (typeof node.str === "string") node.str = takeOut(node.str, node.token.begin + (node.token.trimLeft ?? 0));
      else if (node.children) walk(node.children(false, true).next().value as Iterable<unknown>);
    }
  };
  walk(parsed);
  return { parsed, pieces };
}

/** Writes a rendered skeleton into a mail's body: static texts from their encoded form, slots filled, the rest encoded now. */
export function writeFilled(out: MailBytes, rendered: string, pieces: readonly QuotedPiece[], fill: Filler): void {
  let at = 0;
  for (let open = rendered.indexOf(OPEN); open >= 0; open = rendered.indexOf(OPEN, at)) {
    const close = rendered.indexOf(CLOSE, open);
    if (close < 0) break;
    if (open > at) out.text(rendered.slice(at, open));
    const kind = rendered[open + 1]!;
    if (kind === "S") out.piece(pieces[Number(rendered.slice(open + 2, close))]!);
    else out.text(fill(kind, rendered.slice(open + 2, close)));
    at = close + 1;
  }
  if (at < rendered.length) out.text(rendered.slice(at));
}
