import { Button, Textarea, TextInput } from "@mantine/core";
import type { FormWords } from "@relance/model/forms";
import { IconPlus } from "@tabler/icons-react";
import { useWords } from "../../i18n/words.ts";
import type { FormDraft } from "./draft.ts";
import { formWords } from "./words.ts";

const KNOWN_LANGUAGES = ["fr", "en"] as const;

export function Languages({
  draft,
  language,
  languages,
  pick,
}: {
  readonly draft: FormDraft;
  readonly language: string;
  readonly languages: readonly string[];
  readonly pick: (language: string) => void;
}) {
  const say = useWords(formWords);
  const { words, fallback } = draft.now.content;
  const called = (one: string): string => say.names[one as keyof typeof say.names] ?? one;
  const add = (one: string): void => {
    draft.put({ words: { ...words, [one]: words[fallback]! } });
    pick(one);
  };
  const remove = (): void => {
    const { [language]: _gone, ...left } = words;
    draft.put({ words: left });
  };
  return (
    <div className="mail-langs" role="tablist" aria-label={say.languages}>
      {languages.map((one) => (
        <button type="button" key={one} role="tab" aria-selected={one === language} onClick={() => pick(one)}>
          {called(one)}
        </button>
      ))}
      {KNOWN_LANGUAGES.filter((one) => !languages.includes(one)).map((one) => (
        <Button key={one} size="compact-sm" variant="subtle" leftSection={<IconPlus size={13} aria-hidden />} onClick={() => add(one)}>
          {say.add(called(one))}
        </Button>
      ))}
      {languages.length > 1 && language !== fallback && (
        <Button size="compact-sm" variant="subtle" style={{ marginLeft: "auto" }} onClick={remove}>
          {say.remove(called(language))}
        </Button>
      )}
    </div>
  );
}

/** What the page says in one language. */
export function Texts({ draft, language }: { readonly draft: FormDraft; readonly language: string }) {
  const say = useWords(formWords);
  const { words } = draft.now.content;
  const now = words[language];
  if (!now) return null;
  const put = (part: Partial<FormWords>): void =>
    draft.put({ words: { ...words, [language]: { ...now, ...part } } }, `${language} ${Object.keys(part).join()}`);
  return (
    <section className="stack" aria-label={say.texts}>
      <h2>{say.texts}</h2>
      <TextInput label={say.pageTitle} value={now.title} maxLength={200} onChange={(event) => put({ title: event.currentTarget.value })} />
      <Textarea
        label={say.intro}
        autosize
        minRows={2}
        value={now.intro}
        maxLength={1_000}
        onChange={(event) => put({ intro: event.currentTarget.value })}
      />
      <TextInput label={say.button} value={now.button} maxLength={60} onChange={(event) => put({ button: event.currentTarget.value })} />
      <TextInput
        label={say.thanksTitle}
        value={now.thanksTitle}
        maxLength={200}
        onChange={(event) => put({ thanksTitle: event.currentTarget.value })}
      />
      <Textarea
        label={say.thanks}
        autosize
        minRows={2}
        value={now.thanks}
        maxLength={1_000}
        onChange={(event) => put({ thanks: event.currentTarget.value })}
      />
    </section>
  );
}
