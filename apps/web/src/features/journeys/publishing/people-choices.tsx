import { NativeSelect } from "@mantine/core";
import { useId } from "react";
import { useFormats } from "../../../i18n/language.tsx";
import { useWords } from "../../../i18n/words.ts";
import { choiceOf, inhabited, needsPlace, sums, WHATS, type Chosen, type StepDiff, type What } from "./choices.ts";
import { publishWords } from "./publish-words.ts";

/** A step of the new version that people of a removed one may go to. */
interface Place {
  readonly id: string;
  readonly name: string;
  /** Their wait can be computed again there. */ readonly wait: boolean;
}
interface Of {
  readonly steps: readonly StepDiff[];
  readonly version: number;
  readonly places: readonly Place[];
  readonly nameOf: (step: StepDiff) => string;
  readonly chosen: Chosen;
  readonly choose: (chosen: Chosen) => void;
}

/** How many are inside, and how many of them stay, move, are re-timed and leave, in words. */
export function useInside(
  preview: { readonly steps: readonly StepDiff[] },
  chosen: Chosen,
): { readonly inside: number; readonly parts: string } {
  const say = useWords(publishWords);
  const { number } = useFormats();
  const counted = sums(preview, chosen);
  return {
    inside: WHATS.reduce((all, what) => all + counted[what], 0),
    parts: WHATS.filter((what) => counted[what] > 0)
      .map((what) => say.counts[what](counted[what], number(counted[what])))
      .join(", "),
  };
}

/** For each step that holds people, what becomes of them. Nothing when nobody is inside. */
export function PeopleChoices(of: Of) {
  const say = useWords(publishWords);
  const { number } = useFormats();
  const { chosen, choose } = of;
  const { inside, parts } = useInside(of, chosen);
  const rows = inhabited(of);
  if (inside === 0) return null;
  return (
    <section>
      <div className="part-head">
        <h3>{say.people}</h3>
        <span className="tiny faint wide">{say.counted}</span>
      </div>
      {rows.length > 1 && (
        <div className="row between wrap choice-all">
          <span className="small soft">{say.all}</span>
          <Choice
            name="all"
            label={say.all}
            value={Object.keys(chosen.steps).length === 0 ? chosen.all : null}
            offered={WHATS}
            put={(all) => choose({ all, steps: {} })}
          />
        </div>
      )}
      <table className="plain choice-table">
        <thead>
          <tr>
            <th>{say.step}</th>
            <th className="right">{say.here}</th>
            <th>{say.they}</th>
            <th>{say.effect}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <PeopleRow key={one.step} {...of} row={one} />
          ))}
          <tr className="total">
            <td>{say.total}</td>
            <td className="right">{number(inside)}</td>
            <td colSpan={2}>{parts}</td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}

function PeopleRow({ row, places, version, nameOf, chosen, choose }: Of & { readonly row: StepDiff }) {
  const say = useWords(publishWords);
  const { number } = useFormats();
  const mine = choiceOf(row, chosen);
  const put = (next: { what: What; to?: string }): void => choose({ ...chosen, steps: { ...chosen.steps, [row.step]: next } });
  const asksPlace = row.change === "removed" && needsPlace(mine.what);
  const name = nameOf(row);
  return (
    <tr data-testid={`people-${row.step}`}>
      <td>
        <b>{name}</b>
        <div className="tiny faint">{say.change[row.change]}</div>
      </td>
      <td className="right">{number(row.here)}</td>
      <td>
        <Choice
          name={row.step}
          label={`${name}, ${say.they}`}
          value={mine.what}
          offered={row.choices}
          put={(what) => put({ what, ...(mine.to !== undefined && { to: mine.to }) })}
        />
      </td>
      <td className="small soft">
        {asksPlace ? (
          <NativeSelect
            size="xs"
            aria-label={say.to}
            value={mine.to ?? ""}
            data={[
              { value: "", label: `${say.to}…`, disabled: true },
              ...places.filter((place) => mine.what !== "retime" || place.wait).map((place) => ({ value: place.id, label: place.name })),
            ]}
            onChange={(event) => put({ what: mine.what, to: event.currentTarget.value })}
          />
        ) : (
          say.effects[mine.what](version)
        )}
      </td>
    </tr>
  );
}

/** One of a few, side by side; arrow keys go from one to the next. */
function Choice({
  name,
  label,
  value,
  offered,
  put,
}: {
  readonly name: string;
  readonly label: string;
  readonly value: What | null;
  readonly offered: readonly What[];
  readonly put: (what: What) => void;
}) {
  const say = useWords(publishWords);
  const group = useId();
  return (
    <fieldset className="choice" aria-label={label}>
      {offered.map((what) => (
        <label key={what}>
          <input type="radio" name={`${group} ${name}`} checked={value === what} onChange={() => put(what)} />
          {say.choices[what]}
        </label>
      ))}
    </fieldset>
  );
}
