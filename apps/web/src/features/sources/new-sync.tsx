import "./shops.css";
import "./sources.css";
import "../settings/settings.css";
import { Button, Checkbox, PasswordInput, Select, Textarea, TextInput } from "@mantine/core";
import { addSync, SYNC_KINDS, type SyncInput } from "@relance/contract/syncs";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useWords } from "../../i18n/words.ts";
import { Sheet } from "../../ui/page.tsx";
import { SourcesHead } from "./head.tsx";
import { syncWords } from "./sync-words.ts";

type Kind = SyncInput["kind"];

/** Adds a source that is read on a schedule: which kind, then where and how often. */
export function NewSyncPage() {
  const say = useWords(syncWords);
  const [kind, setKind] = useState<Kind | null>(null);
  return (
    <>
      <SourcesHead shown="all" />
      <Sheet>
        <h1 style={{ marginBottom: 16 }}>{kind ? say.kinds[kind] : say.add}</h1>
        {kind ? <Details kind={kind} back={() => setKind(null)} /> : (
          <>
            <h2 style={{ marginBottom: 12 }}>{say.which}</h2>
            <div className="kinds">{SYNC_KINDS.map((one) => <button key={one} type="button" onClick={() => setKind(one)}><b>{say.kinds[one]}</b><span className="small soft">{say.kindTexts[one]}</span></button>)}</div>
            <p style={{ marginTop: 20 }}><Link to="/sources">{say.back}</Link></p>
          </>
        )}
      </Sheet>
    </>
  );
}

function Details({ kind, back }: { readonly kind: Kind; readonly back: () => void }) {
  const say = useWords(syncWords);
  const navigate = useNavigate();
  const [each, setEach] = useState("day");
  const create = useChange(addSync);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    create.mutate({ body: bodyOf(kind, each, new FormData(event.currentTarget)) }, { onSuccess: (made) => void navigate({ to: "/sources/syncs/$sync", params: { sync: made.id } }) });
  };
  return (
    <form className="form" onSubmit={submit}>
      <TextInput name="name" label={say.name} description={say.nameHelp} required maxLength={100} />
      {kind === "https" ? <FileFields /> : <QueryFields />}
      <Often each={each} setEach={setEach} />
      <p className="small soft">{say.sealed}</p>
      <RefusalNote error={create.error} />
      <div className="row"><Button type="submit" loading={create.isPending}>{say.create}</Button><Button variant="default" onClick={back}>{say.cancel}</Button></div>
    </form>
  );
}

function bodyOf(kind: Kind, each: string, given: FormData): SyncInput {
  const text = (name: string): string => ((given.get(name) as string | null) ?? "").trim();
  const common = { name: text("name"), every: each === "day" ? { at: text("at") } : { minutes: Number(each) } };
  if (kind === "https") return { kind, ...common, url: text("url"), ...(text("authorization") !== "" && { authorization: text("authorization") }) };
  return { kind, ...common, host: text("host"), port: Number(text("port")), database: text("database"), user: text("user"), password: text("password"), tls: given.has("tls"), query: text("query"), cursor: text("cursor") || null };
}

function FileFields() {
  const say = useWords(syncWords);
  return (
    <>
      <TextInput name="url" type="url" label={say.url} description="https://www.shop.example/exports/customers.csv" required maxLength={2000} />
      <PasswordInput name="authorization" label={say.authorization} description={say.authorizationHelp} autoComplete="off" />
    </>
  );
}

function QueryFields() {
  const say = useWords(syncWords);
  return (
    <>
      <div className="two"><TextInput name="host" label={say.host} description="db.shop.example" required /><TextInput name="port" label={say.port} required type="number" min={1} max={65535} defaultValue="5432" /></div>
      <div className="two"><TextInput name="database" label={say.database} required /><TextInput name="user" label={say.user} required autoComplete="off" /></div>
      <PasswordInput name="password" label={say.password} description={say.userHelp} autoComplete="new-password" />
      <Checkbox name="tls" label={say.tls} defaultChecked />
      <Textarea name="query" label={say.query} description={say.queryHelp} required autosize minRows={4} maxLength={20000} spellCheck={false} styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }} placeholder="select email, first_name, updated_at from customers" />
      <TextInput name="cursor" label={say.cursor} description={say.cursorHelp} maxLength={63} spellCheck={false} />
    </>
  );
}

function Often({ each, setEach }: { readonly each: string; readonly setEach: (each: string) => void }) {
  const say = useWords(syncWords);
  const { workspace } = useSession();
  return (
    <div className="two">
      <Select label={say.every} allowDeselect={false} value={each} onChange={(value) => setEach(value ?? "day")} data={Object.entries(say.each).map(([value, label]) => ({ value, label }))} />
      {each === "day" && <TextInput name="at" type="time" label={say.at} description={say.zone(workspace?.timeZone ?? "")} required defaultValue="03:00" />}
    </div>
  );
}
