import { sayFileProblem, type FileProblem } from "@relance/model/failures";
import { coded } from "../../platform/errors.ts";

export const fileEmpty = coded("import.file_empty", 422, () => "The file holds no row.");
export const fileTooLarge = coded(
  "import.file_too_large",
  413,
  (input: { most: number }) => `The file is larger than ${input.most} bytes.`,
);
export const fileUnreadable = coded(
  "import.file_unreadable",
  422,
  (input: FileProblem) => `The file could not be read: ${sayFileProblem(input, "en")}.`,
);
/** What only a file made to do harm, or a broken export, holds. */
export const fileRefused = coded(
  "import.file_refused",
  422,
  (input: FileProblem) => `The file was refused: ${sayFileProblem(input, "en")}.`,
);
export const fileIsPage = coded(
  "import.file_is_page",
  422,
  () => "A web page came instead of a file. Is the address that of the file itself?",
);
export const columnsChanged = coded(
  "import.columns_changed",
  422,
  (input: { problem: string; name: string; message: string }) => `The columns are no longer those that were mapped: ${input.message}`,
);
/** What the check lets through and ingest does not is a fault of ours: said, and never lost without a word. */
export const messageRefused = coded(
  "import.message_refused",
  422,
  (input: { id: string; reason: string }) =>
    `What ${input.id} says passed the check and was refused when it was applied: ${input.reason}. The import stopped before it.`,
);
export const refundUntied = coded(
  "import.refund_untied",
  409,
  (input: { order: string }) =>
    `The order ${input.order} changed between the check and the import, so its refund can no longer be tied to it. Check the file again.`,
);
export const importCancelled = coded("import.cancelled", 409, () => "The import was cancelled.");
export const tooManyFiles = coded("import.too_many_files", 422, (input: { most: number }) => `An import has at most ${input.most} tables.`);
export const mappingWrong = coded("import.mapping_wrong", 422, () => "The mapping cannot be used with this file.");
export const notNow = coded(
  "import.not_now",
  409,
  (input: { state: string; wanted: string }) => `This import is ${input.state}; it must be ${input.wanted}.`,
);
