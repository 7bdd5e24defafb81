import "../contacts/contacts.css";
import "../templates/templates.css";
import { Button } from "@mantine/core";
import { getSend, settleSend } from "@relance/contract/delivery";
import { listSendEngagements } from "@relance/contract/tracking";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useReason } from "../../app/send-moment.tsx";
import { sendWords } from "../../app/send-words.ts";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Head, Part, Sheet, Waiting } from "../../ui/page.tsx";
import { Moment } from "../../ui/thread.tsx";
import { Why } from "../contacts/why.tsx";
import { SendStatus, useNamesOf } from "./route.tsx";
import { sendsWords } from "./words.ts";

/** One send: why it left or did not, what happened to it when, and what the person did with it. */
export function SendPage() {
  const say = useWords(sendsWords);
  const word = useWords(sendWords);
  const { send } = useParams({ from: "/inside/sends/$send" });
  const { moment, number } = useFormats();
  const now = useNow();
  const reason = useReason();
  const nameOf = useNamesOf();
  const { data, error } = useQuery(ask(getSend, { params: { id: send } }, true));
  if (!data)
    return (
      <>
        <Head title="…" />
        <Sheet>
          <RefusalNote error={error} />
          {!error && <Waiting />}
        </Sheet>
      </>
    );
  const steps = (
    [
      [say.planned, data.createdAt],
      [say.due, data.dueAt],
      [say.decided, data.gateAt],
      [say.handed, data.handedAt],
      [say.accepted, data.acceptedAt],
      [say.ended, data.endedAt],
    ] as const
  ).filter(([, at]) => at !== null);
  const open = data.state === "waiting" || data.state === "held";
  const margin = (
    <>
      <section>
        <h3>{say.course}</h3>
        <ol className="thread">
          {steps.map(([name, at]) => (
            <Moment key={name} sign="past" title={name} at={moment(at!, now)} />
          ))}
        </ol>
      </section>
      <Engagement send={send} />
    </>
  );
  return (
    <>
      <Head
        title={data.address ?? say.contact}
        note={<SendStatus state={data.state} />}
        actions={
          <Link to="/sends" className="small">
            {say.back}
          </Link>
        }
      />
      <Sheet margin={margin}>
        <RefusalNote error={error} />
        {data.state === "uncertain" && <Settle key={send} send={send} />}
        <dl className="facts">
          <dt>{say.contact}</dt>
          <dd>
            <Link to="/contacts/$contact" params={{ contact: data.contact }}>
              {data.address ?? say.contact}
            </Link>
          </dd>
          <dt>{say.template}</dt>
          <dd>
            <Link to="/templates/$template" params={{ template: data.template }}>
              {say.version(nameOf(data.template) ?? say.gone, String(data.templateVersion))}
            </Link>
          </dd>
          {data.journey !== null && (
            <>
              <dt>{say.journey}</dt>
              <dd>
                <Link to="/journeys/$journey" params={{ journey: data.journey }}>
                  {nameOf(data.journey) ?? say.gone}
                </Link>
              </dd>
            </>
          )}
          <dt>{say.class}</dt>
          <dd>{say[data.class]}</dd>
          {data.reason !== null && (
            <>
              <dt>{say.reason}</dt>
              <dd>{reason(data.reason)}</dd>
            </>
          )}
          {open && (
            <>
              <dt>{say.waitsUntil}</dt>
              <dd>{moment(data.patienceUntil, now)}</dd>
            </>
          )}
          <dt>{say.attempts}</dt>
          <dd>{number(data.attempts)}</dd>
          {data.handedAt !== null && (
            <>
              <dt>{say.provider}</dt>
              <dd>{data.provider === null ? say.outbox : say.smtp}</dd>
            </>
          )}
          {data.delivery !== null && (
            <>
              <dt>{say.delivery}</dt>
              <dd>{word.delivery[data.delivery]}</dd>
            </>
          )}
          {data.answer !== null && data.answer !== "" && (
            <>
              <dt>{say.answer}</dt>
              <dd className="mono">{data.answer}</dd>
            </>
          )}
          {data.messageId !== null && (
            <>
              <dt>{say.messageId}</dt>
              <dd className="mono">{data.messageId}</dd>
            </>
          )}
        </dl>
        <Part title={say.decision}>
          <Why send={send} />
        </Part>
      </Sheet>
    </>
  );
}

function Engagement({ send }: { readonly send: string }) {
  const say = useWords(sendsWords);
  const { moment } = useFormats();
  const now = useNow();
  const { data, error } = useQuery(ask(listSendEngagements, { params: { id: send } }, true));
  return (
    <section>
      <h3>{say.engagement}</h3>
      <RefusalNote error={error} />
      {data?.items.length === 0 && <p className="small soft">{say.nobody}</p>}
      {data && data.items.length > 0 && (
        <ol className="thread">
          {data.items.map((one, at) => (
            <Moment
              key={at}
              sign={one.machine ? "past" : "good"}
              title={say.kinds[one.kind as keyof typeof say.kinds] ?? one.kind}
              at={moment(one.at, now)}
            >
              {one.machine ? say.machine : one.url}
            </Moment>
          ))}
        </ol>
      )}
    </section>
  );
}

type Answer = "sent" | "retry" | "given_up";
// What a person said is told to the server after this: until then it can be taken back, afterwards not (facts were written, or it left).
const GRACE_MS = 6_000;

/** The three things one can say of a message nobody knows about. */
function Settle({ send }: { readonly send: string }) {
  const say = useWords(sendsWords);
  const settle = useChange(settleSend);
  const [said, setSaid] = useState<Answer | null>(null);
  const waiting = useRef<(() => void) | null>(null);
  const { mutate } = settle;
  useEffect(() => {
    if (said === null) return undefined;
    const tell = (): void => {
      waiting.current = null;
      mutate({ params: { id: send }, body: { as: said } }, { onSettled: () => setSaid(null) });
    };
    waiting.current = tell;
    const timer = setTimeout(tell, GRACE_MS);
    return () => clearTimeout(timer);
  }, [said, send, mutate]);
  // Who leaves the page meant what they said.
  useEffect(() => () => waiting.current?.(), []);
  const undo = (): void => {
    waiting.current = null;
    setSaid(null);
  };
  return (
    <div className="call" data-kind="review" style={{ marginBottom: 18 }}>
      <b>{say.uncertain}</b>
      <p style={{ marginTop: 4 }}>{say.uncertainText}</p>
      <RefusalNote error={settle.error} />
      {said === null ? (
        <div className="send-choice">
          {(["sent", "retry", "given_up"] as const).map((one) => (
            <Button key={one} size="xs" variant="default" onClick={() => setSaid(one)}>
              {say[one]}
            </Button>
          ))}
        </div>
      ) : (
        <div className="send-choice row" role="status">
          <span>{say.settling[said]}</span>
          <Button size="xs" variant="default" disabled={settle.isPending} onClick={undo}>
            {say.undo}
          </Button>
        </div>
      )}
    </div>
  );
}
