import { content, MESSAGE_CLASSES } from "@relance/model/messages";
import { z } from "zod";
import { CHANNELS } from "./delivery.ts";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant, page, pageQuery } from "./shapes.ts";

const read = { role: "viewer", scope: "content:read" } as const;
const write = { role: "editor", scope: "content:write" } as const;
const tag = "messages";
const messageClass = z.enum(MESSAGE_CLASSES);
const name = z.string().trim().min(1).max(120);
/** Key of a topic; '' for none. */
const topic = z.string().max(64);
const language = z.string().max(35);

export const messageProblem = z.object({
  level: z.enum(["error", "warning"]),
  code: z.string(),
  field: z.string(),
  message: z.string(),
  detail: z.string().optional(),
  line: z.number().int().optional(),
});
export type MessageProblemBody = z.infer<typeof messageProblem>;

export const templateRow = z.object({
  id,
  name,
  channel: z.enum(CHANNELS),
  class: messageClass,
  topic: z.string(),
  languages: z.array(z.string()),
  /** Null: never published. */
  liveVersion: z.number().int().nullable(),
  /** Whether the draft differs from what is published. */
  changedSincePublished: z.boolean(),
  createdAt: instant,
  changedAt: instant,
  archivedAt: instant.nullable(),
});
export type TemplateRow = z.infer<typeof templateRow>;

export const templateBody = templateRow.extend({
  draft: content,
  problems: z.array(messageProblem),
  versions: z.array(z.object({ version: z.number().int(), publishedAt: instant, publishedBy: z.string().nullable() })),
});
export type TemplateBody = z.infer<typeof templateBody>;

export const listTemplates = endpoint({
  method: "GET",
  path: "/api/templates",
  tag,
  access: read,
  summary: "Templates, by name",
  /** `search`: part of the name; with `texts`, or of what a variant says. `ids`: up to a hundred, separated by commas, in use or not. */
  query: pageQuery.extend({
    archived: z.enum(["true", "false"]).optional(),
    search: z.string().max(100).optional(),
    texts: z.enum(["true", "false"]).optional(),
    ids: z
      .string()
      .regex(
        /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(,[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}){0,99}$/,
        "must be up to a hundred ids, separated by commas",
      )
      .optional(),
  }),
  response: page(templateRow),
});
export const getTemplate = endpoint({
  method: "GET",
  path: "/api/templates/:id",
  tag,
  access: read,
  summary: "One template with its draft and its problems",
  params: idParams,
  response: templateBody,
});
export const createTemplate = endpoint({
  method: "POST",
  path: "/api/templates",
  tag,
  access: write,
  summary:
    "Create a template, from content or from a starter design; of other channels than e-mail the content is plain text, of webhooks JSON",
  status: 201,
  body: z.strictObject({
    name,
    channel: z.enum(CHANNELS).default("email"),
    class: messageClass.default("marketing"),
    topic: topic.default(""),
    content: content.optional(),
    starter: z.string().max(50).optional(),
  }),
  response: templateBody,
});
export const saveTemplate = endpoint({
  method: "PUT",
  path: "/api/templates/:id",
  tag,
  access: write,
  summary: "Save the draft; with `expected`, only if nobody saved since",
  params: idParams,
  body: z.strictObject({ name, class: messageClass, topic, content, expected: instant.optional() }),
  response: templateBody,
});
export const publishTemplate = endpoint({
  method: "POST",
  path: "/api/templates/:id/publish",
  tag,
  access: { role: "approver", scope: "content:write" },
  summary: "Freeze the draft as the next version; refused while it has errors",
  params: idParams,
  response: templateBody,
});
export const duplicateTemplate = endpoint({
  method: "POST",
  path: "/api/templates/:id/duplicate",
  tag,
  access: write,
  summary: "Copy the draft into a new template",
  params: idParams,
  body: z.strictObject({ name }),
  response: templateBody,
  status: 201,
});
export const archiveTemplate = endpoint({
  method: "POST",
  path: "/api/templates/:id/archive",
  tag,
  access: write,
  summary: "Put a template away; what uses its versions keeps working",
  params: idParams,
  response: templateRow,
});
export const restoreTemplate = endpoint({
  method: "POST",
  path: "/api/templates/:id/restore",
  tag,
  access: write,
  summary: "Bring an archived template back",
  params: idParams,
  response: templateRow,
});
export const checkContent = endpoint({
  method: "POST",
  path: "/api/templates/problems",
  tag,
  access: read,
  summary: "What would stop or trouble publishing this content",
  body: z.strictObject({ class: messageClass, content }),
  response: z.object({ problems: z.array(messageProblem) }),
});

export const previewBody = z.object({
  language: z.string(),
  subject: z.string(),
  preheader: z.string(),
  /** For an iframe with `sandbox` and without `allow-same-origin`. */
  html: z.string(),
  text: z.string(),
  /** Bytes of the HTML; Gmail cuts above 102 kB. */
  bytes: z.number().int(),
});
export type PreviewBody = z.infer<typeof previewBody>;
export const previewContent = endpoint({
  method: "POST",
  path: "/api/templates/preview",
  tag,
  access: read,
  summary: "Content as one contact would get it, with sample values for what is not given",
  body: z.strictObject({
    content,
    class: messageClass.optional(),
    contact: id.optional(),
    language: language.optional(),
    data: z.record(z.string(), z.unknown()).optional(),
  }),
  response: previewBody,
});

export const templateVersionBody = z.object({
  version: z.number().int(),
  publishedAt: instant,
  publishedBy: z.string().nullable(),
  content,
});
export const getTemplateVersion = endpoint({
  method: "GET",
  path: "/api/templates/:id/versions/:version",
  tag,
  access: read,
  summary: "What one version held when it was published; saved again as the draft, it is a way back",
  params: idParams.extend({ version: z.coerce.number().int().min(1).max(2_147_483_647) }),
  response: templateVersionBody,
});

export const testSendBody = z.object({
  to: z.string(),
  subject: z.string(),
  provider: z.enum(["outbox", "smtp", "twilio"]),
  /** `refused`, `lost` and `uncertain`: what the provider answered is in `answer`. */
  outcome: z.enum(["accepted", "refused", "lost", "uncertain"]),
  answer: z.string(),
  /** Where the outbox shows it; null when it left by a provider. */
  outbox: id.nullable(),
});
export type TestSendBody = z.infer<typeof testSendBody>;
export const sendTest = endpoint({
  method: "POST",
  path: "/api/templates/:id/test",
  tag,
  access: { role: "editor", scope: "content:write" },
  summary:
    "Send the draft, marked [Test], to oneself or another member, a text to a number: rendered as a contact, nothing counted, its unsubscribe link does nothing; ten in five minutes",
  params: idParams,
  body: z.strictObject({
    contact: id.optional(),
    language: language.optional(),
    /** A member's address; needed with an API key. Of a text: the number of a phone. */ to: z.string().max(320).optional(),
  }),
  response: testSendBody,
});

export const starterDesign = z.object({
  key: z.string(),
  names: z.record(z.string(), z.string()),
  descriptions: z.record(z.string(), z.string()),
  class: messageClass,
  content,
});
export type StarterDesign = z.infer<typeof starterDesign>;
export const listStarters = endpoint({
  method: "GET",
  path: "/api/template-starters",
  tag,
  access: read,
  summary: "Designs to begin with, in French and English",
  response: z.object({ items: z.array(starterDesign) }),
});

export const templateVariable = z.object({ path: z.string(), names: z.record(z.string(), z.string()), sample: z.unknown() });
export const listVariables = endpoint({
  method: "GET",
  path: "/api/template-variables",
  tag,
  access: read,
  summary: "What templates can name, with sample values, and the filters",
  response: z.object({ variables: z.array(templateVariable), filters: z.array(z.string()) }),
});
