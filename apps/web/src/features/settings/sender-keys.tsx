import { Button, CopyButton, TextInput } from "@mantine/core";
import { createSenderKey, listSenderKeys, removeSenderKey, type SenderKey } from "@relance/contract/delivery";
import { useQuery } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useWords } from "../../i18n/words.ts";
import { signingWords } from "./signing-words.ts";

/** The keys that sign mail (DKIM), with the DNS record each domain must publish. */
export function SenderKeys({ may }: { readonly may: boolean }) {
  const say = useWords(signingWords);
  const { data, error } = useQuery(ask(listSenderKeys, {}));
  const create = useChange(createSenderKey);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    create.mutate({ body: { domain: new FormData(form).get("domain") as string } }, { onSuccess: () => form.reset() });
  };
  return (
    <section className="stack" aria-labelledby="signing">
      <h2 id="signing">{say.title}</h2>
      <p className="soft">{say.help}</p>
      <RefusalNote error={error} />
      {data?.items.map((one) => (
        <Key key={one.id} of={one} may={may} />
      ))}
      {data?.items.length === 0 && <p className="soft">{say.none}</p>}
      {may && (
        <form className="form" onSubmit={submit}>
          <TextInput
            name="domain"
            label={say.domain}
            description={say.domainHelp}
            placeholder="example.com"
            required
            maxLength={253}
            autoComplete="off"
          />
          <RefusalNote error={create.error} />
          <div>
            <Button type="submit" variant="default" loading={create.isPending}>
              {say.make}
            </Button>
          </div>
        </form>
      )}
    </section>
  );
}

function Key({ of, may }: { readonly of: SenderKey; readonly may: boolean }) {
  const say = useWords(signingWords);
  const remove = useChange(removeSenderKey);
  const { record } = of;
  return (
    <div style={{ borderBottom: "1px solid var(--r-filet)", padding: "14px 0" }} className="stack">
      <div className="row between wrap">
        <b>{of.domain}</b>
        {may && (
          <Button
            variant="subtle"
            color="garance"
            aria-label={say.removeOf(of.domain)}
            loading={remove.isPending}
            onClick={() => remove.mutate({ params: { id: of.id } })}
          >
            {say.remove}
          </Button>
        )}
      </div>
      <div className="small soft">{say.publish}</div>
      <Field label={say.recordName} value={record.name} />
      <Field label={say.recordValue} value={record.value} />
      <RefusalNote error={remove.error} />
    </div>
  );
}

function Field({ label, value }: { readonly label: string; readonly value: string }) {
  const say = useWords(signingWords);
  return (
    <div>
      <div className="small">{label}</div>
      <div className="row" style={{ alignItems: "flex-start", gap: 12 }}>
        <code style={{ flex: 1, minWidth: 0, overflowWrap: "anywhere" }}>{value}</code>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button variant="default" size="xs" aria-label={say.copyOf(label)} onClick={copy}>
              {copied ? say.copied : say.copy}
            </Button>
          )}
        </CopyButton>
      </div>
    </div>
  );
}
