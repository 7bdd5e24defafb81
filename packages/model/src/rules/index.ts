export * from "./compare.ts";
export * from "./describe.ts";
export * from "./evaluate.ts";
export * from "./fields.ts";
export * from "./problems.ts";
export * from "./references.ts";
export * from "./rule.ts";
export * from "./schema.ts";
