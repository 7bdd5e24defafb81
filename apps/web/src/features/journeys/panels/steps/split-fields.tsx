import { Button, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import type { HoldoutStep, LoopStep, SplitStep, Step } from "@relance/model/journeys";
import { useWords } from "../../../../i18n/words.ts";
import { kindWords } from "../../kind-words.ts";
import { ChooseFields } from "./choose-fields.tsx";

interface Of<S extends Step> {
  readonly step: S;
  readonly change: (step: Step) => void;
}
const whole = (value: string | number, least: number, most: number): number =>
  Math.min(most, Math.max(least, Math.round(Number(value) || 0)));

/** How people are shared out between ways. */
export function SplitFields({ step, change }: Of<SplitStep>) {
  const say = useWords(kindWords);
  const { arms } = step;
  const put = (next: SplitStep["arms"]): void => change({ ...step, arms: next });
  const free = (): string => {
    let n = arms.length + 1;
    while (arms.some((arm) => arm.exit === `p${n}`)) n += 1;
    return `p${n}`;
  };
  return (
    <>
      <NativeSelect
        label={say.by}
        value={step.by}
        data={(["contact", "visit"] as const).map((by) => ({ value: by, label: say.bys[by] }))}
        onChange={(event) => change({ ...step, by: event.currentTarget.value === "visit" ? "visit" : "contact" })}
      />
      {arms.map((arm, at) => (
        <div className="panel-row" key={arm.exit}>
          <TextInput
            className="grow"
            label={at === 0 ? say.arm : undefined}
            aria-label={say.arm}
            placeholder={say.armNew(at + 1)}
            value={arm.name}
            maxLength={100}
            onChange={(event) => put(arms.with(at, { ...arm, name: event.currentTarget.value }))}
          />
          <NumberInput
            label={at === 0 ? say.weight : undefined}
            aria-label={say.weight}
            style={{ width: 84 }}
            min={0}
            max={1000}
            allowDecimal={false}
            value={arm.weight}
            onChange={(n) => put(arms.with(at, { ...arm, weight: whole(n, 0, 1000) }))}
          />
          {arms.length > 2 && (
            <Button variant="default" aria-label={say.removeArm} title={say.removeArm} px={10} onClick={() => put(arms.toSpliced(at, 1))}>
              ×
            </Button>
          )}
        </div>
      ))}
      {arms.length < 10 && (
        <Button
          variant="default"
          size="xs"
          style={{ alignSelf: "flex-start" }}
          onClick={() => put([...arms, { exit: free(), name: "", weight: 1 }])}
        >
          {say.addArm}
        </Button>
      )}
      <ChooseFields step={step} change={change} />
    </>
  );
}

export function HoldoutFields({ step, change }: Of<HoldoutStep>) {
  const say = useWords(kindWords);
  return (
    <>
      <NumberInput
        label={say.percent}
        min={0.1}
        max={90}
        decimalScale={1}
        value={step.percent}
        onChange={(n) => change({ ...step, percent: Math.min(90, Math.max(0.1, Number(n) || 0.1)) })}
      />
      <p className="small soft">{say.holdoutNote}</p>
    </>
  );
}

export function LoopFields({ step, change }: Of<LoopStep>) {
  const say = useWords(kindWords);
  return (
    <>
      <NumberInput
        label={say.times}
        min={1}
        max={100}
        allowDecimal={false}
        value={step.times}
        onChange={(n) => change({ ...step, times: whole(n, 1, 100) })}
      />
      <p className="small soft">{say.loopNote}</p>
    </>
  );
}
