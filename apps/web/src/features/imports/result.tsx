import { Button } from "@mantine/core";
import { cancelImport, downloadRefusals, listRefusals, type ImportReport, type ImportView } from "@relance/contract/imports";
import { sayRowProblem } from "@relance/model/failures";
import { forTable } from "@relance/model/imports";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { keepFile } from "../../ui/keep-file.ts";
import { Part } from "../../ui/page.tsx";
import { importWords } from "./words.ts";

/** How far a check or a run is, with its rate since this page began to look, and the way to stop it. */
export function Progress({ view, at }: { readonly view: ImportView; readonly at: number }) {
  const say = useWords(importWords);
  const { number } = useFormats();
  const stop = useChange(cancelImport);
  const [first] = useState({ at, done: view.rowsDone, bytes: view.bytesDone });
  const seconds = (at - first.at) / 1_000;
  const rate = seconds >= 1 ? (view.rowsDone - first.done) / seconds : 0;
  // Nobody knows the rows of a file before its end: a check is measured by its bytes.
  const all = view.state === "checking" ? view.fileBytes : view.rowsTotal;
  const [done, before] = view.state === "checking" ? [view.bytesDone, first.bytes] : [view.rowsDone, first.done];
  const left = all !== null && seconds >= 1 && done > before ? Math.ceil((all - done) / ((done - before) / seconds)) : null;
  return (
    <section className="import-progress stack" aria-live="polite">
      <b>{say.states[view.state]}</b>
      <progress
        style={{ width: "100%" }}
        aria-label={say.states[view.state]}
        {...(all !== null && { value: done, max: Math.max(all, 1) })}
      />
      <span className="soft">
        {all === null || view.state === "checking"
          ? say.progressOpen(number(view.rowsDone))
          : say.progress(number(view.rowsDone), number(all))}
        {rate > 0 && ` · ${say.rate(number(Math.round(rate)))}`}
        {left !== null && ` · ${say.left(left < 90 ? say.seconds(number(left)) : say.minutes(number(Math.ceil(left / 60))))}`}
      </span>
      <div>
        <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate({ params: { id: view.id } })}>
          {say.stop}
        </Button>
      </div>
      <RefusalNote error={stop.error} />
    </section>
  );
}

/** What a check found or a run did. */
export function Report({ view, report }: { readonly view: ImportView; readonly report: ImportReport }) {
  const say = useWords(importWords);
  const { number, money, day } = useFormats();
  const figures: [string, string, boolean][] = [
    [say.rows, number(report.rows), false],
    [say.contacts, number(report.contacts), false],
  ];
  if (report.orders + report.returns > 0) {
    figures.push(
      [say.orders, number(report.orders), false],
      [say.returned, number(report.returns), false],
      [say.noContact, number(report.ordersWithoutContact), false],
    );
    figures.push(
      [say.total, money(report.total, view.mapping?.options.currency ?? "EUR"), false],
      [say.quantity, number(report.quantity), false],
    );
    if (report.firstOrderAt && report.lastOrderAt)
      figures.push([say.period, [...new Set([day(report.firstOrderAt), day(report.lastOrderAt)])].join(" – "), true]);
  }
  if (report.products > 0) figures.push([say.products, number(report.products), false]);
  if (report.refunds > 0) figures.push([say.refunds, number(report.refunds), false]);
  if (report.carts > 0) figures.push([say.carts, number(report.carts), false]);
  if (report.articles > 0) figures.push([say.articles, number(report.articles), false]);
  return (
    <>
      <Part title={view.state === "done" ? say.did : say.found}>
        <dl className="import-figures">
          {figures.map(([name, value, text]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className={text ? "text" : undefined}>{value}</dd>
            </div>
          ))}
        </dl>
      </Part>
      {report.applied && (
        <Part title={say.applied}>
          <dl className="import-figures">
            {(["created", "updated", "unchanged"] as const).map((one) => (
              <div key={one}>
                <dt>{say[one]}</dt>
                <dd>{number(report.applied![one])}</dd>
              </div>
            ))}
            {report.applied.erased !== undefined && (
              <div>
                <dt>{say.erased}</dt>
                <dd>{number(report.applied.erased)}</dd>
              </div>
            )}
          </dl>
          <p className="small soft" style={{ marginTop: 10 }}>
            {say.again}
          </p>
        </Part>
      )}
      {report.refused > 0 && <Refused view={view} count={report.refused} />}
    </>
  );
}

function Refused({ view, count }: { readonly view: ImportView; readonly count: number }) {
  const say = useWords(importWords);
  const { number } = useFormats();
  const { language } = useLanguage();
  const { data, error } = useQuery(ask(listRefusals, { params: { id: view.id }, query: { limit: 20 } }));
  const keep = async (table: string): Promise<void> => {
    const text = await api.call(downloadRefusals, { params: { id: view.id }, query: { table, language } });
    keepFile(`${table.replace(/\.[a-z]+$/i, "")}-refused.csv`, [text], "text/csv");
  };
  const several = view.tables.length > 1;
  const name = (field: string): string => say.targets[field] ?? (field === "row" ? "–" : field);
  const cell = (tableName: string, field: string, cells: readonly string[]): string => {
    const table = view.tables.findIndex((one) => one.name === tableName);
    const column = view.mapping && forTable(view.mapping, tableName, table === 0).columns.find((one) => one.to === field)?.column;
    return column == null ? "" : (cells[view.tables[table]?.columns.indexOf(column) ?? -1] ?? "");
  };
  const downloads = view.tables
    .filter((table) => !several || (view.report?.refusedByTable[table.name] ?? 0) > 0)
    .map((table) => (
      <Button key={table.name} size="xs" variant="default" onClick={() => void keep(table.name)}>
        {several ? say.downloadOf(table.name) : say.download}
      </Button>
    ));
  return (
    <Part title={say.refused(number(count))} aside={several ? undefined : downloads}>
      <p className="small soft" style={{ margin: "10px 0" }}>
        {say.refusedText}
      </p>
      {several && (
        <div className="import-actions" style={{ margin: "0 0 10px" }}>
          {downloads}
        </div>
      )}
      <RefusalNote error={error} />
      <table className="plain">
        <thead>
          <tr>
            {several && <th>{say.table}</th>}
            <th>{say.row}</th>
            <th>{say.column}</th>
            <th>{say.value}</th>
            <th>{say.problem}</th>
          </tr>
        </thead>
        <tbody>
          {data?.items.map((one) => (
            <tr key={`${one.table} ${one.row}`}>
              {several && <td>{one.table}</td>}
              <td>{number(one.row)}</td>
              <td>{name(one.field)}</td>
              <td className="import-name">{cell(one.table, one.field, one.cells).slice(0, 60) || "–"}</td>
              <td>{sayRowProblem(one.params, language) ?? one.message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}
