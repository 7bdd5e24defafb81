import { expect, test } from "vitest";
import { describedFailures, describeFailure, FILE_PROBLEMS, ROW_REASONS, sayFileProblem, sayRowProblem } from "./index.ts";

test("every failure is said in French and in English, with what it speaks of", () => {
  expect(describedFailures("fr")).toEqual(describedFailures("en"));
  expect(describeFailure({ code: "sync.answered", params: { status: 503 } }, "fr")).toBe("Le serveur a répondu 503.");
  expect(describeFailure({ code: "import.columns_changed", params: { problem: "unknown_column", name: "e-mail" } }, "fr")).toBe(
    "Le fichier n’est plus celui dont les colonnes ont été vérifiées : sa colonne « e-mail » manque.",
  );
  expect(describeFailure({ code: "import.file_unreadable", params: { reason: "its XML is damaged." } }, "en")).toBe(
    "The file could not be read: its XML is damaged.",
  );
  expect(describeFailure({ code: "import.file_refused", params: { why: "bomb_ratio", most: 2000 } }, "fr")).toMatch(
    /^Le fichier a été refusé : décompressé, il dépasse 2\s000 fois sa taille\.$/,
  );
  for (const why of FILE_PROBLEMS)
    expect(
      sayFileProblem({ why, line: 3, n: 2, most: 9, name: "a", part: "a", detail: "a", tag: "a", key: "a", separator: "a" }, "fr"),
      why,
    ).not.toMatch(/undefined|NaN|\bthe\b/);
  for (const why of ROW_REASONS)
    expect(sayRowProblem({ why, value: "a", n: 3, most: 9, year: 1994, order: "a", currency: "EUR" }, "fr"), why).not.toMatch(
      /undefined|NaN|null|\bthe\b/,
    );
  expect([
    sayRowProblem({ why: "too_long", n: 2_100, most: 2_000 }, "fr"),
    sayRowProblem(null, "fr"),
    sayRowProblem({ why: "constructor" }, "fr"),
  ]).toEqual([expect.stringMatching(/^La valeur compte 2\s100 caractères ; le maximum est de 2\s000\.$/), null, null]);
  expect(describeFailure({ code: "constructor", params: {} }, "en")).toBeNull();
});
