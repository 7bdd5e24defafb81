import { useEffect, useRef, useState } from "react";

/** The same functions for the life of what calls this, each doing what the newest of its name does: parts that are given them only are not drawn again. */
export function useNewest<T extends Readonly<Record<string, (...given: never[]) => unknown>>>(given: T): T {
  const newest = useRef(given);
  useEffect(() => {
    newest.current = given;
  });
  const [lasting] = useState(
    () => Object.fromEntries(Object.keys(given).map((name) => [name, (...args: never[]) => newest.current[name]!(...args)])) as T,
  );
  return lasting;
}
