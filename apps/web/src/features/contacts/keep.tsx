import { Button, Group, Modal, Select, Textarea, TextInput } from "@mantine/core";
import {
  addSuppression,
  getConsents,
  liftSuppression,
  listSuppressions,
  listTopics,
  recordConsent,
  type ConsentRow,
  type ContactConsents,
} from "@relance/contract/compliance";
import { createGroup, joinGroup, leaveGroup, listGroups, type ContactProfile } from "@relance/contract/contacts";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { contactWords } from "./words.ts";

/** Whether the reader may change contacts. */
export const useMayEdit = (): boolean => (useSession().workspace?.role ?? "viewer") !== "viewer";

/** Groups of a contact: taken out by a cross, put in by name; a name nobody has yet makes a group. */
export function Groups({ contact }: { readonly contact: ContactProfile }) {
  const say = useWords(contactWords);
  const may = useMayEdit();
  const groups = useQuery(ask(listGroups, {})).data?.items ?? [];
  const join = useChange(joinGroup);
  const leave = useChange(leaveGroup);
  const create = useChange(createGroup);
  const [name, setName] = useState("");
  const body = { contacts: [contact.id] };
  const known = groups.find((one) => one.name.toLowerCase() === name.trim().toLowerCase());
  const send = async (): Promise<void> => {
    const id = known?.id ?? (await create.mutateAsync({ body: { name: name.trim() } })).id;
    await join.mutateAsync({ params: { id }, body });
    setName("");
  };
  return (
    <section>
      <h3>{say.groups}</h3>
      {contact.groups.length === 0 && <p className="small soft">{say.noGroups}</p>}
      {contact.groups.map((one) => (
        <div key={one.id} className="row between small" style={{ padding: "2px 0" }}>
          <span className="cut">{one.name}</span>
          {may && (
            <button
              type="button"
              className="link-button"
              aria-label={say.leaveGroup(one.name)}
              onClick={() => leave.mutate({ params: { id: one.id }, body })}
            >
              <IconX size={14} stroke={1.5} aria-hidden />
            </button>
          )}
        </div>
      ))}
      {may && (
        <form
          className="stack"
          style={{ marginTop: 8, gap: 8 }}
          onSubmit={(event) => {
            event.preventDefault();
            void send().catch(() => undefined);
          }}
        >
          <TextInput
            size="xs"
            aria-label={say.groupName}
            placeholder={say.groupName}
            list="groups-known"
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <datalist id="groups-known">
            {groups.map((one) => (
              <option key={one.id} value={one.name} />
            ))}
          </datalist>
          <div>
            <Button size="xs" variant="default" type="submit" disabled={name.trim() === ""} loading={join.isPending || create.isPending}>
              {known || name.trim() === "" ? say.joinGroup : say.newGroup}
            </Button>
          </div>
        </form>
      )}
      <RefusalNote error={join.error ?? leave.error ?? create.error} />
    </section>
  );
}

/** What a contact agreed to, each with its last proof, and the form that records a new answer. */
export function Consents({ contact }: { readonly contact: string }) {
  const say = useWords(contactWords);
  const may = useMayEdit();
  const [open, setOpen] = useState(false);
  const data = useQuery(ask(getConsents, { params: { id: contact } })).data;
  return (
    <section>
      <h3>{say.consents}</h3>
      {data?.consents.length === 0 && <p className="small soft">{say.noConsents}</p>}
      {data?.consents.map((one) => (
        <Agreed
          key={`${one.channel} ${one.topic}`}
          said={one}
          proof={data.proofs.find((proof) => proof.channel === one.channel && proof.topic === one.topic)}
        />
      ))}
      {may && (
        <Button size="xs" variant="default" style={{ marginTop: 8 }} onClick={() => setOpen(true)}>
          {say.recordConsent}
        </Button>
      )}
      <Modal opened={open} onClose={() => setOpen(false)} title={say.recordConsent}>
        {open && <ConsentForm contact={contact} close={() => setOpen(false)} />}
      </Modal>
    </section>
  );
}

/** What was said last about one channel and topic, and how it is proved. */
function Agreed({ said, proof }: { readonly said: ConsentRow; readonly proof: ContactConsents["proofs"][number] | undefined }) {
  const say = useWords(contactWords);
  const { day, moment } = useFormats();
  const now = useNow();
  const send = proof?.evidence["send"];
  const end = said.state === "granted" ? said.expiresOn : null;
  const ended = end !== null && end < new Date(now).toISOString().slice(0, 10);
  return (
    <div className="small" style={{ padding: "2px 0" }}>
      {said.channel === "email" ? say.email : said.channel.toUpperCase()}, {said.topic || say.everything}
      {"\u2004·\u2004"}
      <b>{ended ? say.consentEnded(day(end)) : say.consentStates[said.state]}</b>{" "}
      <span className="faint">{end !== null && !ended ? say.consentUntil(day(end)) : day(said.changedAt)}</span>
      {proof &&
        (proof.wording === null && typeof send !== "string" ? (
          <div className="tiny faint">{say.consentSources[proof.source] ?? proof.source}</div>
        ) : (
          <details className="tiny faint">
            <summary>{say.consentSources[proof.source] ?? proof.source}</summary>
            {moment(proof.occurredAt, now)}
            {proof.wording !== null && (
              <>
                {"\u2004·\u2004"}
                {say.consentSaid(proof.wording)}
              </>
            )}
            {typeof send === "string" && (
              <>
                {"\u2004·\u2004"}
                <Link to="/sends/$send" params={{ send }}>
                  {say.consentBy}
                </Link>
              </>
            )}
          </details>
        ))}
    </div>
  );
}

const STATES = ["granted", "withdrawn", "objected"] as const;

function ConsentForm({ contact, close }: { readonly contact: string; readonly close: () => void }) {
  const say = useWords(contactWords);
  const { language } = useLanguage();
  const topics = useQuery(ask(listTopics, {})).data?.items.filter((one) => one.archivedAt === null) ?? [];
  const record = useChange(recordConsent);
  const [channel, setChannel] = useState<"email" | "sms">("email");
  const [topic, setTopic] = useState("");
  const [state, setState] = useState<(typeof STATES)[number]>("granted");
  const [source, setSource] = useState("");
  const [wording, setWording] = useState("");
  const send = (): void =>
    record.mutate(
      { params: { id: contact }, body: { channel, topic, state, source, ...(wording.trim() !== "" && { wording: wording.trim() }) } },
      { onSuccess: close },
    );
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Select
        label={say.answer2}
        allowDeselect={false}
        value={state}
        onChange={(value) => value !== null && setState(value as typeof state)}
        data={STATES.map((one) => ({ value: one, label: say.consentStates[one] }))}
      />
      <Select
        label={say.channel}
        allowDeselect={false}
        value={channel}
        onChange={(value) => value !== null && setChannel(value as typeof channel)}
        data={[
          { value: "email", label: say.email },
          { value: "sms", label: "SMS" },
        ]}
      />
      <Select
        label={say.topic}
        allowDeselect={false}
        value={topic}
        onChange={(value) => setTopic(value ?? "")}
        data={[{ value: "", label: say.everything }, ...topics.map((one) => ({ value: one.key, label: one.names[language] ?? one.key }))]}
      />
      <TextInput
        label={say.source}
        description={say.sourceHelp}
        required
        maxLength={200}
        value={source}
        onChange={(event) => setSource(event.currentTarget.value)}
      />
      <Textarea label={say.wording} rows={2} maxLength={5000} value={wording} onChange={(event) => setWording(event.currentTarget.value)} />
      <RefusalNote error={record.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {say.cancel}
        </Button>
        <Button type="submit" loading={record.isPending}>
          {say.record}
        </Button>
      </Group>
    </form>
  );
}

/** Whether the contact's address is on the exclusion list; puts it there with a reason, or takes it back off where the law lets one. */
export function Suppress({ contact }: { readonly contact: ContactProfile }) {
  if (contact.email === null) return null;
  return <Exclusion email={contact.email} />;
}

function Exclusion({ email }: { readonly email: string }) {
  const say = useWords(contactWords);
  const may = useMayEdit();
  const { workspace } = useSession();
  const { day } = useFormats();
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState("");
  const add = useChange(addSuppression);
  const lift = useChange(liftSuppression);
  const found = useQuery(ask(listSuppressions, { query: { address: email, channel: "email" } })).data?.items.find(
    (one) => one.liftedAt === null,
  );
  const approves = workspace?.role === "approver" || workspace?.role === "admin";
  return (
    <section>
      <h3>{say.exclusion}</h3>
      {found && (
        <p className="small">
          <b>{say.excluded[found.reason]}</b> <span className="faint">{day(found.suppressedAt)}</span>
        </p>
      )}
      {!found && may && (
        <Button size="xs" variant="default" onClick={() => setOpen(true)}>
          {say.suppress}
        </Button>
      )}
      {found && approves && (
        <Button
          size="xs"
          variant="default"
          loading={lift.isPending}
          onClick={() => lift.mutate({ body: { channel: "email", address: email } })}
        >
          {say.lift}
        </Button>
      )}
      <RefusalNote error={lift.error} />
      <Modal opened={open} onClose={() => setOpen(false)} title={say.suppress}>
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            add.mutate({ body: { channel: "email", address: email, note } }, { onSuccess: () => setOpen(false) });
          }}
        >
          <p className="small soft">{say.suppressHelp(email)}</p>
          <TextInput
            label={say.reason}
            required
            maxLength={300}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
            data-autofocus
          />
          <RefusalNote error={add.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setOpen(false)}>
              {say.cancel}
            </Button>
            <Button color="garance" type="submit" loading={add.isPending}>
              {say.suppress}
            </Button>
          </Group>
        </form>
      </Modal>
    </section>
  );
}
