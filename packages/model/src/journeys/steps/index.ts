import { z } from "zod";
import { attribute, attributeShape, type AttributeStep } from "./attribute.ts";
import { audience, audienceShape, type AudienceStep } from "./audience.ts";
import { branch, branchShape, type BranchStep } from "./branch.ts";
import { consent, consentShape, type ConsentStep } from "./consent.ts";
import { coupon, couponShape, type CouponStep } from "./coupon.ts";
import { exit, exitShape, type ExitStep } from "./exit.ts";
import { goal, goalShape, type GoalStep } from "./goal.ts";
import { group, groupShape, type GroupStep } from "./group.ts";
import { holdout, holdoutShape, type HoldoutStep } from "./holdout.ts";
import { journey, journeyShape, type JourneyStep } from "./journey.ts";
import type { Kind } from "./kind.ts";
import { loop, loopShape, type LoopStep } from "./loop.ts";
import { message, messageShape, type MessageStep } from "./message.ts";
import { split, splitShape, type SplitStep } from "./split.ts";
import { task, taskShape, type TaskStep } from "./task.ts";
import { wait, waitShape, type WaitStep } from "./wait.ts";
import { webhook, webhookShape, type WebhookStep } from "./webhook.ts";

export type Step =
  | MessageStep
  | WaitStep
  | BranchStep
  | SplitStep
  | HoldoutStep
  | LoopStep
  | AttributeStep
  | GroupStep
  | AudienceStep
  | ConsentStep
  | CouponStep
  | TaskStep
  | WebhookStep
  | JourneyStep
  | GoalStep
  | ExitStep;
export type StepKind = Step["kind"];

/** Every kind of step; a forgotten one does not compile. */
const KINDS: { readonly [K in StepKind]: Kind<Extract<Step, { kind: K }>> } = {
  email: message("email"),
  sms: message("sms"),
  web_push: message("web_push"),
  push: message("push"),
  whatsapp: message("whatsapp"),
  onsite: message("onsite"),
  wait,
  branch,
  split,
  holdout,
  loop,
  attribute,
  group,
  audience,
  consent,
  coupon,
  task,
  webhook,
  journey,
  goal,
  exit,
};

/** Kinds as a builder offers them. */
export const STEP_GROUPS = {
  send: ["email", "sms", "web_push", "push", "whatsapp", "onsite"],
  flow: ["wait", "branch", "split", "holdout", "loop"],
  act: ["attribute", "group", "coupon", "task", "webhook", "audience", "consent", "journey"],
  end: ["goal", "exit"],
} as const satisfies Readonly<Record<string, readonly StepKind[]>>;
export const STEP_KINDS: readonly StepKind[] = Object.values(STEP_GROUPS).flat();

export const step: z.ZodType<Step> = z.discriminatedUnion("kind", [
  messageShape("email"),
  messageShape("sms"),
  messageShape("web_push"),
  messageShape("push"),
  messageShape("whatsapp"),
  messageShape("onsite"),
  waitShape,
  branchShape,
  splitShape,
  holdoutShape,
  loopShape,
  attributeShape,
  groupShape,
  audienceShape,
  consentShape,
  couponShape,
  taskShape,
  webhookShape,
  journeyShape,
  goalShape,
  exitShape,
]);

/** The kind of a step, ready to be asked about it. */
export function kindOf<S extends Step>(step: S): Kind<S> {
  return KINDS[step.kind] as unknown as Kind<S>;
}

export type {
  AttributeStep,
  AudienceStep,
  BranchStep,
  ConsentStep,
  CouponStep,
  ExitStep,
  GoalStep,
  GroupStep,
  HoldoutStep,
  JourneyStep,
  LoopStep,
  MessageStep,
  SplitStep,
  TaskStep,
  WaitStep,
  WebhookStep,
};
export { ENDING_CHANNELS } from "./consent.ts";
export type { EmailStep } from "./message.ts";
export type { AwaitedEvent, Until } from "./wait.ts";
export * from "./kind.ts";
export { chooses, countedBy, type Choosing, type ChoosingSplit } from "./split.ts";
export { awaitedEvents, MESSAGE_NEWS, objectField, spanEn, spanFr } from "./wait.ts";
