import { Button, Menu } from "@mantine/core";
import type { Journey } from "@relance/contract/journeys";
import { IconArchive, IconArrowBackUp, IconArrowForwardUp, IconCode, IconCopy, IconDots, IconEyeCheck, IconHistory, IconPlayerPause, IconPlayerPlay, IconPlayerTrackNext, IconVersions } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useWords } from "../../i18n/words.ts";
import { CodeDialog } from "../code/dialog.tsx";
import { codeWords } from "../code/words.ts";
import type { Draft } from "./draft.ts";
import { ArchiveDialog, DuplicateDialog, PauseDialog, ResumeDialog } from "./gestures.tsx";
import type { Names } from "./names.ts";
import { PublishDialog } from "./publish.tsx";
import { AskReviewDialog } from "./review.tsx";
import { reviewWords } from "./review-words.ts";
import type { Rights } from "./rights.ts";
import { VersionsDialog } from "./versions.tsx";
import { journeyWords } from "./words.ts";

type Asked = "publish" | "pause" | "resume" | "archive" | "duplicate" | "review" | "versions" | "code" | null;
const icon = { size: 16, stroke: 1.5, "aria-hidden": true } as const;

/** The gestures of the head: one filled button, the rest beside it or behind the dots. */
export function Actions({ draft, journey, names, rights, published, toStep, toProblem }: {
  readonly draft: Draft; readonly journey: Journey; readonly names: Names; readonly rights: Rights;
  readonly published: (message: string) => void; readonly toStep: (step: string | null) => void; readonly toProblem: () => void;
}) {
  const say = useWords(journeyWords);
  const review = useWords(reviewWords);
  const code = useWords(codeWords);
  const [asked, askFor] = useState<Asked>(null);
  const close = (): void => askFor(null);
  const { problems } = draft;
  const about = { journey, draft, close };
  return (
    <>
      {rights.edit && <Button className="wide" variant="default" px={9} aria-label={say.undo} title={say.undo} disabled={!draft.canUndo} onClick={draft.undo}><IconArrowBackUp size={17} stroke={1.5} aria-hidden /></Button>}
      {rights.edit && <Button className="wide" variant="default" px={9} aria-label={say.redo} title={say.redo} disabled={!draft.canRedo} onClick={draft.redo}><IconArrowForwardUp size={17} stroke={1.5} aria-hidden /></Button>}
      {rights.edit && problems.length > 0 && <Button variant="default" className="danger wide" onClick={toProblem}>{say.problems(problems.length)}</Button>}
      {rights.edit && journey.state === "live" && <Button variant="default" leftSection={<IconPlayerPause {...icon} />} onClick={() => askFor("pause")}>{say.pause}</Button>}
      {rights.decide && journey.state === "paused" && <Button variant="default" leftSection={<IconPlayerPlay {...icon} />} onClick={() => askFor("resume")}>{say.resume}</Button>}
      {journey.state !== "archived" && <Button className="wide" variant="default" leftSection={<IconPlayerTrackNext {...icon} />} renderRoot={(props) => <Link to="/journeys/$journey/rehearsal" params={{ journey: journey.id }} {...props} />}>{say.rehearse}</Button>}
      {rights.edit && <Button data-publish disabled={!draft.dirty && !draft.known.changed && journey.liveVersion !== null} onClick={() => askFor("publish")}>{say.publish}</Button>}
      {rights.write && (
        <Menu position="bottom-end">
          <Menu.Target><Button variant="default" px={9} aria-label={say.more} title={say.more}><IconDots size={17} stroke={1.5} aria-hidden /></Button></Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconCopy {...icon} />} onClick={() => askFor("duplicate")}>{say.duplicate}</Menu.Item>
            {rights.edit && <Menu.Item leftSection={<IconEyeCheck {...icon} />} disabled={!draft.dirty && !draft.known.changed && journey.liveVersion !== null} onClick={() => askFor("review")}>{review.ask}</Menu.Item>}
            {journey.state !== "archived" && <Menu.Item leftSection={<IconCode {...icon} />} onClick={() => askFor("code")}>{code.asCode}</Menu.Item>}
            {journey.liveVersion !== null && <Menu.Item leftSection={<IconVersions {...icon} />} onClick={() => askFor("versions")}>{review.versions}</Menu.Item>}
            {journey.live !== null && rights.edit && <Menu.Item leftSection={<IconHistory {...icon} />} disabled={!draft.known.changed && !draft.dirty} onClick={() => draft.replace(journey.live!)}>{say.backToLive}</Menu.Item>}
            {rights.decide && <Menu.Item leftSection={<IconArchive {...icon} />} onClick={() => askFor("archive")}>{say.archive}</Menu.Item>}
          </Menu.Dropdown>
        </Menu>
      )}
      {asked === "publish" && <PublishDialog {...about} names={names} mayDecide={rights.decide} published={(message) => { close(); published(message); }} toStep={(step) => { close(); toStep(step); }} />}
      {asked === "review" && <AskReviewDialog draft={draft} close={close} />}
      {asked === "versions" && <VersionsDialog journey={journey} draft={draft} names={names} mayEdit={rights.edit} close={close} brought={(message) => { close(); published(message); }} />}
      {asked === "code" && <CodeDialog kind="journey" id={journey.id} name={draft.name} close={close} />}
      {asked === "pause" && <PauseDialog {...about} />}
      {asked === "resume" && <ResumeDialog {...about} />}
      {asked === "archive" && <ArchiveDialog {...about} />}
      {asked === "duplicate" && <DuplicateDialog {...about} />}
    </>
  );
}
