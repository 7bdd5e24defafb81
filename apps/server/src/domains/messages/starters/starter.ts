import type { StarterDesign } from "@relance/contract/messages";

/** A design to begin with, in every language of the product. */
export type Starter = StarterDesign;
