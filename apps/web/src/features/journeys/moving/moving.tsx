import { Button, FileButton, SegmentedControl } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { importFlow, type FlowLine } from "@relance/contract/journeys";
import type { Output } from "@relance/contract/client";
import { productOf } from "@relance/model/flows";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type DragEvent } from "react";
import { api, useChange } from "../../../api/client.ts";
import { RefusalNote } from "../../../app/refusal-note.tsx";
import { useSession } from "../../../app/session.tsx";
import { useFormats, useLanguage } from "../../../i18n/language.tsx";
import { useWords } from "../../../i18n/words.ts";
import { keepFile } from "../../../ui/keep-file.ts";
import { Head, Part, Sheet, Waiting } from "../../../ui/page.tsx";
import { Say } from "../../../ui/sentence.tsx";
import { Status } from "../../../ui/status.tsx";
import "./moving.css";
import { NamesForm, namesIn, NO_NAMES, type Named } from "./names-form.tsx";
import { movingWords } from "./words.ts";

type Flow = Record<string, unknown> | unknown[];
type Answer = Output<typeof importFlow.response>;
/** A file that was read. `n` tells one reading from the next. */
interface Given {
  readonly n: number;
  readonly file: string;
  readonly flow: Flow;
}

/** A journey of another product: its file, the report on each part, then the draft. */
export function MovingPage() {
  const say = useWords(movingWords);
  const [given, setGiven] = useState<Given | null>(null);
  const [bad, setBad] = useState<string | null>(null);
  const take = (file: File | null | undefined): void => {
    if (!file) return;
    void file.text().then((text) => {
      const flow = parsed(text);
      setBad(flow === null ? file.name : null);
      if (flow !== null) setGiven((now) => ({ n: (now?.n ?? 0) + 1, file: file.name, flow }));
    });
  };
  return (
    <>
      <Head
        title={
          <>
            <Link to="/journeys" className="soft wide head-up">
              {say.journeys}
            </Link>{" "}
            <span className="faint wide">›</span> {say.title}
          </>
        }
      />
      {given ? (
        <Read key={given.n} given={given} take={take} bad={bad} />
      ) : (
        <Sheet>
          <Say small text={say.say} />
          <p className="soft">{say.sayText}</p>
          <Drop take={take} />
          {bad !== null && (
            <div className="call" role="alert">
              {say.notJson(bad)}
            </div>
          )}
          <Part title={say.how}>
            <p className="small">
              {say.klaviyo}
              <br />
              <code className="mono">GET https://a.klaviyo.com/api/flows/FLOW_ID?additional-fields[flow]=definition</code>
              <br />
              {say.klaviyoThen}
            </p>
            <p className="small">{say.mautic}</p>
          </Part>
        </Sheet>
      )}
    </>
  );
}

function parsed(text: string): Flow | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" ? (value as Flow) : null;
  } catch {
    return null;
  }
}

function Drop({ take }: { readonly take: (file: File | null | undefined) => void }) {
  const say = useWords(movingWords);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  return (
    <div
      className="moving-drop"
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <FileButton accept=".json,application/json" onChange={take}>
        {(props) => <Button {...props}>{say.upload}</Button>}
      </FileButton>
      <span className="soft wide">{say.drop}</span>
    </div>
  );
}

/** The report, written anew as ids get their names, and the button that makes the draft. */
function Read({
  given,
  take,
  bad,
}: {
  readonly given: Given;
  readonly take: (file: File | null | undefined) => void;
  readonly bad: string | null;
}) {
  const say = useWords(movingWords);
  const { workspace } = useSession();
  const [named, setNamed] = useState<Named>(NO_NAMES);
  const [asked] = useDebouncedValue(named, 400);
  const bodyOf = (names: Named) => ({
    from: productOf(given.flow),
    flow: given.flow,
    ...namesIn(names),
    ...(names.name.trim() !== "" && { name: names.name.trim() }),
  });
  const report = useQuery({
    queryKey: [importFlow.path, given.n, asked],
    queryFn: ({ signal }) => api.call(importFlow, { body: { ...bodyOf(asked), check: true } }, signal),
    gcTime: 0,
    retry: false,
    placeholderData: (before) => before,
  });
  const make = useChange(importFlow);
  const shown = make.data ?? report.data;
  const margin = shown && !make.data && <NamesForm answer={shown} named={named} change={setNamed} />;
  return (
    <Sheet margin={margin}>
      <RefusalNote error={report.error ?? make.error} />
      {bad !== null && (
        <div className="call" role="alert">
          {say.notJson(bad)}
        </div>
      )}
      {!shown && !report.error && <Waiting lines={8} />}
      {make.data?.journey && (
        <div className="call row wrap" data-kind="good" role="status">
          <span className="grow">{say.done(make.data.name)}</span>
          <Link to="/journeys/$journey" params={{ journey: make.data.journey }}>
            {say.open}
          </Link>
        </div>
      )}
      {shown && <Report answer={shown} file={given.file} />}
      <div className="row wrap" style={{ marginTop: 20 }}>
        {shown && !make.data && workspace?.role !== "viewer" && (
          <Button
            loading={make.isPending}
            disabled={asked !== named || report.isPlaceholderData}
            onClick={() => make.mutate({ body: { ...bodyOf(named), check: false } })}
          >
            {say.create}
          </Button>
        )}
        {shown && workspace?.role === "viewer" && <span className="small soft">{say.notYours}</span>}
        <FileButton accept=".json,application/json" onChange={take}>
          {(props) => (
            <Button {...props} variant="default">
              {say.another}
            </Button>
          )}
        </FileButton>
      </div>
    </Sheet>
  );
}

const KINDS = { mapped: "live", different: "review", impossible: "problem" } as const;

function Report({ answer, file }: { readonly answer: Answer; readonly file: string }) {
  const say = useWords(movingWords);
  const { language } = useLanguage();
  const { number } = useFormats();
  const [only, setOnly] = useState(false);
  const n = (verdict: FlowLine["verdict"]): number => answer.report.filter((line) => line.verdict === verdict).length;
  const lines = answer.report.filter((line) => !only || line.verdict !== "mapped");
  const whatOf = (line: FlowLine): string =>
    [`${say.parts[line.part]}${line.part === "action" && line.id !== "" ? ` ${line.id}` : ""}`, line.name]
      .filter((text) => text !== "")
      .join(", ");
  const keep = (): void =>
    keepFile(`${file.replace(/\.json$/i, "")}-report.txt`, [
      answer.report.map((line) => `${say.verdicts[line.verdict]} | ${whatOf(line)} (${line.type}): ${line.message[language]}`).join("\n"),
    ]);
  return (
    <>
      <Say small text={say.sentence(answer.steps, number(answer.steps), n("impossible"), number(n("impossible")))} />
      {answer.templates > 0 && <p className="small soft">{say.templates(answer.templates, number(answer.templates))}</p>}
      <Part title={say.report} aside={<span className="wide">{say.counts(n("mapped"), n("different"), n("impossible"))}</span>}>
        <div className="row wrap between" style={{ paddingTop: 10 }}>
          <SegmentedControl
            size="xs"
            aria-label={say.report}
            value={only ? "only" : "all"}
            onChange={(value) => setOnly(value === "only")}
            data={[
              { value: "all", label: say.all },
              { value: "only", label: say.only },
            ]}
          />
          <Button size="xs" variant="subtle" onClick={keep}>
            {say.keep}
          </Button>
        </div>
        {lines.length === 0 && <p className="soft">{say.nothing}</p>}
        <ul className="moving-report">
          {lines.map((line, at) => (
            <li key={at} data-verdict={line.verdict}>
              <Status kind={KINDS[line.verdict]} word={say.verdicts[line.verdict]} />
              <span>
                <b>{whatOf(line)}</b> <span className="mono faint">{line.type}</span>
                <br />
                <span className="small soft">{line.message[language]}</span>
              </span>
            </li>
          ))}
        </ul>
      </Part>
    </>
  );
}
