import { coded } from "../../platform/errors.ts";

export const nothingToFix = coded("readiness.nothing_to_fix", 422, (input: { code: string }) => `Nothing is proposed for ${input.code} any more.`);
export const fixNotFound = coded("readiness.fix_not_found", 404, (input: { id: string }) => `No fix ${input.id} in this workspace.`);
export const fixNotNow = coded("readiness.fix_not_now", 409, () => "A fix can be stopped while it runs, and taken back once it has ended.");
export const findingNotFound = coded("readiness.finding_not_found", 404, () => "This contact has no such problem any more.");
