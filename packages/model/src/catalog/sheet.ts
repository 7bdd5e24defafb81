/** What the catalogue says of one thing, as plain data: what is compared, kept in its history and brought back. */
export type SheetValue = string | number | boolean | null | readonly SheetValue[] | { readonly [key: string]: SheetValue };
export interface Sheet {
  readonly [key: string]: SheetValue;
}

/** One part that took another value; null where there was, or is, nothing. */
export interface SheetChange {
  readonly path: readonly string[];
  readonly from: SheetValue;
  readonly to: SheetValue;
}

const isSheet = (value: SheetValue | undefined): value is Sheet => typeof value === "object" && value !== null && !Array.isArray(value);
/** A sheet of nothing is a value of its own: a category shown in a store under no other name. */
const isBranch = (value: SheetValue | undefined): value is Sheet => isSheet(value) && Object.keys(value).length > 0;

/** What tells two sheets apart, part by part, in the order of the names. Lists are compared whole. */
export function differences(before: Sheet, after: Sheet, path: readonly string[] = []): SheetChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((key) => {
    const [from = null, to = null] = [before[key], after[key]];
    const here = [...path, key];
    if (isBranch(from) && isBranch(to)) return differences(from, to, here);
    if (isBranch(to) && from === null) return differences({}, to, here);
    if (isBranch(from) && to === null) return differences(from, {}, here);
    return sameValue(from, to) ? [] : [{ path: here, from, to }];
  });
}

/** Whether two values say the same, whatever the order of their keys. */
export function sameValue(a: SheetValue, b: SheetValue): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((one, at) => sameValue(one as SheetValue, b[at] as SheetValue));
  return isSheet(a) && isSheet(b) ? differences(a, b).length === 0 : a === b;
}

/**
 * A sheet with some changes taken back. Only where a part still is what a change made of it: what somebody changed since stays, and is
 * named.
 */
export function takeBack(
  now: Sheet,
  changes: readonly SheetChange[],
): { readonly sheet: Sheet; readonly changedSince: readonly (readonly string[])[] } {
  const changedSince: (readonly string[])[] = [];
  let sheet = now;
  for (const change of changes) {
    if (sameValue(read(sheet, change.path), change.to)) sheet = write(sheet, change.path, change.from);
    else changedSince.push(change.path);
  }
  return { sheet, changedSince };
}

function read(sheet: Sheet, path: readonly string[]): SheetValue {
  let value: SheetValue = sheet;
  for (const key of path) value = isBranch(value) && Object.hasOwn(value, key) ? value[key]! : null;
  return value;
}

/** Null takes the part away, and the branch that held nothing else. */
function write(sheet: Sheet, [key, ...rest]: readonly string[], value: SheetValue): Sheet {
  const { [key!]: held = null, ...others } = sheet;
  const inner = rest.length === 0 ? value : write(isSheet(held) ? held : {}, rest, value);
  const gone = inner === null || (rest.length > 0 && isSheet(inner) && Object.keys(inner).length === 0);
  return gone ? others : { ...others, [key!]: inner };
}
