import { Button, PasswordInput, TextInput } from "@mantine/core";
import { acceptInvitation, signIn } from "@relance/contract/team";
import { useMutation } from "@tanstack/react-query";
import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { useState, type FormEvent, type ReactNode } from "react";
import { api } from "../../api/client.ts";
import { LanguageChoice, ThemeChoice } from "../../app/menus.tsx";
import { queries } from "../../app/queries.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Brand } from "../../ui/brand.tsx";
import { Empty } from "../../ui/page.tsx";
import { Say } from "../../ui/sentence.tsx";
import { Moment, Thread } from "../../ui/thread.tsx";
import { signInWords } from "./words.ts";

function Outside({ children }: { readonly children: ReactNode }) {
  const say = useWords(signInWords);
  return (
    <div className="outside">
      <div className="outside-form">
        <Brand />
        {children}
        <div className="outside-foot">
          <div>
            <LanguageChoice signedIn={false} />
          </div>
          <div>
            <ThemeChoice />
          </div>
        </div>
      </div>
      <aside className="outside-say">
        <Say text={say.say} />
        <Thread>
          <Moment
            sign="good"
            title={
              <>
                <b>{say.plannedTitle}</b> {say.planned}
              </>
            }
          />
          <Moment
            sign="fact"
            title={
              <>
                <b>{say.decidedTitle}</b> {say.decided}
              </>
            }
          />
          <Moment
            sign="now"
            title={
              <>
                <b>{say.explainedTitle}</b> {say.explained}
              </>
            }
          />
          <Moment
            title={
              <>
                <b>{say.countedTitle}</b> {say.counted}
              </>
            }
          />
        </Thread>
      </aside>
    </div>
  );
}

const given = (event: FormEvent<HTMLFormElement>, name: string): string => new FormData(event.currentTarget).get(name) as string;

export function SignInPage() {
  const say = useWords(signInWords);
  const router = useRouter();
  const { to } = useSearch({ from: "/sign-in" });
  const enter = useMutation({
    mutationFn: (body: { email: string; password: string }) => api.call(signIn, { body }),
    onSuccess: () => {
      queries.clear();
      // Only a path of this host: an address in a link must not lead elsewhere.
      router.history.push(to !== undefined && /^\/[^/\\]/.test(to) ? to : "/home");
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    enter.mutate({ email: given(event, "email"), password: given(event, "password") });
  };
  return (
    <Outside>
      <form onSubmit={submit}>
        <div>
          <h1>{say.hello}</h1>
          <p className="soft">{say.lead}</p>
        </div>
        <TextInput name="email" type="email" label={say.email} required withAsterisk={false} autoComplete="username" autoFocus />
        <PasswordInput name="password" label={say.password} required withAsterisk={false} autoComplete="current-password" />
        <RefusalNote error={enter.error} />
        <Button type="submit" loading={enter.isPending}>
          {say.enter}
        </Button>
      </form>
    </Outside>
  );
}

/** The one-time link of the first administrator, or of an invitation. */
export function SetupPage() {
  const say = useWords(signInWords);
  const { language } = useLanguage();
  const navigate = useNavigate();
  const { token } = useSearch({ from: "/setup" });
  const [password, setPassword] = useState("");
  const join = useMutation({
    mutationFn: async (who: { token: string; name: string; email: string; password: string }) => {
      await api.call(acceptInvitation, { body: { ...who, locale: language, timeZone: zoneHere() } });
      await api.call(signIn, { body: { email: who.email, password: who.password } });
    },
    onSuccess: async () => {
      queries.clear();
      await navigate({ to: "/home" });
    },
  });
  if (token === undefined)
    return (
      <Outside>
        <Empty title={say.noToken} text={say.noTokenText} />
      </Outside>
    );
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    join.mutate({ token, name: given(event, "name"), email: given(event, "email"), password });
  };
  return (
    <Outside>
      <form onSubmit={submit}>
        <div>
          <h1>{say.welcome}</h1>
          <p className="soft">{say.setupLead}</p>
        </div>
        <TextInput name="name" label={say.name} required withAsterisk={false} maxLength={100} autoComplete="name" autoFocus />
        <TextInput name="email" type="email" label={say.email} required withAsterisk={false} autoComplete="username" />
        <PasswordInput
          label={say.password}
          description={say.passwordHelp}
          required
          withAsterisk={false}
          minLength={12}
          maxLength={128}
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <RefusalNote error={join.error} />
        <Button type="submit" loading={join.isPending}>
          {say.join}
        </Button>
      </form>
    </Outside>
  );
}

/** The browser's time zone, unless it is one of the odd names ("Etc/Unknown") that mean nothing elsewhere. */
function zoneHere(): string | undefined {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return Intl.supportedValuesOf("timeZone").includes(zone) ? zone : undefined;
}
