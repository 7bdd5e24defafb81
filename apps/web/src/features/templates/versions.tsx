import { Button } from "@mantine/core";
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
export function Versions({ template, draft, tell }: { readonly template: TemplateBody; readonly draft: Draft; readonly tell: (text: string) => void }) {
  const say = useWords(editorWords);
  const { moment } = useFormats();
  const now = useNow();
  const [error, setError] = useState<unknown>(null);
  const take = (version: number): void => {
    setError(null);
    api.call(getTemplateVersion, { params: { id: template.id, version } }).then(({ content }) => { draft.change({ content }); tell(say.tookBack(String(version))); }, setError);
  };
  return (
    <Part title={say.history}>
      <RefusalNote error={error} />
      {template.versions.length === 0 && <p className="small soft" style={{ marginTop: 8 }}>{say.noVersions}</p>}
      {template.versions.length > 0 && (
        <table className="plain"><tbody>
          {template.versions.map((one) => (
            <tr key={one.version}>
              <td><b>{one.version}</b>{one.version === template.liveVersion && <span className="tiny faint">{" "}{say.live}</span>}</td>
              <td className="small soft">{moment(one.publishedAt, now)}</td>
              <td className="right">{template.archivedAt === null && <Button size="compact-sm" variant="subtle" aria-label={`${say.takeBack} ${one.version}`} onClick={() => take(one.version)}>{say.takeBack}</Button>}</td>
            </tr>
          ))}
        </tbody></table>
      )}
    </Part>
  );
}

/** One mail to oneself, as the chosen contact would read it. */
export function TestPart({ template, draft, contact, language }: { readonly template: string; readonly draft: Draft; readonly contact: string | null; readonly language: string }) {
  const say = useWords(editorWords);
  const send = useChange(sendTest);
  const [failed, setFailed] = useState<unknown>(null);
  const test = (): void => {
    setFailed(null);
    draft.flush().then(() => send.mutate({ params: { id: template }, body: { language, ...(contact !== null && { contact }) } }), setFailed);
  };
  const error = failed ?? send.error;
  const known: Readonly<Record<string, string>> = { "sending.stopped": say.testStopped, "sender.missing": say.testNoSender, "test.too_many": say.testTooMany, "template.has_errors": say.testErrors };
  const worded = error instanceof ApiError ? known[error.code] : undefined;
  const done = error ? undefined : send.data;
  return (
    <section className="stack" style={{ borderTop: "1px solid var(--r-filet)", paddingTop: 14 }}>
      <div className="row wrap"><Button variant="default" loading={send.isPending} onClick={test}>{say.test}</Button><span className="small soft grow" style={{ minWidth: 220 }}>{say.testNote}</span></div>
      {worded === undefined ? <RefusalNote error={error} /> : <div className="call" role="alert">{worded}</div>}
      {done && done.outcome === "accepted" && <div className="call" data-kind="good" role="status">{done.outbox === null ? say.testLeft(done.to) : <>{say.testKept(done.to)}{" "}<Link to="/outbox/$send" params={{ send: done.outbox }}>{say.openTest}</Link></>}</div>}
      {done && done.outcome !== "accepted" && <div className="call" role="alert">{say.testFailed(done.answer)}</div>}
    </section>
  );
}
