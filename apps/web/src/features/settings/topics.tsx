import { Button, Group, TextInput } from "@mantine/core";
import { archiveTopic, changeTopic, createTopic, listTopics, type Topic } from "@relance/contract/compliance";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Waiting } from "../../ui/page.tsx";
import { privacyWords } from "./privacy-words.ts";

export function Topics() {
  const say = useWords(privacyWords);
  const { workspace } = useSession();
  const { data, error } = useQuery(ask(listTopics, {}));
  const may = workspace?.role !== "viewer";
  return (
    <div className="stack" style={{ maxWidth: 760, gap: 24 }}>
      <p className="soft">{say.topicsHelp}</p>
      <RefusalNote error={error} />
      {!data && !error && <Waiting />}
      {data?.items.length === 0 && <p className="soft">{say.noTopics}</p>}
      {data && data.items.length > 0 && (
        <table className="plain">
          <tbody>
            {data.items.map((one) => (
              <Line key={one.id} topic={one} may={may} />
            ))}
          </tbody>
        </table>
      )}
      {may && <NewTopic />}
    </div>
  );
}

function Line({ topic, may }: { readonly topic: Topic; readonly may: boolean }) {
  const say = useWords(privacyWords);
  const { language } = useLanguage();
  const [names, setNames] = useState<{ fr: string; en: string } | null>(null);
  const change = useChange(changeTopic);
  const archive = useChange(archiveTopic);
  if (names) {
    return (
      <tr>
        <td colSpan={3}>
          <form
            className="stack"
            onSubmit={(event) => {
              event.preventDefault();
              change.mutate({ params: { id: topic.id }, body: { names } }, { onSuccess: () => setNames(null) });
            }}
          >
            <Names names={names} onChange={setNames} />
            <RefusalNote error={change.error} />
            <Group>
              <Button type="submit" loading={change.isPending}>
                {say.save}
              </Button>
              <Button variant="default" onClick={() => setNames(null)}>
                {say.cancel}
              </Button>
            </Group>
          </form>
        </td>
      </tr>
    );
  }
  return (
    <tr>
      <td>
        <b>{topic.names[language] ?? topic.key}</b>
        <div className="small soft">{topic.names[language === "fr" ? "en" : "fr"]}</div>
      </td>
      <td className="mono small">{topic.key}</td>
      <td className="right">
        {topic.archivedAt !== null && <span className="small soft">{say.archived}</span>}
        {may && topic.archivedAt === null && (
          <>
            <Button variant="subtle" onClick={() => setNames({ fr: topic.names["fr"] ?? "", en: topic.names["en"] ?? "" })}>
              {say.rename}
            </Button>
            <Button
              variant="subtle"
              color="garance"
              loading={archive.isPending}
              onClick={() => archive.mutate({ params: { id: topic.id } })}
            >
              {say.archive}
            </Button>
          </>
        )}
        <RefusalNote error={archive.error} />
      </td>
    </tr>
  );
}

function Names({
  names,
  onChange,
}: {
  readonly names: { readonly fr: string; readonly en: string };
  readonly onChange: (names: { fr: string; en: string }) => void;
}) {
  const say = useWords(privacyWords);
  return (
    <div className="two">
      <TextInput
        label={say.nameFr}
        required
        maxLength={100}
        value={names.fr}
        onChange={(event) => onChange({ ...names, fr: event.currentTarget.value })}
      />
      <TextInput
        label={say.nameEn}
        required
        maxLength={100}
        value={names.en}
        onChange={(event) => onChange({ ...names, en: event.currentTarget.value })}
      />
    </div>
  );
}

function NewTopic() {
  const say = useWords(privacyWords);
  const [names, setNames] = useState({ fr: "", en: "" });
  const [key, setKey] = useState("");
  const create = useChange(createTopic);
  const send = (): void =>
    create.mutate(
      { body: { key, names } },
      {
        onSuccess: () => {
          setNames({ fr: "", en: "" });
          setKey("");
        },
      },
    );
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <h2>{say.newTopic}</h2>
      <Names names={names} onChange={setNames} />
      <TextInput
        label={say.key}
        description={say.keyHelp}
        required
        maxLength={64}
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
      />
      <RefusalNote error={create.error} />
      <div>
        <Button type="submit" loading={create.isPending}>
          {say.addTopic}
        </Button>
      </div>
    </form>
  );
}
