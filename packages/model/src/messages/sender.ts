import { z } from "zod";

const colour = z.string().regex(/^#[0-9a-fA-F]{6}$/, "must be a colour such as #0b5563");
const host = z.string().max(253).regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "must be a host name in lower case");

/** Who the messages of a workspace come from and how they look; `workspace.*` in templates. */
export const senderSettings = z.strictObject({
  /** Trading name, shown as the sender. */
  name: z.string().trim().max(100).default(""),
  email: z.union([z.literal(""), z.string().max(254).regex(/^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/, "must be an e-mail address")]).default(""),
  replyTo: z.union([z.literal(""), z.string().max(254).regex(/^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/, "must be an e-mail address")]).default(""),
  /** Required on marketing mail in Canada and the United States. */
  postalAddress: z.string().trim().max(300).default(""),
  /** Phone, e-mail or web address where people can reach the sender. */
  contactLine: z.string().trim().max(200).default(""),
  website: z.union([z.literal(""), z.string().max(300).regex(/^https?:\/\/[^\s"<>]+$/, "must be an http or https address")]).default(""),
  /** Hosts that links filled from events or products may lead to, beside the website's. */
  linkHosts: z.array(host).max(50).default([]),
  colour: colour.default("#0b5563"),
  /** Opens: never measured, measured for those who agreed to it (channel `pixel`), or for all who did not refuse. */
  pixel: z.enum(["off", "with_consent", "unless_refused"]).default("with_consent"),
  /** Whether clicks are measured. Links then pass by this server. */
  trackClicks: z.boolean().default(true),
});
export type SenderSettings = z.output<typeof senderSettings>;

/** The settings of a workspace that never set any. */
export const NO_SENDER: SenderSettings = senderSettings.parse({});

/** Hosts that links made from data may lead to. */
export function allowedHosts(sender: Pick<SenderSettings, "website" | "linkHosts">): string[] {
  const own = /^https?:\/\/([^/:?#]+)/.exec(sender.website)?.[1]?.toLowerCase();
  return own ? [own, ...sender.linkHosts] : [...sender.linkHosts];
}
