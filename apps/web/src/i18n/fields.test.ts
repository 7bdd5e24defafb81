import { CONTACT_COLUMNS } from "@relance/contract/contacts";
import { expect, test } from "vitest";
import { contactWords } from "../features/contacts/words.ts";
import { fieldWords } from "../features/readiness/words.ts";
import { segmentWords } from "../features/segments/words.ts";

test("every standard field of a contact has a name in both languages, wherever fields are named", () => {
  for (const language of ["fr", "en"] as const) {
    for (const [place, words] of Object.entries({
      readiness: fieldWords[language],
      contacts: contactWords[language].fields,
      segments: segmentWords[language].fields,
    })) {
      expect({
        place,
        language,
        unnamed: CONTACT_COLUMNS.filter((name) => !((words as Readonly<Record<string, string>>)[name] ?? "").trim()),
      }).toEqual({ place, language, unnamed: [] });
    }
  }
  // What ready-made journeys ask for beside them.
  for (const language of ["fr", "en"] as const) expect(fieldWords[language]["attributes.member_since"]).not.toContain("ember");
});
