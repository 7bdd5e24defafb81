import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { BUGS } from "./planted-bugs.ts";

test.each(BUGS)("the plant still fits the code: $name", ({ edits }) => {
  for (const { file, find } of edits)
    expect(readFileSync(new URL(`../../../../${file}`, import.meta.url), "utf8").split(find), file).toHaveLength(2);
});
