import { Button, PasswordInput, Select, TextInput } from "@mantine/core";
import { audienceFile, createAudience, type AudienceInput } from "@relance/contract/audiences";
import { listTopics } from "@relance/contract/compliance";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { api, ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { keepFile } from "../../ui/keep-file.ts";
import { Secret } from "../settings/secret.tsx";
import "../settings/settings.css";
import { audienceWords } from "./words.ts";

type Kind = "webhook" | "meta" | "google" | "criteo" | "file";
type Channel = "email" | "sms" | "push";
type Network = "meta" | "google" | "criteo";

/** A destination to keep a segment in step with, or the file for one. */
export function NewAudience({ segment, end }: { readonly segment: string; readonly end: () => void }) {
  const say = useWords(audienceWords);
  const { language } = useLanguage();
  const { number } = useFormats();
  const [kind, setKind] = useState<Kind>("webhook");
  const [channel, setChannel] = useState<Channel | null>(null);
  const [topic, setTopic] = useState("");
  const [network, setNetwork] = useState<Network>("google");
  const topics = (useQuery(ask(listTopics, {})).data?.items ?? []).filter((one) => one.archivedAt === null);
  const create = useChange(createAudience);
  const file = useMutation({ mutationFn: () => downloadFile({ segment, network, channel: channel ?? "email", topic }) });
  const asked = kind === "webhook" ? channel : (channel ?? "email");
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (kind === "file") {
      file.mutate();
      return;
    }
    const given = new FormData(event.currentTarget);
    const to = destinationFrom(kind, (name) => given.get(name) as string);
    create.mutate(
      {
        body: {
          name: given.get("name") as string,
          source: "segment",
          sourceId: segment,
          to,
          consent: asked === null ? null : { channel: asked, topic },
        },
      },
      {
        onSuccess: ({ secret }) => {
          if (secret === null) end();
        },
      },
    );
  };
  const secret = create.data?.secret;
  if (typeof secret === "string")
    return (
      <div className="stack" style={{ marginTop: 16, maxWidth: 560 }}>
        <div className="call" data-kind="info" role="status">
          {say.secretOnce}
        </div>
        <Secret value={secret} />
        <div>
          <Button onClick={end}>{say.done}</Button>
        </div>
      </div>
    );
  return (
    <form className="form" style={{ marginTop: 16 }} onSubmit={submit}>
      <div className="two">
        <Select
          label={say.destination}
          allowDeselect={false}
          value={kind}
          onChange={(value) => value !== null && setKind(value)}
          data={(["webhook", "google", "meta", "criteo", "file"] as const).map((one) => ({ value: one, label: say.destinations[one] }))}
        />
        {kind !== "file" && <TextInput name="name" label={say.name} required maxLength={100} />}
        {kind === "file" && (
          <Select
            label={say.network}
            allowDeselect={false}
            value={network}
            onChange={(value) => value !== null && setNetwork(value)}
            data={(["google", "meta", "criteo"] as const).map((one) => ({ value: one, label: say.networks[one] }))}
          />
        )}
      </div>
      {kind === "webhook" && (
        <TextInput name="url" type="url" label={say.url} description={say.urlHelp} required placeholder="https://example.com/relance" />
      )}
      {kind !== "webhook" && kind !== "file" && <Credentials kind={kind} />}
      <div className="two">
        <Select
          label={say.channel}
          allowDeselect={false}
          value={asked ?? ""}
          onChange={(value) => setChannel(value === "" ? null : value)}
          data={[
            ...(kind === "webhook" ? [{ value: "" as const, label: say.anyone }] : []),
            ...(["email", "sms", "push"] as const).map((one) => ({ value: one, label: say.channels[one] })),
          ]}
        />
        {asked !== null && (
          <Select
            label={say.topic}
            allowDeselect={false}
            value={topic}
            onChange={(value) => setTopic(value ?? "")}
            data={[
              { value: "", label: say.allTopics },
              ...topics.map((one) => ({ value: one.key, label: one.names[language] ?? one.key })),
            ]}
          />
        )}
      </div>
      {asked !== null && <p className="small soft">{say.consentHelp}</p>}
      {kind === "google" && <p className="small soft">{say.googleHelp}</p>}
      <RefusalNote error={create.error ?? file.error} />
      {file.data !== undefined && (
        <div className="call" data-kind="good" role="status">
          {say.downloaded(number(file.data))}
        </div>
      )}
      <div className="row">
        <Button type="submit" loading={create.isPending || file.isPending}>
          {kind === "file" ? say.download : say.create}
        </Button>
        <Button variant="default" onClick={end}>
          {say.cancel}
        </Button>
      </div>
    </form>
  );
}

/** Which list at a network, and what opens it. */
function Credentials({ kind }: { readonly kind: "meta" | "google" | "criteo" }) {
  const say = useWords(audienceWords);
  return (
    <>
      {kind === "google" && (
        <div className="two">
          <TextInput name="accountId" label={say.accountId} required placeholder="123-456-7890" pattern="[0-9]{3}-?[0-9]{3}-?[0-9]{4}" />
          <TextInput
            name="loginAccountId"
            label={say.loginAccountId}
            description={say.loginHelp}
            inputWrapperOrder={["label", "input", "description", "error"]}
            pattern="[0-9]{3}-?[0-9]{3}-?[0-9]{4}"
          />
        </div>
      )}
      <TextInput name="audienceId" label={say.audienceId} description={say.audienceHelp} required inputMode="numeric" pattern="[0-9]+" />
      {kind === "meta" && <PasswordInput name="accessToken" label={say.accessToken} required autoComplete="off" />}
      {kind !== "meta" && (
        <div className="two">
          <TextInput name="clientId" label={say.clientId} required autoComplete="off" />
          <PasswordInput name="clientSecret" label={say.clientSecret} required autoComplete="off" />
        </div>
      )}
      {kind === "google" && <PasswordInput name="refreshToken" label={say.refreshToken} required autoComplete="off" />}
    </>
  );
}

/** @param text the value of a field of the form by its name */
function destinationFrom(kind: Exclude<Kind, "file">, text: (name: string) => string): AudienceInput["to"] {
  switch (kind) {
    case "webhook":
      return { destination: kind, url: text("url") };
    case "meta":
      return { destination: kind, audienceId: text("audienceId"), accessToken: text("accessToken") };
    case "criteo":
      return { destination: kind, audienceId: text("audienceId"), clientId: text("clientId"), clientSecret: text("clientSecret") };
    case "google": {
      const manager = text("loginAccountId");
      return {
        destination: kind,
        accountId: text("accountId"),
        ...(manager !== "" && { loginAccountId: manager }),
        audienceId: text("audienceId"),
        clientId: text("clientId"),
        clientSecret: text("clientSecret"),
        refreshToken: text("refreshToken"),
      };
    }
  }
}

/** Reads the file page by page and hands it to the browser. @returns how many people are in it */
async function downloadFile({
  segment,
  network,
  channel,
  topic,
}: {
  readonly segment: string;
  readonly network: Network;
  readonly channel: Channel;
  readonly topic: string;
}): Promise<number> {
  const pieces: string[] = [];
  let people = 0;
  for (let after: string | null | undefined; after !== null;) {
    const page = await api.call(audienceFile, {
      query: { source: "segment", sourceId: segment, network, channel, topic, ...(after !== undefined && { after }) },
    });
    if (pieces.length === 0) pieces.push(page.title);
    pieces.push(page.lines);
    people += page.people;
    after = page.next;
  }
  keepFile(`${network}-audience.csv`, pieces, "text/csv");
  return people;
}
