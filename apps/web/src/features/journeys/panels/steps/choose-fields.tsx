import { NativeSelect, NumberInput } from "@mantine/core";
import type { Choosing, SplitStep } from "@relance/model/journeys";
import { useWords } from "../../../../i18n/words.ts";
import { splitWords } from "../../split-words.ts";

const within = (value: string | number, least: number, most: number): number =>
  Math.min(most, Math.max(least, Math.round(Number(value) || least)));

/** Whether results decide who takes which way, and which results. */
export function ChooseFields({ step, change }: { readonly step: SplitStep; readonly change: (step: SplitStep) => void }) {
  const say = useWords(splitWords);
  const { choose, ...plain } = step;
  const put = (next: Choosing): void => change({ ...plain, choose: next });
  if (step.by === "visit" && !choose) return <p className="small soft">{say.needsTest}</p>;
  const pick = (how: string): void => {
    const counted = { on: choose?.on ?? "click", days: choose?.days ?? 3 } as const;
    if (how === "weights") change(plain);
    else put(how === "best" ? { how: "best", ...counted, explore: 20 } : { how: "winner", ...counted });
  };
  return (
    <>
      <NativeSelect
        label={say.choose}
        value={choose?.how ?? "weights"}
        data={(["weights", "winner", "best"] as const).map((value) => ({ value, label: say.chooses[value] }))}
        onChange={(event) => pick(event.currentTarget.value)}
      />
      {choose && (
        <>
          <NativeSelect
            label={say.on}
            value={choose.on}
            data={(["goal", "click"] as const).map((value) => ({ value, label: say.ons[value] }))}
            onChange={(event) => put({ ...choose, on: event.currentTarget.value === "goal" ? "goal" : "click" })}
          />
          <NumberInput
            label={say.days}
            description={say.daysHelp}
            min={1}
            max={60}
            allowDecimal={false}
            value={choose.days}
            onChange={(n) => put({ ...choose, days: within(n, 1, 60) })}
          />
          {choose.how === "best" && (
            <NumberInput
              label={say.explore}
              description={say.exploreHelp}
              min={5}
              max={80}
              allowDecimal={false}
              value={choose.explore}
              onChange={(n) => put({ ...choose, explore: within(n, 5, 80) })}
            />
          )}
          <p className="small soft">{choose.how === "best" ? say.bestNote : say.winnerNote}</p>
        </>
      )}
    </>
  );
}
