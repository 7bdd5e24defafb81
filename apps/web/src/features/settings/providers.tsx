import { Button, Checkbox, Group, Modal, NumberInput, PasswordInput, Select, Switch, TextInput } from "@mantine/core";
import {
  activateProvider,
  changeProvider,
  createProvider,
  listProviders,
  removeProvider,
  testProvider,
  useOutbox as handToOutbox,
  type ProviderRow,
} from "@relance/contract/delivery";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useWords } from "../../i18n/words.ts";
import { Waiting } from "../../ui/page.tsx";
import { Status } from "../../ui/status.tsx";
import { SenderKeys } from "./sender-keys.tsx";
import { signingWords } from "./signing-words.ts";
import { Texting } from "./texting.tsx";
import { textingWords } from "./texting-words.ts";
import { settingsWords } from "./words.ts";

export function Providers() {
  const say = useWords(settingsWords);
  const texting = useWords(textingWords);
  const { workspace } = useSession();
  const { data, error } = useQuery(ask(listProviders, {}));
  const may = workspace?.role === "admin";
  const of = (channel: ProviderRow["channel"]) => data?.items.filter((one) => one.channel === channel) ?? [];
  return (
    <div className="stack" style={{ maxWidth: 760, gap: 24 }}>
      {!may && (
        <div className="call" data-kind="info">
          {say.adminOnly}
        </div>
      )}
      <RefusalNote error={error} />
      {!data && !error && <Waiting />}
      <div>
        {of("email").map((one) => (
          <Provider key={one.id ?? "outbox"} provider={one} may={may} />
        ))}
      </div>
      {may && <NewSmtp />}
      <SenderKeys may={may} />
      <h2>{texting.title}</h2>
      <div>
        {of("sms").map((one) => (
          <Provider key={one.id ?? "outbox"} provider={one} may={may} />
        ))}
      </div>
      {may && <Texting />}
    </div>
  );
}

function Provider({ provider, may }: { readonly provider: ProviderRow; readonly may: boolean }) {
  const say = useWords(settingsWords);
  const texting = useWords(textingWords);
  const outbox = useChange(handToOutbox);
  const { id } = provider;
  return (
    <section style={{ borderBottom: "1px solid var(--r-filet)", padding: "14px 0" }} className="stack">
      <div className="row between wrap">
        <div>
          <b>{id === null ? say.outbox : provider.name}</b>{" "}
          <Status kind={provider.active ? "live" : "done"} word={provider.active ? say.inUse : say.ready} />
          <div className="small soft">
            {provider.twilio
              ? `${provider.twilio.accountSid}. ${texting.inbound} ${provider.twilio.inboundUrl}`
              : provider.settings === null
                ? say.outboxText
                : `${provider.settings.host}:${String(provider.settings.port)}`}
          </div>
        </div>
        {may && id === null && !provider.active && (
          <Button variant="default" loading={outbox.isPending} onClick={() => outbox.mutate({ body: { channel: provider.channel } })}>
            {say.useOutbox}
          </Button>
        )}
        {may && id !== null && <SmtpActs id={id} provider={provider} />}
      </div>
      <RefusalNote error={outbox.error} />
    </section>
  );
}

function SmtpActs({ id, provider }: { readonly id: string; readonly provider: ProviderRow }) {
  const say = useWords(settingsWords);
  const [asking, setAsking] = useState(false);
  const test = useChange(testProvider);
  const activate = useChange(activateProvider);
  const remove = useChange(removeProvider);
  const change = useChange(changeProvider);
  const signing = useWords(signingWords);
  const { settings, name } = provider;
  const params = { id };
  return (
    <>
      <div className="row">
        <Button variant="default" loading={test.isPending} onClick={() => test.mutate({ params })}>
          {say.test}
        </Button>
        {!provider.active && (
          <Button variant="default" onClick={() => setAsking(true)}>
            {say.activate}
          </Button>
        )}
        {!provider.active && (
          <Button variant="subtle" color="garance" loading={remove.isPending} onClick={() => remove.mutate({ params })}>
            {say.remove}
          </Button>
        )}
      </div>
      {settings && (
        <Switch
          label={signing.sign}
          checked={settings.sign === true}
          disabled={change.isPending}
          onChange={(event) =>
            change.mutate({ params, body: { name, kind: "smtp", settings: { ...settings, sign: event.currentTarget.checked } } })
          }
        />
      )}
      {test.data && (
        <div className="call" style={{ width: "100%" }} data-kind={test.data.ok ? "good" : undefined} role="status">
          {test.data.ok ? say.testing : say.failedAt(test.data.phase ?? "—", test.data.answer ?? "—")}
        </div>
      )}
      <RefusalNote error={test.error ?? activate.error ?? remove.error ?? change.error} />
      <Modal opened={asking} onClose={() => setAsking(false)} title={say.confirmActivate(provider.name)}>
        <p className="soft" style={{ marginBottom: 16 }}>
          {say.leaves}
        </p>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => setAsking(false)}>
            {say.keep}
          </Button>
          <Button loading={activate.isPending} onClick={() => activate.mutate({ params }, { onSettled: () => setAsking(false) })}>
            {say.activate}
          </Button>
        </Group>
      </Modal>
    </>
  );
}

function NewSmtp() {
  const say = useWords(settingsWords);
  const signing = useWords(signingWords);
  const create = useChange(createProvider);
  const [port, setPort] = useState(587);
  const [security, setSecurity] = useState<"starttls" | "tls" | "none">("starttls");
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const text = (name: string): string => given.get(name) as string;
    create.mutate(
      {
        body: {
          name: text("name"),
          kind: "smtp",
          settings: {
            host: text("host"),
            port,
            security,
            ...(given.has("sign") && { sign: true }),
            ...(text("user") !== "" && { user: text("user") }),
          },
          ...(text("password") !== "" && { password: text("password") }),
        },
      },
      { onSuccess: () => form.reset() },
    );
  };
  return (
    <form className="form" onSubmit={submit}>
      <h2>{say.addSmtp}</h2>
      <div className="two">
        <TextInput name="name" label={say.name} required maxLength={100} />
        <TextInput name="host" label={say.host} required placeholder="smtp.example.com" />
      </div>
      <div className="two">
        <Select
          label={say.security}
          allowDeselect={false}
          value={security}
          onChange={(value) => {
            if (value === null) return;
            setSecurity(value);
            setPort(value === "tls" ? 465 : value === "starttls" ? 587 : 25);
          }}
          data={(["starttls", "tls", "none"] as const).map((one) => ({ value: one, label: say.securities[one] }))}
        />
        <NumberInput label={say.port} min={1} max={65_535} value={port} onChange={(value) => typeof value === "number" && setPort(value)} />
      </div>
      <div className="two">
        <TextInput name="user" label={say.user} autoComplete="off" />
        <PasswordInput name="password" label={say.password} autoComplete="new-password" />
      </div>
      <Checkbox name="sign" label={signing.sign} description={signing.signHelp} />
      <RefusalNote error={create.error} />
      <div>
        <Button type="submit" variant="default" loading={create.isPending}>
          {say.add}
        </Button>
      </div>
    </form>
  );
}
