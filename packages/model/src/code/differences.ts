/** One place where two documents differ; what is not there on one side is undefined there. */
export interface Difference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Where two documents differ, deepest places first known: elements of lists that carry an `id` are compared by it, others by their place. */
export function differences(before: unknown, after: unknown, path = ""): Difference[] {
  if (Array.isArray(before) && Array.isArray(after)) return ofLists(before, after, path);
  if (isMap(before) && isMap(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      differences(before[key], after[key], path === "" ? key : `${path}.${key}`),
    );
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

function ofLists(before: readonly unknown[], after: readonly unknown[], path: string): Difference[] {
  const named = [...before, ...after].every((one) => isMap(one) && typeof one["id"] === "string");
  if (!named)
    return Array.from({ length: Math.max(before.length, after.length) }, (_, index) =>
      differences(before[index], after[index], `${path}[${index}]`),
    ).flat();
  const idOf = (one: unknown) => (one as { id: string }).id;
  const ids = [...new Set([...before, ...after].map(idOf))];
  const found = ids.flatMap((id) =>
    differences(
      before.find((one) => idOf(one) === id),
      after.find((one) => idOf(one) === id),
      `${path}[${id}]`,
    ),
  );
  const order = (list: readonly unknown[], other: readonly unknown[]) =>
    list
      .map(idOf)
      .filter((id) => other.some((one) => idOf(one) === id))
      .join(", ");
  return order(before, after) === order(after, before)
    ? found
    : [...found, { path, before: order(before, after), after: order(after, before) }];
}

const isMap = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === "object" && !Array.isArray(value);
