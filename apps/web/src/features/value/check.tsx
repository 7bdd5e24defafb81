import type { Calibration, PredictionSummary } from "@relance/contract/predictions";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Part } from "../../ui/page.tsx";
import { valueWords } from "./words.ts";

/** What the model said of a past it was not shown, beside what happened. */
export function Check({ calibration }: { readonly calibration: Calibration | null }) {
  const say = useWords(valueWords);
  const { number, day } = useFormats();
  const { language } = useLanguage();
  if (!calibration)
    return (
      <Part title={say.check}>
        <p className="soft" style={{ marginTop: 12 }}>
          {say.noCheck}
        </p>
      </Part>
    );
  const gap = calibration.actual === 0 ? 0 : Math.round((calibration.expected / calibration.actual - 1) * 100);
  const two = (value: number) => number(Math.round(value * 100) / 100);
  return (
    <Part title={say.check}>
      <div className="stack" style={{ margin: "12px 0 16px", maxWidth: "46em" }}>
        <p className="soft">
          {say.checkText(day(`${calibration.cut}T12:00:00Z`), number(calibration.days), number(calibration.customers))}
        </p>
        <p>
          <b>
            {say.checkTotal(
              number(Math.round(calibration.expected)),
              number(calibration.actual),
              `${gap > 0 ? "+" : ""}${number(gap)}${language === "fr" ? "\u00a0" : ""}%`,
            )}
          </b>{" "}
          {say.checkError(two(calibration.error), two(calibration.naiveError))}
        </p>
      </div>
      <Plot calibration={calibration} />
      <table className="plain" style={{ maxWidth: 620, marginTop: 12 }}>
        <thead>
          <tr>
            <th>{say.repeats}</th>
            <th className="right">{say.customers}</th>
            <th className="right">{say.plotExpected}</th>
            <th className="right">{say.plotActual}</th>
          </tr>
        </thead>
        <tbody>
          {calibration.byRepeats.map((one) => (
            <tr key={one.repeats}>
              <td>{one.repeats === 7 ? "7+" : one.repeats}</td>
              <td className="right">{number(one.customers)}</td>
              <td className="right">{two(one.expected)}</td>
              <td className="right">{two(one.actual)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}

const [WIDE, HIGH, LEFT, FOOT] = [620, 300, 44, 34];

/** The first of 0.1, 0.2, 0.5, 1, 2, 5… that is not smaller. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((one) => one * power).find((one) => one >= least * 0.999)!;
}

/** Tenths of customers: expected to the right, actual upwards; on the dashed line a prediction was exact. */
function Plot({ calibration }: { readonly calibration: Calibration }) {
  const say = useWords(valueWords);
  const { number } = useFormats();
  const most = Math.max(0.1, ...calibration.tenths.flatMap((one) => [one.expected, one.actual])) * 1.08;
  const x = (value: number) => LEFT + (value / most) * (WIDE - LEFT - 10);
  const y = (value: number) => HIGH - FOOT - (value / most) * (HIGH - FOOT - 14);
  const step = roundStep(most / 4);
  const ticks = Array.from({ length: Math.floor(most / step) }, (_none, n) => (n + 1) * step);
  const short = (value: number) => number(Math.round(value * 100) / 100);
  return (
    <svg className="calibration" viewBox={`0 0 ${WIDE} ${HIGH}`} role="img" aria-label={say.plot}>
      <line className="axis" x1={LEFT} y1={y(0)} x2={WIDE - 10} y2={y(0)} />
      <line className="axis" x1={LEFT} y1={y(0)} x2={LEFT} y2={10} />
      <line className="ideal" x1={x(0)} y1={y(0)} x2={x(most)} y2={y(most)} />
      {ticks.map((tick) => [
        <text key={`x${tick}`} x={x(tick)} y={HIGH - 18} textAnchor="middle">
          {short(tick)}
        </text>,
        <text key={`y${tick}`} x={LEFT - 6} y={y(tick) + 4} textAnchor="end">
          {short(tick)}
        </text>,
      ])}
      <text x={WIDE - 10} y={HIGH - 4} textAnchor="end">
        {say.plotExpected}
      </text>
      <text x={LEFT + 6} y={20}>
        {say.plotActual}
      </text>
      {calibration.tenths.map((one, place) => (
        <circle key={one.expected} className="dot" cx={x(one.expected)} cy={y(one.actual)} r={5}>
          <title>{`${say.tenth} ${place + 1}: ${say.plotExpected} ${short(one.expected)}, ${say.plotActual} ${short(one.actual)}`}</title>
        </circle>
      ))}
    </svg>
  );
}

/** What the fitted parameters say, in words, and the parameters. */
export function ModelWords({ summary }: { readonly summary: PredictionSummary }) {
  const say = useWords(valueWords);
  const { number, money } = useFormats();
  const { language } = useLanguage();
  const { orderModel, valueModel } = summary;
  if (!orderModel) return null;
  const { r, alpha, a, b } = orderModel;
  const fine = [
    ["r", r],
    ["α", alpha],
    ["a", a],
    ["b", b],
    ...(valueModel
      ? ([
          ["p", valueModel.p],
          ["q", valueModel.q],
          ["γ", valueModel.gamma],
        ] as const)
      : []),
  ] as const;
  return (
    <Part title={say.model}>
      <div className="stack" style={{ marginTop: 12, maxWidth: "46em" }}>
        <p>
          {say.modelRate(number(Math.round(alpha / r)))}{" "}
          {say.modelLeave(`${number(Math.round((a / (a + b)) * 100))}${language === "fr" ? "\u00a0" : ""}%`)}{" "}
          {valueModel && valueModel.q > 1
            ? say.modelValue(money((valueModel.p * valueModel.gamma) / (valueModel.q - 1), summary.currency))
            : ""}
        </p>
        <p className="tiny faint">
          {say.modelFine} {fine.map(([name, value]) => `${name}\u00a0=\u00a0${number(Math.round(value * 1_000) / 1_000)}`).join(", ")}.{" "}
          {say.docs}
        </p>
      </div>
    </Part>
  );
}
