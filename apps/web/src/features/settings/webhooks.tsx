import { Button, TextInput } from "@mantine/core";
import { ApiError } from "@relance/contract/client";
import {
  changeWebhook,
  createWebhook,
  listWebhooks,
  removeWebhook,
  renewWebhookSecret,
  testWebhook,
  type Webhook,
} from "@relance/contract/webhooks";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useWords } from "../../i18n/words.ts";
import { Waiting } from "../../ui/page.tsx";
import { Status } from "../../ui/status.tsx";
import { Secret } from "./secret.tsx";
import { webhookWords } from "./webhook-words.ts";
import { settingsWords } from "./words.ts";

/** The addresses that journeys call. */
export function Webhooks() {
  const say = useWords(webhookWords);
  const { adminOnly } = useWords(settingsWords);
  const { workspace } = useSession();
  const may = workspace?.role === "admin";
  const { data, error } = useQuery(ask(listWebhooks, {}));
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <div className="stack" style={{ maxWidth: 760, gap: 24 }}>
      {!may && (
        <div className="call" data-kind="info">
          {adminOnly}
        </div>
      )}
      <RefusalNote error={error} />
      {!data && !error && <Waiting />}
      {data?.items.length === 0 && (
        <div>
          <b>{say.none}</b>
          <p className="soft" style={{ maxWidth: "62ch" }}>
            {say.noneText}
          </p>
        </div>
      )}
      {data && data.items.length > 0 && (
        <div>
          {data.items.map((one) => (
            <One key={one.id} webhook={one} may={may} show={setSecret} />
          ))}
        </div>
      )}
      {secret !== null && (
        <div className="stack" role="status">
          <div className="call" data-kind="review">
            {say.once}
          </div>
          <Secret value={secret} />
          <div>
            <Button variant="default" onClick={() => setSecret(null)}>
              {say.done}
            </Button>
          </div>
        </div>
      )}
      {may && <New show={setSecret} />}
    </div>
  );
}

function One({ webhook, may, show }: { readonly webhook: Webhook; readonly may: boolean; readonly show: (secret: string) => void }) {
  const say = useWords(webhookWords);
  const change = useChange(changeWebhook);
  const renew = useChange(renewWebhookSecret);
  const remove = useChange(removeWebhook);
  const test = useChange(testWebhook);
  const { active } = webhook;
  const params = { id: webhook.id };
  const told = test.data;
  return (
    <section style={{ borderBottom: "1px solid var(--r-filet)", padding: "14px 0" }} className="stack">
      <div>
        <b>{webhook.name}</b> <Status kind={active ? "live" : "done"} word={active ? say.inUse : say.notUsed} />
        <div className="small soft" style={{ overflowWrap: "anywhere" }}>
          {webhook.url}
        </div>
      </div>
      {may && (
        <div className="row wrap">
          <Button variant="default" loading={change.isPending} onClick={() => change.mutate({ params, body: { active: !active } })}>
            {active ? say.stop : say.use}
          </Button>
          <Button variant="default" loading={test.isPending} onClick={() => test.mutate({ params })}>
            {say.test}
          </Button>
          <Button
            variant="subtle"
            loading={renew.isPending}
            onClick={() => renew.mutate({ params }, { onSuccess: ({ secret }) => show(secret) })}
          >
            {say.renew}
          </Button>
          {!active && (
            <Button variant="subtle" color="garance" loading={remove.isPending} onClick={() => remove.mutate({ params })}>
              {say.remove}
            </Button>
          )}
        </div>
      )}
      {told && (
        <div className="call" data-kind={told.ok ? "good" : undefined} role="status">
          {told.status === null ? say.silent(told.answer) : told.ok ? say.tested(String(told.status)) : say.refused(String(told.status))}
        </div>
      )}
      <RefusalNote error={change.error ?? renew.error ?? remove.error ?? test.error} />
    </section>
  );
}

function New({ show }: { readonly show: (secret: string) => void }) {
  const say = useWords(webhookWords);
  const create = useChange(createWebhook);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    create.mutate(
      { body: { name: given.get("name") as string, url: given.get("url") as string } },
      {
        onSuccess: ({ secret }) => {
          form.reset();
          show(secret);
        },
      },
    );
  };
  return (
    <form className="form" onSubmit={submit}>
      <h2>{say.add}</h2>
      <TextInput name="name" label={say.name} required maxLength={100} />
      <TextInput
        name="url"
        type="url"
        label={say.url}
        description={say.urlHelp}
        required
        maxLength={2000}
        placeholder="https://example.com/relance"
      />
      {create.error instanceof ApiError && create.error.code === "webhook.address_inside" ? (
        <div className="call" role="alert">
          {say.inside}
        </div>
      ) : (
        <RefusalNote error={create.error} />
      )}
      <div>
        <Button type="submit" variant="default" loading={create.isPending}>
          {say.create}
        </Button>
      </div>
    </form>
  );
}
