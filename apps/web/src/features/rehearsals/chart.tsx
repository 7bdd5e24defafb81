import type { RehearsalResult } from "@relance/contract/rehearsals";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { rehearsalWords } from "./words.ts";

const TONES = ["var(--r-d1)", "var(--r-d2)", "var(--r-d3)", "var(--r-d4)", "var(--r-d5)"];
const WIDTH = 840;
const HEIGHT = 150;

/** Messages a day, stacked by channel; the compared graph as a dotted line. */
export function DayChart({
  result,
  other,
  otherName,
}: {
  readonly result: RehearsalResult;
  readonly other: RehearsalResult | null;
  readonly otherName: string;
}) {
  const say = useWords(rehearsalWords);
  const { number, day } = useFormats();
  const channels = Object.keys(result.channels).sort();
  const total = (sent: Readonly<Record<string, number>>): number => Object.values(sent).reduce((sum, n) => sum + n, 0);
  const most = Math.max(1, ...result.days.map((one) => total(one.sent)), ...(other?.days ?? []).map((one) => total(one.sent)));
  const ticks = [...new Set([0, Math.round(most / 2), most])];
  const step = WIDTH / Math.max(1, result.days.length);
  const y = (n: number): number => HEIGHT - (n / most) * (HEIGHT - 14);
  const noon = (date: string): string => `${date}T12:00:00Z`;
  const label = (name: string): string => (say.channels as Readonly<Record<string, string>>)[name] ?? name;
  return (
    <>
      <div className="legend small soft">
        {channels.map((name, at) => (
          <span key={name}>
            <i style={{ background: TONES[at % TONES.length] }} />
            {label(name)}
          </span>
        ))}
        {other && (
          <span>
            <i data-other />
            {otherName}
          </span>
        )}
      </div>
      <div className="rehearsal-plot">
        <svg className="rehearsal-chart" viewBox={`0 0 ${WIDTH} 172`} preserveAspectRatio="none" role="img" aria-label={say.chart}>
          {ticks.map((n) => (
            <path key={n} className="grid" d={`M0 ${y(n)}H${WIDTH}`} />
          ))}
          {result.days.map((one, at) => {
            let base = 0;
            return channels.map((name, place) => {
              const n = one.sent[name] ?? 0;
              const from = base;
              base += n;
              return n === 0 ? null : (
                <rect
                  key={`${one.day}${name}`}
                  x={at * step + step * 0.08}
                  width={step * 0.84}
                  y={y(base)}
                  height={y(from) - y(base)}
                  fill={TONES[place % TONES.length]}
                >
                  <title>{`${day(noon(one.day))}: ${number(n)}`}</title>
                </rect>
              );
            });
          })}
          {other && (
            <path
              className="other"
              d={other.days.map((one, at) => `${at === 0 ? "M" : "L"}${(at + 0.5) * step} ${y(total(one.sent))}`).join("")}
            />
          )}
        </svg>
        {ticks.map((n) => (
          <span key={n} className="tiny faint" style={{ top: y(n) }} aria-hidden>
            {number(n)}
          </span>
        ))}
      </div>
      <div className="row between tiny faint">
        <span>{day(noon(result.days[0]!.day))}</span>
        <span>{day(noon(result.days.at(-1)!.day))}</span>
      </div>
      <details className="small">
        <summary>{say.table}</summary>
        <table className="plain">
          <thead>
            <tr>
              <th>{say.day}</th>
              <th className="right">{say.entries}</th>
              {channels.map((name) => (
                <th key={name} className="right">
                  {label(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {result.days.map((one) => (
              <tr key={one.day}>
                <td>{day(noon(one.day))}</td>
                <td className="right">{number(one.entries)}</td>
                {channels.map((name) => (
                  <td key={name} className="right">
                    {number(one.sent[name] ?? 0)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
