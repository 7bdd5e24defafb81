import type { Rehearsal, RehearsalResult } from "@relance/contract/rehearsals";
import { useState } from "react";
import { useReason } from "../../app/send-moment.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Ledger, type LedgerLine } from "../../ui/ledger.tsx";
import { Part } from "../../ui/page.tsx";
import { Say } from "../../ui/sentence.tsx";
import { DayChart } from "./chart.tsx";
import { People, type Filter } from "./people.tsx";
import { rehearsalWords } from "./words.ts";

/** What a rehearsal found: the sentence, four figures, days, the ledger that adds up, the people. */
export function Found({ rehearsal, result }: { readonly rehearsal: Rehearsal; readonly result: RehearsalResult }) {
  const say = useWords(rehearsalWords);
  const { number, day, money } = useFormats();
  const reason = useReason();
  const [filter, setFilter] = useState<Filter & { readonly name?: string }>({});
  const other = rehearsal.otherResult;
  const otherName =
    rehearsal.other === null
      ? ""
      : rehearsal.other.kind === "live"
        ? say.liveVersion(String(rehearsal.other.version ?? ""))
        : rehearsal.other.name;
  const versus = (of: (one: RehearsalResult) => string): string | null => (other ? say.versus(otherName, of(other)) : null);
  const { expected, pressure, estimate } = result;
  const about = (n: number): string => (estimate ? say.about(number(rounded(n))) : number(n));
  const roughly = (n: number): string => (estimate ? `≈\u00A0${number(rounded(n))}` : number(n));
  const range = (within: { readonly low: number; readonly high: number } | undefined): string | null =>
    within ? say.between(number(rounded(within.low, Math.floor)), number(rounded(within.high, Math.ceil))) : null;
  const named = (code: string): string => reason(code) ?? code;
  const labelOf = (row: RehearsalResult["ledger"][number]): string =>
    row.state === "accepted"
      ? say.ledgerSent
      : row.state === "skipped"
        ? say.skippedFor(named(row.reason))
        : row.state === "failed"
          ? say.failedFor(named(row.reason))
          : row.state === "held"
            ? say.heldFor(named(row.reason))
            : say.stillWaiting;
  const lines = result.ledger.map((row): LedgerLine => ({
    key: `${row.state} ${row.reason}`,
    value: row.n,
    label: (
      <button
        type="button"
        className="ledger-button"
        onClick={() => setFilter({ became: row.state === "accepted" ? "accepted" : row.reason || row.state, name: labelOf(row) })}
      >
        {labelOf(row)}
      </button>
    ),
  }));
  return (
    <>
      {result.entries === 0 ? (
        <Say text={say.sentenceNone(day(rehearsal.from), day(rehearsal.until))} />
      ) : (
        <Say
          text={say.sentence(
            day(rehearsal.from),
            day(rehearsal.until),
            say.contacts(result.people, about(result.people)),
            say.messages(result.sent, about(result.sent)),
          )}
        />
      )}
      <div className="rehearsal-figures">
        <Figure
          name={say.entries}
          value={roughly(result.entries)}
          notes={[range(estimate?.entries), versus((one) => number(one.entries))]}
        />
        <Figure name={say.sent} value={roughly(result.sent)} notes={[range(estimate?.sent), versus((one) => number(one.sent))]} />
        <Figure
          name={say.orders}
          value={number(expected.conversions.expected)}
          notes={[
            say.between(number(expected.conversions.low), number(expected.conversions.high)),
            expected.revenue === null ? null : say.revenue(money(expected.revenue, expected.currency)),
            versus((one) => number(one.expected.conversions.expected)),
          ]}
        />
        <Figure
          name={say.pressure(number(pressure.limit), number(pressure.days))}
          value={roughly(pressure.after.above)}
          notes={[say.asReal(number(pressure.before.above)), versus((one) => number(one.pressure.after.above))]}
        />
      </div>
      {rehearsal.shared && (
        <p className="small soft">
          {say.shared(number(rehearsal.shared.both), number(rehearsal.shared.onlyThis), number(rehearsal.shared.onlyOther))}
        </p>
      )}
      <Part title={say.perDay}>
        {result.sent + (other?.sent ?? 0) === 0 ? (
          <p className="small soft">{say.noMessages}</p>
        ) : (
          <DayChart result={result} other={other} otherName={otherName} />
        )}
      </Part>
      <Part title={say.kept}>
        <Ledger lines={lines} total={result.planned} label={say.planned} broken={say.broken} format={number} />
        {result.held.length > 0 && (
          <p className="small soft" style={{ marginTop: 8 }}>
            {say.delayed}
            {say.colon}
            {result.held.map((row) => say.delayedBy(number(row.n), named(row.reason))).join(", ")}
          </p>
        )}
      </Part>
      <Part title={say.ends}>
        <Ledger
          lines={result.ends.map((row) => ({
            key: `${row.state} ${row.outcome}`,
            value: row.n,
            label: (
              <button
                type="button"
                className="ledger-button"
                onClick={() => setFilter({ ended: row.outcome ?? row.state, name: endOf(say.end, row) })}
              >
                {endOf(say.end, row)}
              </button>
            ),
          }))}
          total={result.entries}
          label={say.entries}
          broken={say.broken}
          format={number}
        />
      </Part>
      <Part title={say.contact}>
        <Pressures pressure={pressure} />
      </Part>
      <People
        some={estimate !== undefined || (result.paths ?? result.entries) < result.entries}
        key={JSON.stringify([filter, estimate?.contacts])}
        rehearsal={rehearsal.id}
        graph={rehearsal.graph}
        filter={{
          ...(filter.became !== undefined && { became: filter.became }),
          ...(filter.ended !== undefined && { ended: filter.ended }),
        }}
        filtered={filter.name ?? null}
        clear={() => setFilter({})}
      />
    </>
  );
}

/** To three digits: an estimate knows no more. */
function rounded(n: number, way: (value: number) => number = Math.round): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, n))) - 2);
  return way(n / unit) * unit;
}

const endOf = (ends: Readonly<Record<string, string>>, row: RehearsalResult["ends"][number]): string =>
  ends[row.outcome ?? row.state] ?? row.outcome ?? row.state;

function Figure({ name, value, notes }: { readonly name: string; readonly value: string; readonly notes: readonly (string | null)[] }) {
  return (
    <div>
      <div className="small soft">{name}</div>
      <div className="big-number">{value}</div>
      {notes
        .filter((note) => note !== null)
        .map((note) => (
          <div key={note} className="tiny faint">
            {note}
          </div>
        ))}
    </div>
  );
}

function Pressures({ pressure }: { readonly pressure: RehearsalResult["pressure"] }) {
  const say = useWords(rehearsalWords);
  const { number } = useFormats();
  if (pressure.before.messages + pressure.after.messages === 0) return <p className="small soft">{say.contactNone}</p>;
  const rows = Array.from({ length: Math.max(pressure.before.most.length, pressure.after.most.length) }, (_none, at) => at);
  return (
    <>
      <p className="small soft">{say.contactText(number(pressure.days))}</p>
      <table className="plain">
        <thead>
          <tr>
            <th />
            <th className="right">{say.before}</th>
            <th className="right">{say.after}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((at) => (
            <tr key={at}>
              <td>{say.times(at + 1)}</td>
              <td className="right">{number(pressure.before.most[at] ?? 0)}</td>
              <td className="right">{number(pressure.after.most[at] ?? 0)}</td>
            </tr>
          ))}
          <tr className="total">
            <td>{say.people}</td>
            <td className="right">{number(pressure.before.people)}</td>
            <td className="right">{number(pressure.after.people)}</td>
          </tr>
        </tbody>
      </table>
    </>
  );
}

/** The margin: where the expectation comes from, and what cannot be known. */
export function Beside({ result }: { readonly result: RehearsalResult }) {
  const say = useWords(rehearsalWords);
  const { number, money } = useFormats();
  const { expected } = result;
  const basis =
    expected.basis === "published"
      ? say.basis.published(number(expected.rate * 100))
      : say.basis[expected.basis](number(expected.orders), number(expected.messages), number(expected.days));
  return (
    <>
      <section>
        <h3>{say.expectedTitle}</h3>
        <p className="small soft">
          {basis}
          {expected.orderValue === null ? "" : ` ${say.value(money(expected.orderValue, expected.currency))}`}
        </p>
      </section>
      <section>
        <h3>{say.notes}</h3>
        <ul className="small soft" style={{ paddingLeft: 16, margin: 0 }}>
          {result.notes.map((note) => (
            <li key={note.code}>
              {(say.note as Readonly<Record<string, (n: string) => string>>)[note.code]?.(number(note.n)) ?? note.code}
            </li>
          ))}
          <li>{result.strideMs === 0 ? say.exact : say.stride(number(Math.round(result.strideMs / 60_000)))}</li>
        </ul>
      </section>
    </>
  );
}
