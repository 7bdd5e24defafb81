import type { PredictionSummary } from "@relance/contract/predictions";
import { groupOfCell, RFM_NAMES, type RfmGroup } from "@relance/model/predictions";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { valueWords } from "./words.ts";

/** What a list of customers is asked for. */
export interface Chosen {
  readonly r?: number;
  readonly worth?: number;
  readonly group?: RfmGroup;
  readonly from?: RfmGroup;
}

const TONES: Readonly<Record<RfmGroup, string>> = {
  champions: "--r-d2",
  loyal: "--r-d4",
  potential: "--r-d1",
  new: "--r-d1",
  promising: "--r-d1",
  attention: "--r-d6",
  about_to_sleep: "--r-d6",
  cannot_lose: "--r-d3",
  at_risk: "--r-d3",
  hibernating: "--r-d5",
};
const FIVE = [1, 2, 3, 4, 5];

/** Customers by recency (rows) and by frequency and amount (columns); each cell leads to its people. */
export function RfmMap({ summary, choose }: { readonly summary: PredictionSummary; readonly choose: (chosen: Chosen) => void }) {
  const say = useWords(valueWords);
  const { language } = useLanguage();
  const { number, money } = useFormats();
  const most = Math.max(1, ...summary.cells.map((cell) => cell.customers));
  return (
    <>
      <div className="rfm-map" role="group" aria-label={say.map}>
        {[5, 4, 3, 2, 1].map((r) => [
          <span key={`axis-${r}`} className="rfm-axis" title={say.recency}>
            {r}
          </span>,
          ...FIVE.map((worth) => {
            const cell = summary.cells.find((one) => one.r === r && one.worth === worth);
            const group = groupOfCell(r, worth);
            const name = RFM_NAMES[group][language];
            const customers = number(cell?.customers ?? 0);
            return (
              <button
                key={`${r}-${worth}`}
                type="button"
                className="rfm-cell"
                style={{ "--tone": `var(${TONES[group]})`, "--share": (cell?.customers ?? 0) / most } as React.CSSProperties}
                onClick={() => choose({ r, worth })}
                title={say.cell(name, String(r), String(worth), customers, money(cell?.spent ?? 0, summary.currency))}
              >
                <span className="tiny cut">{name}</span>{" "}
                <span>
                  <b>{customers}</b>
                  <span className="tiny" style={{ display: "block" }}>
                    {cell ? money(Math.round(cell.spent), summary.currency).replace(/[.,]00(?=\D*$)/, "") : ""}
                  </span>
                </span>
              </button>
            );
          }),
        ])}
      </div>
      <div className="rfm-axis-x tiny faint">
        <span>
          {say.worth}, {say.small}
        </span>
        <span>{say.large}</span>
      </div>
    </>
  );
}

/** The groups with their size, what they spent, and how their size moved in 30 days. */
export function GroupTable({ summary, choose }: { readonly summary: PredictionSummary; readonly choose: (chosen: Chosen) => void }) {
  const say = useWords(valueWords);
  const { language } = useLanguage();
  const { number, money } = useFormats();
  const change = (now: number, before: number) => (now === before ? say.same : `${now > before ? "+" : ""}${number(now - before)}`);
  return (
    <table className="plain" style={{ marginTop: 16 }}>
      <thead>
        <tr>
          <th>{say.group}</th>
          <th className="right">{say.customers}</th>
          <th className="right">{say.change}</th>
          <th className="right wide">{say.spent}</th>
        </tr>
      </thead>
      <tbody>
        {summary.groups.map((one) => (
          <tr key={one.group}>
            <td>
              <button
                type="button"
                style={{
                  border: 0,
                  background: "none",
                  padding: 0,
                  font: "inherit",
                  fontWeight: 600,
                  color: "var(--r-petrole)",
                  cursor: "pointer",
                  textAlign: "left",
                }}
                onClick={() => choose({ group: one.group })}
              >
                {RFM_NAMES[one.group][language]}
              </button>
              <div className="tiny soft wide">{say.meaning[one.group]}</div>
            </td>
            <td className="right">{number(one.customers)}</td>
            <td className="right">{change(one.customers, one.before)}</td>
            <td className="right wide">{money(one.spent, summary.currency)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const MOST_MOVES = 8;

/** From which group to which, the largest first. */
export function Moves({ summary, choose }: { readonly summary: PredictionSummary; readonly choose: (chosen: Chosen) => void }) {
  const say = useWords(valueWords);
  const { language } = useLanguage();
  const { number } = useFormats();
  if (summary.moves.length === 0)
    return (
      <p className="soft" style={{ marginTop: 12 }}>
        {say.movesNone}
      </p>
    );
  return (
    <table className="plain">
      <thead>
        <tr>
          <th>{say.from}</th>
          <th>{say.to}</th>
          <th className="right">{say.customers}</th>
        </tr>
      </thead>
      <tbody>
        {summary.moves.slice(0, MOST_MOVES).map(({ from, to, customers }) => (
          <tr key={`${from} ${to}`}>
            <td>{from === null ? <span className="soft">{say.newcomers}</span> : RFM_NAMES[from][language]}</td>
            <td>{RFM_NAMES[to][language]}</td>
            <td className="right">
              {from === null ? (
                number(customers)
              ) : (
                <button
                  type="button"
                  style={{ border: 0, background: "none", padding: 0, font: "inherit", color: "var(--r-petrole)", cursor: "pointer" }}
                  aria-label={`${RFM_NAMES[from][language]} → ${RFM_NAMES[to][language]} : ${number(customers)}`}
                  onClick={() => choose({ from, group: to })}
                >
                  {number(customers)}
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
