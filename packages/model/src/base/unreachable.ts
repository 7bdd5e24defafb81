/** Makes a forgotten case of a tagged union a compile error, and a corrupt stored value a clear one. */
export function unreachable(value: never): never {
  throw new Error(`No case for ${JSON.stringify(value)}`);
}
