import { listSignUpPoints } from "@relance/contract/readiness";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Empty, Sheet, Waiting } from "../../ui/page.tsx";
import { useReadinessNames } from "./names.ts";
import { pointWords } from "./point-words.ts";
import { ReadinessHead } from "./route.tsx";

/** Forms and sources that bring contacts: what each collects, and what journeys would ask of it. */
export function PointsPage() {
  const say = useWords(pointWords);
  const { plain, source, capital } = useReadinessNames();
  const { number } = useFormats();
  const { data, error } = useQuery(ask(listSignUpPoints, {}));
  const list = (fields: readonly string[]) => [...new Set(fields.map(plain))].join(", ") || "—";
  return (
    <>
      <ReadinessHead />
      <Sheet>
        <RefusalNote error={error} />
        {!data && !error && <Waiting lines={6} />}
        {data && data.items.length === 0 && (
          <Empty title={say.none} text={say.noneText}>
            <Link to="/imports">{say.toImports}</Link>
          </Empty>
        )}
        {data && data.items.length > 0 && (
          <div className="readiness-wide" tabIndex={0} role="region" aria-label={say.point}>
            <table className="plain readiness-points">
              <thead>
                <tr>
                  <th scope="col">{say.point}</th>
                  <th scope="col" className="right">
                    {say.people}
                  </th>
                  <th scope="col">{say.collects}</th>
                  <th scope="col">{say.misses}</th>
                </tr>
              </thead>
              <tbody>
                {data.items.map((one) => (
                  <tr key={`${one.kind} ${one.name}`}>
                    <td>
                      <b>{one.kind === "form" ? one.name : capital(source(one.name))}</b>
                      <div className="tiny faint">{say.kinds[one.kind]}</div>
                    </td>
                    <td className="right">{one.people === null ? "—" : number(one.people)}</td>
                    <td className="small" data-name={say.collects}>
                      {list(one.collects)}
                    </td>
                    <td className="small soft" data-name={say.misses}>
                      {list(one.misses)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Sheet>
    </>
  );
}
