import { abandonedCart } from "./abandoned-cart.ts";
import { birthday } from "./birthday.ts";
import { confirmation } from "./confirmation.ts";
import { newsletter } from "./newsletter.ts";
import type { Starter } from "./starter.ts";
import { welcome } from "./welcome.ts";
import { winBack } from "./win-back.ts";

/** Designs to begin with, in the order they are offered. Keys are stored by nobody; content is copied. */
export const STARTERS: readonly Starter[] = [welcome, abandonedCart, birthday, winBack, newsletter, confirmation];
