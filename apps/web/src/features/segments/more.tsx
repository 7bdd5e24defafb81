import { listEventNames } from "@relance/contract/events";
import {
  MESSAGE_HAPPENINGS,
  type AffinityRule,
  type DistanceRule,
  type EventPattern,
  type MessageRule,
  type SampleRule,
  type SequenceRule,
  type SequenceStep,
} from "@relance/model/rules";
import type { ExactSpan } from "@relance/model/time";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { ask } from "../../api/client.ts";
import { useWords } from "../../i18n/words.ts";
import { Joining, Pick, Type } from "./chips.tsx";
import { Compare, COUNTED, Period } from "./comparison.tsx";
import { Filters } from "./filters.tsx";
import { segmentWords } from "./words.ts";
import { useNamed } from "./named.ts";

interface Of<R> {
  readonly rule: R;
  readonly onChange: (rule: R) => void;
}
type Choices = readonly { readonly id: string; readonly name: string }[];

const number = (text: string): number => (Number.isFinite(Number(text)) ? Number(text) : 0);

function useEvents(event: string) {
  const names = useQuery(ask(listEventNames, {})).data?.items ?? [];
  const properties = [
    "amount",
    ...Object.keys(names.find((one) => one.name === event)?.properties ?? {}).map((name) => name.replaceAll("[]", "")),
  ];
  return { names: names.map((one) => one.name), properties };
}

/** An event with what it must be like. */
function Pattern({
  pattern,
  label,
  onChange,
}: {
  readonly pattern: EventPattern;
  readonly label: string;
  readonly onChange: (pattern: EventPattern) => void;
}) {
  const id = useId();
  const { names, properties } = useEvents(pattern.event);
  return (
    <>
      <Type
        label={label}
        value={pattern.event}
        known={names}
        id={`${id}e`}
        onChange={(event) => {
          if (event !== "") onChange({ event, where: pattern.where });
        }}
      />
      <Filters where={pattern.where} properties={properties} onChange={(where) => onChange({ event: pattern.event, where })} />
    </>
  );
}

/** This, then that, each within its time; or then not that. */
export function Sequence({ rule, onChange }: Of<SequenceRule>) {
  const say = useWords(segmentWords);
  const put = (at: number, step: SequenceStep): void => onChange({ ...rule, steps: rule.steps.with(at, step) });
  return (
    <>
      <Pattern pattern={rule.first} label={say.event} onChange={(first) => onChange({ ...rule, first })} />
      <Period window={rule.window} onChange={(window) => onChange({ ...rule, window })} />
      {rule.steps.map((step, at) => (
        <span className="row wrap rule-step" key={at} style={{ gap: 6 }}>
          <Pick
            label={say.stepKind}
            tone="quiet"
            value={step.happened ? "then" : "not"}
            options={[
              ["then", say.stepThen],
              ["not", say.stepNot],
            ]}
            onChange={(said) => put(at, { ...step, happened: said === "then" })}
          />
          <Pattern pattern={step} label={`${say.event} ${at + 2}`} onChange={(pattern) => put(at, { ...step, ...pattern })} />
          <Joining>{say.within}</Joining>
          <Type
            label={say.number}
            type="number"
            value={String(step.within.n)}
            onChange={(text) => put(at, { ...step, within: { ...step.within, n: Math.max(1, Math.round(number(text))) } })}
          />
          <Pick
            label={say.unit}
            value={step.within.unit}
            options={(["minute", "hour", "day", "week"] as const).map((unit) => [unit, say.units[unit]])}
            onChange={(unit: ExactSpan["unit"]) => put(at, { ...step, within: { ...step.within, unit } })}
          />
          {rule.steps.length > 1 && (
            <button
              type="button"
              className="icon-button"
              aria-label={say.removeStep}
              title={say.removeStep}
              onClick={() => onChange({ ...rule, steps: rule.steps.toSpliced(at, 1) })}
            >
              <IconX size={13} aria-hidden />
            </button>
          )}
        </span>
      ))}
      {rule.steps.length < 5 && (
        <button
          type="button"
          className="link-button tiny"
          onClick={() =>
            onChange({
              ...rule,
              steps: [...rule.steps, { event: "Order Completed", where: [], within: { n: 7, unit: "day" }, happened: true }],
            })
          }
        >
          {say.addStep}
        </button>
      )}
    </>
  );
}

/** What happened with the messages they were sent. */
export function Engagement({ rule, onChange }: Of<MessageRule>) {
  const say = useWords(segmentWords);
  const named = useNamed();
  const measured = rule.what === "opened" || rule.what === "clicked";
  return (
    <>
      <Pick
        label={say.happening}
        value={rule.what}
        options={MESSAGE_HAPPENINGS.map((what) => [what, say.happenings[what]])}
        onChange={(what) => onChange({ ...rule, what, link: what === "clicked" ? rule.link : "" })}
      />
      <Compare is={rule.is} sort="number" ops={COUNTED} onChange={(is) => onChange({ ...rule, is })} />
      <Pick
        label={say.channel}
        value={rule.channel ?? ""}
        options={[["", say.anyChannel], ...(["email", "sms", "push"] as const).map((one) => [one, say.channels[one]] as const)]}
        onChange={(channel) => onChange({ ...rule, channel: channel === "" ? null : channel })}
      />
      <Choose
        label={say.journey}
        any={say.anyJourney}
        chosen={rule.journey}
        items={named.journeys}
        onChange={(journey) => onChange({ ...rule, journey })}
      />
      <Choose
        label={say.template}
        any={say.anyTemplate}
        chosen={rule.template}
        items={named.templates}
        onChange={(template) => onChange({ ...rule, template })}
      />
      {rule.what === "clicked" && (
        <>
          <Joining>{say.linkWith}</Joining>
          <Type label={say.link} value={rule.link} onChange={(link) => onChange({ ...rule, link })} />
        </>
      )}
      {measured && (
        <Pick
          label={say.by}
          tone="quiet"
          value={rule.by}
          options={(["human", "machine", "any"] as const).map((by) => [by, say.bys[by]])}
          onChange={(by) => onChange({ ...rule, by })}
        />
      )}
      <Period window={rule.window} onChange={(window) => onChange({ ...rule, window })} />
    </>
  );
}

/** One of a workspace's things, or any. */
function Choose({
  label,
  any,
  chosen,
  items,
  onChange,
}: {
  readonly label: string;
  readonly any: string;
  readonly chosen: string | null;
  readonly items: Choices;
  readonly onChange: (id: string | null) => void;
}) {
  const say = useWords(segmentWords);
  const lost = chosen !== null && !items.some((one) => one.id === chosen);
  return (
    <Pick
      label={label}
      tone="quiet"
      value={chosen ?? ""}
      options={[["", any], ...(lost ? [[chosen, say.lost] as const] : []), ...items.map((one) => [one.id, one.name] as const)]}
      onChange={(id) => onChange(id === "" ? null : id)}
    />
  );
}

/** How much of what they did was about one value. */
export function Affinity({ rule, onChange }: Of<AffinityRule>) {
  const say = useWords(segmentWords);
  const id = useId();
  const { properties } = useEvents(rule.event);
  const share = "share" in rule.by;
  return (
    <>
      <Pick
        label={say.measure}
        tone="quiet"
        value={share ? "share" : "top"}
        options={[
          ["share", say.atLeastShare],
          ["top", say.amongTop],
        ]}
        onChange={(said) => onChange({ ...rule, by: said === "share" ? { share: 50 } : { top: 1 } })}
      />
      {"share" in rule.by ? (
        <>
          <Type
            label={say.percent}
            type="number"
            value={String(rule.by.share)}
            onChange={(text) => onChange({ ...rule, by: { share: Math.min(100, Math.max(0, number(text))) } })}
          />
          <Joining>%</Joining>
        </>
      ) : (
        <Type
          label={say.rank}
          type="number"
          value={String(rule.by.top)}
          onChange={(text) => onChange({ ...rule, by: { top: Math.min(100, Math.max(1, Math.round(number(text)))) } })}
        />
      )}
      <Joining>{say.ofTheir}</Joining>
      <Pattern pattern={rule} label={say.event} onChange={(pattern) => onChange({ ...rule, ...pattern })} />
      <Joining>{say.whereProperty}</Joining>
      <Type
        label={say.property}
        value={rule.property}
        known={properties}
        id={`${id}a`}
        onChange={(property) => {
          if (property !== "") onChange({ ...rule, property });
        }}
      />
      <Joining>=</Joining>
      <Type label={say.value} value={String(rule.value)} onChange={(value) => onChange({ ...rule, value })} />
      <Period window={rule.window} onChange={(window) => onChange({ ...rule, window })} />
    </>
  );
}

/** How far from a store or a point they live. */
export function Distance({ rule, onChange }: Of<DistanceRule>) {
  const say = useWords(segmentWords);
  const { stores } = useNamed();
  const to = "store" in rule.to ? (rule.to.store ?? "own") : "point";
  const lost = "store" in rule.to && rule.to.store !== null && !stores.some((one) => one.id === to);
  const choose = (chosen: string): void =>
    onChange({ ...rule, to: chosen === "point" ? { latitude: 48.8566, longitude: 2.3522 } : { store: chosen === "own" ? null : chosen } });
  return (
    <>
      <Pick
        label={say.comparison}
        tone="quiet"
        value={rule.within ? "in" : "out"}
        options={[
          ["in", say.livesWithin],
          ["out", say.livesBeyond],
        ]}
        onChange={(said) => onChange({ ...rule, within: said === "in" })}
      />
      <Type
        label={say.kilometres}
        type="number"
        value={String(rule.km)}
        onChange={(text) => onChange({ ...rule, km: Math.min(20_000, Math.max(0, number(text))) })}
      />
      <Joining>{say.kmOf}</Joining>
      <Pick
        label={say.placeOf}
        value={to}
        options={[
          ["own", say.ownStore],
          ["point", say.point],
          ...(lost ? [[to, say.lost] as const] : []),
          ...stores.map((one) => [one.id, one.name] as const),
        ]}
        onChange={choose}
      />
      {"latitude" in rule.to && (
        <>
          <Type
            label={say.fields.latitude}
            type="number"
            value={String(rule.to.latitude)}
            onChange={(text) =>
              onChange({
                ...rule,
                to: { latitude: Math.min(90, Math.max(-90, number(text))), longitude: "longitude" in rule.to ? rule.to.longitude : 0 },
              })
            }
          />
          <Type
            label={say.fields.longitude}
            type="number"
            value={String(rule.to.longitude)}
            onChange={(text) =>
              onChange({
                ...rule,
                to: { latitude: "latitude" in rule.to ? rule.to.latitude : 0, longitude: Math.min(180, Math.max(-180, number(text))) },
              })
            }
          />
        </>
      )}
    </>
  );
}

/** A random share, always the same one. */
export function Sample({ rule, onChange }: Of<SampleRule>) {
  const say = useWords(segmentWords);
  return (
    <>
      <Type
        label={say.percent}
        type="number"
        value={String(rule.percent)}
        onChange={(text) => onChange({ ...rule, percent: Math.min(100, Math.max(0, number(text))) })}
      />
      <Joining>{say.percentDrawn}</Joining>
      <Type label={say.seed} value={rule.seed} onChange={(seed) => onChange({ ...rule, seed: seed.slice(0, 100) })} />
    </>
  );
}
