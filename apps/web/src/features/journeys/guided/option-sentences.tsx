import { Button } from "@mantine/core";
import { attentionOf, type Graph, type Settings } from "@relance/model/journeys";
import { useWords } from "../../../i18n/words.ts";
import { Pick } from "../../segments/chips.tsx";
import { AttentionFields } from "../panels/attention-fields.tsx";
import { EventChip, EventFilters, SameKey } from "../panels/event-fields.tsx";
import { panelWords } from "../panels/panel-words.ts";
import { newExit } from "../panels/settings-fields.tsx";
import { Warnings } from "../publishing/warnings.tsx";
import { Count, Lasting, More, Sentence } from "./sentence.tsx";
import { sentenceWords } from "./sentence-words.ts";

interface Of {
  readonly graph: Graph;
  readonly put: (settings: Settings) => void;
}

/** Who comes again, who leaves on the way, and how its messages stand beside others, in three sentences. */
export function OptionSentences({ graph, put }: Of) {
  const say = useWords(sentenceWords);
  const panel = useWords(panelWords);
  const { settings } = graph;
  const { reentry } = settings;
  const attention = attentionOf(settings);
  const again = (kind: string): void =>
    put({
      ...settings,
      reentry: kind === "after" ? { kind, span: { n: 30, unit: "day" } } : { kind: kind === "always" ? "always" : "never" },
    });
  return (
    <>
      <section className="sub-part">
        <Sentence
          text={say.reentry}
          parts={{
            again: (
              <>
                <Pick
                  label={panel.reentry}
                  value={reentry.kind}
                  options={(["never", "always", "after"] as const).map((kind) => [kind, say.agains[kind]])}
                  onChange={again}
                />
                {reentry.kind === "after" && (
                  <>
                    {" "}
                    <Lasting
                      label={say.againAfter}
                      span={reentry.span}
                      put={(span) => put({ ...settings, reentry: { kind: "after", span } })}
                    />
                  </>
                )}
              </>
            ),
          }}
        />
        <Warnings graph={graph} />
      </section>
      <Leaving graph={graph} put={put} />
      <section className="sub-part">
        <Sentence
          text={say.attention}
          parts={{
            priority: (
              <Count
                label={say.priority}
                value={attention.priority}
                least={0}
                most={100}
                put={(priority) => put({ ...settings, attention: { ...attention, priority } })}
              />
            ),
            patience: (
              <Lasting
                label={say.patience}
                span={attention.patience}
                units={["hour", "day", "week"]}
                put={(patience) => put({ ...settings, attention: { ...attention, patience: shortened(patience) } })}
              />
            ),
          }}
        />
        <More about={say.attentionOf}>
          <AttentionFields settings={settings} put={put} />
        </More>
      </section>
    </>
  );
}

/** Thirty days at most. */
const MOST: Readonly<Record<string, number>> = { minute: 43_200, hour: 720, day: 30, week: 4 };
const shortened = <S extends { readonly n: number; readonly unit: string }>(span: S): S => ({
  ...span,
  n: Math.min(span.n, MOST[span.unit] ?? 1),
});

function Leaving({ graph, put }: Of) {
  const say = useWords(sentenceWords);
  const panel = useWords(panelWords);
  const { settings } = graph;
  const { exits } = settings;
  const change = (next: Settings["exits"]): void => put({ ...settings, exits: next });
  return (
    <>
      {exits.length === 0 && <p className="soft">{say.noExit}</p>}
      {exits.map((one, at) => (
        <section key={at} className="sub-part" aria-label={say.exitOf(one.event)}>
          <Sentence
            text={say.exit}
            parts={{
              event: <EventChip label={panel.event} value={one.event} put={(event) => change(exits.with(at, { ...one, event }))} />,
              goal: (
                <Pick
                  label={panel.isGoal}
                  value={one.goal ? "yes" : "no"}
                  options={[
                    ["yes", say.goals.yes],
                    ["no", say.goals.no],
                  ]}
                  onChange={(goal) => change(exits.with(at, { ...one, goal: goal === "yes" }))}
                />
              ),
            }}
          />
          <SameKey graph={graph} value={one.sameKey} put={(sameKey) => change(exits.with(at, { ...one, sameKey }))} />
          <More about={say.exitOf(one.event)}>
            <EventFilters event={one.event} where={one.where} put={(where) => change(exits.with(at, { ...one, where }))} />
          </More>
          <button type="button" className="link-button small" onClick={() => change(exits.toSpliced(at, 1))}>
            {panel.removeExit}
          </button>
        </section>
      ))}
      {exits.length < 10 && (
        <Button variant="default" size="xs" style={{ alignSelf: "flex-start" }} onClick={() => change([...exits, newExit(graph)])}>
          {panel.addExit}
        </Button>
      )}
    </>
  );
}
