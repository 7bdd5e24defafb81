/** Hosted sign-up forms: their pages, double opt-in, and the proofs of consent they leave. */
export { askedBy, askedOf, confirmSubmission } from "./confirm.ts";
export { createForm, findForm, publishForm, saveForm, setFormArchived } from "./forms.ts";
export { selectForms } from "./queries.ts";
export { formRoutes } from "./routes.ts";
export { submitForm } from "./submit.ts";
export { expireForms } from "./tend.ts";
