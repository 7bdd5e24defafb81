import { Button, Menu } from "@mantine/core";
import { useDebouncedValue, useHotkeys } from "@mantine/hooks";
import { archiveForm, getForm, previewForm, publishForm, restoreForm, type FormBody } from "@relance/contract/forms";
import { IconArrowBackUp, IconArrowForwardUp, IconDots } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useWords } from "../../i18n/words.ts";
import { Head, Sheet, Waiting } from "../../ui/page.tsx";
import { CodeDialog } from "../code/dialog.tsx";
import { codeWords } from "../code/words.ts";
import { After } from "./after.tsx";
import { Boxes } from "./boxes.tsx";
import { useFormDraft, type FormDraft } from "./draft.ts";
import "../templates/templates.css";
import "./forms.css";
import { Questions } from "./questions.tsx";
import { See, type ShownPage } from "./see.tsx";
import { Numbers, Sendings } from "./sendings.tsx";
import { Languages, Texts } from "./texts.tsx";
import { formWords } from "./words.ts";

export function FormPage() {
  const { form } = useParams({ from: "/inside/forms/$form" });
  // Read once: from then on the editor knows better than an answer under way.
  const { data, error } = useQuery({ ...ask(getForm, { params: { id: form } }), staleTime: Infinity, gcTime: 0 });
  if (data?.id === form) return <Editor key={`${data.id} ${data.archivedAt ?? ""}`} form={data} />;
  return (
    <>
      <Head title="…" />
      <Sheet>
        <RefusalNote error={error} />
        {!error && <Waiting />}
      </Sheet>
    </>
  );
}

/** What the form asks on the left, the page people see on the right. */
function Editor({ form }: { readonly form: FormBody }) {
  const say = useWords(formWords);
  const draft = useFormDraft(form);
  const { now } = draft;
  const languages = Object.keys(now.content.words).toSorted(
    (a, b) => Number(b === now.content.fallback) - Number(a === now.content.fallback) || (a < b ? -1 : 1),
  );
  const [picked, pick] = useState(now.content.fallback);
  const language = languages.includes(picked) ? picked : (languages[0] ?? "fr");
  const [page, setPage] = useState<ShownPage>("form");
  const [said, setSaid] = useState<string | null>(null);
  const [asked] = useDebouncedValue(now.content, 400);
  const seen = useQuery({ ...ask(previewForm, { body: { content: asked, language, page } }), retry: false });
  const problems = seen.data?.problems ?? form.problems;
  const readOnly = form.archivedAt !== null;
  useHotkeys([
    ["mod+Z", draft.undo],
    ["mod+shift+Z", draft.redo],
  ]);
  return (
    <>
      <Head
        title={
          <input
            className="title-input"
            aria-label={say.nameField}
            value={now.name}
            maxLength={120}
            disabled={readOnly}
            onChange={(event) => draft.change({ name: event.currentTarget.value }, "name")}
          />
        }
        note={
          <span role="status">
            {readOnly
              ? say.readOnly
              : draft.dirty
                ? say.saving
                : form.liveVersion === null
                  ? say.neverPublished
                  : `${say.versionLive(String(form.liveVersion))}${form.changedSincePublished ? `. ${say.unpublished}` : ""}`}
          </span>
        }
        actions={<Actions form={form} draft={draft} errors={problems.filter((one) => one.level === "error").length} tell={setSaid} />}
      />
      {(said !== null || Boolean(draft.error) || draft.guard !== null) && (
        <div style={{ padding: "12px 24px 0" }} className="stack">
          {draft.guard}
          <RefusalNote error={draft.error} />
          {said !== null && (
            <div className="call" data-kind="good" role="status">
              {said}
            </div>
          )}
        </div>
      )}
      <div className="mail-room">
        <fieldset className="mail-write stack form-parts" disabled={readOnly} style={{ border: 0, margin: 0 }}>
          <Link to="/forms" className="small">
            {say.back}
          </Link>
          <Numbers form={form} />
          <Languages draft={draft} language={language} languages={languages} pick={pick} />
          <Texts draft={draft} language={language} />
          <Questions draft={draft} language={language} problems={problems} />
          <Boxes draft={draft} language={language} problems={problems} />
          <After draft={draft} problems={problems} />
        </fieldset>
        <div className="mail-see stack form-parts">
          <See html={seen.data?.html ?? null} error={seen.error} page={page} show={setPage} problems={problems} form={form} />
          <Sendings form={form.id} />
        </div>
      </div>
    </>
  );
}

function Actions({
  form,
  draft,
  errors,
  tell,
}: {
  readonly form: FormBody;
  readonly draft: FormDraft;
  readonly errors: number;
  readonly tell: (text: string | null) => void;
}) {
  const say = useWords(formWords);
  const code = useWords(codeWords);
  const [failed, setFailed] = useState<unknown>(null);
  const [asCode, setAsCode] = useState(false);
  const publish = useChange(publishForm);
  const archive = useChange(archiveForm);
  const restore = useChange(restoreForm);
  const params = { id: form.id };
  const first = (then: () => void) => (): void => {
    tell(null);
    setFailed(null);
    draft.flush().then(then, setFailed);
  };
  if (form.archivedAt !== null)
    return (
      <>
        <RefusalNote error={restore.error} />
        <Button loading={restore.isPending} onClick={() => restore.mutate({ params })}>
          {say.restore}
        </Button>
      </>
    );
  return (
    <>
      <RefusalNote error={failed ?? publish.error ?? archive.error} />
      <Button variant="default" px={9} aria-label={say.undo} title={say.undo} disabled={!draft.canUndo} onClick={draft.undo}>
        <IconArrowBackUp size={17} stroke={1.5} aria-hidden />
      </Button>
      <Button variant="default" px={9} aria-label={say.redo} title={say.redo} disabled={!draft.canRedo} onClick={draft.redo}>
        <IconArrowForwardUp size={17} stroke={1.5} aria-hidden />
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" px={9} aria-label={say.more} title={say.more}>
            <IconDots size={17} stroke={1.5} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={first(() => setAsCode(true))}>{code.asCode}</Menu.Item>
          <Menu.Item onClick={first(() => archive.mutate({ params }))}>{say.archive}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asCode && <CodeDialog kind="form" id={form.id} name={draft.now.name} close={() => setAsCode(false)} />}
      <Button
        disabled={errors > 0 || (form.liveVersion !== null && !form.changedSincePublished && !draft.dirty)}
        title={errors > 0 ? say.errorsFirst(errors) : undefined}
        loading={publish.isPending}
        onClick={first(() => publish.mutate({ params }, { onSuccess: (made) => tell(say.published(String(made.liveVersion))) }))}
      >
        {say.publish}
      </Button>
    </>
  );
}
