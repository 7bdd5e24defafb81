import { Button, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { createComputed, listComputed, previewComputed, removeComputed, type ComputedAttribute } from "@relance/contract/computed";
import { listEventNames } from "@relance/contract/events";
import { MEASURES, type Computation, type ComputedMeasure, type ComputedWindow } from "@relance/model/computed";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Waiting } from "../../ui/page.tsx";
import { Status } from "../../ui/status.tsx";
import { Pick, Type } from "../segments/chips.tsx";
import { Period } from "../segments/comparison.tsx";
import { Filters } from "../segments/filters.tsx";
import "../segments/segments.css";
import { computedWords } from "./words.ts";

/** Fields of contacts that are told from what they did. */
export function ComputedFields() {
  const say = useWords(computedWords);
  const { workspace } = useSession();
  const { data, error } = useQuery(ask(listComputed, {}, true));
  const may = workspace?.role !== "viewer";
  return (
    <div className="stack" style={{ maxWidth: 860, gap: 24 }}>
      <p className="soft">{say.help}</p>
      <RefusalNote error={error} />
      {!data && !error && <Waiting />}
      {data?.items.length === 0 && <p className="soft">{say.none}</p>}
      {data && data.items.length > 0 && (
        <table className="plain">
          <tbody>
            {data.items.map((one) => (
              <Line key={one.id} field={one} may={may} />
            ))}
          </tbody>
        </table>
      )}
      {may && <NewField />}
    </div>
  );
}

function Line({ field, may }: { readonly field: ComputedAttribute; readonly may: boolean }) {
  const say = useWords(computedWords);
  const { language } = useLanguage();
  const [sure, setSure] = useState(false);
  const remove = useChange(removeComputed);
  return (
    <tr>
      <td>
        <b>{field.name}</b> <span className="mono small soft">{field.key}</span>
        <div className="small soft">{field.sentence[language]}</div>
        <RefusalNote error={remove.error} />
      </td>
      <td>
        <Status kind={field.state === "live" ? "live" : "info"} word={say.states[field.state]} />
      </td>
      <td className="right">
        {may && field.state !== "removing" && !sure && (
          <Button variant="subtle" onClick={() => setSure(true)}>
            {say.remove}
          </Button>
        )}
        {sure && field.state !== "removing" && (
          <div className="row wrap" style={{ justifyContent: "flex-end" }}>
            <Button variant="default" onClick={() => setSure(false)}>
              {say.keep}
            </Button>
            <Button
              variant="default"
              className="danger"
              loading={remove.isPending}
              onClick={() => remove.mutate({ params: { id: field.id } }, { onError: () => setSure(false) })}
            >
              {say.sure}
            </Button>
          </div>
        )}
      </td>
    </tr>
  );
}

const START: Computation = { event: "Order Completed", where: [], window: { kind: "ever" }, measure: { of: "sum", property: "amount" } };

function NewField() {
  const say = useWords(computedWords);
  const [name, setName] = useState("");
  const [ownKey, setOwnKey] = useState<string | null>(null);
  const [of, setOf] = useState(START);
  const create = useChange(createComputed);
  const key = ownKey ?? keyOf(name);
  const send = (): void =>
    create.mutate(
      { body: { key, name, computation: of } },
      {
        onSuccess: () => {
          setName("");
          setOwnKey(null);
          setOf(START);
        },
      },
    );
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <h2>{say.add}</h2>
      <div className="form">
        <div className="two">
          <TextInput
            label={say.name}
            description={say.nameHelp}
            required
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={say.key}
            description={key === "" ? "\u00a0" : say.keyHelp(key)}
            required
            maxLength={63}
            value={key}
            onChange={(event) => setOwnKey(event.currentTarget.value)}
          />
        </div>
      </div>
      <Measured of={of} onChange={setOf} />
      <Sample of={of} />
      <RefusalNote error={create.error} />
      <div>
        <Button type="submit" loading={create.isPending}>
          {say.create}
        </Button>
      </div>
    </form>
  );
}

/** "Order Completed, total of amount, over the last 2 years, where…" with its values as chips. */
function Measured({ of, onChange }: { readonly of: Computation; readonly onChange: (of: Computation) => void }) {
  const say = useWords(computedWords);
  const id = useId();
  const names = useQuery(ask(listEventNames, {})).data?.items ?? [];
  const properties = [
    "amount",
    ...Object.keys(names.find((one) => one.name === of.event)?.properties ?? {}).map((name) => name.replaceAll("[]", "")),
  ];
  const { measure } = of;
  const property = "property" in measure ? measure.property : undefined;
  return (
    <div className="rule-row rule-group">
      <Type
        label={say.event}
        value={of.event}
        known={names.map((one) => one.name)}
        id={`${id}e`}
        onChange={(event) => onChange({ ...of, event })}
      />
      <Pick
        label={say.measure}
        tone="quiet"
        value={measure.of}
        options={MEASURES.map((one) => [one, say.measures[one]] as const)}
        onChange={(next) => onChange({ ...of, measure: measureOf(next, property ?? "amount") })}
      />
      {(measure.of === "first" || measure.of === "last") && (
        <Pick
          label={say.property}
          tone="quiet"
          value={measure.property === null ? "date" : "property"}
          options={[
            ["date", say.wholeDate],
            ["property", say.property],
          ]}
          onChange={(what) =>
            onChange({ ...of, measure: { of: measure.of, property: what === "date" ? null : (properties[1] ?? "amount") } })
          }
        />
      )}
      {typeof property === "string" && (
        <Type
          label={say.property}
          value={property}
          known={properties}
          id={`${id}p`}
          onChange={(changed) => onChange({ ...of, measure: { ...measure, property: changed } as ComputedMeasure })}
        />
      )}
      <Period plain window={of.window} onChange={(window) => onChange({ ...of, window: window as ComputedWindow })} />
      <Filters where={of.where} properties={properties} onChange={(where) => onChange({ ...of, where })} />
    </div>
  );
}

function measureOf(of: ComputedMeasure["of"], property: string): ComputedMeasure {
  if (of === "count" || of === "days_between") return { of };
  if (of === "first" || of === "last") return { of, property: null };
  return { of, property: (of === "favourite" || of === "distinct") && property === "amount" ? "products.category" : property };
}

function Sample({ of }: { readonly of: Computation }) {
  const say = useWords(computedWords);
  const { language } = useLanguage();
  const { number, moment } = useFormats();
  const now = useNow();
  const [asked] = useDebouncedValue(of, 300);
  const { data, error } = useQuery(ask(previewComputed, { body: { computation: asked } }));
  const shown = (value: string | number | boolean | null): string =>
    value === null
      ? say.nothing
      : typeof value === "number"
        ? number(value)
        : typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)
          ? moment(value, now)
          : String(value);
  return (
    <div aria-live="polite">
      <RefusalNote error={error} />
      {data && <p>{data.sentence[language]}</p>}
      {data && data.sample.length > 0 && (
        <>
          <h3 className="small soft">{say.sample}</h3>
          <dl className="facts">
            {data.sample.slice(0, 5).map((one) => (
              <div key={one.id} style={{ display: "contents" }}>
                <dt>{one.name}</dt>
                <dd>{shown(one.value)}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </div>
  );
}

/** A key made of a name: "Total dépensé" is `total_depense`. */
function keyOf(name: string): string {
  return name
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^[^a-z]+|_+$/g, "")
    .slice(0, 63);
}
