import type { Mapping } from "@relance/model/imports";
import { expect, test } from "vitest";
import { attributeTarget, emailTemplate, fillTemplate, targetOf, withEmailTemplate, withTarget } from "./mapping.ts";

const OPTIONS: Mapping["options"] = { timeZone: "UTC", currency: "EUR", decimal: ".", trimFloatIds: true, returnPrefix: null, dayFirst: true };
const START: Mapping = { version: 1, columns: [{ column: "Client", to: "contact.user_id" }, { column: "Mail", to: "contact.email" }], templates: [], options: OPTIONS };

test("a target moved to another column leaves the first one out", () => {
  const moved = withTarget(START, "Autre", "contact.email");
  expect([targetOf(moved, "Mail"), targetOf(moved, "Autre"), targetOf(moved, "Client")]).toEqual([null, "contact.email", "contact.user_id"]);
  expect(targetOf(withTarget(moved, "Client", null), "Client")).toBe(null);
});

test("a made-up address takes the place of the e-mail column, and goes when a column is chosen again", () => {
  const made = withEmailTemplate(START, "client-{{Client}}@shop.example");
  expect([targetOf(made, "Mail"), emailTemplate(made)]).toEqual([null, "client-{{Client}}@shop.example"]);
  expect(emailTemplate(withTarget(made, "Mail", "contact.email"))).toBe("");
  expect(emailTemplate(withEmailTemplate(made, ""))).toBe("");
});

test.each([[["17850.0"], "client-17850@shop.example"], [[""], ""], [[], ""]])("the template filled from %o is “%s”", (cells, address) => {
  expect(fillTemplate("client-{{Client}}@shop.example", ["Client"], cells, true)).toBe(address);
});

test.each([["Points fidélité", "contact.attributes.points_fidelite"], ["2e prénom", "contact.attributes.e_prenom"], ["№", null], ["x".repeat(90), `contact.attributes.${"x".repeat(60)}`]])("the column %s is kept as %s", (column, to) => {
  expect(attributeTarget(column)).toBe(to);
});
