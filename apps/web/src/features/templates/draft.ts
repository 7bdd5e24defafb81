import { saveTemplate, type TemplateBody } from "@relance/contract/messages";
import { formatsOf, type Content, type MessageClass, type Variant } from "@relance/model/messages";
import { useCallback } from "react";
import { api } from "../../api/client.ts";
import { useSavedDraft, type SavedDraft } from "../../app/saved-draft.ts";

export interface Written {
  readonly name: string;
  readonly class: MessageClass;
  readonly topic: string;
  readonly content: Content;
}

/** A template being written. */
export interface Draft extends SavedDraft<Written> {
  readonly write: (language: string, part: Partial<Variant>) => void;
  /** What it is sent by; settled when it was made. */
  readonly channel: TemplateBody["channel"];
}

const named = (written: Written): boolean => written.name.trim() !== "";

export function useTemplateDraft(template: TemplateBody): Draft {
  const send = useCallback(
    (written: Written, expected: string) =>
      api.call(saveTemplate, { params: { id: template.id }, body: { ...written, name: written.name.trim(), expected } }),
    [template.id],
  );
  const draft = useSavedDraft<Written>(
    { name: template.name, class: template.class, topic: template.topic, content: template.draft },
    template.changedAt,
    send,
    named,
  );
  const { change } = draft;
  const write = useCallback(
    (language: string, part: Partial<Variant>): void =>
      change(
        ({ content }) => {
          const before: Variant = content.variants[language] ?? {
            subject: "",
            preheader: "",
            format: formatsOf(template.channel)[0]!,
            source: "",
            text: null,
          };
          return { content: { ...content, variants: { ...content.variants, [language]: { ...before, ...part } } } };
        },
        `${language} ${Object.keys(part).join()}`,
      ),
    [change, template.channel],
  );
  return { ...draft, write, channel: template.channel };
}
