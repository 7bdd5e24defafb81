import { Button, Textarea } from "@mantine/core";
import { addComment, deleteComment, listComments, listMentions, resolveComments, type CommentThread } from "@relance/contract/comments";
import { listMembers } from "@relance/contract/team";
import { commentParts } from "@relance/model/journeys";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Part } from "../../ui/page.tsx";
import { commentWords } from "./comment-words.ts";
import { START } from "./canvas/layout.ts";
import { journeyWords } from "./words.ts";

const EVERY_MS = 15_000;
const NAMES_OFFERED = 5;

/** The threads of a journey, asked again now and then. */
export function useThreads(journey: string): readonly CommentThread[] {
  return useQuery({ ...ask(listComments, { params: { id: journey } }), refetchInterval: EVERY_MS }).data?.items ?? [];
}

export const openThreads = (threads: readonly CommentThread[], step?: string): readonly CommentThread[] =>
  threads.filter((one) => one.resolvedAt === null && (step === undefined || one.step === step));

/** What is said about one step, and a field to say more; what is resolved is folded away. */
export function Comments({
  journey,
  step,
  threads,
  mayWrite,
}: {
  readonly journey: string;
  readonly step: string;
  readonly threads: readonly CommentThread[];
  readonly mayWrite: boolean;
}) {
  const say = useWords(commentWords);
  const here = threads.filter((one) => one.step === step);
  const settled = here.filter((one) => one.resolvedAt !== null);
  return (
    <div className="comments">
      {here.length === 0 && <p className="small soft">{say.none}</p>}
      {openThreads(here).map((one) => (
        <Thread key={one.id} journey={journey} thread={one} mayWrite={mayWrite} />
      ))}
      {mayWrite && <Write journey={journey} step={step} label={say.begin} send={say.send} />}
      {settled.length > 0 && (
        <details>
          <summary className="small">{say.settled(settled.length)}</summary>
          {settled.map((one) => (
            <Thread key={one.id} journey={journey} thread={one} mayWrite={mayWrite} />
          ))}
        </details>
      )}
    </div>
  );
}

/** How many threads are open at each step that has any. */
export function countByStep(threads: readonly CommentThread[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { step } of openThreads(threads)) counts.set(step, (counts.get(step) ?? 0) + 1);
  return counts;
}

/** What is still open in the journey, each leading to its step; what was said of steps that are gone is read here. */
export function OpenComments({
  journey,
  threads,
  nameOf,
  isThere,
  look,
  mayWrite,
}: {
  readonly journey: string;
  readonly threads: readonly CommentThread[];
  readonly nameOf: (step: string) => string;
  readonly isThere: (step: string) => boolean;
  readonly look: (step: string) => void;
  readonly mayWrite: boolean;
}) {
  const say = useWords(commentWords);
  const { start } = useWords(journeyWords);
  const open = openThreads(threads);
  if (open.length === 0) return null;
  return (
    <section className="panel-part">
      <h3>{say.title}</h3>
      <ul className="people-list">
        {open.map((one) => (
          <li key={one.id}>
            {isThere(one.step) ? (
              <>
                <button type="button" className="link-button small" onClick={() => look(one.step)}>
                  {one.step === START ? start : nameOf(one.step)}
                </button>
                <p className="small soft cut">{one.comments[0]!.text}</p>
              </>
            ) : (
              <>
                <span className="tiny faint">{say.gone}</span>
                <Thread journey={journey} thread={one} mayWrite={mayWrite} />
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Comments that name the reader, each leading to its step; nothing is shown while there is none. */
export function Mentions() {
  const say = useWords(commentWords);
  const { ago } = useFormats();
  const now = useNow();
  const items = useQuery(ask(listMentions, {})).data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Part title={say.mentions}>
      <table className="plain">
        <tbody>
          {items.map((one) => (
            <tr key={one.id}>
              <td>
                <span style={{ whiteSpace: "pre-line" }}>{one.text}</span>
                <div className="tiny faint">
                  {one.author},{" "}
                  <Link to="/journeys/$journey" params={{ journey: one.journey }} search={{ step: one.step, tab: "comments" }}>
                    {one.journeyName}
                  </Link>
                  , {ago(one.createdAt, now)}
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}

function Thread({ journey, thread, mayWrite }: { readonly journey: string; readonly thread: CommentThread; readonly mayWrite: boolean }) {
  const say = useWords(commentWords);
  const { ago } = useFormats();
  const now = useNow();
  const { me, workspace } = useSession();
  const members = useMembers();
  const resolve = useChange(resolveComments);
  const remove = useChange(deleteComment);
  const resolved = thread.resolvedAt !== null;
  const takeable = (at: number, author: string): boolean =>
    mayWrite && (author === me.id || workspace?.role === "admin") && (at > 0 || thread.comments.length === 1);
  return (
    <article className="comment-thread" data-resolved={resolved || undefined}>
      {thread.comments.map((one, at) => (
        <div key={one.id} className="comment">
          <div className="tiny faint">
            <b>{one.authorName}</b>, {ago(one.createdAt, now)}
            {takeable(at, one.author) && (
              <>
                {" "}
                ·{" "}
                <button
                  type="button"
                  className="link-button"
                  disabled={remove.isPending}
                  onClick={() => remove.mutate({ params: { id: one.id } })}
                >
                  {say.remove}
                </button>
              </>
            )}
          </div>
          <p className="small">
            {commentParts(one.text, members).map((part, index) =>
              part.person === null ? (
                part.text
              ) : (
                <mark key={index} className="comment-named">
                  {part.text}
                </mark>
              ),
            )}
          </p>
        </div>
      ))}
      <RefusalNote error={resolve.error ?? remove.error} />
      {resolved && <p className="tiny faint">{say.resolvedBy(thread.resolvedBy ?? "", ago(thread.resolvedAt!, now))}</p>}
      {mayWrite && (
        <div className="row wrap">
          {!resolved && <Answer journey={journey} thread={thread} />}
          <Button
            size="xs"
            variant="default"
            loading={resolve.isPending}
            onClick={() => resolve.mutate({ params: { id: thread.id }, body: { resolved: !resolved } })}
          >
            {resolved ? say.reopen : say.resolve}
          </Button>
        </div>
      )}
    </article>
  );
}

function Answer({ journey, thread }: { readonly journey: string; readonly thread: CommentThread }) {
  const say = useWords(commentWords);
  const [open, setOpen] = useState(false);
  if (!open)
    return (
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>
        {say.answer}
      </Button>
    );
  return (
    <Write
      journey={journey}
      step={thread.step}
      thread={thread.id}
      label={say.yourAnswer}
      send={say.answer}
      focused
      done={() => setOpen(false)}
    />
  );
}

/** A field for a comment; an @ offers the names of colleagues. */
function Write({
  journey,
  step,
  thread,
  label,
  send,
  focused = false,
  done,
}: {
  readonly journey: string;
  readonly step: string;
  readonly thread?: string;
  readonly label: string;
  readonly send: string;
  readonly focused?: boolean;
  readonly done?: () => void;
}) {
  const say = useWords(commentWords);
  const members = useMembers();
  const add = useChange(addComment);
  const [text, write] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const begun = /(?:^|\s)@([\p{L}\p{N}]*)$/u.exec(text)?.[1]?.toLowerCase();
  const offered = begun === undefined ? [] : members.filter(({ name }) => name.toLowerCase().includes(begun)).slice(0, NAMES_OFFERED);
  const name = (chosen: string): void => {
    write(`${text.slice(0, text.lastIndexOf("@"))}@${chosen} `);
    field.current?.focus();
  };
  const post = (): void => {
    if (text.trim() !== "")
      add.mutate(
        { params: { id: journey }, body: { step, text: text.trim(), ...(thread !== undefined && { thread }) } },
        {
          onSuccess: () => {
            write("");
            done?.();
          },
        },
      );
  };
  return (
    <div className="comment-write">
      <Textarea
        ref={field}
        label={label}
        placeholder={say.hint}
        autosize
        minRows={2}
        maxRows={8}
        maxLength={2000}
        autoFocus={focused}
        value={text}
        onChange={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) post();
        }}
      />
      {offered.length > 0 && (
        <div className="row wrap" role="group" aria-label={say.names}>
          {offered.map((one) => (
            <Button key={one.id} size="xs" variant="light" onClick={() => name(one.name)}>
              {one.name}
            </Button>
          ))}
        </div>
      )}
      <RefusalNote error={add.error} />
      <Button
        size="xs"
        variant="default"
        style={{ alignSelf: "flex-start" }}
        disabled={text.trim() === ""}
        loading={add.isPending}
        onClick={post}
      >
        {send}
      </Button>
    </div>
  );
}

const useMembers = (): readonly { readonly id: string; readonly name: string }[] =>
  (useQuery(ask(listMembers, {})).data?.items ?? []).map((one) => ({ id: one.userId, name: one.name }));
