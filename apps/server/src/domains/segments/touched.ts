import type { Id } from "@relance/model/base";
import { canShare, dependsOnTime } from "@relance/model/rules";
import type { LiveSegment } from "./queries.ts";

const CAUSES = ["event", "change", "time", "build"] as const;
export type Cause = (typeof CAUSES)[number];
/** Of a byte of `Touched`. */
export const causeOf = (code: number): Cause | null => CAUSES[code - 1] ?? null;

/** The segments of a workspace in the order in which they depend on each other: a segment stands after those it mentions. */
export class SegmentOrder {
  readonly segments: readonly LiveSegment[];
  /** Places of those that mention the segment at a place. */
  readonly dependents: readonly (readonly number[])[];
  readonly shared: readonly boolean[];
  /** Places of those whose answer time alone may change. */
  readonly timed: readonly number[];

  constructor(live: readonly LiveSegment[]) {
    this.segments = inOrder(live);
    // Rules ask who is in by what is in force; nobody asks a generation to come.
    const place = new Map(this.segments.flatMap((segment, index) => (segment.in_force ? [[segment.id, index] as const] : [])));
    const dependents = this.segments.map((): number[] => []);
    this.segments.forEach((segment, index) => {
      for (const { kind, name } of segment.references) if (kind === "segment" && place.has(name)) dependents[place.get(name)!]!.push(index);
    });
    this.dependents = dependents;
    this.shared = this.segments.map((segment) => canShare(segment.rule.root));
    this.timed = this.segments.flatMap((segment, index) => (dependsOnTime(segment.rule.root) ? [index] : []));
  }
}

/** Who is to be asked about which segments, and why: one byte per contact and segment, 0 for not at all. */
export class Touched {
  readonly order: SegmentOrder;
  readonly byContact = new Map<Id, Uint8Array>();

  constructor(order: SegmentOrder) {
    this.order = order;
  }

  /** The first cause stays. */
  touch(contact: Id, places: readonly number[], cause: Cause): void {
    if (places.length === 0) return;
    let causes = this.byContact.get(contact);
    if (!causes) this.byContact.set(contact, (causes = new Uint8Array(this.order.segments.length)));
    const code = 1 + CAUSES.indexOf(cause);
    for (const place of places) causes[place] ||= code;
  }

  /** Places that may be asked of a contact: those touched, and those that follow when these change. */
  reach(contact: Id): Uint8Array {
    const reach = this.byContact.get(contact)!.slice();
    this.order.dependents.forEach((dependents, place) => {
      if (reach[place]) for (const other of dependents) reach[other] ||= 1;
    });
    return reach;
  }
}

/** Cycles are refused when rules are saved. */
function inOrder(live: readonly LiveSegment[]): LiveSegment[] {
  const byId = new Map(live.filter((segment) => segment.in_force).map((segment) => [segment.id, segment]));
  const placed = new Set<LiveSegment>();
  const order: LiveSegment[] = [];
  const place = (segment: LiveSegment): void => {
    if (placed.has(segment)) return;
    placed.add(segment);
    for (const reference of segment.references)
      if (reference.kind === "segment" && byId.has(reference.name)) place(byId.get(reference.name)!);
    order.push(segment);
  };
  live.forEach(place);
  return order;
}
