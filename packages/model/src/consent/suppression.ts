/** Why nothing may go to an address. */
export const SUPPRESSION_REASONS = ["hard_bounce", "complaint", "unsubscribed", "erased", "manual"] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];
