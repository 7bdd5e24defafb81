import { Button } from "@mantine/core";
import {
  applyFix,
  changeFix,
  keepFinding,
  listCleaning,
  listFindings,
  listFixes,
  type Fix,
  type FoundProblem,
} from "@relance/contract/readiness";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { ask, askPages, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Empty, Part, Sheet, Waiting } from "../../ui/page.tsx";
import { Say } from "../../ui/sentence.tsx";
import { Status } from "../../ui/status.tsx";
import { cleaningWords } from "./cleaning-words.ts";
import { useReadinessNames } from "./names.ts";
import { ReadinessHead } from "./route.tsx";

type Code = FoundProblem["code"];

/** What is wrong with contacts, kind by kind: look, approve what is proposed, take it back. */
export function CleaningPage() {
  const say = useWords(cleaningWords);
  const { number } = useFormats();
  const { code } = useSearch({ from: "/inside/readiness/cleaning" });
  const { data, error } = useQuery(ask(listCleaning, {}, true));
  const items = data?.items ?? [];
  const chosen = items.find((one) => one.code === code) ?? items[0];
  const found = items.reduce((sum, one) => sum + one.n, data?.duplicates ?? 0);
  const fixable = items.reduce((sum, one) => sum + one.fixable, 0);
  return (
    <>
      <ReadinessHead />
      <Sheet margin={<Fixes />}>
        <RefusalNote error={error} />
        {!data && !error && <Waiting lines={8} />}
        {data && found === 0 && <Empty title={say.clean} text={say.cleanText} />}
        {data && found > 0 && (
          <>
            <Say small text={fixable === 0 ? say.sentenceUnfixed(number(found)) : say.sentence(number(found), number(fixable))} />
            <div className="cleaning">
              <ul className="cleaning-kinds">
                {data.duplicates > 0 && (
                  <li>
                    <Link to="/conflicts">
                      <span>{say.duplicates}</span>
                      <b>{number(data.duplicates)}</b>
                    </Link>
                  </li>
                )}
                {items.map((one) => (
                  <li key={one.code}>
                    <Link
                      to="/readiness/cleaning"
                      search={{ code: one.code }}
                      aria-current={one.code === chosen?.code ? "true" : undefined}
                    >
                      <span>{say.kinds[one.code]}</span>
                      <b>{number(one.n)}</b>
                    </Link>
                  </li>
                ))}
              </ul>
              {chosen ? (
                <Problems key={chosen.code} code={chosen.code} fixable={chosen.fixable} />
              ) : (
                <p className="small soft cleaning-why">
                  {say.onlyDuplicates} <Link to="/conflicts">{say.toDuplicates}</Link>
                </p>
              )}
            </div>
          </>
        )}
      </Sheet>
    </>
  );
}

function Problems({ code, fixable }: { readonly code: Code; readonly fixable: number }) {
  const say = useWords(cleaningWords);
  const { number } = useFormats();
  const may = (useSession().workspace?.role ?? "viewer") !== "viewer";
  const pages = useInfiniteQuery(
    askPages(listFindings, (after) => ({ query: { code, limit: 50, ...(after !== undefined && { after }) } })),
  );
  const apply = useChange(applyFix);
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Part
      title={say.kinds[code]}
      aside={
        may &&
        fixable > 0 && (
          <Button size="xs" loading={apply.isPending} onClick={() => apply.mutate({ body: { code } })}>
            {say.applyAll(fixable, number(fixable))}
          </Button>
        )
      }
    >
      <p className="small soft cleaning-why">{say.why[code]}</p>
      <RefusalNote error={pages.error ?? apply.error} />
      {pages.isLoading && <Waiting />}
      <ul className="cleaning-rows">
        {rows.map((one) => (
          <Problem key={one.contact} one={one} may={may} />
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button variant="subtle" size="xs" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {say.more}
        </Button>
      )}
    </Part>
  );
}

function Problem({ one, may }: { readonly one: FoundProblem; readonly may: boolean }) {
  const say = useWords(cleaningWords);
  const { field } = useReadinessNames();
  const apply = useChange(applyFix);
  const keep = useChange(keepFinding);
  const name = one.name ?? one.email ?? one.contact;
  return (
    <li>
      <div className="grow">
        <Link to="/contacts/$contact" params={{ contact: one.contact }}>
          {name}
        </Link>
        <div className="small soft cleaning-change">
          {say.of(field(one.field))} <span>{one.value ?? say.empty}</span>
          {one.fix !== "none" && (
            <>
              {" "}
              <span aria-hidden>›</span> <b>{one.proposal ?? say.emptied}</b>
            </>
          )}
        </div>
        <RefusalNote error={apply.error ?? keep.error} />
      </div>
      {may && one.fix !== "none" && (
        <Button
          size="xs"
          variant="default"
          loading={apply.isPending}
          aria-label={say.fixOf(name)}
          onClick={() => apply.mutate({ body: { code: one.code, contacts: [one.contact] } })}
        >
          {say.fix}
        </Button>
      )}
      {may && (
        <Button
          size="xs"
          variant="subtle"
          loading={keep.isPending}
          aria-label={say.keepOf(name)}
          onClick={() => keep.mutate({ body: { contact: one.contact, code: one.code, kept: true } })}
        >
          {say.keep}
        </Button>
      )}
    </li>
  );
}

const STATES = { running: "info", undoing: "info", done: "live", cancelled: "paused", undone: "done" } as const;

function Fixes() {
  const say = useWords(cleaningWords);
  const { data } = useQuery(ask(listFixes, {}, true));
  return (
    <section>
      <h3>{say.fixes}</h3>
      {data?.items.length === 0 && <p className="small soft">{say.noFixes}</p>}
      <ul className="cleaning-fixes">
        {data?.items.map((one) => (
          <FixLine key={one.id} fix={one} />
        ))}
      </ul>
    </section>
  );
}

function FixLine({ fix }: { readonly fix: Fix }) {
  const say = useWords(cleaningWords);
  const { number, ago } = useFormats();
  const now = useNow();
  const may = (useSession().workspace?.role ?? "viewer") !== "viewer";
  const change = useChange(changeFix);
  const to = fix.state === "running" ? "cancelled" : fix.state === "done" || fix.state === "cancelled" ? "undone" : null;
  return (
    <li>
      <b>{say.kinds[fix.code]}</b>
      <div className="row wrap">
        <Status kind={STATES[fix.state]} word={say.states[fix.state]} />
        <span className="small soft">
          {say.progress(number(fix.done), number(fix.wanted))}
          {fix.skipped > 0 && ` ${say.skipped(number(fix.skipped))}`}
        </span>
      </div>
      <div className="tiny faint">{say.by(fix.askedBy, ago(fix.askedAt, now))}</div>
      {may && to !== null && (fix.done > 0 || to === "cancelled") && (
        <Button
          size="xs"
          variant="subtle"
          loading={change.isPending}
          onClick={() => change.mutate({ params: { id: fix.id }, body: { state: to } })}
        >
          {to === "cancelled" ? say.stop : say.undo}
        </Button>
      )}
      <RefusalNote error={change.error} />
    </li>
  );
}
