import { Button, FileButton } from "@mantine/core";
import { addressOf } from "@relance/contract/client";
import { listImports, uploadImport } from "@relance/contract/imports";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ask, upload } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Empty, Head, Sheet, Waiting } from "../../ui/page.tsx";
import { Status } from "../../ui/status.tsx";
import { importWords } from "./words.ts";

const KINDS = { uploaded: "draft", checking: "info", checked: "info", running: "info", done: "done", failed: "problem", cancelled: "paused" } as const;

export function ImportsPage() {
  const say = useWords(importWords);
  const { number, day } = useFormats();
  const queries = useQueryClient();
  const { data, error } = useQuery(ask(listImports, { query: {} }, true));
  const send = useMutation({ mutationFn: (file: File) => upload(addressOf(uploadImport.path, {}, { fileName: file.name }), file), onSuccess: () => queries.invalidateQueries() });
  const choose = <FileButton accept=".csv,text/csv" onChange={(file) => file && send.mutate(file)}>{(props) => <Button {...props} loading={send.isPending}>{say.upload}</Button>}</FileButton>;
  return (
    <>
      <Head title={say.title} actions={data && data.items.length > 0 ? choose : undefined} />
      <Sheet>
        <RefusalNote error={error ?? send.error} />
        {!data && !error && <Waiting />}
        {data?.items.length === 0 && <Empty title={say.none} text={say.noneText}>{choose}</Empty>}
        {data && data.items.length > 0 && (
          <table className="plain">
            <thead><tr><th>{say.file}</th><th>{say.state}</th><th className="right">{say.rows}</th><th className="right wide">{say.at}</th></tr></thead>
            <tbody>
              {data.items.map((one) => (
                <tr key={one.id}><td><b>{one.fileName}</b></td><td><Status kind={KINDS[one.state]} word={say.states[one.state]} /></td><td className="right">{number(one.rowsDone)}</td><td className="right wide">{day(one.createdAt)}</td></tr>
              ))}
            </tbody>
          </table>
        )}
      </Sheet>
    </>
  );
}
