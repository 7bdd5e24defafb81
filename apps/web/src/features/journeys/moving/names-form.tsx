import { TextInput } from "@mantine/core";
import { listGroups } from "@relance/contract/contacts";
import { listEventNames } from "@relance/contract/events";
import type { importFlow } from "@relance/contract/journeys";
import type { Output } from "@relance/contract/client";
import { listSegments } from "@relance/contract/segments";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../../api/client.ts";
import { useWords } from "../../../i18n/words.ts";
import { movingWords } from "./words.ts";

type Answer = Output<typeof importFlow.response>;
type Ask = Answer["asks"][number];
/** What a person said: the journey's name, and that of each id. */
export interface Named {
  readonly name: string;
  readonly ids: Readonly<Record<string, { readonly of: Ask["of"]; readonly id: string; readonly name: string }>>;
}
export const NO_NAMES: Named = { name: "", ids: {} };

/** The names as the API takes them; one that may be a list or a segment is looked for among both. */
export function namesIn({ ids }: Named) {
  const said = Object.values(ids)
    .map((one) => ({ ...one, name: one.name.trim() }))
    .filter((one) => one.name !== "");
  const of = (...kinds: readonly Ask["of"][]) =>
    Object.fromEntries(said.filter((one) => kinds.includes(one.of)).map((one) => [one.id, one.name]));
  return { metrics: of("metric"), lists: of("list", "group"), segments: of("segment", "group") };
}

/** Asks what the journey is to be called, and what the file names by ids only. */
export function NamesForm({
  answer,
  named,
  change,
}: {
  readonly answer: Answer;
  readonly named: Named;
  readonly change: (named: Named) => void;
}) {
  const say = useWords(movingWords);
  const events = useQuery(ask(listEventNames, {})).data?.items.map((one) => one.name) ?? [];
  const groups = useQuery(ask(listGroups, {})).data?.items.map((one) => one.name) ?? [];
  const segments = useQuery(ask(listSegments, {})).data?.items.map((one) => one.name) ?? [];
  const known = { metric: [...new Set([...USUAL, ...events])], list: groups, segment: segments, group: [...groups, ...segments] };
  const help = { metric: undefined, list: say.listHelp, segment: say.segmentHelp, group: undefined };
  return (
    <section className="moving-names">
      <TextInput
        label={say.unnamed}
        maxLength={200}
        placeholder={answer.name}
        value={named.name}
        onChange={(event) => change({ ...named, name: event.currentTarget.value })}
      />
      {answer.asks.length > 0 && (
        <>
          <h3>{say.names}</h3>
          <p className="small soft">{say.namesHelp}</p>
        </>
      )}
      {(Object.keys(known) as Ask["of"][]).map((of) => (
        <datalist key={of} id={`moving-${of}`}>
          {known[of].map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      ))}
      {answer.asks.map(({ of, id }) => {
        const key = `${of} ${id}`;
        return (
          <TextInput
            key={key}
            label={
              <>
                {say.of[of]} <span className="mono faint">{id}</span>
              </>
            }
            description={help[of]}
            list={`moving-${of}`}
            maxLength={200}
            value={named.ids[key]?.name ?? ""}
            onChange={(event) => change({ ...named, ids: { ...named.ids, [key]: { of, id, name: event.currentTarget.value } } })}
          />
        );
      })}
    </section>
  );
}

/** Klaviyo's own metrics, as it calls them; they become events of the common model. */
const USUAL = [
  "Placed Order",
  "Ordered Product",
  "Fulfilled Order",
  "Cancelled Order",
  "Refunded Order",
  "Checkout Started",
  "Added to Cart",
  "Viewed Product",
  "Active on Site",
];
