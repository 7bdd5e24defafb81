import { getSend } from "@relance/contract/delivery";
import type { Output } from "@relance/contract/client";
import { getRun } from "@relance/contract/journeys";
import { IconCheck, IconClockPause, IconMinus, IconRoute, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Waiting } from "../../ui/page.tsx";
import { useCheckWords, type Check } from "./why-facts.ts";
import { useExitWord } from "../journeys/canvas/ways.ts";
import { useStep, useStepName } from "./step-name.ts";
import { contactWords } from "./words.ts";

type Visit = Output<typeof getRun.response>["visits"][number];

const SIGNS = {
  pass: <IconCheck size={16} stroke={1.5} color="var(--r-vif)" />,
  hold: <IconClockPause size={16} stroke={1.5} color="var(--r-ocre)" />,
  skip: <IconX size={16} stroke={1.5} color="var(--r-garance)" />,
  not_asked: <IconMinus size={16} stroke={1.5} color="var(--r-encre3)" />,
} as const;

function checksOf(decision: unknown): readonly Check[] {
  return Array.isArray(decision) ? (decision as Check[]) : [];
}

/** Why one message left, waits, or was refused: each check in the order asked, with the facts it was decided by. */
export function Why({ send }: { readonly send: string }) {
  const say = useWords(contactWords);
  const { moment } = useFormats();
  const now = useNow();
  const { data, error } = useQuery(ask(getSend, { params: { id: send } }));
  const { nameOf, factOf, sentence } = useCheckWords();
  if (error) return <RefusalNote error={error} />;
  if (!data) return <Waiting lines={3} />;
  const checks = checksOf(data.decision);
  const decided = sentence(checks);
  return (
    <div className="why">
      <div className="row between" style={{ marginBottom: 6 }}>
        <b>{say.why}</b>
        {data.gateAt !== null && <span className="tiny faint">{moment(data.gateAt, now)}</span>}
      </div>
      {decided !== null && <p className="why-said">{decided}</p>}
      {data.run !== null && data.step !== null && <Way run={data.run} step={data.step} />}
      {checks.length === 0 && <p>{say.notDecided}</p>}
      {checks.map((one, at) => (
        <Line
          key={at}
          sign={SIGNS[one.result]}
          name={nameOf(one)}
          fact={
            <>
              {factOf(one)}
              {one.result === "hold" || one.result === "skip" ? <b> {say.results[one.result]}</b> : null}
            </>
          }
        />
      ))}
      {data.answer !== null && data.answer !== "" && (
        <p className="tiny faint" style={{ marginTop: 6 }}>
          {say.answer}
          {": "}
          <span className="mono">{data.answer}</span>
        </p>
      )}
      {data.state === "accepted" && (
        <p style={{ marginTop: 8 }}>
          <Link to="/outbox/$send" params={{ send: data.id }}>
            {say.openMessage}
          </Link>
        </p>
      )}
    </div>
  );
}

/** How the contact came to this message: what made them enter the journey, and at which step it was sent. */
function Way({ run: id, step }: { readonly run: string; readonly step: string }) {
  const say = useWords(contactWords);
  const { moment } = useFormats();
  const now = useNow();
  const { data: run } = useQuery(ask(getRun, { params: { id } }));
  const name = useStepName(run?.journey ?? null, step);
  if (!run) return null;
  const event = run.memory["event"] as { readonly name: string } | null | undefined;
  const start = event ? say.startedBy(event.name) : (say.starts[run.memory["start"] as keyof typeof say.starts] ?? "");
  // The steps before the message, as they were left: what was decided there, with its facts, is the run's own record.
  const at = run.visits.findLastIndex((one) => one.step === step);
  const before = run.visits.slice(0, Math.max(0, at)).filter((one) => one.leftAt !== null);
  return (
    <>
      <Line
        sign={<IconRoute size={16} stroke={1.5} color="var(--r-petrole)" />}
        name={say.path}
        fact={
          <>
            <Link to="/journeys/$journey" params={{ journey: run.journey }}>
              {run.journeyName}
            </Link>
            , {say.atStep(name)}. {say.enteredAt(moment(run.enteredAt, now))}
            {start === "" ? "." : `${say.colon}${start}.`}
          </>
        }
      />
      {before.map((one) => (
        <Passed key={one.visit} journey={run.journey} visit={one} />
      ))}
    </>
  );
}

function Passed({ journey, visit }: { readonly journey: string; readonly visit: Visit }) {
  const say = useWords(contactWords);
  const word = useExitWord();
  const { moment } = useFormats();
  const now = useNow();
  const name = useStepName(journey, visit.step);
  const found = useStep(journey, visit.step);
  const way = visit.exit === null || visit.exit === "next" || !found ? null : word(found, visit.exit);
  const event = typeof visit.reason["event"] === "string" ? say.startedBy(visit.reason["event"]) : null;
  return (
    <Line
      sign={<IconCheck size={16} stroke={1.5} color="var(--r-encre3)" />}
      name={moment(visit.leftAt!, now)}
      fact={
        <>
          {name}
          {way === null ? "" : `${say.colon}${way}`}
          {event === null ? "" : `, ${event}`}
        </>
      }
    />
  );
}

function Line({ sign, name, fact }: { readonly sign: ReactNode; readonly name: string; readonly fact: ReactNode }) {
  return (
    <div className="why-check">
      <span>{sign}</span>
      <span style={{ fontWeight: 500 }}>{name}</span>
      <span className="soft">{fact}</span>
    </div>
  );
}
