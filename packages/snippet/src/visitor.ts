import { cookies } from "./cookies.ts";

const COOKIE = "relance_id";

/** 128 random bits, in hex. */
export const randomId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export interface Visitor {
  /** Whom this browser belongs to, as far as it tells; made, and kept in a cookie, when first asked. Call it only when the visitor may be followed. */
  id(): string;
  forget(): void;
}

/** @param days life of the cookie, from when it is made; visits do not prolong it */
export function openVisitor(days: number): Visitor {
  /** Where cookies are blocked, for this page alone. */
  let here: string | null = null;
  return {
    id() {
      const known = cookies.read(COOKIE) ?? here;
      if (known !== null) return known;
      here = randomId();
      cookies.write(COOKIE, here, days);
      return here;
    },
    forget() {
      cookies.remove(COOKIE);
      here = null;
    },
  };
}
