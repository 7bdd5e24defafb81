import { coded } from "../../platform/errors.ts";

export const refreshRunning = coded("predictions.running", 409, () => "A refresh is under way; wait for it or cancel it.");
export const nothingRunning = coded("predictions.not_running", 409, () => "No refresh is under way.");
export const boundsUnsorted = coded(
  "predictions.bounds_unsorted",
  422,
  (input: { measure: string }) => `The bounds of ${input.measure} must not go down.`,
);
export const rateUnknown = coded(
  "predictions.currency_unknown",
  422,
  (input: { currency: string }) => `${input.currency} is no currency code of three letters.`,
);
