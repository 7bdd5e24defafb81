/** The send ledger and the one gate to the outside (DESIGN §7). Nothing else of this folder is imported elsewhere. */
export { planSends, sendKey, type PlannedSend, type PlanningTurn, type SendOrigin } from "./plan.ts";
