import { NativeSelect, TextInput } from "@mantine/core";
import { listForms } from "@relance/contract/forms";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask } from "../../../../api/client.ts";
import { useWords } from "../../../../i18n/words.ts";
import { kindWords } from "../../kind-words.ts";
import type { Of } from "./start-fields.tsx";
import { startWords } from "./start-words.ts";

const OTHER = "\u0000";

/** A form of ours by its key, any, or one that only the site knows, by what its events call it. */
export function FormStart({ start, put }: Of<"form">) {
  const say = useWords(kindWords);
  const words = useWords(startWords);
  const forms = useQuery(ask(listForms, { query: {} })).data?.items;
  const chosen = forms?.find((one) => [one.id, one.key, one.name].includes(start.form ?? ""));
  const [typing, setTyping] = useState(false);
  const other = typing || (forms !== undefined && start.form !== null && chosen === undefined);
  const choose = (value: string): void => {
    setTyping(value === OTHER);
    put({ ...start, form: value === OTHER ? start.form : value || null });
  };
  return (
    <>
      <NativeSelect
        label={say.on}
        value={start.on}
        data={(["submitted", "confirmed"] as const).map((on) => ({ value: on, label: say.formOn[on] }))}
        onChange={(event) => put({ ...start, on: event.currentTarget.value as typeof start.on })}
      />
      <NativeSelect
        label={say.form}
        value={other ? OTHER : (chosen?.key ?? "")}
        data={[
          { value: "", label: words.anyForm },
          ...(forms ?? []).map((one) => ({ value: one.key, label: one.name })),
          { value: OTHER, label: words.otherForm },
        ]}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {other && (
        <TextInput
          label={words.formName}
          description={words.formNameHelp}
          value={start.form ?? ""}
          maxLength={200}
          onChange={(event) => put({ ...start, form: event.currentTarget.value || null })}
        />
      )}
      <p className="tiny faint">{say.formNote}</p>
    </>
  );
}
