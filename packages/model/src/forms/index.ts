export * from "./answers.ts";
export * from "./blank.ts";
export * from "./form.ts";
export * from "./problems.ts";
