import { expect, test } from "vitest";
import { smsSize } from "./sms.ts";

test("a text is one message up to 160 signs, then messages of 153", () => {
  expect(smsSize("a".repeat(160))).toEqual({ encoding: "gsm7", units: 160, segments: 1, odd: [] });
  expect(smsSize("a".repeat(161)).segments).toBe(2);
  expect(smsSize("a".repeat(306)).segments).toBe(2);
  expect(smsSize("a".repeat(307)).segments).toBe(3);
});

test("the euro counts twice and is never cut in two", () => {
  expect(smsSize("€".repeat(80))).toMatchObject({ units: 160, segments: 1 });
  // 152 signs and a euro do not fit 153: it goes to the next message, which a count of units alone would miss.
  expect(smsSize(`${"a".repeat(152)}€${"a".repeat(152)}`)).toMatchObject({ units: 306, segments: 3 });
});

test("one sign outside the alphabet makes the whole text UCS-2, and is named", () => {
  expect(smsSize("été à Noël, ça")).toMatchObject({ encoding: "ucs2", odd: ["ë", "ç"] });
  expect(smsSize("ê".repeat(70)).segments).toBe(1);
  expect(smsSize("ê".repeat(71)).segments).toBe(2);
  expect(smsSize("😀".repeat(35))).toMatchObject({ units: 70, segments: 1 });
  expect(smsSize("😀".repeat(36))).toMatchObject({ units: 72, segments: 2 });
});
