import type { Sql } from "./sql.ts";

/**
 * What a session need not ask its server because it is alone: nobody else writes to its tables, and the shared ones count for it as they
 * stood when it first read them. A question asked again, while nothing it reads was written since, has the answer it had; what is written
 * where nobody reads is not written; of a table that never got a row there is nothing to read, change or delete.
 */
export interface Alone {
  /** The rows of a statement that need not be sent; null: send it, and `note` what came. */
  answer(statement: Sql): readonly Row[] | null;
  note(statement: Sql, result: { readonly rows: readonly Row[]; readonly rowCount: number | null }): void;
  /** These show something else from now on. */
  changed(names: readonly string[]): void;
  /** Nothing is sure any more: what was written was taken back. */
  forget(): void;
}

export interface AloneOptions {
  /** Tables of the session, empty at first. */
  readonly tables: readonly string[];
  /** Those of them, or others, that nobody reads. */
  readonly unread: readonly string[];
  /** What views are made of. */
  readonly views: Readonly<Record<string, readonly string[]>>;
}

type Row = Record<string, unknown>;

interface Known {
  readonly values: string;
  readonly at: number;
  readonly rows: readonly Row[];
}

/** Sets longer than this are seldom asked about twice. */
const MOST_VALUES = 600;

export function openAlone(options: AloneOptions): Alone {
  const unread = new Set(options.unread);
  const empty = new Set(options.tables);
  const shapes = new Map<string, Shape>();
  const known = new Map<string, Known>(); // by text: of each question the last answer
  const written = new Map<string, number>();
  let now = 0;

  const shapeOf = (text: string): Shape => {
    let shape = shapes.get(text);
    if (!shape) shapes.set(text, (shape = readShape(text)));
    return shape;
  };
  const changed = (names: readonly string[]): void => {
    now += 1;
    for (const name of names) {
      written.set(name, now);
      empty.delete(name);
      for (const [view, of] of Object.entries(options.views)) if (of.includes(name)) written.set(view, now);
    }
  };
  return {
    changed,
    answer(statement) {
      const { target, command, returns, first, words, mayRepeat } = shapeOf(statement.text);
      if (target !== null) {
        if (unread.has(target) && !returns) return NOTHING;
        return command !== "insert" && empty.has(target) ? NOTHING : null;
      }
      if (first !== null && empty.has(first)) return NOTHING;
      const before = mayRepeat ? known.get(statement.text) : undefined;
      if (!before || words.some((word) => (written.get(word) ?? 0) > before.at)) return null;
      return before.values === keyOf(statement.values) ? before.rows : null;
    },
    note(statement, { rows, rowCount }) {
      const { target, writes, mayRepeat } = shapeOf(statement.text);
      // Of a statement that writes in its middle the count says nothing.
      if (writes.length > 0 && (target === null || rowCount !== 0)) changed(writes);
      if (!mayRepeat) return;
      const values = keyOf(statement.values);
      if (values === null) known.delete(statement.text);
      else known.set(statement.text, { values, at: now, rows: Object.freeze(rows.map((row) => Object.freeze(row))) });
    },
    forget() {
      known.clear();
      empty.clear();
    },
  };
}

const NOTHING: readonly Row[] = Object.freeze([]);

function keyOf(values: readonly unknown[]): string | null {
  let length = 0;
  for (const value of values) length += Array.isArray(value) ? value.length : 1;
  return length > MOST_VALUES ? null : JSON.stringify(values);
}

interface Shape {
  /** Everything it writes to. */
  readonly writes: readonly string[];
  /** The one table it writes to and does nothing else; null: it reads, or does more than one thing. */
  readonly target: string | null;
  readonly command: string;
  readonly returns: boolean;
  /** The table without whose rows it finds none; null when that cannot be told from the text. */
  readonly first: string | null;
  /** Names it may read. */
  readonly words: readonly string[];
  readonly mayRepeat: boolean;
}

const WRITES = /\b(?:insert into|update|delete from)\s+([a-z_]+)\b/g;
/** Not names of tables, though they follow `update`. */
const NO_TABLES = new Set(["set", "of", "skip"]);
/** A setting that outlives its transaction, a lock, a sequence: asked for what it does. */
const DOES_SOMETHING = /set_config\([^)]*\bfalse\)|\bpg_(?:try_)?advisory|\bnextval\b/;

function readShape(text: string): Shape {
  const writes = [...new Set([...text.matchAll(WRITES)].map((match) => match[1]!).filter((name) => !NO_TABLES.has(name)))];
  const command = mainCommand(text);
  const [target = null] = writes;
  const isWrite = command !== "select" && writes.length === 1;
  const plain = /^\s*select\s[^()]*?\sfrom\s+([a-z_]+)\b/.exec(text);
  const first = writes.length === 0 && plain && !/\b(?:union|right join|full join)\b/.test(text) ? plain[1]! : null;
  return {
    writes,
    command,
    first,
    target: isWrite ? target : null,
    returns: /\breturning\b/.test(text),
    words: [...new Set(text.match(/[a-z_]{3,}/g) ?? [])],
    mayRepeat: writes.length === 0 && command === "select" && !DOES_SOMETHING.test(text),
  };
}

/** The command outside every parenthesis: of `with … as (…) delete …` it is `delete`. */
function mainCommand(text: string): string {
  let depth = 0;
  for (const [token] of text.matchAll(/[()]|\b(?:select|insert|update|delete)\b/g)) {
    if (token === "(") depth += 1;
    else if (token === ")") depth -= 1;
    else if (depth === 0) return token;
  }
  return "";
}
