import { coded } from "../../platform/errors.ts";

export const entryUnknown = coded(
  "library.unknown",
  404,
  (input: { key: string }) => `There is no ready-made journey ${input.key}; GET /api/library lists them.`,
);
export const scopesMissing = coded(
  "library.scopes",
  403,
  () => "Making a draft also makes segments and templates: the key needs segments:write and content:write beside journeys:write.",
);
