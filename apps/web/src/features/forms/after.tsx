import { NativeSelect, NumberInput, Switch, TextInput } from "@mantine/core";
import type { FormProblemBody } from "@relance/contract/forms";
import { listTemplates } from "@relance/contract/messages";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask } from "../../api/client.ts";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import type { FormDraft } from "./draft.ts";
import { formWords } from "./words.ts";

/** What follows a sending, and what the law asks. */
export function After({ draft, problems }: { readonly draft: FormDraft; readonly problems: readonly FormProblemBody[] }) {
  const say = useWords(formWords);
  const { language: reader } = useLanguage();
  const { confirmation, minimumAge, privacyUrl } = draft.now.content;
  const mails = (useQuery(ask(listTemplates, { query: { limit: 200 } })).data?.items ?? []).filter(
    (one) => one.channel === "email" && one.class === "transactional",
  );
  const wrong = problems.find((one) => one.level === "error" && one.field === "confirmation.template")?.message[reader];
  const put = (part: Partial<typeof confirmation>): void =>
    draft.put({ confirmation: { ...confirmation, ...part } }, `confirmation ${Object.keys(part).join()}`);
  return (
    <>
      <section className="stack" aria-label={say.after}>
        <h2>{say.after}</h2>
        <NativeSelect
          label={say.confirmBy}
          value={confirmation.template ?? ""}
          error={wrong}
          onChange={(event) => put({ template: event.currentTarget.value || null })}
          data={[{ value: "", label: "…" }, ...mails.map((one) => ({ value: one.id, label: one.name }))]}
        />
        {confirmation.template !== null && (
          <Link to="/templates/$template" params={{ template: confirmation.template }} className="small">
            {say.openMail}
          </Link>
        )}
        <Switch
          label={say.confirmFirst}
          description={say.confirmHelp}
          checked={confirmation.required}
          onChange={(event) => put({ required: event.currentTarget.checked })}
        />
        <NumberInput
          label={say.days}
          description={say.daysHelp}
          min={1}
          max={30}
          maw={260}
          value={confirmation.days}
          onChange={(value) => {
            if (typeof value === "number") put({ days: value });
          }}
        />
      </section>
      <section className="stack" aria-label={say.law}>
        <h2>{say.law}</h2>
        <NumberInput
          label={say.age}
          description={say.ageHelp}
          min={13}
          max={18}
          maw={420}
          value={minimumAge ?? ""}
          onChange={(value) => draft.put({ minimumAge: typeof value === "number" ? Math.min(18, Math.max(13, value)) : null }, "age")}
        />
        <TextInput
          label={say.privacy}
          type="url"
          placeholder="https://"
          value={privacyUrl}
          maxLength={500}
          onChange={(event) => draft.put({ privacyUrl: event.currentTarget.value.trim() }, "privacy")}
        />
      </section>
    </>
  );
}
