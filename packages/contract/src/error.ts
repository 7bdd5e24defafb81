import { z } from "zod";

/**
 * Body of every answer that is not a success. `code` is stable (`domain.what`), `field` is the path of the input at fault
 * (`rule.of[2].is.value`), `message` is an English sentence for developers; the web app words the code in the user's language.
 */
export const errorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    /** What the message speaks of; with the code it can be said in any language. */
    params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    field: z.string().optional(),
    problems: z.array(z.object({ field: z.string(), code: z.string(), message: z.string() })).optional(),
    requestId: z.string().optional(),
  }),
});
export type ErrorBody = z.infer<typeof errorBody>;
