/** What is said to contacts: templates, their versions compiled once, and rendering for many recipients. */
export { compile } from "./compile.ts";
export { linkHosts, sampleData, showsObjects, templateData, type OwnedObject } from "./data.ts";
export {
  closeRenderPool,
  renderMessage,
  renderMessages,
  ROOM,
  writeMessages,
  type RenderedParts,
  type RenderRequest,
  type WrittenMail,
} from "./render.ts";
export { escapeAttribute, safeUrl, type MailLinks } from "./slots.ts";
export { templateHasErrors } from "./errors.ts";
export { liveTemplates, templateStates } from "./live.ts";
export { messageRoutes } from "./routes.ts";
export { STARTERS } from "./starters/index.ts";
export { button, layout, paragraph, title } from "./starters/layout.ts";
export {
  allTemplates,
  createTemplate,
  findTemplate,
  loadCompiled,
  preview,
  problemsOf,
  publishTemplate,
  saveDraft as saveTemplate,
  setArchived as setTemplateArchived,
} from "./templates.ts";
export type { TemplateRecord } from "./queries.ts";
export { signMail, type DkimKey } from "./dkim.ts";
