/** Hosted sign-up forms: their pages, double opt-in, and the proofs of consent they leave. */
export { createForm, publishForm, saveForm, setFormArchived } from "./forms.ts";
export { selectForms } from "./queries.ts";
export { formRoutes } from "./routes.ts";
export { expireForms } from "./tend.ts";
