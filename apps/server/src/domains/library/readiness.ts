import type { LibraryEntry, LibraryNeed } from "@relance/contract/library";
import { toIso, type Id, type Instant } from "@relance/model/base";
import { isColumn } from "@relance/model/rules";
import type { Db } from "../../platform/db/database.ts";
import { join, raw, sql } from "../../platform/db/sql.ts";
import { hasProducts, selectPools, selectStores } from "../catalog/index.ts";
import { attributeSample, columnFill } from "../contacts/index.ts";
import { selectEventNames } from "../ingest/index.ts";
import { findWorkspace } from "../team/index.ts";
import type { Entry, Need } from "./entry.ts";

/** Contacts looked at for how often an attribute is known: those seen last. */
const SAMPLE = 10_000;
/** From this share on an attribute is taken to be known of everyone. */
const ENOUGH = 0.9;

/** What a workspace's data holds of what the library may ask for. */
export interface Holdings {
  readonly events: ReadonlyMap<string, Instant>;
  /** Share of contacts that have it, by attribute. */
  readonly attributes: ReadonlyMap<string, number>;
  readonly website: boolean;
  readonly catalogue: boolean;
  readonly stores: boolean;
  readonly coupons: boolean;
}

/** Reads once what all entries need; a handful of statements, none of which grows with history. */
export async function holdingsOf(db: Db, input: { readonly workspace: Id; readonly entries: readonly Entry[] }): Promise<Holdings> {
  const { workspace } = input;
  const wanted = [
    ...new Set(input.entries.flatMap((entry) => entry.needs.flatMap((need) => (need.of === "attribute" ? [need.attribute] : [])))),
  ];
  const columns = wanted.filter(isColumn);
  const [settings, names, custom, filled, stores, pools, products] = await Promise.all([
    findWorkspace(db, { id: workspace }),
    selectEventNames(db, { workspace, search: null }),
    attributeSample(db, { workspace, most: SAMPLE }),
    columnFill(db, {
      workspace,
      most: SAMPLE,
      columns: join([sql`count(*) as whole`, ...columns.map((name) => sql`count(s.${raw(name)}) as ${raw(name)}`)], ", "),
    }),
    selectStores(db, { workspace }),
    selectPools(db, { workspace }),
    hasProducts(db, { workspace }),
  ]);
  const share = (n: number, whole: number): number => (whole === 0 ? 0 : Math.min(1, n / whole));
  const known = (attribute: string): number =>
    isColumn(attribute)
      ? share(filled[attribute] ?? 0, filled["whole"] ?? 0)
      : share(
          custom.rows.filter((row) => `attributes.${row.name}` === attribute).reduce((sum, row) => sum + row.n, 0),
          custom.contacts,
        );
  return {
    events: new Map(names.map((one) => [one.name, one.last_seen_at])),
    attributes: new Map(wanted.map((attribute) => [attribute, known(attribute)])),
    website: settings.settings.website !== "",
    stores: stores.length > 0,
    coupons: pools.length > 0,
    catalogue: products,
  };
}

function measure(need: Need, held: Holdings): LibraryNeed {
  if (need.of === "event") {
    const at = held.events.get(need.event);
    return {
      of: "event",
      name: need.event,
      met: at === undefined ? "no" : "yes",
      share: null,
      lastSeen: at === undefined ? null : toIso(at),
    };
  }
  if (need.of !== "attribute") return { of: need.of, name: null, met: held[need.of] ? "yes" : "no", share: null, lastSeen: null };
  const share = held.attributes.get(need.attribute) ?? 0;
  return {
    of: "attribute",
    name: need.attribute,
    met: share === 0 ? "no" : share < ENOUGH ? "partly" : "yes",
    share: Math.round(share * 1000) / 1000,
    lastSeen: null,
  };
}

/** Whether a workspace's data is enough for an entry: for all contacts, for some, or not yet. */
export function readinessOf(entry: Entry, held: Holdings): Pick<LibraryEntry, "ready" | "needs"> {
  const needs = entry.needs.map((need) => measure(need, held));
  return {
    needs,
    ready: needs.some((need) => need.met === "no") ? "not_yet" : needs.some((need) => need.met === "partly") ? "some" : "all",
  };
}
