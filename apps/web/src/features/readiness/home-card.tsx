import { getReadiness } from "@relance/contract/readiness";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask } from "../../api/client.ts";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useReadinessNames } from "./names.ts";
import { readinessWords } from "./words.ts";

/** On the home page: how many journeys the data carries, and the first thing that would open more. */
export function ReadinessCard() {
  const say = useWords(readinessWords);
  const { language } = useLanguage();
  const { number } = useFormats();
  const { need, capital } = useReadinessNames();
  const { data } = useQuery(ask(getReadiness, {}));
  if (!data || data.people === 0) return null;
  const opened = data.unlock.findIndex((one) => one.opens.length > 0);
  const next = data.unlock.slice(0, opened + 1);
  return (
    <section>
      <div className="row between">
        <h3>{say.card}</h3>
        <Link className="small" to="/readiness" style={{ marginBottom: 8 }}>
          {say.publishTo}
        </Link>
      </div>
      <p className="small">
        {say.cardText(number(data.journeys.filter((one) => one.ready !== "not_yet").length), number(data.journeys.length))}
      </p>
      {next.length > 0 && (
        <p className="small soft" style={{ marginTop: 6 }}>
          <b>{next.map((one) => capital(need(one.need))).join(", ")}</b>{" "}
          {say.opens(
            next
              .at(-1)!
              .opens.map((names) => names[language])
              .join(", "),
          )}
        </p>
      )}
    </section>
  );
}
