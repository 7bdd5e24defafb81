import { Button, FileButton } from "@mantine/core";
import { addImportFile, listImports, uploadImport, type ImportView } from "@relance/contract/imports";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { askPages, upload } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Empty, Head, Sheet, Waiting } from "../../ui/page.tsx";
import { Status } from "../../ui/status.tsx";
import "./imports.css";
import { importWords } from "./words.ts";

export const STATE_KINDS = {
  uploaded: "draft",
  checking: "info",
  checked: "info",
  running: "info",
  done: "done",
  failed: "problem",
  cancelled: "paused",
} as const;

/** What the file chooser shows; the server tells files by their bytes. */
export const ACCEPTED = ".csv,.txt,.tsv,.ndjson,.jsonl,.xml,.rss,.atom,.xlsx,.parquet,.gz,.zip,text/csv";

// Several files at once are the tables of one import.
async function sendFiles([first, ...others]: readonly File[]): Promise<ImportView> {
  let made = await upload(uploadImport, { fileName: first!.name.slice(0, 200) }, first!);
  for (const file of others) made = await upload(addImportFile, { fileName: file.name.slice(0, 200) }, file, { id: made.id });
  return made;
}

export function ImportsPage() {
  const say = useWords(importWords);
  const { number, day } = useFormats();
  const navigate = useNavigate();
  const list = useInfiniteQuery({
    ...askPages(listImports, (after) => ({ query: { limit: 30, ...(after !== undefined && { after }) } })),
    refetchInterval: 5_000,
  });
  const items = list.data?.pages.flatMap((one) => one.items);
  const send = useMutation({ mutationFn: sendFiles });
  // The page changes under the button when the list gets its first line, so the promise is followed rather than a callback of the button.
  const take = (files: readonly File[]): void => {
    if (files.length > 0)
      send.mutateAsync(files).then(
        ({ id }) => navigate({ to: "/imports/$import", params: { import: id } }),
        () => undefined,
      );
  };
  return (
    <>
      <Head
        title={say.title}
        actions={
          <Link to="/exports" className="small">
            {say.exports}
          </Link>
        }
      />
      <Sheet>
        <RefusalNote error={list.error ?? send.error} />
        {!items && !list.error && <Waiting />}
        {items?.length === 0 && <Empty title={say.none} text={say.noneText} />}
        {items && <DropZone busy={send.isPending} onFiles={take} />}
        {items && items.length > 0 && (
          <table className="plain">
            <thead>
              <tr>
                <th>{say.file}</th>
                <th>{say.state}</th>
                <th className="right">{say.rows}</th>
                <th className="wide">{say.by}</th>
                <th className="right wide">{say.at}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <tr key={one.id}>
                  <td className="import-name">
                    <Link to="/imports/$import" params={{ import: one.id }}>
                      <b>{one.fileName}</b>
                    </Link>
                  </td>
                  <td>
                    <Status kind={STATE_KINDS[one.state]} word={say.states[one.state]} />
                  </td>
                  <td className="right">{number(one.report?.rows ?? one.rowsDone)}</td>
                  <td className="wide">{one.createdBy}</td>
                  <td className="right wide">{day(one.createdAt)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {list.hasNextPage && (
          <div className="import-more">
            <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {say.more}
            </Button>
          </div>
        )}
      </Sheet>
    </>
  );
}

function DropZone({ busy, onFiles }: { readonly busy: boolean; readonly onFiles: (files: readonly File[]) => void }) {
  const say = useWords(importWords);
  const [over, setOver] = useState(false);
  return (
    <div
      className="import-drop"
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFiles([...event.dataTransfer.files]);
      }}
    >
      <FileButton multiple accept={ACCEPTED} onChange={onFiles}>
        {(props) => (
          <Button {...props} loading={busy}>
            {say.upload}
          </Button>
        )}
      </FileButton>
      <span className="soft wide">{busy ? say.sending : say.drop}</span>
      <a className="small" href={`data:text/csv;charset=utf-8,${encodeURIComponent(EXAMPLE)}`} download="relance-example.csv">
        {say.sample}
      </a>
    </div>
  );
}

const EXAMPLE = [
  "order_id,order_date,customer_id,email,first_name,sku,product,quantity,unit_price",
  "1001,2026-10-02 14:05,C-1,zoe@client.example,Zoé,LAMP-1,Lampe de bureau,1,59.90",
  "1001,2026-10-02 14:05,C-1,zoe@client.example,Zoé,BULB-3,Ampoule,2,7.50",
  "1002,2026-10-03 09:40,C-2,noah@client.example,Noah,LAMP-1,Lampe de bureau,1,59.90",
].join("\r\n");
