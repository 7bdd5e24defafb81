import { listAttributes, listGroups } from "@relance/contract/contacts";
import { listTopics } from "@relance/contract/compliance";
import { listEventNames } from "@relance/contract/events";
import { listSegments } from "@relance/contract/segments";
import { RFM_GROUPS, RFM_NAMES } from "@relance/model/predictions";
import {
  COLUMNS,
  CONSENT_REASONS,
  isColumn,
  PREDICTION_FIELDS,
  RFM_PARTS,
  type AttributeRule,
  type ConsentRule,
  type EventRule,
  type PredictionField,
  type RfmPart,
  type Rule,
  type Window,
} from "@relance/model/rules";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { ask } from "../../api/client.ts";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Pick, Type } from "./chips.tsx";
import { Compare, comparisonOf, COUNTED, Period, Since, type Sort } from "./comparison.tsx";
import { Filters } from "./filters.tsx";
import { Affinity, Distance, Engagement, Sample, Sequence } from "./more.tsx";
import { HasObjects } from "./has-objects.tsx";
import { useNamed } from "./named.ts";
import { segmentWords } from "./words.ts";

interface Of<R> {
  readonly rule: R;
  readonly onChange: (rule: R) => void;
}
type Kind<K extends Rule["kind"]> = Extract<Rule, { readonly kind: K }>;

/** One condition as a sentence whose values are chips. */
export function Condition({ rule, onChange }: Of<Rule>) {
  switch (rule.kind) {
    case "attribute":
      return <Attribute rule={rule} onChange={onChange} />;
    case "event":
      return <Happened rule={rule} onChange={onChange} />;
    case "consent":
      return <Consent rule={rule} onChange={onChange} />;
    case "rfm":
      return <Rfm rule={rule} onChange={onChange} />;
    case "prediction":
      return <Prediction rule={rule} onChange={onChange} />;
    case "segment":
      return <InSegment rule={rule} onChange={onChange} />;
    case "group":
      return <InGroup rule={rule} onChange={onChange} />;
    case "sequence":
      return <Sequence rule={rule} onChange={onChange} />;
    case "message":
      return <Engagement rule={rule} onChange={onChange} />;
    case "affinity":
      return <Affinity rule={rule} onChange={onChange} />;
    case "distance":
      return <Distance rule={rule} onChange={onChange} />;
    case "object":
      return <HasObjects rule={rule} onChange={onChange} />;
    case "sample":
      return <Sample rule={rule} onChange={onChange} />;
    default:
      return null;
  }
}

function Attribute({ rule, onChange }: Of<AttributeRule>) {
  const say = useWords(segmentWords);
  const fields = useQuery(ask(listAttributes, {})).data?.items ?? [];
  const sortOf = (name: string): Sort => (isColumn(name) ? COLUMNS[name] : (fields.find((one) => one.name === name)?.type ?? "text"));
  const names = [...new Set([rule.attribute, ...Object.keys(COLUMNS), ...fields.map((one) => one.name)])];
  const change = (attribute: string): void =>
    onChange({
      ...rule,
      attribute,
      is: comparisonOf(sortOf(attribute) === sortOf(rule.attribute) ? rule.is.op : FIRST[sortOf(attribute)], null, sortOf(attribute)),
    });
  return (
    <>
      <Pick
        label={say.field}
        value={rule.attribute}
        options={names.map((name) => [
          name,
          (say.fields as Readonly<Record<string, string>>)[name] ?? name.replace(/^attributes\./, "").replaceAll("_", " "),
        ])}
        onChange={change}
      />
      {rule.attribute === "store_id" && (rule.is.op === "eq" || rule.is.op === "ne") ? (
        <StoreIs is={rule.is} onChange={(is) => onChange({ ...rule, is })} />
      ) : (
        <Compare is={rule.is} sort={sortOf(rule.attribute)} onChange={(is) => onChange({ ...rule, is })} />
      )}
      <Since
        when={rule.when}
        onChange={(when) => onChange({ kind: "attribute", attribute: rule.attribute, is: rule.is, ...(when && { when }) })}
      />
    </>
  );
}

/** Stores are chosen by name. */
function StoreIs({
  is,
  onChange,
}: {
  readonly is: Extract<AttributeRule["is"], { readonly op: "eq" | "ne" }>;
  readonly onChange: (is: AttributeRule["is"]) => void;
}) {
  const say = useWords(segmentWords);
  const { stores } = useNamed();
  const known = stores.some((one) => one.id === is.value);
  return (
    <>
      <Pick
        label={say.comparison}
        tone="quiet"
        value={is.op}
        options={(["eq", "ne", "set", "unset"] as const).map((op) => [op, say.ops[op]])}
        onChange={(op) => onChange(comparisonOf(op, is, "text"))}
      />
      <Pick
        label={say.value}
        value={String(is.value)}
        options={[...(known ? [] : [[String(is.value), say.lost] as const]), ...stores.map((one) => [one.id, one.name] as const)]}
        onChange={(value) => onChange({ ...is, value })}
      />
    </>
  );
}
const FIRST = {
  text: "eq",
  number: "gte",
  boolean: "eq",
  date: "within_last",
  instant: "within_last",
  list: "contains",
  object: "set",
} as const;
const READ = ["sum", "avg", "min", "max", "distinct"] as const;

function Happened({ rule, onChange }: Of<EventRule>) {
  const say = useWords(segmentWords);
  const id = useId();
  const names = useQuery(ask(listEventNames, {})).data?.items ?? [];
  const properties = ["amount", ...Object.keys(names.find((one) => one.name === rule.event)?.properties ?? {})];
  const measures = (["count", ...READ, "last", "first"] as const).map((of) => [of, say.measures[of]] as const);
  const measure = (of: EventRule["measure"]["of"]): void => {
    if (of === "count") onChange({ ...rule, measure: { of }, is: { op: "gte", value: 1 } });
    else if (of === "first" || of === "last")
      onChange({
        ...rule,
        measure: { of, property: null },
        is: { op: "within_last", span: { n: 30, unit: "day" } },
        window: { kind: "ever" },
      });
    else
      onChange({
        ...rule,
        measure: { of, property: "property" in rule.measure ? (rule.measure.property ?? "amount") : "amount" },
        is: comparisonOf("gte", rule.is, "number"),
      });
  };
  const timed = rule.measure.of === "first" || rule.measure.of === "last";
  return (
    <>
      <Type
        label={say.event}
        value={rule.event}
        known={names.map((one) => one.name)}
        id={`${id}e`}
        onChange={(event) => onChange({ ...rule, event })}
      />
      <Pick label={say.measure} tone="quiet" value={rule.measure.of} options={measures} onChange={measure} />
      {"property" in rule.measure && rule.measure.property !== null && (
        <Type
          label={say.property}
          value={rule.measure.property}
          known={properties}
          id={`${id}p`}
          onChange={(property) => onChange({ ...rule, measure: { ...rule.measure, property } as EventRule["measure"] })}
        />
      )}
      {timed ? (
        <Compare is={rule.is} sort="instant" onChange={(is) => onChange({ ...rule, is })} />
      ) : (
        <Compare is={rule.is} sort="number" ops={COUNTED} onChange={(is) => onChange({ ...rule, is })} />
      )}
      {!timed && <Period window={rule.window} onChange={(window) => onChange({ ...rule, window })} />}
      <Filters where={rule.where} properties={properties} onChange={(where) => onChange({ ...rule, where })} />
    </>
  );
}

function Consent({ rule, onChange }: Of<ConsentRule>) {
  const say = useWords(segmentWords);
  const { language } = useLanguage();
  const topics = useQuery(ask(listTopics, {})).data?.items ?? [];
  const put = (answer: Pick<ConsentRule, "granted" | "reason">, when: Window | undefined): void =>
    onChange({ kind: "consent", channel: rule.channel, topic: rule.topic, ...answer, ...(when && { when }) });
  const named = topics.map((one) => [one.key, one.names[language] ?? one.key] as const);
  return (
    <>
      <Pick
        label={say.chosen}
        tone="quiet"
        value={rule.granted ? "yes" : (rule.reason ?? "no")}
        options={[["yes", say.agreed], ["no", say.notAgreed], ...CONSENT_REASONS.map((reason) => [reason, say.reasons[reason]] as const)]}
        onChange={(said) =>
          put(said === "yes" ? { granted: true } : said === "no" ? { granted: false } : { granted: false, reason: said }, rule.when)
        }
      />
      <Pick
        label={say.topic}
        value={rule.topic}
        options={[
          ["", say.anyTopic],
          ...named,
          ...(rule.topic === "" || named.some(([key]) => key === rule.topic) ? [] : [[rule.topic, rule.topic] as const]),
        ]}
        onChange={(topic) => onChange({ ...rule, topic })}
      />
      <Pick
        label={say.channel}
        value={rule.channel}
        options={(["email", "sms", "push"] as const).map((channel) => [channel, say.channels[channel]])}
        onChange={(channel) => onChange({ ...rule, channel })}
      />
      <Since when={rule.when} onChange={(when) => put({ granted: rule.granted, ...(rule.reason && { reason: rule.reason }) }, when)} />
    </>
  );
}

function Rfm({ rule, onChange }: Of<Kind<"rfm">>) {
  const say = useWords(segmentWords);
  const { language } = useLanguage();
  const change = (part: RfmPart): void =>
    onChange({ kind: "rfm", part, is: part === "group" ? { op: "eq", value: "champions" } : { op: "gte", value: 4 } });
  const { is } = rule;
  const one = rule.part === "group" && (is.op === "eq" || is.op === "ne") ? is : null;
  return (
    <>
      <Pick label={say.field} value={rule.part} options={RFM_PARTS.map((part) => [part, say.rfmParts[part]])} onChange={change} />
      {one ? (
        <>
          <Pick
            label={say.comparison}
            tone="quiet"
            value={one.op}
            options={[
              ["eq", say.ops.eq],
              ["ne", say.ops.ne],
            ]}
            onChange={(op) => onChange({ ...rule, is: { ...one, op } })}
          />
          <Pick
            label={say.value}
            value={String(one.value)}
            options={RFM_GROUPS.map((group) => [group, RFM_NAMES[group][language]])}
            onChange={(value) => onChange({ ...rule, is: { ...one, value } })}
          />
        </>
      ) : (
        <Compare
          is={is}
          sort={rule.part === "group" ? "text" : "number"}
          {...(rule.part === "group" ? { ops: ["in", "not_in", "eq", "ne"] as const } : { ops: COUNTED })}
          onChange={(changed) => onChange({ ...rule, is: changed })}
        />
      )}
    </>
  );
}

const FORESEEN = ["gt", "gte", "lt", "lte", "between", "set", "unset"] as const;

function Prediction({ rule, onChange }: Of<Kind<"prediction">>) {
  const say = useWords(segmentWords);
  const day = rule.field === "nextOn";
  const change = (field: PredictionField): void =>
    onChange({
      kind: "prediction",
      field,
      is:
        field === "nextOn"
          ? { op: "within_next", span: { n: 14, unit: "day" } }
          : { op: "gte", value: field === "alive" || field === "churn" ? 0.5 : field === "orders90" ? 1 : 100 },
    });
  return (
    <>
      <Pick
        label={say.field}
        value={rule.field}
        options={PREDICTION_FIELDS.map((field) => [field, say.predictions[field]])}
        onChange={change}
      />
      <Compare is={rule.is} sort={day ? "date" : "number"} {...(!day && { ops: FORESEEN })} onChange={(is) => onChange({ ...rule, is })} />
    </>
  );
}

function InSegment({ rule, onChange }: Of<Kind<"segment">>) {
  const items = useQuery(ask(listSegments, {})).data?.items ?? [];
  return (
    <Member
      member={rule.member}
      chosen={rule.segment}
      items={items}
      when={rule.when}
      onChange={(member, segment, when) => onChange({ kind: "segment", member, segment, ...(when && { when }) })}
    />
  );
}

function InGroup({ rule, onChange }: Of<Kind<"group">>) {
  const items = useQuery(ask(listGroups, {})).data?.items ?? [];
  return (
    <Member
      member={rule.member}
      chosen={rule.group}
      items={items}
      when={rule.when}
      onChange={(member, group, when) => onChange({ kind: "group", member, group, ...(when && { when }) })}
    />
  );
}

function Member({
  member,
  chosen,
  items,
  when,
  onChange,
}: {
  readonly member: boolean;
  readonly chosen: string;
  readonly items: readonly { readonly id: string; readonly name: string }[];
  readonly when: Window | undefined;
  readonly onChange: (member: boolean, chosen: string, when: Window | undefined) => void;
}) {
  const say = useWords(segmentWords);
  const options = items.map((one) => [one.id, one.name] as const);
  return (
    <>
      <Pick
        label={say.comparison}
        tone="quiet"
        value={member ? "in" : "out"}
        options={[
          ["in", say.isIn],
          ["out", say.isOut],
        ]}
        onChange={(said) => onChange(said === "in", chosen, said === "in" ? when : undefined)}
      />
      <Pick
        label={say.chosen}
        value={chosen}
        options={items.some((one) => one.id === chosen) ? options : [[chosen, say.lost], ...options]}
        onChange={(id) => onChange(member, id, when)}
      />
      {member && <Since when={when} onChange={(since) => onChange(member, chosen, since)} />}
    </>
  );
}
