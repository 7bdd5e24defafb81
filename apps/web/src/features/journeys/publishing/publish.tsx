import { Button, TextInput } from "@mantine/core";
import { previewPublish, publishJourney, type Journey } from "@relance/contract/journeys";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask, useChange } from "../../../api/client.ts";
import { RefusalNote } from "../../../app/refusal-note.tsx";
import { useSession } from "../../../app/session.tsx";
import { useWords } from "../../../i18n/words.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { Waiting } from "../../../ui/page.tsx";
import { FirstPublish } from "./first-publish.tsx";
import type { Draft } from "../draft.ts";
import type { Names } from "../names.ts";
import { ReadinessNote } from "../../readiness/publish-note.tsx";
import { ProblemList } from "./problem-list.tsx";
import { asChoices, NO_CHOICE, type Chosen } from "./choices.ts";
import { PublishPlan } from "./publish-plan.tsx";
import { reviewOf } from "./review.tsx";
import { reviewWords } from "./review-words.ts";
import { publishWords } from "./publish-words.ts";
import { Warnings } from "./warnings.tsx";

/**
 * What publishing would do, before it is done: for a first version who enters and what leaves by which door; later, what changes and what
 * becomes of the people inside. The plan shown is that of the draft as saved, and of nothing older.
 */
export function PublishDialog({
  journey,
  draft,
  names,
  mayDecide,
  close,
  published,
  toStep,
}: {
  readonly journey: Journey;
  readonly draft: Draft;
  readonly names: Names;
  readonly mayDecide: boolean;
  readonly close: () => void;
  readonly published: (message: string) => void;
  readonly toStep: (step: string | null) => void;
}) {
  const say = useWords(publishWords);
  const publish = useChange(publishJourney);
  const [chosen, choose] = useState<Chosen>(NO_CHOICE);
  const { workspace } = useSession();
  const review = useWords(reviewWords);
  const [override, setOverride] = useState("");
  const reviewed = reviewOf(journey, draft);
  const approved = reviewed?.state === "approved" && !reviewed.stale && !draft.dirty;
  const unapproved = workspace?.settings.fourEyes === true && !approved;
  const mayPublish = mayDecide && (!unapproved || (workspace?.role === "admin" && override.trim() !== ""));
  const { problems } = draft;
  const asked = useQuery({
    ...ask(previewPublish, { params: { id: journey.id } }, true),
    enabled: !draft.dirty && problems.length === 0,
    placeholderData: undefined,
  });
  const preview = !draft.dirty && asked.data?.revision === draft.known.draftRevision ? asked.data : undefined;
  const behind = !draft.dirty && asked.data !== undefined && asked.data.revision > draft.known.draftRevision;
  const version = (journey.liveVersion ?? 0) + 1;
  const choices = preview && asChoices(preview, chosen);
  const send = (): void =>
    publish.mutate(
      {
        params: { id: journey.id },
        body: { revision: preview!.revision, inside: "stay", choices: choices!, ...(unapproved && { override: override.trim() }) },
      },
      {
        onSuccess: (answer) => {
          draft.learn(answer);
          published(
            answer.state === "paused"
              ? say.donePaused(version)
              : Object.keys(choices!).length > 0
                ? say.doneWith(version)
                : say.done(version),
          );
        },
      },
    );
  const foot = (
    <>
      {!mayDecide && <span className="small soft grow">{say.notYours}</span>}
      <Button variant="default" onClick={close}>
        {say.keep}
      </Button>
      <Button disabled={!preview || choices === undefined || choices === null || !mayPublish} loading={publish.isPending} onClick={send}>
        {say.confirm(version)}
      </Button>
    </>
  );
  return (
    <Dialog
      title={say.title(version)}
      close={close}
      closeWord={say.close}
      wide={journey.liveVersion !== null && problems.length === 0}
      foot={problems.length > 0 ? undefined : foot}
    >
      {problems.length > 0 && (
        <>
          <p>{say.blocked(problems.length)}</p>
          <ProblemList problems={problems} graph={draft.graph} names={names} choose={toStep} />
        </>
      )}
      {problems.length === 0 && journey.liveVersion === null && <FirstPublish graph={draft.graph} names={names} />}
      {problems.length === 0 && journey.liveVersion !== null && preview && (
        <PublishPlan preview={preview} journey={journey} graph={draft.graph} names={names} chosen={chosen} choose={choose} />
      )}
      {problems.length === 0 && <Warnings graph={draft.graph} />}
      {problems.length === 0 && !draft.dirty && <ReadinessNote journey={journey.id} />}
      {problems.length === 0 && unapproved && (
        <div className="call stack" data-kind="review">
          <div>{review.needs}</div>
          {workspace?.role === "admin" && (
            <TextInput
              label={review.reason}
              description={review.reasonHelp}
              maxLength={500}
              value={override}
              onChange={(event) => setOverride(event.currentTarget.value)}
            />
          )}
        </div>
      )}
      {behind && (
        <div className="call" role="alert">
          {say.conflict}
        </div>
      )}
      {problems.length === 0 &&
        !preview &&
        !behind &&
        !asked.error &&
        (draft.dirty ? (
          <p className="small soft" role="status">
            {say.saving}
          </p>
        ) : (
          <Waiting />
        ))}
      <RefusalNote error={asked.error ?? publish.error} />
    </Dialog>
  );
}
