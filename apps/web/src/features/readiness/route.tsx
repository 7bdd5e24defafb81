import { Button } from "@mantine/core";
import { getReadiness, type Readiness } from "@relance/contract/readiness";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Empty, Head, Part, Sheet, Waiting } from "../../ui/page.tsx";
import { Say } from "../../ui/sentence.tsx";
import { Inventory } from "./inventory.tsx";
import { MayStart, ShortestWay } from "./may-start.tsx";
import { Model } from "./model.tsx";
import "./readiness.css";
import { Triggers } from "./triggers.tsx";
import { readinessWords } from "./words.ts";

/** Title and tabs of the section. */
export function ReadinessHead({ actions }: { readonly actions?: ReactNode }) {
  const say = useWords(readinessWords);
  return (
    <Head
      title={
        <span className="readiness-head">
          <span>{say.title}</span>
          <nav className="readiness-tabs" aria-label={say.pages}>
            <Link to="/readiness" activeOptions={{ exact: true }}>
              {say.tabs.overview}
            </Link>
            <Link to="/readiness/cleaning">{say.tabs.cleaning}</Link>
            <Link to="/readiness/products">{say.tabs.products}</Link>
            <Link to="/readiness/sign-up">{say.tabs.points}</Link>
            <Link to="/readiness/samples">{say.tabs.samples}</Link>
          </nav>
        </span>
      }
      actions={actions}
    />
  );
}

/** What the data is good for, and the shortest way to more. */
export function ReadinessPage() {
  const { data, error } = useQuery(ask(getReadiness, {}, true));
  return (
    <>
      <ReadinessHead />
      <Sheet
        {...(data &&
          data.people > 0 && {
            margin: (
              <>
                <MayStart journeys={data.journeys} />
                <ShortestWay unlock={data.unlock} />
              </>
            ),
          })}
      >
        <RefusalNote error={error} />
        {!data && !error && <Waiting lines={8} />}
        {data && (data.people === 0 ? <Nothing counting={data.counting} /> : <Overview readiness={data} />)}
      </Sheet>
    </>
  );
}

function Nothing({ counting }: { readonly counting: boolean }) {
  const say = useWords(readinessWords);
  return (
    <Empty title={say.none} text={say.noneText}>
      <Button component={Link} to="/imports">
        {say.toImports}
      </Button>
      <Link to="/settings/$part" params={{ part: "keys" }}>
        {say.toConnect}
      </Link>
      {counting && (
        <span className="small faint" role="status">
          {say.counting}
        </span>
      )}
    </Empty>
  );
}

function Overview({ readiness }: { readonly readiness: Readiness }) {
  const say = useWords(readinessWords);
  const { number, ago } = useFormats();
  const now = useNow();
  const { journeys, unlock, findings } = readiness;
  const ready = journeys.filter((one) => one.ready !== "not_yet").length;
  const near = unlock.slice(0, 3);
  const opens = near.reduce((sum, one) => sum + one.opens.length, 0);
  const problems = findings.reduce((sum, one) => sum + one.n, 0);
  return (
    <>
      <Say text={say.sentence(number(ready), number(journeys.length)) + (opens > 0 ? say.more(near.length, opens) : "")} />
      <p className="small soft readiness-state" role="status">
        {readiness.counting ? say.counting : readiness.walkedAt !== null && say.walked(ago(readiness.walkedAt, now))}{" "}
        {problems > 0 ? <Link to="/readiness/cleaning">{say.cleaning(number(problems))}</Link> : say.clean}
      </p>
      <Part title={say.known} aside={say.knownAside}>
        <Inventory readiness={readiness} />
      </Part>
      <Part title={say.model} aside={say.modelAside}>
        <Model />
      </Part>
      <Part title={say.triggers} aside={say.triggersAside}>
        <Triggers />
      </Part>
    </>
  );
}
