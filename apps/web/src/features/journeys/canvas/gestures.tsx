import { Button, Textarea, TextInput } from "@mantine/core";
import { archiveJourney, duplicateJourney, pauseJourney, resumeJourney, type Journey } from "@relance/contract/journeys";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useChange } from "../../../api/client.ts";
import { RefusalNote } from "../../../app/refusal-note.tsx";
import { useFormats } from "../../../i18n/language.tsx";
import { useWords } from "../../../i18n/words.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { useNow } from "../../../ui/now.ts";
import type { Draft } from "../draft.ts";
import { gestureWords } from "./gesture-words.ts";

interface Of {
  readonly journey: Journey;
  readonly draft: Draft;
  readonly close: () => void;
}
const OVERDUE = ["catch_up", "retime", "leave"] as const;

/** Nobody enters and nothing moves until someone resumes; the reason is kept for whoever wonders. */
export function PauseDialog({ journey, draft, close }: Of) {
  const say = useWords(gestureWords);
  const { number } = useFormats();
  const pause = useChange(pauseJourney);
  const [reason, setReason] = useState("");
  const send = (): void =>
    pause.mutate(
      { params: { id: journey.id }, body: { reason: reason.trim() } },
      {
        onSuccess: (answer) => {
          draft.learn(answer);
          close();
        },
      },
    );
  return (
    <Dialog
      title={say.pauseTitle}
      close={close}
      closeWord={say.close}
      foot={
        <>
          <Button variant="default" onClick={close}>
            {say.keep}
          </Button>
          <Button loading={pause.isPending} onClick={send}>
            {say.pause}
          </Button>
        </>
      }
    >
      <p>{say.pauseText(journey.totals.here, number(journey.totals.here))}</p>
      <Textarea
        label={say.reason}
        placeholder={say.reasonHelp}
        maxLength={500}
        autosize
        minRows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <RefusalNote error={pause.error} />
    </Dialog>
  );
}

/** What became due during the pause is done, moved by its length, or those runs end. */
export function ResumeDialog({ journey, draft, close }: Of) {
  const say = useWords(gestureWords);
  const { ago } = useFormats();
  const now = useNow();
  const resume = useChange(resumeJourney);
  const [overdue, setOverdue] = useState<(typeof OVERDUE)[number]>("catch_up");
  const { pause } = journey;
  const send = (): void =>
    resume.mutate(
      { params: { id: journey.id }, body: { overdue } },
      {
        onSuccess: (answer) => {
          draft.learn(answer);
          close();
        },
      },
    );
  return (
    <Dialog
      title={say.resumeTitle}
      close={close}
      closeWord={say.close}
      foot={
        <>
          <Button variant="default" onClick={close}>
            {say.keepPaused}
          </Button>
          <Button loading={resume.isPending} onClick={send}>
            {say.resume}
          </Button>
        </>
      }
    >
      {pause && (
        <p>
          {say.pausedBy(ago(pause.since, now), pause.by)}
          {pause.reason !== "" && (
            <>
              <br />
              <span className="soft">{say.quoted(pause.reason)}</span>
            </>
          )}
        </p>
      )}
      <fieldset className="ways">
        <legend>{say.overdue}</legend>
        {OVERDUE.map((one) => (
          <label key={one}>
            <input type="radio" name="overdue" checked={overdue === one} onChange={() => setOverdue(one)} />
            <span>
              <b>{say.overdues[one]}</b>
              <br />
              <span className="small soft">{say.overdueTexts[one]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <RefusalNote error={resume.error} />
    </Dialog>
  );
}

export function ArchiveDialog({ journey, close }: Omit<Of, "draft">) {
  const say = useWords(gestureWords);
  const { number } = useFormats();
  const navigate = useNavigate();
  const archive = useChange(archiveJourney);
  const send = (): void => archive.mutate({ params: { id: journey.id } }, { onSuccess: () => void navigate({ to: "/journeys" }) });
  return (
    <Dialog
      title={say.archiveTitle}
      close={close}
      closeWord={say.close}
      foot={
        <>
          <Button variant="default" onClick={close}>
            {say.keep}
          </Button>
          <Button color="garance" loading={archive.isPending} onClick={send}>
            {say.archive}
          </Button>
        </>
      }
    >
      <p>{journey.totals.here > 0 ? say.archiveInside(journey.totals.here, number(journey.totals.here)) : say.archiveEmpty}</p>
      <p className="small soft">{say.archiveText}</p>
      <RefusalNote error={archive.error} />
    </Dialog>
  );
}

export function DuplicateDialog({ journey, close }: Omit<Of, "draft">) {
  const say = useWords(gestureWords);
  const navigate = useNavigate();
  const duplicate = useChange(duplicateJourney);
  const [name, setName] = useState(say.copyOf(journey.name).slice(0, 200));
  const send = (): void =>
    duplicate.mutate(
      { params: { id: journey.id }, body: { name: name.trim() } },
      {
        onSuccess: ({ id }) => {
          close();
          void navigate({ to: "/journeys/$journey", params: { journey: id } });
        },
      },
    );
  return (
    <Dialog
      title={say.duplicateTitle}
      close={close}
      closeWord={say.close}
      foot={
        <>
          <Button variant="default" onClick={close}>
            {say.keep}
          </Button>
          <Button disabled={name.trim() === ""} loading={duplicate.isPending} onClick={send}>
            {say.duplicate}
          </Button>
        </>
      }
    >
      <TextInput label={say.copyName} maxLength={200} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <p className="small soft">{say.duplicateText}</p>
      <RefusalNote error={duplicate.error} />
    </Dialog>
  );
}
