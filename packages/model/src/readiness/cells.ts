import { DAY, toIso, type Instant } from "../base/index.ts";
import type { Audit, FindingCode } from "./audit.ts";
import type { Alike } from "./need.ts";

/**
 * What is counted is kept in cells: each contact is in a few, each cell knows how many are in it. All pages of readiness are sums of
 * cells, so none of them reads contacts. A cell is named by what it counts:
 * - `p store language fields`: people alike in what is credible of them
 * - `f store field month source credible`: a field that is filled, with the month it was last heard
 * - `x store finding fixable`: something wrong
 */
const GAP = "\u001f";
const FIELD_GAP = "\u001e";

/** Months older than this are one. */
const OLDEST = 36;

export function cellsOf(audit: Audit, now: Instant): string[] {
  const credible = audit.fields
    .filter((one) => one.credible)
    .map((one) => one.name)
    .sort();
  const month = monthNumber(toIso(now));
  return [
    ["p", audit.store, audit.language, credible.join(FIELD_GAP)].join(GAP),
    ...audit.fields.map((one) =>
      ["f", audit.store, one.name, one.heardAt === null ? "" : monthOf(one.heardAt, now, month), one.source, one.credible ? "y" : "n"].join(
        GAP,
      ),
    ),
    ...audit.findings.map((one) => ["x", audit.store, one.code, one.proposal === undefined ? "n" : "y"].join(GAP)),
  ];
}

const monthNumber = (iso: string): number => Number(iso.slice(0, 4)) * 12 + Number(iso.slice(5, 7)) - 1;

/** `2026-11`; "old" when that is more than three years ago. Never in the future. `month`: the number of this one. */
function monthOf(at: Instant, now: Instant, month: number): string {
  const iso = toIso(Math.min(at, now));
  return month - monthNumber(iso) > OLDEST ? "old" : iso.slice(0, 7);
}

export interface Cell {
  readonly key: string;
  readonly n: number;
  readonly latest: Instant | null;
}

export interface FieldCount {
  readonly field: string;
  readonly filled: number;
  readonly credible: number;
  /** Heard within the last twelve months. */
  readonly fresh: number;
  readonly latest: Instant | null;
  readonly sources: Readonly<Record<string, number>>;
}

/** Sums of cells, for all stores or for one. */
export interface Inventory {
  readonly people: readonly Alike[];
  readonly fields: readonly FieldCount[];
  readonly findings: Readonly<Partial<Record<FindingCode, number>>>;
  /** Of those, for how many a fix is proposed. */
  readonly fixable: Readonly<Partial<Record<FindingCode, number>>>;
}

const FRESH_DAYS = 365;

/** @param store null: all of them; '' those of no store */
export function inventoryOf(cells: readonly Cell[], now: Instant, store: string | null = null): Inventory {
  const people: Alike[] = [];
  const fields = new Map<string, FieldCount>();
  const findings: Partial<Record<FindingCode, number>> = {};
  const fixable: Partial<Record<FindingCode, number>> = {};
  const since = toIso(now - FRESH_DAYS * DAY).slice(0, 7);
  for (const { key, n, latest } of cells) {
    const [kind, at, name, ...rest] = key.split(GAP) as [string, string, string, ...string[]];
    if (n <= 0 || (store !== null && at !== store)) continue;
    if (kind === "p") people.push({ store: at, language: name, fields: new Set(rest[0] === "" ? [] : rest[0]!.split(FIELD_GAP)), n });
    else if (kind === "x") {
      const code = name as FindingCode;
      findings[code] = (findings[code] ?? 0) + n;
      if (rest[0] === "y") fixable[code] = (fixable[code] ?? 0) + n;
    } else if (kind === "f") {
      const [month, source, credible] = rest as [string, string, string];
      const was = fields.get(name) ?? { field: name, filled: 0, credible: 0, fresh: 0, latest: null, sources: {} };
      fields.set(name, {
        field: name,
        filled: was.filled + n,
        credible: was.credible + (credible === "y" ? n : 0),
        fresh: was.fresh + (month !== "" && month !== "old" && month >= since ? n : 0),
        latest: latest === null ? was.latest : Math.max(was.latest ?? -Infinity, latest),
        sources: { ...was.sources, [source]: (was.sources[source] ?? 0) + n },
      });
    }
  }
  return { people, fields: [...fields.values()].sort((a, b) => (a.field < b.field ? -1 : 1)), findings, fixable };
}

/** The cells of people, each with the stratum it belongs to: store and language. */
export function peopleCells(cells: readonly Cell[]): { readonly key: string; readonly n: number; readonly stratum: string }[] {
  return cells.flatMap(({ key, n }) => {
    const [kind, store, language] = key.split(GAP);
    return kind === "p" && n > 0 ? [{ key, n, stratum: `${store} ${language}` }] : [];
  });
}
