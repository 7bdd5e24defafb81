import { Button, NativeSelect, Textarea } from "@mantine/core";
import { listTopics } from "@relance/contract/compliance";
import type { FormProblemBody } from "@relance/contract/forms";
import { getWorkspace } from "@relance/contract/team";
import { newConsent } from "@relance/model/forms";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../api/client.ts";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { replaced, type FormDraft } from "./draft.ts";
import { formWords } from "./words.ts";

/** The boxes people tick: nothing but these words is what they agree to. */
export function Boxes({
  draft,
  language,
  problems,
}: {
  readonly draft: FormDraft;
  readonly language: string;
  readonly problems: readonly FormProblemBody[];
}) {
  const say = useWords(formWords);
  const { language: reader } = useLanguage();
  const { consents } = draft.now.content;
  const workspace = useQuery(ask(getWorkspace, {})).data;
  const topics = (useQuery(ask(listTopics, {})).data?.items ?? []).filter((one) => one.archivedAt === null);
  const sender = workspace?.settings.sender.name || workspace?.name || "";
  return (
    <section className="stack" aria-label={say.boxes}>
      <h2>{say.boxes}</h2>
      <p className="small soft" style={{ margin: 0 }}>
        {say.boxesHelp}
      </p>
      {consents.map((consent, at) => {
        const wrong = problems.find((one) => one.level === "error" && one.field.startsWith(`consents[${at}]`))?.message[reader];
        return (
          <div key={`${consent.channel} ${at}`} className="form-box stack">
            <div className="row between wrap">
              <b className="small">{say.channels[consent.channel]}</b>
              <span className="row">
                {topics.length > 0 && (
                  <NativeSelect
                    size="xs"
                    aria-label={say.topic}
                    value={consent.topic}
                    onChange={(event) => draft.put({ consents: replaced(consents, at, { ...consent, topic: event.currentTarget.value }) })}
                    data={[
                      { value: "", label: say.anyTopic },
                      ...topics.map((one) => ({ value: one.key, label: one.names[reader] ?? one.key })),
                    ]}
                  />
                )}
                <Button size="compact-sm" variant="subtle" onClick={() => draft.put({ consents: replaced(consents, at, null) })}>
                  {say.drop}
                </Button>
              </span>
            </div>
            <Textarea
              aria-label={say.wording}
              autosize
              minRows={2}
              maxLength={1_000}
              value={consent.wording[language] ?? ""}
              error={wrong}
              onChange={(event) =>
                draft.put(
                  {
                    consents: replaced(consents, at, {
                      ...consent,
                      wording: { ...consent.wording, [language]: event.currentTarget.value },
                    }),
                  },
                  `box ${at}`,
                )
              }
            />
          </div>
        );
      })}
      <div className="row wrap">
        {(["email", "sms"] as const).map((channel) => (
          <Button
            key={channel}
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => draft.put({ consents: [...consents, newConsent(channel, sender)] })}
          >
            {say.box(say.channels[channel])}
          </Button>
        ))}
      </div>
    </section>
  );
}
