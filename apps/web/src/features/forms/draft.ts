import { saveForm, type FormBody } from "@relance/contract/forms";
import type { FormContent } from "@relance/model/forms";
import { useCallback } from "react";
import { api } from "../../api/client.ts";
import { useSavedDraft, type SavedDraft } from "../../app/saved-draft.ts";

interface Written {
  readonly name: string;
  readonly content: FormContent;
}

/** A form being written. */
export interface FormDraft extends SavedDraft<Written> {
  /** @param burst changes of the same name in quick succession are one step back */
  readonly put: (part: Partial<FormContent>, burst?: string) => void;
}

const named = (written: Written): boolean => written.name.trim() !== "";

export function useFormDraft(form: FormBody): FormDraft {
  const send = useCallback(
    (written: Written, expected: string) =>
      api.call(saveForm, { params: { id: form.id }, body: { ...written, name: written.name.trim(), expected } }),
    [form.id],
  );
  const draft = useSavedDraft<Written>({ name: form.name, content: form.draft }, form.changedAt, send, named);
  const { change } = draft;
  const put = useCallback(
    (part: Partial<FormContent>, burst?: string): void => change(({ content }) => ({ content: { ...content, ...part } }), burst),
    [change],
  );
  return { ...draft, put };
}

/** The same list with one item replaced; null takes it out. */
export const replaced = <T>(list: readonly T[], index: number, item: T | null): T[] =>
  list.flatMap((one, at) => (at !== index ? [one] : item === null ? [] : [item]));
