import type { LocalDate } from "@relance/model/base";
import { consentFor, type Consent } from "@relance/model/consent";

/** Whether someone may be written to about anything at all on a channel, by what they said of it. */
export const agreed = (said: readonly Consent[], today: LocalDate): boolean =>
  ["", ...said.map((one) => one.topic)].some((topic) => consentFor(said, topic, today).kind === "granted");
