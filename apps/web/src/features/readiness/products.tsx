import { Button } from "@mantine/core";
import { getCategoryReadiness, getProductReadiness, listSheetProblems } from "@relance/contract/readiness";
import type { Output } from "@relance/contract/client";
import { listStores } from "@relance/contract/catalog";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ask, askPages } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Empty, Part, Sheet, Waiting } from "../../ui/page.tsx";
import { Say } from "../../ui/sentence.tsx";
import { productWords } from "./product-words.ts";
import { ReadinessHead } from "./route.tsx";

type Products = Output<typeof getProductReadiness.response>;
type Code = Products["totals"][number]["code"];

/** How complete product sheets are, by store and language; then categories. */
export function ProductsPage() {
  const say = useWords(productWords);
  const { number } = useFormats();
  const { data, error } = useQuery(ask(getProductReadiness, {}, true));
  const [code, choose] = useState<Code | null>(null);
  const faults = data?.totals.reduce((sum, one) => sum + one.n, 0) ?? 0;
  const sheets = data?.counts.reduce((sum, one) => sum + one.sheets, 0) ?? 0;
  return (
    <>
      <ReadinessHead />
      <Sheet margin={<Categories />}>
        <RefusalNote error={error} />
        {!data && !error && <Waiting lines={8} />}
        {data && data.products === 0 && (
          <Empty title={say.none} text={say.noneText}>
            <Link to="/imports">{say.toImports}</Link>
          </Empty>
        )}
        {data && data.products > 0 && (
          <>
            <Say
              small
              text={
                faults === 0
                  ? say.whole(number(sheets), number(data.products))
                  : say.sentence(number(faults), number(sheets), number(data.products))
              }
            />
            {faults > 0 && (
              <Part title={say.sheets} aside={say.sheetsAside}>
                <Grid products={data} chosen={code} choose={choose} />
              </Part>
            )}
            {code !== null && <Faults key={code} code={code} />}
          </>
        )}
      </Sheet>
    </>
  );
}

function Grid({
  products,
  chosen,
  choose,
}: {
  readonly products: Products;
  readonly chosen: Code | null;
  readonly choose: (code: Code) => void;
}) {
  const say = useWords(productWords);
  const { number } = useFormats();
  const stores = new Map((useQuery(ask(listStores, {})).data?.items ?? []).map((one) => [one.id, one.name]));
  const columns = products.counts.filter((one) => one.store !== "");
  const own = products.counts.find((one) => one.store === "");
  return (
    <div className="readiness-wide" tabIndex={0} role="region" aria-label={say.sheets}>
      <table className="plain readiness-inventory">
        <thead>
          <tr>
            <th scope="col">{say.fault}</th>
            {columns.map((one) => (
              <th scope="col" className="share wide" key={`${one.store} ${one.language}`}>
                {stores.get(one.store) ?? "…"} · {one.language}
              </th>
            ))}
            <th scope="col" className="right">
              {say.all}
            </th>
          </tr>
        </thead>
        <tbody>
          {products.totals.map((row) => (
            <tr key={row.code}>
              <th scope="row">
                <button type="button" className="readiness-fault" aria-pressed={chosen === row.code} onClick={() => choose(row.code)}>
                  {say.faults[row.code]}
                </button>
              </th>
              {columns.map((one) => (
                <td className="share small wide" key={`${one.store} ${one.language}`}>
                  {own?.problems[row.code] ? "" : number(one.problems[row.code] ?? 0)}
                </td>
              ))}
              <td className="right">{number(row.n)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Faults({ code }: { readonly code: Code }) {
  const say = useWords(productWords);
  const { number } = useFormats();
  const pages = useInfiniteQuery(
    askPages(listSheetProblems, (after) => ({ query: { code, limit: 50, ...(after !== undefined && { after }) } })),
  );
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Part title={say.faults[code]}>
      <p className="small soft cleaning-why">{say.why[code]}</p>
      <RefusalNote error={pages.error} />
      {pages.isLoading && <Waiting />}
      <ul className="cleaning-rows">
        {rows.map((one) => (
          <li key={one.product}>
            <div className="grow">
              <b>{one.name}</b> <span className="small faint">{one.externalId}</span>
              <div className="small soft cleaning-change">
                {say.times(one.problems.length, number(one.problems.length))}{" "}
                {[...new Set(one.problems.flatMap((problem) => problem.url ?? []))].slice(0, 2).join(", ")}
              </div>
            </div>
          </li>
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

function Categories() {
  const say = useWords(productWords);
  const { number } = useFormats();
  const { data } = useQuery(ask(getCategoryReadiness, {}));
  if (!data) return <Waiting />;
  const names = (list: readonly { readonly name: string }[]) =>
    list
      .slice(0, 12)
      .map((one) => one.name)
      .join(", ") + (list.length > 12 ? "…" : "");
  return (
    <section>
      <h3>{say.categories}</h3>
      <dl className="facts">
        <dt>{say.categoriesAll}</dt>
        <dd>{number(data.categories)}</dd>
        <dt>{say.without}</dt>
        <dd>{number(data.without)}</dd>
        {data.empty.length > 0 && (
          <>
            <dt>{say.empty(data.empty.length, number(data.empty.length))}</dt>
            <dd>{names(data.empty)}</dd>
          </>
        )}
        {data.untranslated.length > 0 && (
          <>
            <dt>{say.untranslated(data.untranslated.length, number(data.untranslated.length))}</dt>
            <dd>
              {data.untranslated
                .slice(0, 12)
                .map((one) => `${one.name} (${one.untranslated.join(", ")})`)
                .join(", ")}
            </dd>
          </>
        )}
      </dl>
      {data.alike.length > 0 && (
        <>
          <h3 style={{ marginTop: 16 }}>{say.alike}</h3>
          <ul className="cleaning-fixes">
            {data.alike.map(([a, b]) => (
              <li key={`${a.id} ${b.id}`} className="small">
                <span>
                  {a.name} ({number(a.products)}) = {b.name} ({number(b.products)})
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
