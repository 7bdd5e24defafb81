import { coded } from "../../platform/errors.ts";

export const requestNotFound = coded("rights.not_found", 404, (input: { id: string }) => `No request ${input.id} in this workspace.`);
export const notWaiting = coded("rights.not_waiting", 409, () => "This request waits for nobody: it is settled, or being carried out.");
