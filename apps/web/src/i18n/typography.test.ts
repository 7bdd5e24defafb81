import { expect, test } from "vitest";
import { typeset } from "./typography.ts";

test("French punctuation gets its unbreakable spaces", () => {
  expect(typeset("fr", "Reste : « Panier » à 5 % et 3 € ; fini ?")).toBe(
    "Reste\u00a0: «\u00a0Panier\u00a0» à 5\u00a0% et 3\u00a0€\u202f; fini\u202f?",
  );
});
test("English is left alone but for e-mail and the middle dot", () => {
  expect(typeset("en", "Your e-mail: 5 · done?")).toBe("Your e\u2060-\u2060mail: 5\u2004·\u2004done?");
});
