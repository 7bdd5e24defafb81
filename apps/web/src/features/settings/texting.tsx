import { Button, NumberInput, PasswordInput, Select, Textarea, TextInput } from "@mantine/core";
import { createProvider } from "@relance/contract/delivery";
import { getWorkspace, type Workspace } from "@relance/contract/team";
import { smsSender, type SmsSender } from "@relance/model/messages";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useWords } from "../../i18n/words.ts";
import { textingWords } from "./texting-words.ts";
import { useSettings } from "./use-settings.ts";

/** Who texts by country, and the account that carries it. */
export function Texting() {
  const workspace = useQuery(ask(getWorkspace, {})).data;
  return (
    <>
      {workspace && <Senders key={workspace.id} workspace={workspace} />}
      <NewTwilio />
    </>
  );
}

function NewTwilio() {
  const say = useWords(textingWords);
  const create = useChange(createProvider);
  const [answers, setAnswers] = useState<"twilio" | "relance">("twilio");
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const text = (name: string): string => (given.get(name) as string).trim();
    create.mutate(
      { body: { name: text("name"), kind: "twilio", password: text("token"), settings: { accountSid: text("sid"), answers } } },
      { onSuccess: () => form.reset() },
    );
  };
  return (
    <form className="form" onSubmit={submit}>
      <h2>{say.add}</h2>
      <div className="two">
        <TextInput name="name" label={say.name} required maxLength={100} defaultValue="Twilio" />
        <TextInput name="sid" label={say.sid} required placeholder="AC…" autoComplete="off" />
      </div>
      <div className="two">
        <PasswordInput name="token" label={say.token} description={say.tokenHelp} required autoComplete="new-password" />
        <Select
          label={say.answers}
          description={say.answersHelp}
          allowDeselect={false}
          value={answers}
          onChange={(value) => value !== null && setAnswers(value)}
          data={[
            { value: "twilio", label: say.byTwilio },
            { value: "relance", label: say.byUs },
          ]}
        />
      </div>
      <RefusalNote error={create.error} />
      <div>
        <Button type="submit" variant="default" loading={create.isPending}>
          {say.save}
        </Button>
      </div>
    </form>
  );
}

const written = (one: SmsSender): string => `${one.country || "*"} = ${one.from}${one.stopTo === "" ? "" : `, ${one.stopTo}`}`;

/** The senders of the lines, or the first line that is none. */
function readSenders(text: string): { readonly senders: SmsSender[] } | { readonly wrong: string } {
  const senders: SmsSender[] = [];
  for (const line of text
    .split("\n")
    .map((one) => one.trim())
    .filter((one) => one !== "")) {
    const [, country = "", from = "", stopTo = ""] = /^(\*|[A-Za-z]{2})\s*=\s*([^,]+?)\s*(?:,\s*(\d+))?$/.exec(line) ?? [];
    const read = smsSender.safeParse({ country: country === "*" ? "" : country.toUpperCase(), from, stopTo });
    if (country === "" || !read.success) return { wrong: line };
    senders.push(read.data);
  }
  return { senders };
}

function Senders({ workspace }: { readonly workspace: Workspace }) {
  const say = useWords(textingWords);
  const { settings, set, save, change } = useSettings(workspace);
  const [text, setText] = useState(() => settings.sms.senders.map(written).join("\n"));
  const read = readSenders(text);
  const write = (typed: string): void => {
    setText(typed);
    const next = readSenders(typed);
    if ("senders" in next) set({ sms: { ...settings.sms, senders: next.senders } });
  };
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    save();
  };
  return (
    <form className="form" onSubmit={submit}>
      <Textarea
        label={say.senders}
        description={say.sendersHelp}
        autosize
        minRows={2}
        value={text}
        error={"wrong" in read ? say.wrong(read.wrong) : undefined}
        onChange={(event) => write(event.currentTarget.value)}
      />
      <NumberInput
        label={say.price}
        description={say.priceHelp}
        min={0}
        max={10}
        decimalScale={4}
        maw={320}
        value={settings.sms.segmentPrice ?? ""}
        onChange={(value) => set({ sms: { ...settings.sms, segmentPrice: typeof value === "number" ? value : null } })}
      />
      <RefusalNote error={change.error} />
      <div className="row">
        <Button type="submit" variant="default" disabled={"wrong" in read} loading={change.isPending}>
          {say.keep}
        </Button>
        {change.isSuccess && (
          <span className="small soft" role="status">
            {say.saved}
          </span>
        )}
      </div>
    </form>
  );
}
