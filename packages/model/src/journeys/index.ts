export * from "./commands.ts";
export * from "./dates.ts";
export * from "./diff.ts";
export * from "./graph.ts";
export * from "./match.ts";
export * from "./problems.ts";
export * from "./steps/index.ts";
export { attentionOf, LONGEST_PATIENCE, patienceEnd, USUAL_ATTENTION, type Attention } from "./attention.ts";
