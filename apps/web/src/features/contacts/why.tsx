import { getSend } from "@relance/contract/delivery";
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
import { useStepName } from "./step-name.ts";
import { contactWords } from "./words.ts";

interface Check { readonly check: string; readonly result: "pass" | "hold" | "skip" | "not_asked"; readonly facts: Readonly<Record<string, unknown>> }

const SIGNS = { pass: <IconCheck size={16} stroke={1.5} color="var(--r-vif)" />, hold: <IconClockPause size={16} stroke={1.5} color="var(--r-ocre)" />, skip: <IconX size={16} stroke={1.5} color="var(--r-garance)" />, not_asked: <IconMinus size={16} stroke={1.5} color="var(--r-encre3)" /> } as const;

function checksOf(decision: unknown): readonly Check[] {
  return Array.isArray(decision) ? (decision as Check[]) : [];
}

/** Why one message left, waits, or was refused: each check in the order asked, with the facts it was decided by. */
export function Why({ send }: { readonly send: string }) {
  const say = useWords(contactWords);
  const { moment } = useFormats();
  const now = useNow();
  const { data, error } = useQuery(ask(getSend, { params: { id: send } }));
  const fact = useFact();
  if (error) return <RefusalNote error={error} />;
  if (!data) return <Waiting lines={3} />;
  const checks = checksOf(data.decision);
  return (
    <div className="why">
      <div className="row between" style={{ marginBottom: 6 }}><b>{say.why}</b>{data.gateAt !== null && <span className="tiny faint">{moment(data.gateAt, now)}</span>}</div>
      {data.run !== null && data.step !== null && <Way run={data.run} step={data.step} />}
      {checks.length === 0 && <p>{say.notDecided}</p>}
      {checks.map((one) => <Line key={one.check} sign={SIGNS[one.result]} name={say.checks[one.check as keyof typeof say.checks] ?? one.check} fact={<>{fact(one)}{one.result === "hold" || one.result === "skip" ? <b> {say.results[one.result]}</b> : null}</>} />)}
      {data.answer !== null && data.answer !== "" && <p className="tiny faint" style={{ marginTop: 6 }}>{say.answer}{": "}<span className="mono">{data.answer}</span></p>}
      {data.state === "accepted" && <p style={{ marginTop: 8 }}><Link to="/outbox/$send" params={{ send: data.id }}>{say.openMessage}</Link></p>}
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
  return <Line sign={<IconRoute size={16} stroke={1.5} color="var(--r-petrole)" />} name={say.path} fact={<><Link to="/journeys/$journey" params={{ journey: run.journey }}>{run.journeyName}</Link>, {say.atStep(name)}. {say.enteredAt(moment(run.enteredAt, now))}{start === "" ? "." : `${say.colon}${start}.`}</>} />;
}

function Line({ sign, name, fact }: { readonly sign: ReactNode; readonly name: string; readonly fact: ReactNode }) {
  return <div className="why-check"><span>{sign}</span><span style={{ fontWeight: 500 }}>{name}</span><span className="soft">{fact}</span></div>;
}

const plain = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** The facts of a check in a few words. */
function useFact(): (check: Check) => string {
  const say = useWords(contactWords);
  const { day } = useFormats();
  return ({ check, result, facts }) => {
    if (result === "not_asked") return facts.class === "transactional" ? say.transactional : say.results.not_asked;
    if (check === "suppression") return facts.suppressed === null ? say.noSuppression : plain(facts.suppressed);
    if (check === "consent") return [say.consentFact[facts.consent as keyof typeof say.consentFact] ?? plain(facts.consent), typeof facts.since === "string" ? say.on(day(facts.since)) : ""].join(" ");
    if (check === "cap") return say.capFact(plain(facts.sent), plain(facts.most), plain(facts.days));
    if (check === "quiet_hours") return say.hoursFact(plain(facts.from), plain(facts.to), plain(facts.zone));
    return "";
  };
}
