import type { Mapping } from "@relance/model/imports";
import { expect, test } from "vitest";
import { emailTemplate, fillTemplate, keptTarget, targetOf, withEmailTemplate, withTarget } from "./mapping.ts";

const ONLY = { name: "clients.csv", first: true, named: false };
const LINES = { name: "lines.csv", first: false, named: true };
const OPTIONS: Mapping["options"] = {
  timeZone: "UTC",
  currency: "EUR",
  decimal: ".",
  trimFloatIds: true,
  returnPrefix: null,
  dayFirst: true,
};
const START: Mapping = {
  version: 1,
  columns: [
    { column: "Client", to: "contact.user_id" },
    { column: "Mail", to: "contact.email" },
  ],
  templates: [],
  options: OPTIONS,
};

test("a target moved to another column leaves the first one out", () => {
  const moved = withTarget(START, ONLY, "Autre", "contact.email");
  expect([targetOf(moved, ONLY, "Mail"), targetOf(moved, ONLY, "Autre"), targetOf(moved, ONLY, "Client")]).toEqual([
    null,
    "contact.email",
    "contact.user_id",
  ]);
  expect(targetOf(withTarget(moved, ONLY, "Client", null), ONLY, "Client")).toBe(null);
});

test("two tables may fill the same target, each for itself", () => {
  const two = withTarget(START, LINES, "Client", "contact.user_id");
  expect([targetOf(two, ONLY, "Client"), targetOf(two, LINES, "Client"), two.columns.at(-1)]).toEqual([
    "contact.user_id",
    "contact.user_id",
    { table: "lines.csv", column: "Client", to: "contact.user_id" },
  ]);
  expect(targetOf(withTarget(two, LINES, "Client", null), ONLY, "Client")).toBe("contact.user_id");
});

test("a made-up address takes the place of the e-mail column, and goes when a column is chosen again", () => {
  const made = withEmailTemplate(START, ONLY, "client-{{Client}}@shop.example");
  expect([targetOf(made, ONLY, "Mail"), emailTemplate(made)]).toEqual([null, "client-{{Client}}@shop.example"]);
  expect(emailTemplate(withTarget(made, ONLY, "Mail", "contact.email"))).toBe("");
  expect(emailTemplate(withEmailTemplate(made, ONLY, ""))).toBe("");
});

test.each([
  [["17850.0"], "client-17850@shop.example"],
  [[""], ""],
  [[], ""],
])("the template filled from %o is “%s”", (cells, address) => {
  expect(fillTemplate("client-{{Client}}@shop.example", ["Client"], cells, true)).toBe(address);
});

test.each([
  ["Points fidélité", "contact.attributes.points_fidelite"],
  ["2e prénom", "contact.attributes.e_prenom"],
  ["№", null],
  ["x".repeat(90), `contact.attributes.${"x".repeat(60)}`],
])("the column %s is kept as %s", (column, to) => {
  expect(keptTarget(START, ONLY, column)).toBe(to);
  expect(keptTarget({ ...START, columns: [{ column: "id", to: "product.id" }] }, ONLY, column)).toBe(
    to?.replace("contact.", "product.") ?? null,
  );
});
