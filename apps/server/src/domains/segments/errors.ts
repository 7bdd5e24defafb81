import { coded } from "../../platform/errors.ts";

export const ruleWrong = coded("segment.rule_wrong", 422, () => "The rule cannot be used.");
export const segmentChanged = coded("segment.changed", 409, (input: { version: number }) => `Someone changed this segment meanwhile; it is at version ${input.version}.`);
export const segmentUsed = coded("segment.used", 409, (input: { by: string }) => `This segment is used by ${input.by}; change that first.`);
export const nothingToCancel = coded("segment.nothing_to_cancel", 409, () => "There is no change under way that could be taken back: it is done, or this is the segment’s first rule.");
export const columnUnknown = coded("segment.column_unknown", 422, (input: { column: string }) => `“${input.column}” is not a column of a list of contacts. Use a field of contacts, entered_at, or attributes.<name>.`);
