import { Button, Menu } from "@mantine/core";
import { getJourney } from "@relance/contract/journeys";
import { publishTemplate } from "@relance/contract/messages";
import { STEP_GROUPS, type Step, type StepKind } from "@relance/model/journeys";
import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import { api, useChange } from "../../../api/client.ts";
import { RefusalNote } from "../../../app/refusal-note.tsx";
import { useLanguage } from "../../../i18n/language.tsx";
import { useWords } from "../../../i18n/words.ts";
import { blankStep } from "../blank.ts";
import type { Draft } from "../draft.ts";
import { kindWords } from "../kind-words.ts";
import { wayAfter } from "../canvas/moves.ts";
import { useStepWords, type Names } from "../names.ts";
import { outline } from "../canvas/outline.ts";
import { StepPanel } from "../panels/panel.tsx";
import type { Rights } from "../rights.ts";
import { STEP_SIGNS } from "../canvas/signs.ts";
import { useTemplates } from "../templates.ts";
import { useExitWord } from "../canvas/ways.ts";
import { journeyWords } from "../words.ts";
import { hasSentence, StepSentence } from "./step-sentence.tsx";
import { guidedWords } from "./words.ts";

interface Of {
  readonly draft: Draft;
  readonly names: Names;
  readonly rights: Rights;
  readonly chosen: string | null;
  readonly open: (step: string | null) => void;
}

/** The steps from top to bottom, each opened where it stands, and one more at the end. */
export function Flow(of: Of) {
  const { draft, rights, open } = of;
  const say = useWords(guidedWords);
  const { end } = useWords(journeyWords);
  const exitWord = useExitWord();
  const { graph, command } = draft;
  const lines = outline(graph);
  const put = (kind: StepKind): void => {
    const after = wayAfter(graph, null);
    const added = blankStep(kind);
    if (after === undefined) return;
    command({ kind: "add", step: added, after });
    open(added.id);
  };
  return (
    <>
      {graph.first === null && <p className="soft">{say.noStep}</p>}
      {lines.some((one) => one.kind === "way") && <p className="small soft">{say.drawn}</p>}
      <ol className="guided-steps">
        {lines.map((one, at) => {
          const style = { marginLeft: one.depth * 20 };
          if (one.kind === "step") return <FlowStep key={one.step.id} {...of} step={one.step} depth={one.depth} />;
          if (one.kind === "way")
            return (
              <li key={at} className="guided-way" style={style}>
                {exitWord(one.of, one.exit)}
              </li>
            );
          return one.depth === 0 ? null : (
            <li key={at} className="tiny faint" style={style}>
              {one.kind === "end" ? end : <Again step={one.step} names={of.names} />}
            </li>
          );
        })}
      </ol>
      {rights.edit && <Add word={graph.first === null ? say.addFirst : say.addNext} put={put} />}
    </>
  );
}

function Again({ step, names }: { readonly step: Step; readonly names: Names }) {
  return useStepWords(names)(step).name;
}

function FlowStep({ draft, names, rights, chosen, open, step, depth }: Of & { readonly step: Step; readonly depth: number }) {
  const say = useWords(guidedWords);
  const words = useStepWords(names);
  const { graph, command } = draft;
  const Sign = STEP_SIGNS[step.kind];
  const problems = draft.problems.filter((one) => one.step === step.id);
  const said = words(step);
  const isOpen = chosen === step.id;
  const sentence = rights.edit && hasSentence(step);
  const template = "template" in step ? step.template : null;
  return (
    <li style={{ marginLeft: depth * 20 }} data-faulty={problems.length > 0 || undefined}>
      <div className="row">
        <span className="step-tile">
          <Sign size={15} stroke={1.5} aria-hidden />
        </span>
        {sentence ? (
          <span className="grow">
            <StepSentence step={step} graph={graph} names={names} change={(changed) => command({ kind: "configure", step: changed })} />
          </span>
        ) : (
          <span className="grow">
            <b>{said.name}</b>
            {said.line !== "" && (
              <span className="small soft">
                <br />
                {said.line}
              </span>
            )}
          </span>
        )}
        {rights.edit && (
          <Button
            variant="default"
            size="xs"
            aria-expanded={isOpen}
            aria-label={`${isOpen ? say.close : say.edit}: ${said.name}`}
            onClick={() => open(isOpen ? null : step.id)}
          >
            {isOpen ? say.close : say.edit}
          </Button>
        )}
      </div>
      {template !== null && <Message template={template} draft={draft} rights={rights} />}
      {isOpen && (
        <div className="panel-fields">
          <StepPanel
            graph={graph}
            step={step}
            names={names}
            problems={problems}
            change={(changed) => command({ kind: "configure", step: changed })}
            connect={(exit, to) => command({ kind: "connect", from: { step: step.id, exit }, to })}
            remove={() => {
              command({ kind: "remove", steps: [step.id] });
              open(null);
            }}
          />
        </div>
      )}
      {!isOpen && problems.map((one, at) => <Problem key={at} message={one.message} />)}
    </li>
  );
}

/** The message a step sends: where it is read and, while it is a draft, how it becomes one that can be sent. */
function Message({ template, draft, rights }: { readonly template: string; readonly draft: Draft; readonly rights: Rights }) {
  const say = useWords(guidedWords);
  const publish = useChange(publishTemplate);
  const found = useTemplates({ chosen: template }).find((one) => one.id === template);
  // What was a problem of the journey is none any more.
  const send = (): void =>
    publish.mutate(
      { params: { id: template } },
      { onSuccess: () => void api.call(getJourney, { params: { id: draft.known.id } }).then(draft.learn, () => undefined) },
    );
  if (!found) return null;
  return (
    <>
      <div className="row wrap small">
        <Link to="/templates/$template" params={{ template }}>
          {say.toWrite}
        </Link>
        {found.liveVersion === null && <span className="soft grow">{say.unpublished}</span>}
        {found.liveVersion === null && rights.decide && (
          <Button size="xs" variant="default" loading={publish.isPending} onClick={send}>
            {say.publishMessage}
          </Button>
        )}
      </div>
      <RefusalNote error={publish.error} />
    </>
  );
}

function Problem({ message }: { readonly message: { readonly fr: string; readonly en: string } }) {
  const { language } = useLanguage();
  return <p className="small danger">{message[language]}</p>;
}

function Add({ word, put }: { readonly word: string; readonly put: (kind: StepKind) => void }) {
  const kind = useWords(kindWords);
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button variant="default" style={{ alignSelf: "flex-start" }}>
          {word}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={380} style={{ overflowY: "auto" }}>
        {(["send", "flow", "act", "end"] as const).map((group) => (
          <Fragment key={group}>
            <Menu.Label>{kind.groups[group]}</Menu.Label>
            {STEP_GROUPS[group].map((one) => {
              const Sign = STEP_SIGNS[one];
              return (
                <Menu.Item key={one} leftSection={<Sign size={15} stroke={1.5} aria-hidden />} onClick={() => put(one)}>
                  {kind.kinds[one]}
                </Menu.Item>
              );
            })}
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
