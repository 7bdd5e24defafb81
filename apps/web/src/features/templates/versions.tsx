import { Button, TextInput } from "@mantine/core";
import { ApiError } from "@relance/contract/client";
import { getTemplateVersion, sendTest, type TemplateBody } from "@relance/contract/messages";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Part } from "../../ui/page.tsx";
import type { Draft } from "./draft.ts";
import { editorWords } from "./words.ts";

/** What was published when; any of it can be the draft again, and undo takes that back. */
export function Versions({
  template,
  draft,
  tell,
}: {
  readonly template: TemplateBody;
  readonly draft: Draft;
  readonly tell: (text: string) => void;
}) {
  const say = useWords(editorWords);
  const { moment } = useFormats();
  const now = useNow();
  const [error, setError] = useState<unknown>(null);
  const take = (version: number): void => {
    setError(null);
    api.call(getTemplateVersion, { params: { id: template.id, version } }).then(({ content }) => {
      draft.change({ content });
      tell(say.tookBack(String(version)));
    }, setError);
  };
  return (
    <Part title={say.history}>
      <RefusalNote error={error} />
      {template.versions.length === 0 && (
        <p className="small soft" style={{ marginTop: 8 }}>
          {say.noVersions}
        </p>
      )}
      {template.versions.length > 0 && (
        <table className="plain">
          <tbody>
            {template.versions.map((one) => (
              <tr key={one.version}>
                <td>
                  <b>{one.version}</b>
                  {one.version === template.liveVersion && <span className="tiny faint"> {say.live}</span>}
                </td>
                <td className="small soft">{moment(one.publishedAt, now)}</td>
                <td className="right">
                  {template.archivedAt === null && (
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      aria-label={`${say.takeBack} ${one.version}`}
                      onClick={() => take(one.version)}
                    >
                      {say.takeBack}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Part>
  );
}

const NUMBER = "relance.test-number";

/** One message to oneself, as the chosen contact would read it; a text to a phone, whose number this browser remembers. */
export function TestPart({
  template,
  channel,
  draft,
  contact,
  language,
}: {
  readonly channel: Draft["channel"];
  readonly template: string;
  readonly draft: Draft;
  readonly contact: string | null;
  readonly language: string;
}) {
  const say = useWords(editorWords);
  const send = useChange(sendTest);
  const [failed, setFailed] = useState<unknown>(null);
  const [number, setNumber] = useState(() => localStorage.getItem(NUMBER) ?? "");
  const text = channel === "sms";
  const test = (): void => {
    setFailed(null);
    if (text) localStorage.setItem(NUMBER, number);
    draft
      .flush()
      .then(
        () =>
          send.mutate({ params: { id: template }, body: { language, ...(text && { to: number }), ...(contact !== null && { contact }) } }),
        setFailed,
      );
  };
  const error = failed ?? send.error;
  const known: Readonly<Record<string, string>> = {
    "sending.stopped": say.testStopped,
    "sender.missing": say.testNoSender,
    "test.too_many": say.testTooMany,
    "template.has_errors": say.testErrors,
    "test.needs_number": say.testNumberWrong,
    "test.number_left": say.testNumberLeft,
    "sms_sender.missing": say.testNoTexter,
  };
  const worded = error instanceof ApiError ? known[error.code] : undefined;
  const done = error ? undefined : send.data;
  return (
    <section className="stack" style={{ borderTop: "1px solid var(--r-filet)", paddingTop: 14 }}>
      {text && (
        <TextInput
          type="tel"
          autoComplete="tel"
          label={say.testNumber}
          description={say.testNumberHelp}
          value={number}
          maxLength={30}
          style={{ maxWidth: 320 }}
          onChange={(event) => setNumber(event.currentTarget.value)}
        />
      )}
      <div className="row wrap">
        <Button variant="default" loading={send.isPending} disabled={text && number.trim() === ""} onClick={test}>
          {text ? say.testText : say.test}
        </Button>
        <span className="small soft grow" style={{ minWidth: 220 }}>
          {text ? say.testTextNote : say.testNote}
        </span>
      </div>
      {worded === undefined ? (
        <RefusalNote error={error} />
      ) : (
        <div className="call" role="alert">
          {worded}
        </div>
      )}
      {done && done.outcome === "accepted" && (
        <div className="call" data-kind="good" role="status">
          {done.outbox === null ? (
            say.testLeft(done.to)
          ) : (
            <>
              {say.testKept(done.to)}{" "}
              <Link to="/outbox/$send" params={{ send: done.outbox }}>
                {say.openTest}
              </Link>
            </>
          )}
        </div>
      )}
      {done && done.outcome !== "accepted" && (
        <div className="call" role="alert">
          {say.testFailed(done.answer)}
        </div>
      )}
    </section>
  );
}
