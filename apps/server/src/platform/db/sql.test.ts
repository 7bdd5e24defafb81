import { expect, test } from "vitest";
import { json } from "./sql.ts";

test("text for jsonb loses NUL and keeps everything else, also text that only looks like an escape", () => {
  const read = (value: unknown) => JSON.parse(json(value)) as unknown;
  expect(read({ a: "x\u0000y", "k\u0000": ["\u0000"] })).toEqual({ a: "xy", k: [""] });
  expect(read("\\u0000 and \\\u0000 and \\\\u0000")).toBe("\\u0000 and \\ and \\\\u0000");
  expect(read(["half \ud800", "\udc00", "whole 💥", "\\ud800"])).toEqual(["half \ufffd", "\ufffd", "whole 💥", "\\ud800"]);
  expect(json(undefined)).toBe("null");
});
