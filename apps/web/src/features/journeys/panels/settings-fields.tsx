import { Button, Checkbox, NativeSelect } from "@mantine/core";
import type { Graph, Settings } from "@relance/model/journeys";
import { useWords } from "../../../i18n/words.ts";
import { AttentionFields } from "./attention-fields.tsx";
import { EventField, EventFilters, SameKey, SpanFields } from "./event-fields.tsx";
import { panelWords } from "./panel-words.ts";
import { RuleFields } from "./rule-fields.tsx";
import { Warnings } from "../publishing/warnings.tsx";

interface Of {
  readonly graph: Graph;
  readonly put: (settings: Settings) => void;
}

/** Who may enter, whether again, and what ends a run wherever it waits. */
export function SettingsFields(of: Of) {
  return (
    <>
      <FilterFields {...of} />
      <OptionFields {...of} />
    </>
  );
}

/** Who may enter. */
export function FilterFields({ graph: { settings }, put }: Of) {
  const say = useWords(panelWords);
  const { filter } = settings;
  return (
    <section className="panel-part">
      <h3>{say.filter}</h3>
      {filter ? (
        <>
          <RuleFields rule={filter} put={(changed) => put({ ...settings, filter: changed })} />
          <button type="button" className="link-button small" onClick={() => put({ ...settings, filter: null })}>
            {say.removeFilter}
          </button>
        </>
      ) : (
        <Button
          variant="default"
          size="xs"
          style={{ alignSelf: "flex-start" }}
          onClick={() =>
            put({ ...settings, filter: { kind: "all", of: [{ kind: "consent", channel: "email", topic: "", granted: true }] } })
          }
        >
          {say.addFilter}
        </Button>
      )}
    </section>
  );
}

/** Whether people come back, what ends a run wherever it waits, and how messages stand beside those of others. */
function OptionFields({ graph, put }: Of) {
  const say = useWords(panelWords);
  const { settings } = graph;
  const { reentry } = settings;
  const again = (kind: string): void =>
    put({
      ...settings,
      reentry: kind === "after" ? { kind, span: { n: 30, unit: "day" } } : { kind: kind === "always" ? "always" : "never" },
    });
  return (
    <>
      <section className="panel-part">
        <NativeSelect
          label={say.reentry}
          value={reentry.kind}
          data={(["never", "always", "after"] as const).map((kind) => ({ value: kind, label: say.reentries[kind] }))}
          onChange={(event) => again(event.currentTarget.value)}
        />
        {reentry.kind === "after" && (
          <SpanFields label={say.again} span={reentry.span} put={(span) => put({ ...settings, reentry: { kind: "after", span } })} />
        )}
        <Warnings graph={graph} />
      </section>
      <Exits graph={graph} put={put} />
      <AttentionFields settings={settings} put={put} />
    </>
  );
}

/** A way out as most begin with: an order, about the cart where the start has one. */
export const newExit = (graph: Graph): Settings["exits"][number] => ({
  event: "Order Completed",
  where: [],
  sameKey: graph.starts.some((start) => (start.kind === "event" && start.key !== null) || start.kind === "cart"),
  goal: true,
});

function Exits({ graph, put }: Of) {
  const say = useWords(panelWords);
  const { settings } = graph;
  const { exits } = settings;
  const change = (next: Settings["exits"]): void => put({ ...settings, exits: next });
  return (
    <section className="panel-part">
      <h3>{say.exits}</h3>
      <p className="tiny faint">{say.exitsNote}</p>
      {exits.map((one, at) => (
        <div key={at} className="sub-part">
          <EventField label={say.event} value={one.event} put={(event) => change(exits.with(at, { ...one, event }))} />
          <EventFilters event={one.event} where={one.where} put={(where) => change(exits.with(at, { ...one, where }))} />
          <SameKey graph={graph} value={one.sameKey} put={(sameKey) => change(exits.with(at, { ...one, sameKey }))} />
          <Checkbox
            label={say.isGoal}
            checked={one.goal}
            onChange={(event) => change(exits.with(at, { ...one, goal: event.currentTarget.checked }))}
          />
          <button type="button" className="link-button small" onClick={() => change(exits.toSpliced(at, 1))}>
            {say.removeExit}
          </button>
        </div>
      ))}
      {exits.length < 10 && (
        <Button variant="default" size="xs" style={{ alignSelf: "flex-start" }} onClick={() => change([...exits, newExit(graph)])}>
          {say.addExit}
        </Button>
      )}
    </section>
  );
}
