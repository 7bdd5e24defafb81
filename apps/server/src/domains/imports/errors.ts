import { coded } from "../../platform/errors.ts";

export const fileEmpty = coded("import.file_empty", 422, () => "The file holds no row.");
export const fileTooLarge = coded("import.file_too_large", 413, (input: { most: number }) => `The file is larger than ${input.most} bytes.`);
export const fileUnreadable = coded("import.file_unreadable", 422, (input: { reason: string }) => `The file could not be read as CSV: ${input.reason}`);
export const mappingWrong = coded("import.mapping_wrong", 422, () => "The mapping cannot be used with this file.");
export const notNow = coded("import.not_now", 409, (input: { state: string; wanted: string }) => `This import is ${input.state}; it must be ${input.wanted}.`);
