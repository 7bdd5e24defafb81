import { Button, CopyButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Status } from "../../ui/status.tsx";
import type { Line } from "./lines.ts";
import { liveWords } from "./live-words.ts";

/** One message of the stream, whole: the verdict, what to do about it, who, and what was received. */
export function Received({ line, source }: { readonly line: Line; readonly source: string | null }) {
  const say = useWords(liveWords);
  const { second } = useFormats();
  const top = useRef<HTMLElement>(null);
  // Beside the list on a wide screen, above it on a narrow one: out of sight for who chose a line far down.
  useEffect(() => {
    top.current?.scrollIntoView({ block: "nearest" });
  }, [line.id]);
  return (
    <>
      <section ref={top} className="received">
        <div className="row between">
          <h2 style={{ overflowWrap: "anywhere" }}>{line.name ?? say.unnamed}</h2>
          <Status kind={line.refusal === null ? "live" : "problem"} word={line.refusal === null ? say.valid : say.refusedMark} />
        </div>
        <p className="small soft">
          {line.occurredAt !== null && line.occurredAt !== line.receivedAt
            ? say.times(second(line.receivedAt), second(line.occurredAt))
            : say.time(second(line.receivedAt))}
          {source !== null && ` · ${source}`}
        </p>
      </section>
      {line.refusal !== null && (
        <section>
          <div className="call">
            <b className="received-reason">{say.reason(line.refusal.code, line.refusal.field)}</b>
            <div>{say.cure(line.refusal.code)}</div>
          </div>
        </section>
      )}
      {line.contact !== null && (
        <section>
          <h3>{say.who}</h3>
          <p className="small">
            <Link to="/contacts/$contact" params={{ contact: line.contact }}>
              {line.who ?? say.visitor(line.contact.slice(-4))}
            </Link>
          </p>
          <p className="small soft">{line.live ? say.consequences : say.historyText}</p>
        </section>
      )}
      <section>
        <div className="row between">
          <h3>{say.asReceived}</h3>
          <CopyButton value={line.body}>
            {({ copied, copy }) => (
              <Button size="compact-xs" variant="subtle" onClick={copy}>
                {copied ? say.copied : say.copy}
              </Button>
            )}
          </CopyButton>
        </div>
        <div className="code">
          <pre tabIndex={0}>{line.body}</pre>
        </div>
      </section>
    </>
  );
}
