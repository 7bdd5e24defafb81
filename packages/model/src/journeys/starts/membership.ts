import { z } from "zod";
import type { Id } from "../../base/index.ts";
import { id } from "../parts.ts";
import { deaf, type StartKind } from "./kind.ts";

export type SegmentStart = { readonly kind: "segment"; readonly segment: Id; readonly on: "enter" | "leave" };
export const segmentShape = z.strictObject({ kind: z.literal("segment"), segment: id, on: z.enum(["enter", "leave"]) });
export const segment: StartKind<SegmentStart> = {
  ...deaf,
  problems: (start, catalogue) =>
    catalogue.segments.has(start.segment)
      ? []
      : [{ field: "segment", code: "unknown_segment", message: { fr: "Ce segment n’existe plus.", en: "This segment no longer exists." } }],
  describe(start, names) {
    const name = names.segments.get(start.segment) ?? "…";
    return start.on === "enter"
      ? { fr: `À l’entrée dans «\u00a0${name}\u00a0»`, en: `On entering “${name}”` }
      : { fr: `À la sortie de «\u00a0${name}\u00a0»`, en: `On leaving “${name}”` };
  },
};

export type GroupStart = { readonly kind: "group"; readonly group: Id };
export const groupStartShape = z.strictObject({ kind: z.literal("group"), group: id });
export const groupStart: StartKind<GroupStart> = {
  ...deaf,
  problems: (start, catalogue) =>
    catalogue.groups.has(start.group)
      ? []
      : [{ field: "group", code: "unknown_group", message: { fr: "Ce groupe n’existe plus.", en: "This group no longer exists." } }],
  describe(start, names) {
    const name = names.groups.get(start.group) ?? "…";
    return { fr: `À l’ajout dans «\u00a0${name}\u00a0»`, en: `When put into “${name}”` };
  },
};
