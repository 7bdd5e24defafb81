import type { ObjectField } from "@relance/model/objects";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { objectWords } from "./object-words.ts";

/** A field's value as the reader writes it. */
export function useFieldText(): (field: Pick<ObjectField, "kind">, value: unknown) => string {
  const say = useWords(objectWords);
  const { number, day, moment } = useFormats();
  const now = useNow();
  return ({ kind }, value) => {
    if (typeof value === "boolean") return value ? say.yes : say.noWord;
    if (typeof value === "number") return number(value);
    if (typeof value !== "string") return say.empty;
    return kind === "date" ? day(`${value}T12:00:00Z`) : kind === "moment" ? moment(value, now) : value;
  };
}
