import type { Path } from "@relance/model/code";
import { Document, isCollection, isMap, isPair, isScalar, LineCounter, parseDocument, visit } from "yaml";

const WIDTH = 100;

/** A value as YAML: equal values give equal bytes. What fits on a line stands on one. */
export function writeYaml(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Collection(_key, node) {
      if (node !== document.contents && node.items.length > 0 && JSON.stringify(node.toJSON()).length <= WIDTH) {
        node.flow = true;
        return visit.SKIP;
      }
      return undefined;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

export interface ReadYaml {
  readonly value: unknown;
  /** The line, from 1, of what stands at a path, or of the nearest thing around it that is there. */
  lineOf(path: Path): number;
  readonly errors: readonly { readonly line: number; readonly message: string }[];
}

export function readYaml(text: string): ReadYaml {
  const counter = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: counter, uniqueKeys: true, prettyErrors: false });
    const errors = [...document.errors, ...document.warnings].map((one) => ({
      line: counter.linePos(one.pos[0]).line,
      message: one.message,
    }));
    const lineOf = (path: Path) => {
      let node: unknown = document.contents;
      let at = 0;
      for (const key of path) {
        const pair = isMap(node) ? node.items.find((one) => isScalar(one.key) && one.key.value === key) : undefined;
        const next: unknown = pair ?? (isCollection(node) ? node.items[Number(key)] : undefined);
        const place = isPair(next) ? next.key : next;
        const range = (place as { range?: readonly number[] | null } | undefined)?.range;
        if (!range) break;
        at = range[0]!;
        node = isPair(next) ? next.value : next;
      }
      return counter.linePos(at).line || 1;
    };
    return { value: errors.length > 0 ? null : document.toJS({ maxAliasCount: 0 }), lineOf, errors };
  } catch (error) {
    // Aliases, and nesting deeper than the parser goes.
    return { value: null, lineOf: () => 1, errors: [{ line: 1, message: (error as Error).message.split("\n")[0]! }] };
  }
}
