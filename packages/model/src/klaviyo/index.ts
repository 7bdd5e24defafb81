export * from "./import.ts";
export type { FlowNames, Line, TemplateToMake, Verdict } from "./place.ts";
