/**
 * What a query may say, judged before the database sees it: one SELECT, functions of a list, no catalogue. The role, the read-only
 * transaction and the views are the wall (query-run.ts); this keeps out what a wall does not stop, such as `set_config` and `pg_sleep`,
 * and says so at its place. Words are cut as PostgreSQL cuts them; forms in which that is easily got wrong (dollar quotes, escapes) are refused.
 */

export interface QueryProblem {
  /** Index into the text, from 0. */
  readonly at: number;
  readonly code: "sql_empty" | "sql_form" | "sql_word" | "sql_function" | "sql_catalogue" | "sql_statement" | "sql_brackets";
  readonly message: string;
}

const FUNCTIONS: ReadonlySet<string> = new Set(
  `
  count sum avg min max bool_and bool_or every percentile_cont percentile_disc mode stddev variance
  coalesce nullif greatest least lower upper initcap length char_length trim btrim ltrim rtrim left right substr substring strpos position split_part starts_with concat concat_ws
  abs ceil ceiling floor round trunc mod sign now date_trunc date_part extract age make_date make_interval to_char to_date to_timestamp date timezone
  cardinality array_length unnest jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_typeof jsonb_extract_path jsonb_extract_path_text jsonb_each jsonb_each_text jsonb_object_keys
  row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value cast numeric decimal varchar`
    .trim()
    .split(/\s+/),
);

/** Words of the language that may stand before a parenthesis. */
const BEFORE_BRACKET: ReadonlySet<string> = new Set(
  "in exists any all some values as select where and or not on from join lateral by having then else when case union intersect except over filter group using distinct materialized row array only between like ilike is end limit offset".split(
    " ",
  ),
);

/** Statements and clauses that have no place in a question. */
const REFUSED: ReadonlySet<string> = new Set(
  "insert update delete merge into copy do set reset role grant revoke create alter drop truncate call execute prepare deallocate listen notify unlisten lock vacuum analyze explain begin commit rollback savepoint declare fetch move close load refresh security reassign discard checkpoint cluster reindex operator table recursive xmltable json_table xmlparse xmlserialize share nowait skip".split(
    " ",
  ),
);

const CATALOGUE =
  /^(pg_|lo_|dblink|citus|relance|_?graphile)|^(information_schema|public|pg_catalog)$|^reg(class|proc|procedure|oper|operator|type|role|namespace|config|dictionary|collation)$/;

interface Token {
  readonly at: number;
  readonly kind: "word" | "quoted" | "string" | "number" | "sign";
  /** Words in lower case, as PostgreSQL folds them; quoted names as they are. */
  readonly text: string;
}

class Refusal extends Error {
  readonly problem: QueryProblem;
  constructor(at: number, code: QueryProblem["code"], message: string) {
    super(message);
    this.problem = { at, code, message };
  }
}

/** The first thing that a query must not say; null when it may be run. */
export function queryProblem(text: string): QueryProblem | null {
  try {
    judge(cut(text), text.length);
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.problem;
    throw error;
  }
}

function judge(tokens: readonly Token[], end: number): void {
  const first = tokens[0];
  if (!first) throw new Refusal(0, "sql_empty", "Write a SELECT that returns contact ids.");
  if (first.kind !== "word" || (first.text !== "select" && first.text !== "with"))
    throw new Refusal(first.at, "sql_statement", "A segment is one SELECT (it may begin with WITH).");
  const open: Token[] = [];
  tokens.forEach((token, index) => {
    const [before, next] = [tokens[index - 1], tokens[index + 1]];
    if (token.kind === "sign") judgeSign(token, before, next, open);
    else if (token.kind === "word" || token.kind === "quoted") judgeName(token, before, next);
  });
  if (open.length > 0) throw new Refusal(open.at(-1)!.at, "sql_brackets", "This bracket is never closed.");
  if (end > 0 && tokens.every((token) => token.text !== "select")) throw new Refusal(first.at, "sql_statement", "A segment is one SELECT.");
}

const PAIRS: Readonly<Record<string, string>> = { ")": "(", "]": "[" };

function judgeSign(token: Token, before: Token | undefined, next: Token | undefined, open: Token[]): void {
  if (token.text === ";") throw new Refusal(token.at, "sql_statement", "One statement only, without a semicolon.");
  if (token.text === "^") throw new Refusal(token.at, "sql_word", "Powers are not available.");
  if (token.text === "(" || token.text === "[") open.push(token);
  const opener = PAIRS[token.text];
  if (opener !== undefined && open.pop()?.text !== opener) throw new Refusal(token.at, "sql_brackets", "This bracket closes nothing.");
  // `(value).name` is another way to call a function of one argument.
  if (token.text === "." && next?.kind !== "number" && before?.kind === "sign" && (before.text === ")" || before.text === "]"))
    throw new Refusal(token.at, "sql_form", "A dot cannot follow a bracket: give the inner SELECT a name and use its columns.");
}

function judgeName(token: Token, before: Token | undefined, next: Token | undefined): void {
  const column = before?.kind === "sign" && before.text === ".";
  if (token.kind === "word" && REFUSED.has(token.text) && !column)
    throw new Refusal(token.at, "sql_word", `“${token.text}” has no place in a segment: a query only reads.`);
  if (CATALOGUE.test(token.text))
    throw new Refusal(token.at, "sql_catalogue", `“${token.text}” cannot be reached from a segment; only the documented views can.`);
  if (next?.kind !== "sign" || next.text !== "(") return;
  if (token.kind === "word" && BEFORE_BRACKET.has(token.text) && !column) return;
  // The name of a result, `as t (a, b)`, or a type, `::numeric(10, 2)`.
  if (before?.kind === "word" && before.text === "as") return;
  if (!FUNCTIONS.has(token.text) || column)
    throw new Refusal(token.at, "sql_function", `The function “${token.text}” is not available in segments.`);
}

const WORD_START = /[A-Za-z_\u0080-\uffff]/;
const WORD = /[A-Za-z0-9_\u0080-\uffff]*/y;
const NUMBER = /(?:[0-9][0-9A-Za-z_.]*(?:(?<=[eE])[+-][0-9]+)?)/y;
const SPACE = /[ \t\n\r\f\v]/;

function cut(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    const char = text[at]!;
    if (SPACE.test(char)) at++;
    else if (text.startsWith("--", at)) at = lineEnd(text, at);
    else if (text.startsWith("/*", at)) at = commentEnd(text, at);
    else if (char === "'" || char === '"') {
      const end = quoteEnd(text, at, char);
      tokens.push({ at, kind: char === "'" ? "string" : "quoted", text: text.slice(at + 1, end - 1).replaceAll(char + char, char) });
      at = end;
    } else if (WORD_START.test(char)) {
      const end = match(WORD, text, at);
      refuseEscapes(text, at, end);
      tokens.push({ at, kind: "word", text: text.slice(at, end).replace(/[A-Z]/g, (letter) => letter.toLowerCase()) });
      at = end;
    } else if (/[0-9]/.test(char)) {
      const end = match(NUMBER, text, at);
      tokens.push({ at, kind: "number", text: text.slice(at, end) });
      at = end;
    } else {
      if (char === "$") throw new Refusal(at, "sql_form", "“$” is not available: write texts between single quotes.");
      if (char === "\\" || char < " ") throw new Refusal(at, "sql_form", "This character has no place here.");
      tokens.push({ at, kind: "sign", text: char });
      at++;
    }
  }
  return tokens;
}

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 1);
}

function refuseEscapes(text: string, at: number, end: number): void {
  const [word, next] = [text.slice(at, end).toLowerCase(), text[end]];
  if ((next === "'" && ["e", "b", "x", "n"].includes(word)) || (word === "u" && next === "&" && /['"]/.test(text[end + 1] ?? "")))
    throw new Refusal(at, "sql_form", "Escaped texts and names are not available: write plain single quotes.");
}

function lineEnd(text: string, at: number): number {
  const end = text.slice(at).search(/[\n\r]/);
  return end < 0 ? text.length : at + end;
}

/** Comments nest. */
function commentEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length;) {
    if (text.startsWith("/*", at)) [depth, at] = [depth + 1, at + 2];
    else if (text.startsWith("*/", at)) {
      at += 2;
      if (--depth === 0) return at;
    } else at++;
  }
  throw new Refusal(start, "sql_form", "This comment is never closed.");
}

function quoteEnd(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\0") throw new Refusal(at, "sql_form", "This character has no place here.");
    if (text[at] !== quote) continue;
    if (text[at + 1] === quote) at++;
    else return at + 1;
  }
  throw new Refusal(start, "sql_form", "This quote is never closed.");
}

/** Line and column, both from 1, of an index into a text. */
export function placeOf(text: string, at: number): { line: number; column: number } {
  const lines = text.slice(0, at).split("\n");
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}
