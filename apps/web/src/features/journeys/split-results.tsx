import { splitResults, type SplitState } from "@relance/contract/journeys";
import { DAY } from "@relance/model/base";
import { LEAST_PEOPLE } from "@relance/model/journeys";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../api/client.ts";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { splitWords } from "./split-words.ts";

/** What the ways of a live split brought, as of the daily look, and what follows. */
export function SplitResults({ journey, step }: { readonly journey: string; readonly step: string }) {
  const say = useWords(splitWords);
  const { number, moment } = useFormats();
  const percent = (share: number) => say.percent(number(Math.round(share * 1_000) / 10));
  const found = useQuery(ask(splitResults, { params: { id: journey } })).data?.items.find((one) => one.step === step);
  const now = useNow();
  if (!found) return null;
  const tries = found.ways.some((way) => way.share !== null);
  return (
    <section className="panel-part split-first">
      <h3>{say.results}</h3>
      <Verdict of={found} />
      {found.lookedAt !== null && found.ways.some((way) => way.people > 0) && (
        <>
          <table className="split-results small">
            <thead>
              <tr>
                <th scope="col">{say.way}</th>
                <th scope="col">{say.people}</th>
                <th scope="col">{say.converted[found.on]}</th>
                {tries && <th scope="col">{say.share}</th>}
              </tr>
            </thead>
            <tbody>
              {found.ways.map((way) => (
                <tr key={way.exit} data-won={way.exit === found.winner || undefined}>
                  <th scope="row">{way.name || way.exit}</th>
                  <td>{number(way.people)}</td>
                  <td>
                    {number(way.converted)}
                    <div className="tiny faint">
                      {way.rate === null ? "–" : say.rate(percent(way.rate), percent(way.low), percent(way.high))}
                    </div>
                  </td>
                  {tries && <td>{percent(way.share ?? 0)}</td>}
                </tr>
              ))}
            </tbody>
          </table>
          <p className="tiny faint">{say.asOf(moment(found.lookedAt, now))}</p>
        </>
      )}
    </section>
  );
}

function Verdict({ of: { verdict, lead, how, winner, decidedAt, days, since, ways } }: { readonly of: SplitState }) {
  const say = useWords(splitWords);
  const { number, day } = useFormats();
  const nameOf = (exit: string) => ways.find((way) => way.exit === exit)?.name || exit;
  const points = (share: number) => say.points(number(Math.round(share * 1_000) / 10));
  if (ways.every((way) => way.people === 0)) return <p className="small soft">{say.first(day(Date.parse(since) + (days + 1) * DAY))}</p>;
  if (winner !== null && lead && decidedAt !== null)
    return (
      <p className="call" data-kind="good">
        {say.won(nameOf(winner), points(lead.low), points(lead.high), day(decidedAt))}
      </p>
    );
  if (how === "best") return <p className="small soft">{say.best}</p>;
  if (verdict === "counting" || !lead) return <p className="small soft">{say.counting(number(LEAST_PEOPLE))}</p>;
  return <p className="small soft">{say.notProven(nameOf(lead.exit), points(lead.by), points(lead.low), points(lead.high))}</p>;
}
