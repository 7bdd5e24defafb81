import type { Id } from "@relance/model/base";
import { SECOND } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import { leaseImport, type ImportState } from "./queries.ts";

/** A process that stops renewing is taken for dead after this long; chunks take about a second. */
const LEASE = 30 * SECOND;

/** The right to work on one import; only one process holds it. */
export interface ImportLease {
  /** False once the import was cancelled or another process took over: stop at once, nothing is half done. */
  renew(): Promise<boolean>;
}

/** Takes the lease of an import in `state`; null when another process holds it or it is no longer in that state. */
export async function takeLease(deps: Deps, input: { id: Id; state: ImportState }): Promise<ImportLease | null> {
  const owner = deps.ports.chance.id(deps.ports.clock.now());
  const renew = () => {
    const now = deps.ports.clock.now();
    return leaseImport(deps.ports.sql, { ...input, owner, now, until: now + LEASE });
  };
  return (await renew()) ? { renew } : null;
}
