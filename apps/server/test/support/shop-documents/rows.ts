/**
 * What a documentation says a row holds, by name. Fields stand apart by a space: `~` a text in each language, `[]` a list, `@` a row of another
 * name, `:i` a whole number, `:n` a number, `:b` yes or no, text without.
 */
export type Shapes = Readonly<Record<string, string>>;
export type Row = Record<string, unknown>;

const FIELD = /^(\w+?)(~)?(\[\])?(?:@([\w.-]+)|:(\w))?$/;

/** A row with every field of its document, each with a value of its own, and in each part one field that the document does not know. */
export function documentedRow(shapes: Shapes, name: string, said: Row = {}): Row {
  let n = 1000;
  const valueOf = (field: string, kind: string | undefined): unknown =>
    kind === "b" ? true : kind === "i" ? ++n : kind === "n" ? ++n + 0.25 : `${field}-${++n}`;
  const make = (of: string, within: readonly string[]): Row => {
    const row: Row = {};
    for (const one of shapes[of]!.split(" ")) {
      const [, field, texts, many, shape, kind] = FIELD.exec(one)!;
      if (shape !== undefined && within.includes(shape)) continue;
      const value =
        shape !== undefined
          ? make(shape, [...within, shape])
          : texts === undefined
            ? valueOf(field!, kind)
            : ["1", "2"].map((id) => ({ id, value: `${field}-${id}-${++n}` }));
      row[field!] = many === undefined ? value : [value];
    }
    return { ...row, of_a_module: `of_a_module-${++n}` };
  };
  return merged(make(name, [name]), said) as Row;
}

/** What is said stands in the place of what was made; lists place by place. */
function merged(made: unknown, said: unknown): unknown {
  if (Array.isArray(made) && Array.isArray(said)) return said.map((one, i) => (i < made.length ? merged(made[i], one) : one));
  if (isRow(made) && isRow(said))
    return { ...made, ...Object.fromEntries(Object.entries(said).map(([field, one]) => [field, merged(made[field], one)])) };
  return said;
}
const isRow = (value: unknown): value is Row => typeof value === "object" && value !== null && !Array.isArray(value);
