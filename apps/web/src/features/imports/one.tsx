import { Button, FileButton } from "@mantine/core";
import { addImportFile, checkImport, getImport, runImport, type ImportView } from "@relance/contract/imports";
import { describeFailure } from "@relance/model/failures";
import type { Mapping } from "@relance/model/imports";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { ask, upload, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Head, Sheet, Waiting } from "../../ui/page.tsx";
import { Status } from "../../ui/status.tsx";
import { MappingEditor, writtenAs } from "./columns.tsx";
import "./imports.css";
import { Progress, Report } from "./result.tsx";
import { ACCEPTED, STATE_KINDS } from "./route.tsx";
import { importWords } from "./words.ts";

const LOOK_MS = 700;
const isBusy = (state: ImportView["state"] | undefined): boolean => state === "checking" || state === "running";

/** One import from its columns to its result; every state of it has this address. */
export function ImportPage() {
  const { import: id } = useParams({ from: "/inside/imports/$import" });
  const say = useWords(importWords);
  const found = useQuery({
    ...ask(getImport, { params: { id } }),
    refetchInterval: (query) => (isBusy(query.state.data?.state) ? LOOK_MS : false),
  });
  const view = found.data;
  return (
    <>
      <Head
        title={view?.fileName ?? say.title}
        note={view && view.tables.map((table) => (view.tables.length > 1 ? table.name : writtenAs(say, table))).join(" · ")}
        actions={
          <>
            {view && <Status kind={STATE_KINDS[view.state]} word={say.states[view.state]} />}
            <Link to="/imports" className="small">
              {say.back}
            </Link>
          </>
        }
      />
      <Sheet>
        <RefusalNote error={found.error} />
        {!view && !found.error && <Waiting lines={6} />}
        {view && <Steps key={view.id} view={view} at={found.dataUpdatedAt} />}
      </Sheet>
    </>
  );
}

function Steps({ view, at }: { readonly view: ImportView; readonly at: number }) {
  const say = useWords(importWords);
  const {
    formats: { number },
    language,
  } = useLanguage();
  const [draft, setDraft] = useState<Mapping | null>(null);
  const [editing, setEditing] = useState(false);
  const check = useChange(checkImport);
  const run = useChange(runImport);
  if (isBusy(view.state)) return <Progress key={view.state} view={view} at={at} />;
  // Nothing recognised: everything is left out until the reader says otherwise.
  const mapping: Mapping = draft ?? view.mapping ?? { version: 1, columns: [], templates: [], options: view.options };
  const begin = (): void => check.mutate({ params: { id: view.id }, body: { mapping } }, { onSuccess: () => setEditing(false) });
  const good = view.report ? view.report.rows - view.report.refused : 0;
  const columns = (
    <>
      <AddFile view={view} onAdded={() => setDraft(null)} />
      <MappingEditor view={view} mapping={mapping} onChange={setDraft} onCheck={begin} busy={check.isPending} />
    </>
  );
  return (
    <>
      <RefusalNote error={check.error ?? run.error} />
      {view.state === "failed" && (
        <div className="call" role="alert">
          {(view.reason && describeFailure(view.reason, language)) ?? `${say.failed} ${view.error}`}
        </div>
      )}
      {view.state === "cancelled" && (
        <div className="call" data-kind="info">
          {say.stopped}
        </div>
      )}
      {(view.state === "checked" || view.state === "done") && view.report && <Report view={view} report={view.report} />}
      {view.state === "checked" && !editing && (
        <div className="import-actions">
          {good > 0 ? (
            <Button loading={run.isPending} onClick={() => run.mutate({ params: { id: view.id } })}>
              {say.run(number(good))}
            </Button>
          ) : (
            <span className="soft">{say.nothing}</span>
          )}
          <Button variant="default" onClick={() => setEditing(true)}>
            {say.change}
          </Button>
        </div>
      )}
      {view.state === "done" && (
        <div className="import-actions">
          <Button component={Link} to="/contacts">
            {say.see}
          </Button>
          <Button component={Link} to="/segments/new" variant="default">
            {say.segment}
          </Button>
        </div>
      )}
      {(view.state === "uploaded" || view.state === "failed" || view.state === "cancelled" || editing) && columns}
    </>
  );
}

/** Orders in one file, their lines in another: all of them are one import, joined by their numbers. */
function AddFile({ view, onAdded }: { readonly view: ImportView; readonly onAdded: () => void }) {
  const say = useWords(importWords);
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: (file: File) => upload(addImportFile, { fileName: file.name.slice(0, 200) }, file, { id: view.id }),
    onSuccess: async () => {
      onAdded();
      await client.invalidateQueries();
    },
  });
  return (
    <>
      <div className="import-actions" style={{ marginTop: 0 }}>
        <FileButton accept={ACCEPTED} onChange={(file) => file && add.mutate(file)}>
          {(props) => (
            <Button {...props} variant="default" size="xs" loading={add.isPending}>
              {say.addFile}
            </Button>
          )}
        </FileButton>
        <span className="small soft">{say.addFileNote}</span>
      </div>
      <RefusalNote error={add.error} />
    </>
  );
}
