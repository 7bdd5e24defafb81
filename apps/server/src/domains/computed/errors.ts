import { coded } from "../../platform/errors.ts";

export const keyTaken = coded(
  "computed.key_taken",
  409,
  (input: { key: string }) => `Contacts already have an attribute “${input.key}”; choose another key.`,
);
export const computedUsed = coded(
  "computed.used",
  409,
  (input: { by: string }) => `This attribute is used by the segment “${input.by}”; change that first.`,
);
export const tooMany = coded(
  "computed.too_many",
  422,
  (input: { most: number }) => `A workspace has at most ${input.most} computed attributes.`,
);
