import { Button, PasswordInput, TextInput } from "@mantine/core";
import { changeMe, changePassword } from "@relance/contract/team";
import { useState, type FormEvent } from "react";
import { useChange } from "../../api/client.ts";
import { LanguageChoice, ThemeChoice } from "../../app/menus.tsx";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { shellWords } from "../../app/words.ts";
import { useWords } from "../../i18n/words.ts";
import { settingsWords } from "./words.ts";

export function Profile() {
  const say = useWords(settingsWords);
  const shell = useWords(shellWords);
  const { me } = useSession();
  const [name, setName] = useState(me.name);
  const change = useChange(changeMe);
  return (
    <div className="stack form" style={{ gap: 32 }}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate({ body: { name } });
        }}
      >
        <TextInput label={say.myName} required maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <TextInput label={say.email} value={me.email} disabled />
        <RefusalNote error={change.error} />
        {change.isSuccess && (
          <div className="call" data-kind="good" role="status">
            {say.saved}
          </div>
        )}
        <div>
          <Button type="submit" loading={change.isPending}>
            {say.save}
          </Button>
        </div>
      </form>
      <section className="form">
        <h2>{shell.language}</h2>
        <LanguageChoice signedIn />
        <h2>{shell.theme}</h2>
        <ThemeChoice />
      </section>
      <Password />
    </div>
  );
}

function Password() {
  const say = useWords(settingsWords);
  const change = useChange(changePassword);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    change.mutate(
      { body: { current: given.get("current") as string, next: given.get("next") as string } },
      { onSuccess: () => form.reset() },
    );
  };
  return (
    <form className="form" onSubmit={submit}>
      <PasswordInput name="current" label={say.current} required autoComplete="current-password" />
      <PasswordInput
        name="next"
        label={say.next}
        description={say.nextHelp}
        required
        minLength={12}
        maxLength={128}
        autoComplete="new-password"
      />
      <RefusalNote error={change.error} />
      {change.isSuccess && (
        <div className="call" data-kind="good" role="status">
          {say.changed}
        </div>
      )}
      <div>
        <Button type="submit" variant="default" loading={change.isPending}>
          {say.changePassword}
        </Button>
      </div>
    </form>
  );
}
