import type { Entry } from "../entry.ts";
import { AFTER } from "./after.ts";
import { CART } from "./cart.ts";
import { DATES } from "./dates.ts";
import { LOYALTY } from "./loyalty.ts";
import { SIGNALS } from "./signals.ts";
import { RETURN, WELCOME } from "./welcome.ts";

/** Every ready-made journey, in the order it is offered within its theme. Keys are for ever: programs name them. */
export const ENTRIES: readonly Entry[] = [...WELCOME, ...CART, ...AFTER, ...DATES, ...LOYALTY, ...RETURN, ...SIGNALS];
