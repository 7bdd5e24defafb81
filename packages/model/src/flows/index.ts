export type { Ask, FlowReader, ImportedFlow } from "./graph.ts";
export type { FlowNames, Line, TemplateToMake, Verdict } from "./place.ts";
export { productOf } from "./product.ts";
