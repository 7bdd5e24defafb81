import { z } from "zod";
import { toIso, type Id } from "../../base/index.ts";
import { id, stepBase, type StepBase } from "../parts.ts";
import type { Kind } from "./kind.ts";

/** Gives the contact a code of a pool: one holder per code, and the code they hold already while it is good, so a reminder shows the same. */
export type CouponStep = StepBase & { readonly kind: "coupon"; readonly pool: Id | null };
export const couponShape = z.strictObject({ ...stepBase, kind: z.literal("coupon"), pool: id.nullable() });

export const coupon: Kind<CouponStep> = {
  exits: () => ["next", "none"],
  problems: (step, catalogue) =>
    step.pool !== null && catalogue.coupons.has(step.pool)
      ? []
      : [{ code: "missing_pool", message: { fr: "Choisissez la réserve de codes.", en: "Choose the pool of codes." } }],
  advance(step, _run, known) {
    if (known.coupon === null) return { kind: "ask", question: { coupon: step.pool! } };
    if (known.coupon === "none") return { kind: "go", exit: "none", effect: null, reason: { why: "no_coupon", pool: step.pool } };
    const { code, expiresAt } = known.coupon;
    return {
      kind: "go",
      exit: "next",
      effect: { kind: "coupon", code, expiresAt },
      reason: { why: "coupon", pool: step.pool, code, expiresAt: expiresAt === null ? null : toIso(expiresAt) },
    };
  },
  describe(step, names) {
    const name = step.pool === null ? undefined : names.coupons.get(step.pool);
    return name
      ? { fr: `Un code de «\u00a0${name}\u00a0»`, en: `A code of “${name}”` }
      : { fr: "Réserve de codes à choisir", en: "No pool of codes yet" };
  },
};
