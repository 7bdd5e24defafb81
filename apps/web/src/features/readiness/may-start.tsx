import { Button } from "@mantine/core";
import type { JudgedJourney, Readiness } from "@relance/contract/readiness";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useReadinessNames } from "./names.ts";
import { CureLink, Verdict } from "./verdict.tsx";
import { readinessWords } from "./words.ts";

const RANK = { all: 0, some: 1, not_yet: 2 };
const FIRST = 8;

/** The verdict on each journey, those that may start first. */
export function MayStart({ journeys }: { readonly journeys: readonly JudgedJourney[] }) {
  const say = useWords(readinessWords);
  const groups = (["journey", "library"] as const)
    .map((kind) => ({ kind, of: journeys.filter((one) => one.kind === kind).sort((a, b) => RANK[a.ready] - RANK[b.ready]) }))
    .filter((one) => one.of.length > 0);
  return (
    <section>
      <h3>{say.may}</h3>
      {groups.map(({ kind, of }) => (
        <Verdicts key={kind} title={say.groups[kind]} journeys={of} />
      ))}
    </section>
  );
}

function Verdicts({ title, journeys }: { readonly title: string; readonly journeys: readonly JudgedJourney[] }) {
  const say = useWords(readinessWords);
  const [whole, setWhole] = useState(false);
  return (
    <>
      <p className="tiny faint readiness-group">{title}</p>
      <ul className="readiness-verdicts">
        {(whole ? journeys : journeys.slice(0, FIRST)).map((one) => (
          <VerdictLine key={one.key} journey={one} />
        ))}
      </ul>
      {!whole && journeys.length > FIRST && (
        <Button variant="subtle" size="xs" onClick={() => setWhole(true)}>
          {say.showMore(journeys.length - FIRST)}
        </Button>
      )}
    </>
  );
}

function VerdictLine({ journey }: { readonly journey: JudgedJourney }) {
  const { language } = useLanguage();
  const name = journey.names[language];
  return (
    <li>
      {journey.kind === "journey" ? (
        <Link to="/journeys/$journey" params={{ journey: journey.key }}>
          <b>{name}</b>
        </Link>
      ) : (
        <Link to="/journeys/library/$entry" params={{ entry: journey.key }}>
          <b>{name}</b>
        </Link>
      )}
      <Verdict journey={journey} />
    </li>
  );
}

/** What to do next: the list that opens most journeys with least. */
export function ShortestWay({ unlock }: { readonly unlock: Readiness["unlock"] }) {
  const say = useWords(readinessWords);
  const { language } = useLanguage();
  const { need, capital } = useReadinessNames();
  const [whole, setWhole] = useState(false);
  const shown = whole ? unlock : unlock.slice(0, 5);
  return (
    <section>
      <h3>{say.unlock}</h3>
      {unlock.length === 0 ? <p className="small soft">{say.noUnlock}</p> : <p className="small soft">{say.unlockText}</p>}
      <ol className="readiness-way">
        {shown.map((one) => (
          <li key={one.need.key}>
            <b>{capital(need(one.need))}</b>
            <div className="small soft">
              <CureLink need={one.need} />.{" "}
              {one.opens.length > 0 ? say.opens(one.opens.map((names) => names[language]).join(", ")) : say.towards}
            </div>
          </li>
        ))}
      </ol>
      {!whole && unlock.length > 5 && (
        <Button variant="subtle" size="xs" onClick={() => setWhole(true)}>
          {say.showMore(unlock.length - 5)}
        </Button>
      )}
    </section>
  );
}
