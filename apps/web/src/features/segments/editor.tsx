import { Button } from "@mantine/core";
import { useDebouncedValue, useHotkeys } from "@mantine/hooks";
import { archiveSegment, changeSegment, createSegment, getSegment, previewSegment, type Segment } from "@relance/contract/segments";
import type { Rule } from "@relance/model/rules";
import { IconArrowBackUp, IconArrowForwardUp } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Audiences } from "../audiences/audiences.tsx";
import { Head, Sheet, Waiting } from "../../ui/page.tsx";
import { asGroup, type GroupRule } from "./edit.ts";
import { SegmentMargin, type Preview } from "./margin.tsx";
import "./segments.css";
import { SqlSegment } from "./sql-editor.tsx";
import { GroupRows, type Verdicts } from "./tree.tsx";
import { useWhole } from "./whole.tsx";
import { segmentWords } from "./words.ts";

const NOTHING: GroupRule = { kind: "all", of: [] };
const NO_VERDICTS: Verdicts = new Map();
const STEPS = 50;

export function NewSegmentPage() {
  return <Editor segment={null} />;
}

export function SegmentPage() {
  const { segment } = useParams({ from: "/inside/segments/$segment" });
  const { data, error } = useQuery({ ...ask(getSegment, { params: { id: segment } }), staleTime: Infinity });
  // A page kept for another segment while this one is read must not be edited.
  if (data?.id === segment && data.rule.kind === "sql") return <SqlSegment key={`${data.id} ${data.version}`} segment={data} />;
  if (data?.id === segment) return <Editor key={`${data.id} ${data.version}`} segment={data} />;
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

function Editor({ segment }: { readonly segment: Segment | null }) {
  const say = useWords(segmentWords);
  const draft = useDraft(segment ? asGroup(segment.rule) : NOTHING);
  const [name, setName] = useState(segment?.name ?? "");
  const [verdicts, setVerdicts] = useState(NO_VERDICTS);
  const [asked] = useDebouncedValue(draft.rule, 300);
  const empty = draft.rule.of.length === 0;
  // An estimate costs the same whatever the number of contacts: everything but the exact count is there at once, and that follows.
  const body = { rule: asked, ...(segment && { segment: segment.id }) };
  const preview = useQuery({ ...ask(previewSegment, { body: { ...body, exact: false } }), enabled: asked.of.length > 0 });
  const estimated = preview.data?.exact === false && preview.data.problems.length === 0 && !preview.isPlaceholderData;
  const exact = useWhole<{ readonly count: number; readonly exact: boolean }>({
    key: [previewSegment.path, body],
    enabled: asked.of.length > 0 && estimated,
    ask: (part, signal) => api.call(previewSegment, { body: { ...body, part, sample: 0 } }, signal),
    add: (sum, next) => ({ count: sum.count + next.count, exact: true }),
  });
  const counted = (estimated && exact.data) || preview.data;
  const problems = empty ? [] : (preview.data?.problems ?? []);
  const changed = draft.rule !== draft.first || name.trim() !== (segment?.name ?? "");
  const fresh = asked === draft.rule && !preview.isPlaceholderData && !preview.isFetching;
  return (
    <>
      <Head
        title={
          <input
            className="title-input"
            aria-label={say.nameField}
            placeholder={say.nameField}
            value={name}
            maxLength={200}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        }
        note={problems.length > 0 ? say.mend(problems.length) : undefined}
        actions={
          <Actions
            segment={segment}
            name={name.trim()}
            draft={draft}
            ready={changed && !empty && problems.length === 0 && name.trim() !== ""}
          />
        }
      />
      <Sheet
        margin={
          <SegmentMargin
            preview={preview.data}
            counted={counted}
            exact={exact}
            error={empty ? null : (preview.error ?? exact.error)}
            fresh={empty || fresh}
            rule={empty ? null : asked}
            saved={segment?.id ?? null}
            name={segment?.name ?? ""}
            changed={draft.rule !== draft.first}
            tell={setVerdicts}
          />
        }
      >
        <Sentence preview={empty ? undefined : preview.data} />
        <GroupRows
          root={draft.rule}
          group={draft.rule}
          place={[]}
          onChange={draft.change}
          problems={problems}
          verdicts={fresh ? verdicts : NO_VERDICTS}
          self={segment?.id ?? null}
        />
        {segment && <Audiences segment={segment.id} />}
      </Sheet>
    </>
  );
}

function Sentence({ preview }: { readonly preview: Preview | undefined }) {
  const say = useWords(segmentWords);
  const { language } = useLanguage();
  return (
    <p className="rule-sentence">
      {preview
        ? preview.sentence[language].map((piece, at) => (piece.path === undefined ? piece.text : <b key={at}>{piece.text}</b>))
        : say.start}
    </p>
  );
}

function Actions({
  segment,
  name,
  draft,
  ready,
}: {
  readonly segment: Segment | null;
  readonly name: string;
  readonly draft: Draft;
  readonly ready: boolean;
}) {
  const say = useWords(segmentWords);
  const { number } = useFormats();
  const navigate = useNavigate();
  const [sure, setSure] = useState(false);
  const create = useChange(createSegment);
  const change = useChange(changeSegment);
  const archive = useChange(archiveSegment);
  const { rule } = draft;
  const save = (): void => {
    if (segment)
      change.mutate({ params: { id: segment.id }, body: { name, version: segment.version, ...(rule !== draft.first && { rule }) } });
    else
      create.mutate(
        { body: { name, rule } },
        { onSuccess: ({ id }) => void navigate({ to: "/segments/$segment", params: { segment: id } }) },
      );
  };
  useHotkeys([
    ["mod+Z", draft.undo],
    ["mod+shift+Z", draft.redo],
  ]);
  const end = (): void => archive.mutate({ params: { id: segment!.id } }, { onSuccess: () => void navigate({ to: "/segments" }) });
  return (
    <>
      <RefusalNote error={create.error ?? change.error ?? archive.error} />
      {segment && sure && (
        <>
          <Button variant="default" onClick={() => setSure(false)}>
            {say.keep}
          </Button>
          <Button variant="default" className="danger" loading={archive.isPending} onClick={end}>
            {say.archiveSure(number(segment.members))}
          </Button>
        </>
      )}
      {segment && !sure && (
        <Button variant="subtle" onClick={() => setSure(true)}>
          {say.archive}
        </Button>
      )}
      <Button variant="default" px={9} aria-label={say.undo} title={say.undo} disabled={!draft.canUndo} onClick={draft.undo}>
        <IconArrowBackUp size={17} stroke={1.5} aria-hidden />
      </Button>
      <Button variant="default" px={9} aria-label={say.redo} title={say.redo} disabled={!draft.canRedo} onClick={draft.redo}>
        <IconArrowForwardUp size={17} stroke={1.5} aria-hidden />
      </Button>
      <Button disabled={!ready} loading={create.isPending || change.isPending} onClick={save}>
        {say.save}
      </Button>
    </>
  );
}

interface Draft {
  readonly rule: GroupRule;
  readonly first: GroupRule;
  readonly change: (rule: Rule) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** The rule being written, with its last fifty states. */
function useDraft(first: GroupRule): Draft {
  const [{ states, at, start }, set] = useState({ states: [first], at: 0, start: first });
  const go = (by: -1 | 1) => () => set((now) => ({ ...now, at: Math.min(Math.max(now.at + by, 0), now.states.length - 1) }));
  const change = (rule: Rule): void =>
    set((now) => {
      const kept = [...now.states.slice(0, now.at + 1), asGroup(rule)].slice(-STEPS);
      return { ...now, states: kept, at: kept.length - 1 };
    });
  return { rule: states[at]!, first: start, change, undo: go(-1), redo: go(1), canUndo: at > 0, canRedo: at < states.length - 1 };
}
