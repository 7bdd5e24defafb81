import { Button, Checkbox, Select } from "@mantine/core";
import { createExports, EXPORT_FORMATS, EXPORT_KINDS, listExports, type ExportFormat, type ExportKind } from "@relance/contract/exports";
import { listSegments } from "@relance/contract/segments";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ask, askPages, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useWords } from "../../i18n/words.ts";
import { Empty, Head, Part, Sheet, Waiting } from "../../ui/page.tsx";
import "./exports.css";
import { ExportRow } from "./one.tsx";
import { exportWords } from "./words.ts";

const LOOK_MS = 1_000;
const REST_MS = 15_000;
/** What belongs to no contact. */
const OF_NOBODY: readonly ExportKind[] = ["products", "variants", "prices", "stock"];
const FIRST: readonly ExportKind[] = ["contacts", "orders", "order_lines", "products"];

/** Asking for files of the workspace's data, and fetching them. */
export function ExportsPage() {
  const say = useWords(exportWords);
  const list = useInfiniteQuery({
    ...askPages(listExports, (after) => ({ query: { limit: 30, ...(after !== undefined && { after }) } })),
    refetchInterval: (query) =>
      query.state.data?.pages.some((page) => page.items.some((one) => one.state === "waiting" || one.state === "running"))
        ? LOOK_MS
        : REST_MS,
  });
  const items = list.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <Head
        title={say.title}
        note={say.note}
        actions={
          <Link to="/imports" className="small">
            {say.imports}
          </Link>
        }
      />
      <Sheet>
        <RefusalNote error={list.error} />
        <Choice />
        {!items && !list.error && <Waiting />}
        {items?.length === 0 && <Empty title={say.none} text={say.noneText} />}
        {items && items.length > 0 && (
          <table className="plain">
            <thead>
              <tr>
                <th>{say.table}</th>
                <th>{say.state}</th>
                <th className="right wide">{say.rows}</th>
                <th className="right wide">{say.size}</th>
                <th className="wide">{say.by}</th>
                <th className="right wide">{say.at}</th>
                <th />
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <ExportRow key={one.id} view={one} at={list.dataUpdatedAt} />
              ))}
            </tbody>
          </table>
        )}
        {list.hasNextPage && (
          <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {say.more}
          </Button>
        )}
      </Sheet>
    </>
  );
}

function Choice() {
  const say = useWords(exportWords);
  const [kinds, setKinds] = useState<readonly ExportKind[]>(FIRST);
  const [format, setFormat] = useState<ExportFormat>("csv");
  const [segment, setSegment] = useState<string | null>(null);
  const segments = useQuery(ask(listSegments, {})).data?.items ?? [];
  const make = useChange(createExports);
  const wrong = segment !== null && kinds.some((kind) => OF_NOBODY.includes(kind));
  const toggle = (kind: ExportKind): void =>
    setKinds(EXPORT_KINDS.filter((one) => (one === kind ? !kinds.includes(kind) : kinds.includes(one))));
  return (
    <Part
      title={say.what}
      aside={
        <Button size="compact-xs" variant="subtle" onClick={() => setKinds(kinds.length === EXPORT_KINDS.length ? [] : EXPORT_KINDS)}>
          {kinds.length === EXPORT_KINDS.length ? say.nothing : say.all}
        </Button>
      }
    >
      <div className="export-kinds">
        {EXPORT_KINDS.map((kind) => (
          <Checkbox key={kind} label={say.kinds[kind]} checked={kinds.includes(kind)} onChange={() => toggle(kind)} />
        ))}
      </div>
      <div className="export-choices">
        <Select
          label={say.format}
          data={EXPORT_FORMATS.map((value) => ({ value, label: say.formats[value] }))}
          value={format}
          allowDeselect={false}
          onChange={(value) => value && setFormat(value)}
        />
        <Select
          label={say.only}
          data={segments.map(({ id, name }) => ({ value: id, label: name }))}
          value={segment}
          placeholder={say.everyone}
          clearable
          searchable
          onChange={setSegment}
          error={wrong ? say.notKept : null}
        />
        <Button
          disabled={kinds.length === 0 || wrong}
          loading={make.isPending}
          onClick={() => make.mutate({ body: { kinds: [...kinds], format, segment } })}
        >
          {say.make(kinds.length)}
        </Button>
      </div>
      <RefusalNote error={make.error} />
      <p className="small soft export-note">{say.safe}</p>
    </Part>
  );
}
