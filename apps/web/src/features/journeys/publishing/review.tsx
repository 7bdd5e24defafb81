import { Button, Textarea } from "@mantine/core";
import { askReview, decideReview, type Journey } from "@relance/contract/journeys";
import { getMe } from "@relance/contract/team";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { ask, useChange } from "../../../api/client.ts";
import { RefusalNote } from "../../../app/refusal-note.tsx";
import { useSession } from "../../../app/session.tsx";
import { useFormats } from "../../../i18n/language.tsx";
import { useWords } from "../../../i18n/words.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { useNow } from "../../../ui/now.ts";
import { Waiting } from "../../../ui/page.tsx";
import { diffWords } from "./diff-words.ts";
import type { Draft } from "../draft.ts";
import type { Names } from "../names.ts";
import { reviewWords } from "./review-words.ts";
import type { Rights } from "../rights.ts";

const DiffCanvas = lazy(() => import("../canvas/diff-canvas.tsx").then((file) => ({ default: file.DiffCanvas })));

/** Asks the approvers to look at the draft as it is saved. */
export function AskReviewDialog({ draft, close }: { readonly draft: Draft; readonly close: () => void }) {
  const say = useWords(reviewWords);
  const review = useChange(askReview);
  const [note, setNote] = useState("");
  const blocked = draft.problems.length > 0;
  const send = (): void =>
    review.mutate(
      { params: { id: draft.known.id }, body: { revision: draft.known.draftRevision, note: note.trim() } },
      {
        onSuccess: (answer) => {
          draft.learn(answer);
          close();
        },
      },
    );
  return (
    <Dialog
      title={say.title}
      close={close}
      closeWord={say.close}
      foot={
        <>
          <Button variant="default" onClick={close}>
            {say.keep}
          </Button>
          <Button disabled={blocked || draft.dirty} loading={review.isPending} onClick={send}>
            {say.send}
          </Button>
        </>
      }
    >
      <p>{blocked ? say.blocked : say.askText}</p>
      {!blocked && (
        <Textarea
          label={say.note}
          placeholder={say.noteHelp}
          maxLength={2_000}
          autosize
          minRows={2}
          data-autofocus
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
      )}
      <RefusalNote error={review.error} />
    </Dialog>
  );
}

/** The review as known best: the journey is asked now and then what others did, the draft learns what was done here. */
export function reviewOf(journey: Journey, draft: Draft): Journey["review"] {
  const [theirs, ours] = [journey.review, draft.known.review];
  if (!theirs || !ours) return theirs ?? ours;
  if (theirs.askedAt !== ours.askedAt) return theirs.askedAt > ours.askedAt ? theirs : ours;
  return { ...(theirs.decidedAt !== null ? theirs : ours), stale: theirs.stale || ours.stale };
}

/** Where the review of the draft stands and, for an approver, the answer to it. */
export function ReviewBox({
  journey,
  draft,
  names,
  rights,
}: {
  readonly journey: Journey;
  readonly draft: Draft;
  readonly names: Names;
  readonly rights: Rights;
}) {
  const say = useWords(reviewWords);
  const diff = useWords(diffWords);
  const { ago } = useFormats();
  const now = useNow();
  const me = useQuery(ask(getMe, {})).data?.id;
  const fourEyes = useSession().workspace?.settings.fourEyes ?? false;
  const decide = useChange(decideReview);
  const [returning, setReturning] = useState<string | null>(null);
  const [looking, look] = useState(false);
  const review = reviewOf(journey, draft);
  if (!review || (review.state !== "open" && review.stale)) return null;
  const answer = (approve: boolean, note: string): void =>
    decide.mutate(
      { params: { id: journey.id }, body: { revision: draft.known.draftRevision, approve, note } },
      {
        onSuccess: (known) => {
          draft.learn(known);
          setReturning(null);
        },
      },
    );
  const line =
    review.state === "open"
      ? say.open(review.askedBy, ago(review.askedAt, now))
      : say[review.state](review.decidedBy ?? "", ago(review.decidedAt ?? review.askedAt, now));
  const said = review.state === "open" ? review.note : (review.answer ?? "");
  const own = fourEyes && review.asker === me;
  return (
    <div
      className="call stack"
      data-kind={review.state === "approved" ? "good" : review.state === "returned" ? "review" : "info"}
      role="status"
    >
      <div>
        {line}
        {said !== "" && <div className="soft">{say.quoted(said)}</div>}
        {review.stale && <div>{say.stale}</div>}
      </div>
      {review.state === "open" && !review.stale && rights.decide && (
        <div className="row wrap">
          <Button size="xs" disabled={own || draft.dirty} loading={decide.isPending} onClick={() => answer(true, "")}>
            {say.approve}
          </Button>
          <Button size="xs" variant="default" onClick={() => setReturning("")}>
            {say.sendBack}
          </Button>
          {own && <span className="tiny">{say.own}</span>}
        </div>
      )}
      {review.state === "open" && !review.stale && !rights.decide && <div className="tiny">{say.waiting}</div>}
      {review.state === "returned" && rights.edit && <div className="tiny">{say.returnedNext}</div>}
      {/* A phone shows what is published; a canvas marks what differs, and this says how. */}
      {journey.live !== null && draft.known.changed && review.state !== "approved" && (
        <div>
          <button type="button" className="link-button small" onClick={() => look(true)}>
            {say.look}
          </button>
        </div>
      )}
      {looking && journey.live !== null && (
        <Dialog title={say.changesTitle} close={() => look(false)} closeWord={say.close} wide>
          <Suspense fallback={<Waiting lines={8} />}>
            <DiffCanvas
              before={journey.live}
              after={draft.graph}
              names={names}
              title={[diff.live(journey.liveVersion!), diff.draft(journey.liveVersion! + 1)]}
            />
          </Suspense>
        </Dialog>
      )}
      <RefusalNote error={decide.error} />
      {returning !== null && (
        <Dialog
          title={say.backTitle}
          close={() => setReturning(null)}
          closeWord={say.close}
          foot={
            <Button disabled={returning.trim() === ""} loading={decide.isPending} onClick={() => answer(false, returning.trim())}>
              {say.backTitle}
            </Button>
          }
        >
          <Textarea
            label={say.why}
            placeholder={say.whyHelp}
            maxLength={2_000}
            autosize
            minRows={2}
            data-autofocus
            value={returning}
            onChange={(event) => setReturning(event.currentTarget.value)}
          />
        </Dialog>
      )}
    </div>
  );
}
