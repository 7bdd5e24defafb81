import type { Instant } from "../base/index.ts";
import { textOf, type JsonObject } from "../events/index.ts";
import { objectEvent, readField, type ObjectType } from "./type.ts";

export type ObjectFields = Readonly<Record<string, string | number | boolean>>;

/** An object as an event tells it. */
export interface ObjectSeen {
  readonly type: string;
  /** The sender's own id of it, unique in the type. */
  readonly externalId: string;
  readonly at: Instant;
  readonly removed: boolean;
  readonly fields: ObjectFields;
}

/**
 * What an event tells of an object of a type; null when it tells of none. The event tells the object whole: a field it does not name, or
 * whose value does not fit, is none. Other properties stay with the event.
 */
export function readObject(
  event: { readonly name: string; readonly properties: JsonObject; readonly occurredAt: Instant },
  type: ObjectType,
): ObjectSeen | null {
  const externalId = textOf(event.properties["id"] ?? null);
  if (event.name !== objectEvent(type.key) || externalId === null || externalId.length > 200) return null;
  const fields = Object.fromEntries(
    type.fields.flatMap((field) => {
      const value = Object.hasOwn(event.properties, field.key) ? readField(field, event.properties[field.key]!) : null;
      return value === null || value === undefined ? [] : [[field.key, value] as const];
    }),
  );
  return { type: type.key, externalId, at: event.occurredAt, removed: event.properties["removed"] === true, fields };
}

/** What told of an object, one after the other: what each changed, the newest first. `undefined`: it was none before. */
export interface ObjectMoment<T> {
  readonly of: T;
  readonly what: "created" | "changed" | "removed";
  readonly changes: readonly {
    readonly field: string;
    readonly from: string | number | boolean | null;
    readonly to: string | number | boolean | null;
  }[];
}

/** @param told in the order of time */
export function objectHistory<T>(told: readonly { readonly of: T; readonly seen: ObjectSeen }[]): ObjectMoment<T>[] {
  let before: ObjectFields | null = null;
  return told
    .map(({ of, seen }): ObjectMoment<T> => {
      const held: ObjectFields = before ?? {};
      const what = seen.removed ? "removed" : before === null ? "created" : "changed";
      const changes = seen.removed
        ? []
        : [...new Set([...Object.keys(held), ...Object.keys(seen.fields)])]
            .sort()
            .flatMap((field) =>
              held[field] === seen.fields[field] ? [] : [{ field, from: held[field] ?? null, to: seen.fields[field] ?? null }],
            );
      before = seen.removed ? null : seen.fields;
      return { of, what, changes };
    })
    .reverse();
}
