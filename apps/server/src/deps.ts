import type { Config } from "./config.ts";
import type { Logger } from "./platform/log/index.ts";
import type { Ports } from "./platform/ports.ts";
import type { Secrets } from "./platform/secrets/index.ts";
import type { Tx } from "./platform/db/database.ts";

/** Enqueues an occasional job (import, build, export…) inside the caller's transaction; run by the role `jobs`. */
interface Jobs {
  /** @param key when given, a waiting job of the same key is replaced instead of doubled */
  add(tx: Tx, name: string, payload: unknown, options?: { readonly key?: string }): Promise<void>;
}

/** What domain code is handed; nothing else of the process is in scope. */
export interface Deps {
  readonly ports: Ports;
  readonly config: Config;
  readonly log: Logger;
  readonly secrets: Secrets;
  readonly jobs: Jobs;
  /** Wakes the engine and delivery of this process after a commit that gave them work. A hint: they also look by themselves. */
  poke(): void;
}
