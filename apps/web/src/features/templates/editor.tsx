import { Button, Menu } from "@mantine/core";
import { useDebouncedValue, useHotkeys } from "@mantine/hooks";
import {
  archiveTemplate,
  checkContent,
  duplicateTemplate,
  getTemplate,
  publishTemplate,
  restoreTemplate,
  type TemplateBody,
} from "@relance/contract/messages";
import { IconArrowBackUp, IconArrowForwardUp, IconDots } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useWords } from "../../i18n/words.ts";
import { Head, Sheet, Waiting } from "../../ui/page.tsx";
import { CodeDialog } from "../code/dialog.tsx";
import { codeWords } from "../code/words.ts";
import "../segments/segments.css";
import { useTemplateDraft, type Draft } from "./draft.ts";
import { Preview } from "./preview.tsx";
import "./templates.css";
import { TestPart, Versions } from "./versions.tsx";
import { editorWords } from "./words.ts";
import { Write } from "./write.tsx";

export function TemplatePage() {
  const { template } = useParams({ from: "/inside/templates/$template" });
  // Read once: from then on the editor knows better than an answer under way.
  const { data, error } = useQuery({ ...ask(getTemplate, { params: { id: template } }), staleTime: Infinity, gcTime: 0 });
  if (data?.id === template) return <Editor key={`${data.id} ${data.archivedAt ?? ""}`} template={data} />;
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

/** Where one writes on the left, what one contact would read on the right. */
function Editor({ template }: { readonly template: TemplateBody }) {
  const say = useWords(editorWords);
  const draft = useTemplateDraft(template);
  const { now } = draft;
  const languages = Object.keys(now.content.variants).toSorted(
    (a, b) => Number(b === now.content.fallback) - Number(a === now.content.fallback) || (a < b ? -1 : 1),
  );
  const [picked, pick] = useState(now.content.fallback);
  const language = languages.includes(picked) ? picked : (languages[0] ?? "fr");
  const [contact, setContact] = useState<string | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const [asked] = useDebouncedValue(now, 400);
  const check = useQuery({ ...ask(checkContent, { body: { class: asked.class, content: asked.content } }), retry: false });
  const problems = check.data?.problems ?? template.problems;
  const readOnly = template.archivedAt !== null;
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
              ? say.archived
              : draft.dirty
                ? say.saving
                : template.liveVersion === null
                  ? say.draft
                  : `${say.version(String(template.liveVersion))}${template.changedSincePublished ? `. ${say.unpublished}` : ""}`}
          </span>
        }
        actions={
          <Actions template={template} draft={draft} errors={problems.filter((one) => one.level === "error").length} tell={setSaid} />
        }
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
        <fieldset className="mail-write stack" disabled={readOnly} style={{ border: 0, margin: 0 }}>
          <Link to="/templates" className="small">
            {say.back}
          </Link>
          <Write
            draft={draft}
            language={language}
            languages={languages}
            pick={pick}
            problems={problems}
            fresh={asked === now && !check.isPlaceholderData}
          />
          <Versions template={template} draft={draft} tell={setSaid} />
        </fieldset>
        <div className="mail-see stack">
          <Preview channel={draft.channel} written={now} language={language} contact={contact} choose={setContact} />
          {!readOnly && draft.channel !== "webhook" && (
            <TestPart template={template.id} channel={draft.channel} draft={draft} contact={contact} language={language} />
          )}
        </div>
      </div>
    </>
  );
}

function Actions({
  template,
  draft,
  errors,
  tell,
}: {
  readonly template: TemplateBody;
  readonly draft: Draft;
  readonly errors: number;
  readonly tell: (text: string | null) => void;
}) {
  const say = useWords(editorWords);
  const navigate = useNavigate();
  const code = useWords(codeWords);
  const [failed, setFailed] = useState<unknown>(null);
  const [asCode, setAsCode] = useState(false);
  const publish = useChange(publishTemplate);
  const duplicate = useChange(duplicateTemplate);
  const archive = useChange(archiveTemplate);
  const restore = useChange(restoreTemplate);
  const params = { id: template.id };
  const first = (then: () => void) => (): void => {
    tell(null);
    setFailed(null);
    draft.flush().then(then, setFailed);
  };
  return (
    <>
      <RefusalNote error={failed ?? publish.error ?? duplicate.error ?? archive.error ?? restore.error} />
      {template.archivedAt === null && (
        <>
          <Button variant="default" px={9} aria-label={say.undo} title={say.undo} disabled={!draft.canUndo} onClick={draft.undo}>
            <IconArrowBackUp size={17} stroke={1.5} aria-hidden />
          </Button>
          <Button variant="default" px={9} aria-label={say.redo} title={say.redo} disabled={!draft.canRedo} onClick={draft.redo}>
            <IconArrowForwardUp size={17} stroke={1.5} aria-hidden />
          </Button>
        </>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" px={9} aria-label={say.more} title={say.more}>
            <IconDots size={17} stroke={1.5} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            onClick={first(() =>
              duplicate.mutate(
                { params, body: { name: say.copyOf(draft.now.name).slice(0, 120) } },
                { onSuccess: ({ id }) => void navigate({ to: "/templates/$template", params: { template: id } }) },
              ),
            )}
          >
            {say.duplicate}
          </Menu.Item>
          {template.archivedAt === null && <Menu.Item onClick={first(() => setAsCode(true))}>{code.asCode}</Menu.Item>}
          {template.archivedAt === null && <Menu.Item onClick={first(() => archive.mutate({ params }))}>{say.archive}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      {asCode && <CodeDialog kind="template" id={template.id} name={draft.now.name} close={() => setAsCode(false)} />}
      {template.archivedAt === null ? (
        <Button
          disabled={errors > 0 || (template.liveVersion !== null && !template.changedSincePublished && !draft.dirty)}
          title={errors > 0 ? say.errorsFirst(errors) : undefined}
          loading={publish.isPending}
          onClick={first(() => publish.mutate({ params }, { onSuccess: (made) => tell(say.published(String(made.liveVersion))) }))}
        >
          {say.publish}
        </Button>
      ) : (
        <Button loading={restore.isPending} onClick={() => restore.mutate({ params })}>
          {say.restore}
        </Button>
      )}
    </>
  );
}
