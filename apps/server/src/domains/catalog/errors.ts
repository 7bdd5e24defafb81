import { coded } from "../../platform/errors.ts";

export const storeUnknown = coded(
  "store.unknown",
  422,
  (input: { code: string }) => `No store has the code ${input.code}; create it first.`,
);
export const zoneUnknown = coded(
  "store.time_zone_unknown",
  422,
  (input: { zone: string }) => `${input.zone} is no time zone such as Europe/Paris.`,
);
export const productNotFound = coded("product.not_found", 404, (input: { id: string }) => `No product ${input.id} in this workspace.`);
export const orderNotFound = coded("order.not_found", 404, (input: { id: string }) => `No order ${input.id} in this workspace.`);
export const poolNotFound = coded(
  "coupon_pool.not_found",
  404,
  (input: { id: string }) => `No pool of codes ${input.id} in this workspace.`,
);
export const notAList = coded("coupon_pool.generated", 422, () => "The codes of this pool are generated; only a list takes codes.");
export const categoryCycle = coded(
  "category.cycle",
  422,
  (input: { id: string }) => `The category ${input.id} would be above itself; choose another parent.`,
);
export const articleUntitled = coded(
  "article.untitled",
  422,
  (input: { id: string }) => `The content item ${input.id} is new in this language and needs a title.`,
);
export const changeNotFound = coded("catalog_change.not_found", 404, () => "No such change in this workspace.");
export const changedSince = coded(
  "catalog_change.changed_since",
  409,
  (input: { parts: readonly string[] }) =>
    `Changed again since: ${input.parts.slice(0, 10).join(", ")}. Send partly: true to take the rest back.`,
);
