import type { Graph, Step } from "@relance/model/journeys";
import type { ReactNode } from "react";
import { useWords } from "../../../i18n/words.ts";
import { Pick } from "../../segments/chips.tsx";
import { EventChip } from "../panels/event-fields.tsx";
import { panelWords } from "../panels/panel-words.ts";
import { useStepWords, type Names } from "../names.ts";
import { useTemplates } from "../templates.ts";
import { Clock, Count, Lasting, Named, Sentence } from "./sentence.tsx";
import { sentenceWords } from "./sentence-words.ts";

interface Of<S extends Step = Step> {
  readonly step: S;
  readonly graph: Graph;
  readonly names: Names;
  readonly change: (step: Step) => void;
}
type Wait = Extract<Step, { kind: "wait" }>;
type Message = Extract<Step, { kind: "email" | "sms" | "web_push" | "push" | "whatsapp" | "onsite" }>;

const isMessage = (step: Step): step is Message => ["email", "sms", "web_push", "push", "whatsapp", "onsite"].includes(step.kind);
const SAID: ReadonlySet<Wait["until"]["of"]> = new Set(["duration", "local", "event", "message"]);
/** Whether a step reads as a sentence with choices; the others say themselves in words and are changed by opening them. */
export const hasSentence = (step: Step): boolean =>
  isMessage(step) || (step.kind === "wait" && SAID.has(step.until.of) && !(step.until.of === "event" && step.until.events.length !== 1));

/** What a step does, with its main choices in the sentence. */
export function StepSentence(of: Of) {
  const { step } = of;
  if (isMessage(step)) return <MessageSentence {...of} step={step} />;
  return step.kind === "wait" ? <WaitSentence {...of} step={step} /> : null;
}

function MessageSentence({ step, change }: Of<Message>) {
  const say = useWords(sentenceWords);
  const panel = useWords(panelWords);
  const templates = useTemplates({ channel: step.kind, chosen: step.template });
  return (
    <Sentence
      text={say.send[step.kind]}
      parts={{
        template: (
          <Named
            label={panel.template}
            value={step.template}
            none={say.choose}
            items={templates}
            put={(template) => change({ ...step, template })}
          />
        ),
      }}
    />
  );
}

function WaitSentence({ step, names, graph, change }: Of<Wait>) {
  const say = useWords(sentenceWords);
  const panel = useWords(panelWords);
  const words = useStepWords(names);
  const { until } = step;
  const put = (next: Wait["until"]): void => change({ ...step, until: next });
  const parts = (): Readonly<Record<string, ReactNode>> => {
    switch (until.of) {
      case "duration":
        return { span: <Lasting label={panel.waitFor} span={until.span} put={(span) => put({ ...until, span })} /> };
      case "local":
        return {
          days: <Count label={say.days} value={until.days} least={0} most={366} put={(days) => put({ ...until, days })} />,
          at: <Clock label={panel.at} at={until.at} put={(at) => put({ ...until, at })} />,
        };
      case "event":
        return {
          event: (
            <EventChip
              label={panel.event}
              value={until.events[0]?.event ?? ""}
              put={(event) => put({ ...until, events: [{ ...until.events[0]!, event }] })}
            />
          ),
          timeout: <Lasting label={say.timeout} span={until.timeout} put={(timeout) => put({ ...until, timeout })} />,
        };
      case "message": {
        const of = graph.steps.find((one) => one.id === until.step);
        return {
          step: <b>{of ? words(of).name : "…"}</b>,
          did: (
            <Pick
              label={panel.on}
              value={until.did}
              options={(["delivered", "opened", "clicked"] as const).map((did) => [did, say.reacts[did]])}
              onChange={(did) => put({ ...until, did })}
            />
          ),
          timeout: <Lasting label={say.timeout} span={until.timeout} put={(timeout) => put({ ...until, timeout })} />,
        };
      }
      default:
        return {};
    }
  };
  const text = until.of === "local" && until.days === 0 ? say.wait.now : say.wait[until.of as keyof typeof say.wait];
  return <Sentence text={text} parts={parts()} />;
}
