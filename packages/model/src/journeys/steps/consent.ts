import { z } from "zod";
import { stepBase, type StepBase } from "../parts.ts";
import type { Kind } from "./kind.ts";

/** Channels whose consent a journey may end. */
export const ENDING_CHANNELS = ["email", "sms", "push"] as const;

/** Ends what the contact agreed to: for a channel's marketing in general (topic ''), or for one topic. A journey never agrees in somebody's place. */
export type ConsentStep = StepBase & {
  readonly kind: "consent";
  readonly channel: (typeof ENDING_CHANNELS)[number];
  readonly topic: string;
};
export const consentShape = z.strictObject({
  ...stepBase,
  kind: z.literal("consent"),
  channel: z.enum(ENDING_CHANNELS),
  topic: z
    .string()
    .max(64)
    .regex(/^([a-z0-9][a-z0-9_-]*)?$/, "must be the key of a topic, or empty for all"),
});

const CHANNELS = {
  email: { fr: "aux e-mails", en: "e-mail" },
  sms: { fr: "aux SMS", en: "text messages" },
  push: { fr: "aux notifications", en: "push messages" },
} as const;

export const consent: Kind<ConsentStep> = {
  exits: () => ["next"],
  problems: () => [],
  advance: ({ channel, topic }) => ({
    kind: "go",
    exit: "next",
    effect: { kind: "consent", channel, topic },
    reason: { why: "consent_ended", channel, topic },
  }),
  describe({ channel, topic }) {
    const about = topic === "" ? "" : ` (${topic})`;
    return { fr: `Fin du consentement ${CHANNELS[channel].fr}${about}`, en: `End the consent to ${CHANNELS[channel].en}${about}` };
  },
};
