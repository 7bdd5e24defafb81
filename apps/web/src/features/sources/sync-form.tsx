import { Button, Checkbox, PasswordInput, Select, Textarea, TextInput } from "@mantine/core";
import { listStores } from "@relance/contract/catalog";
import { isQuery, type QueryKind, type Sync, type SyncChange, type SyncInput } from "@relance/contract/syncs";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useWords } from "../../i18n/words.ts";
import { syncWords } from "./sync-words.ts";

type Kind = SyncInput["kind"];
/** The source as it is; null for one that is new. */
type Held = Sync | null;

interface FormProps {
  readonly kind: Kind;
  readonly sync: Held;
  readonly change: { readonly error: unknown; readonly isPending: boolean };
  /** The word on the button. */
  readonly done: string;
  readonly submit: (body: SyncInput, given: FormData) => void;
  readonly cancel: () => void;
}

/** Where a source is read and how often; of one that is there, empty keys stay as they are. */
export function SyncForm({ kind, sync, change, done, submit, cancel }: FormProps) {
  const say = useWords(syncWords);
  const [each, setEach] = useState(sync === null || "at" in sync.every ? "day" : String(sync.every.minutes));
  const [store, setStore] = useState(settingOf(sync, "store"));
  const send = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    submit(bodyOf(kind, { each, store }, given), given);
  };
  return (
    <form className="form" onSubmit={send}>
      <TextInput name="name" label={say.name} description={say.nameHelp} required maxLength={100} defaultValue={sync?.name ?? ""} />
      {isQuery(kind) ? (
        <QueryFields kind={kind} sync={sync} />
      ) : kind === "sftp" ? (
        <SftpFields sync={sync} />
      ) : (
        <FileFields kind={kind} sync={sync} />
      )}
      {(kind === "products" || kind === "articles") && <FeedFields kind={kind} sync={sync} store={store} setStore={setStore} />}
      <Often sync={sync} each={each} setEach={setEach} />
      {sync === null && <p className="small soft">{say.sealed}</p>}
      <RefusalNote error={change.error} />
      <div className="row">
        <Button type="submit" loading={change.isPending}>
          {done}
        </Button>
        <Button variant="default" onClick={cancel}>
          {say.cancel}
        </Button>
      </div>
    </form>
  );
}

const settingOf = (sync: Held, name: string): string => {
  const value = (sync?.settings as Readonly<Record<string, string | number | boolean | null>> | undefined)?.[name];
  return value == null ? "" : String(value);
};

function bodyOf(kind: Kind, chosen: { readonly each: string; readonly store: string }, given: FormData): SyncInput {
  const text = (name: string): string => ((given.get(name) as string | null) ?? "").trim();
  const common = { name: text("name"), every: chosen.each === "day" ? { at: text("at") } : { minutes: Number(chosen.each) } };
  if (isQuery(kind))
    return {
      kind,
      ...common,
      host: text("host"),
      port: Number(text("port")),
      database: text("database"),
      user: text("user"),
      password: text("password"),
      tls: given.has("tls"),
      query: text("query"),
      cursor: text("cursor") || null,
    };
  const optional = (name: string) => (text(name) === "" ? {} : { [name]: text(name) });
  if (kind === "sftp")
    return {
      kind,
      ...common,
      host: text("host"),
      port: Number(text("port")),
      user: text("user"),
      path: text("path"),
      ...optional("password"),
      ...optional("privateKey"),
      ...optional("passphrase"),
      hostKey: text("hostKey") || null,
    };
  const file = { url: text("url"), ...(text("authorization") !== "" && { authorization: text("authorization") }) };
  if (kind === "https") return { kind, ...common, ...file };
  return { kind, ...common, ...file, language: text("language").toLowerCase(), ...(chosen.store !== "" && { store: chosen.store }) };
}

/** The change that makes a source say what the form says. What was not typed anew stays: keys, and what stands after an address's question mark. */
export function changeOf(sync: Sync, body: SyncInput, given: FormData): SyncChange {
  if (body.kind === "sftp") return body;
  if (body.kind === "postgres" || body.kind === "mysql") {
    const { password, ...rest } = body;
    return { ...rest, ...(password !== "" && { password }) };
  }
  const { url, authorization, ...rest } = body;
  return {
    ...rest,
    ...(url !== settingOf(sync, "address") && { url }),
    ...(given.has("keyless") ? { authorization: null } : authorization !== undefined && { authorization }),
    ...(rest.kind !== "https" && { store: rest.store ?? null }),
  } as SyncChange;
}

function FileFields({ kind, sync }: { readonly kind: "https" | "products" | "articles"; readonly sync: Held }) {
  const say = useWords(syncWords);
  return (
    <>
      <TextInput
        name="url"
        type="url"
        label={kind === "https" ? say.url : say.feedUrl}
        description={say.urlExamples[kind]}
        required
        maxLength={2000}
        defaultValue={settingOf(sync, "address")}
      />
      <PasswordInput
        name="authorization"
        label={say.authorization}
        description={sync === null ? say.authorizationHelp : say.keyKept}
        autoComplete="off"
      />
      {sync !== null && <Checkbox name="keyless" label={say.forgetKey} />}
    </>
  );
}

function FeedFields({
  kind,
  sync,
  store,
  setStore,
}: {
  readonly kind: "products" | "articles";
  readonly sync: Held;
  readonly store: string;
  readonly setStore: (store: string) => void;
}) {
  const say = useWords(syncWords);
  const { workspace } = useSession();
  const stores = useQuery(ask(listStores, {})).data?.items ?? [];
  return (
    <div className="two">
      <TextInput
        name="language"
        label={say.language}
        description={say.languageHelp}
        required
        pattern="[A-Za-z]{2}"
        maxLength={2}
        defaultValue={settingOf(sync, "language") || (workspace?.locale ?? "fr")}
      />
      <Select
        label={say.store}
        description={say.storeHelp[kind]}
        allowDeselect={false}
        value={store}
        onChange={(value) => setStore(value ?? "")}
        data={[{ value: "", label: say.noStore[kind] }, ...stores.map((one) => ({ value: one.code, label: one.name }))]}
      />
    </div>
  );
}

function SftpFields({ sync }: { readonly sync: Held }) {
  const say = useWords(syncWords);
  return (
    <>
      <div className="two">
        <TextInput name="host" label={say.host} description="sftp.shop.example" required defaultValue={settingOf(sync, "host")} />
        <TextInput name="port" label={say.port} required type="number" min={1} max={65535} defaultValue={settingOf(sync, "port") || "22"} />
      </div>
      <TextInput
        name="path"
        label={say.path}
        description={say.pathHelp}
        required
        maxLength={1000}
        spellCheck={false}
        defaultValue={settingOf(sync, "path")}
      />
      <div className="two">
        <TextInput name="user" label={say.user} required autoComplete="off" defaultValue={settingOf(sync, "user")} />
        <PasswordInput
          name="password"
          label={say.password}
          autoComplete="new-password"
          {...(sync !== null && { description: say.keyKept })}
        />
      </div>
      <Textarea
        name="privateKey"
        label={say.sshKey}
        description={say.sshKeyHelp}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={20000}
        spellCheck={false}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
      />
      <PasswordInput name="passphrase" label={say.passphrase} autoComplete="new-password" />
      <TextInput
        name="hostKey"
        label={say.hostKey}
        description={say.hostKeyHelp}
        pattern="SHA256:[A-Za-z0-9+/]{43}"
        spellCheck={false}
        defaultValue={settingOf(sync, "hostKey")}
      />
    </>
  );
}

function QueryFields({ kind, sync }: { readonly kind: QueryKind; readonly sync: Held }) {
  const say = useWords(syncWords);
  return (
    <>
      <div className="two">
        <TextInput name="host" label={say.host} description="db.shop.example" required defaultValue={settingOf(sync, "host")} />
        <TextInput
          name="port"
          label={say.port}
          required
          type="number"
          min={1}
          max={65535}
          defaultValue={settingOf(sync, "port") || (kind === "mysql" ? "3306" : "5432")}
        />
      </div>
      <div className="two">
        <TextInput name="database" label={say.database} required defaultValue={settingOf(sync, "database")} />
        <TextInput name="user" label={say.user} required autoComplete="off" defaultValue={settingOf(sync, "user")} />
      </div>
      <PasswordInput
        name="password"
        label={say.password}
        description={sync === null ? say.userHelp : say.keyKept}
        autoComplete="new-password"
      />
      <Checkbox name="tls" label={say.tls} defaultChecked={settingOf(sync, "tls") !== "false"} />
      <Textarea
        name="query"
        label={say.query}
        description={say.queryHelp}
        required
        autosize
        minRows={4}
        maxLength={20000}
        spellCheck={false}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        placeholder="select email, first_name, updated_at from customers"
        defaultValue={settingOf(sync, "query")}
      />
      <TextInput
        name="cursor"
        label={say.cursor}
        description={say.cursorHelp}
        maxLength={63}
        spellCheck={false}
        defaultValue={settingOf(sync, "cursor")}
      />
    </>
  );
}

function Often({ sync, each, setEach }: { readonly sync: Held; readonly each: string; readonly setEach: (each: string) => void }) {
  const say = useWords(syncWords);
  const { workspace } = useSession();
  const known = Object.entries(say.each).map(([value, label]) => ({ value, label }));
  const own =
    sync !== null && "minutes" in sync.every && !known.some((one) => one.value === String((sync.every as { minutes: number }).minutes))
      ? [{ value: String(sync.every.minutes), label: say.everyMinutes(sync.every.minutes, String(sync.every.minutes)) }]
      : [];
  return (
    <div className="two">
      <Select
        label={say.every}
        allowDeselect={false}
        value={each}
        onChange={(value) => setEach(value ?? "day")}
        data={[...own, ...known]}
      />
      {each === "day" && (
        <TextInput
          name="at"
          type="time"
          label={say.at}
          description={say.zone(workspace?.timeZone ?? "")}
          required
          defaultValue={sync !== null && "at" in sync.every ? sync.every.at : "03:00"}
        />
      )}
    </div>
  );
}
