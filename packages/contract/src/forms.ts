import { SLUG } from "@relance/model/code";
import { formContent } from "@relance/model/forms";
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant, page, pageQuery } from "./shapes.ts";

const tag = "forms";
const read = { role: "viewer", scope: "content:read" } as const;
const write = { role: "editor", scope: "content:write" } as const;
const name = z.string().trim().min(1).max(120);
const count = z.number().int();
const texts = z.object({ fr: z.string(), en: z.string() });

/** Since the form was made. `seen`: pages shown to people; `robots`: sendings that were left aside as a machine's. */
export const formNumbers = z.object({ seen: count, submitted: count, confirmed: count, expired: count, robots: count });
export type FormNumbers = z.infer<typeof formNumbers>;
export const formProblem = z.object({ level: z.enum(["error", "warning"]), code: z.string(), field: z.string(), message: texts });
export type FormProblemBody = z.infer<typeof formProblem>;

export const formRow = z.object({
  id,
  /** Its stable name, in events and in files. */ key: z.string(),
  name,
  /** Null: never published, so nobody sees it. */ liveVersion: count.nullable(),
  changedSincePublished: z.boolean(),
  createdAt: instant,
  changedAt: instant,
  archivedAt: instant.nullable(),
  numbers: formNumbers,
});
export type FormRow = z.infer<typeof formRow>;
export const formBody = formRow.extend({
  draft: formContent,
  problems: z.array(formProblem),
  /** Where the page is, and what to paste into a site; both work once it is published. */
  address: z.string(),
  embed: z.string(),
  versions: z.array(z.object({ version: count, publishedAt: instant, publishedBy: z.string().nullable() })),
});
export type FormBody = z.infer<typeof formBody>;

export const listForms = endpoint({
  method: "GET",
  path: "/api/forms",
  tag,
  access: read,
  summary: "Sign-up forms with their numbers, by name",
  query: z.strictObject({ archived: z.enum(["true", "false"]).optional() }),
  response: z.object({ items: z.array(formRow) }),
});
export const getForm = endpoint({
  method: "GET",
  path: "/api/forms/:id",
  tag,
  access: read,
  summary: "One form with its draft, its problems and where it is shown",
  params: idParams,
  response: formBody,
});
export const createForm = endpoint({
  method: "POST",
  path: "/api/forms",
  tag,
  access: write,
  status: 201,
  summary: "Create a form, from content or from the usual one; without a confirmation e-mail named, one is made for it",
  body: z.strictObject({
    name,
    key: z.string().regex(SLUG, "must be lower-case letters, digits, - and _").optional(),
    content: formContent.optional(),
  }),
  response: formBody,
});
export const saveForm = endpoint({
  method: "PUT",
  path: "/api/forms/:id",
  tag,
  access: write,
  summary: "Save the draft; with `expected`, only if nobody saved since",
  params: idParams,
  body: z.strictObject({ name, content: formContent, expected: instant.optional() }),
  response: formBody,
});
export const publishForm = endpoint({
  method: "POST",
  path: "/api/forms/:id/publish",
  tag,
  access: { role: "approver", scope: "content:write" },
  summary:
    "Freeze the draft as the version people see; refused while it has errors. Its confirmation e-mail is published with it when it never was",
  params: idParams,
  response: formBody,
});
export const archiveForm = endpoint({
  method: "POST",
  path: "/api/forms/:id/archive",
  tag,
  access: write,
  summary: "Show a form to nobody any more; what it collected stays",
  params: idParams,
  response: formRow,
});
export const restoreForm = endpoint({
  method: "POST",
  path: "/api/forms/:id/restore",
  tag,
  access: write,
  summary: "Bring an archived form back",
  params: idParams,
  response: formRow,
});

export const previewForm = endpoint({
  method: "POST",
  path: "/api/forms/preview",
  tag,
  access: read,
  summary: "The page that a draft makes, as people would see it",
  body: z.strictObject({
    content: formContent,
    language: z.string().max(35),
    page: z.enum(["form", "sent", "confirm", "thanks"]).default("form"),
  }),
  response: z.object({
    /** For an iframe with `sandbox` and without `allow-same-origin`. */ html: z.string(),
    problems: z.array(formProblem),
  }),
});

export const formSubmission = z.object({
  id,
  contact: id,
  version: count,
  state: z.enum(["pending", "confirmed", "expired"]),
  language: z.string(),
  /** Null once it expired. */ address: z.string().nullable(),
  page: z.string().nullable(),
  consents: z.array(z.object({ channel: z.string(), topic: z.string() })),
  submittedAt: instant,
  confirmedAt: instant.nullable(),
  expiresAt: instant,
  mails: count,
});
export type FormSubmission = z.infer<typeof formSubmission>;
export const listSubmissions = endpoint({
  method: "GET",
  path: "/api/forms/:id/submissions",
  tag,
  access: { role: "viewer", scope: "contacts:read" },
  summary: "What people sent by a form, newest first",
  params: idParams,
  query: pageQuery,
  response: page(formSubmission),
});

export const signUpPoint = z.object({
  form: id,
  name: z.string(),
  version: count,
  questions: z.array(z.object({ what: z.string(), required: z.boolean() })),
  consents: z.array(z.object({ channel: z.string(), topic: z.string() })),
});
export const listSignUpPoints = endpoint({
  method: "GET",
  path: "/api/sign-up-points",
  tag,
  access: read,
  summary: "What each published form collects: fields of the contact, and consents",
  response: z.object({ items: z.array(signUpPoint) }),
});
