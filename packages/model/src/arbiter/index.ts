export { decide } from "./decide.ts";
export { chooseHour, hourScores } from "./best-hour.ts";
export { longestCap } from "./caps.ts";
export { dayAt } from "./calendar.ts";
export { heldOut } from "./hash.ts";
export {
  CHECKS,
  type Check,
  type Decision,
  type GateFacts,
  type Habits,
  type JourneyWord,
  type LeftSend,
  type OpenSend,
  type Rival,
  type Verdict,
} from "./facts.ts";
export { GATE_CHANNELS, LEGAL_SMS, smsHoursAt, type ArbiterSettings, type Cap, type OwnDay } from "./settings.ts";
