import { coded } from "../../platform/errors.ts";

export const codeHasProblems = coded(
  "code.has_problems",
  422,
  (input: { n: number }) => `The files have ${input.n} problem(s); nothing was changed. The plan lists them with file and line.`,
);
export const codeNotAllowed = coded(
  "access.not_allowed",
  403,
  (input: { needs: string; file: string }) => `This needs ${input.needs}, because of ${input.file}. Nothing was changed.`,
);
export const codeIdMissing = coded("code.id_missing", 422, () => "Say which one: `id` goes with `kind`, but for the settings.");
