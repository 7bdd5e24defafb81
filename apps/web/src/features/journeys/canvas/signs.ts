import type { StepKind } from "@relance/model/journeys";
import {
  IconAppWindow, IconArrowsSplit, IconBell, IconBroadcast, IconBrandWhatsapp, IconChecklist, IconClock, IconDeviceMobile, IconDoorExit, IconFlag, IconGitFork, IconMail, IconMailOff, IconMessage, IconRepeat, IconRoute, IconTag, IconTicket,
  IconUserOff, IconUsersGroup, IconWebhook, type Icon,
} from "@tabler/icons-react";

/** The drawing of each kind of step. */
export const STEP_SIGNS: { readonly [K in StepKind]: Icon } = {
  email: IconMail, sms: IconMessage, web_push: IconBell, push: IconDeviceMobile, whatsapp: IconBrandWhatsapp, onsite: IconAppWindow,
  wait: IconClock, branch: IconGitFork, split: IconArrowsSplit, holdout: IconUserOff, loop: IconRepeat,
  attribute: IconTag, group: IconUsersGroup, audience: IconBroadcast, consent: IconMailOff, coupon: IconTicket, task: IconChecklist, webhook: IconWebhook, journey: IconRoute, goal: IconFlag, exit: IconDoorExit,
};
