import { Button, Menu } from "@mantine/core";
import type { Journey } from "@relance/contract/journeys";
import {
  IconArchive,
  IconArrowBackUp,
  IconArrowForwardUp,
  IconCode,
  IconCopy,
  IconDots,
  IconEyeCheck,
  IconHistory,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerTrackNext,
  IconVersions,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { memo, useState } from "react";
import { useWords } from "../../i18n/words.ts";
import { useNewest } from "../../ui/newest.ts";
import { CodeDialog } from "../code/dialog.tsx";
import { codeWords } from "../code/words.ts";
import type { Draft } from "./draft.ts";
import { ArchiveDialog, DuplicateDialog, PauseDialog, ResumeDialog } from "./canvas/gestures.tsx";
import type { Names } from "./names.ts";
import { PublishDialog } from "./publishing/publish.tsx";
import { AskReviewDialog } from "./publishing/review.tsx";
import { reviewWords } from "./publishing/review-words.ts";
import type { Rights } from "./rights.ts";
import { VersionsDialog } from "./publishing/versions.tsx";
import { journeyWords } from "./words.ts";

type Asked = "publish" | "pause" | "resume" | "archive" | "duplicate" | "review" | "versions" | "code" | null;
const icon = { size: 16, stroke: 1.5, "aria-hidden": true } as const;

/** The gestures of the head: one filled button, the rest beside it or behind the dots. */
export function Actions({
  draft,
  journey,
  names,
  rights,
  published,
  toStep,
  toProblem,
}: {
  readonly draft: Draft;
  readonly journey: Journey;
  readonly names: Names;
  readonly rights: Rights;
  readonly published: (message: string) => void;
  readonly toStep: (step: string | null) => void;
  readonly toProblem: () => void;
}) {
  const [asked, askFor] = useState<Asked>(null);
  const close = (): void => askFor(null);
  const lead = useNewest({ toProblem, backToLive: () => draft.replace(journey.live!) });
  const about = { journey, draft, close };
  return (
    <>
      <HeadButtons
        id={journey.id}
        state={journey.state}
        wasLive={journey.liveVersion !== null}
        fresh={draft.dirty || draft.known.changed || journey.liveVersion === null}
        problems={draft.problems.length}
        canUndo={draft.canUndo}
        canRedo={draft.canRedo}
        mayWrite={rights.write}
        mayEdit={rights.edit}
        mayDecide={rights.decide}
        undo={draft.undo}
        redo={draft.redo}
        askFor={askFor}
        toProblem={lead.toProblem}
        backToLive={lead.backToLive}
      />
      {asked === "publish" && (
        <PublishDialog
          {...about}
          names={names}
          mayDecide={rights.decide}
          published={(message) => {
            close();
            published(message);
          }}
          toStep={(step) => {
            close();
            toStep(step);
          }}
        />
      )}
      {asked === "review" && <AskReviewDialog draft={draft} close={close} />}
      {asked === "versions" && (
        <VersionsDialog
          journey={journey}
          draft={draft}
          names={names}
          mayEdit={rights.edit}
          close={close}
          brought={(message) => {
            close();
            published(message);
          }}
        />
      )}
      {asked === "code" && <CodeDialog kind="journey" id={journey.id} name={draft.name} close={close} />}
      {asked === "pause" && <PauseDialog {...about} />}
      {asked === "resume" && <ResumeDialog {...about} />}
      {asked === "archive" && <ArchiveDialog {...about} />}
      {asked === "duplicate" && <DuplicateDialog {...about} />}
    </>
  );
}

/** Drawn again only when one of them changes, not at each letter typed in the panel. */
const HeadButtons = memo(function HeadButtons({
  id,
  state,
  wasLive,
  fresh,
  problems,
  canUndo,
  canRedo,
  mayWrite,
  mayEdit,
  mayDecide,
  undo,
  redo,
  askFor,
  toProblem,
  backToLive,
}: {
  readonly id: string;
  readonly state: Journey["state"];
  readonly wasLive: boolean;
  /** Whether there is something to publish. */ readonly fresh: boolean;
  readonly problems: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly mayWrite: boolean;
  readonly mayEdit: boolean;
  readonly mayDecide: boolean;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly askFor: (asked: Asked) => void;
  readonly toProblem: () => void;
  readonly backToLive: () => void;
}) {
  const say = useWords(journeyWords);
  const review = useWords(reviewWords);
  const code = useWords(codeWords);
  return (
    <>
      {mayEdit && (
        <Button className="wide" variant="default" px={9} aria-label={say.undo} title={say.undo} disabled={!canUndo} onClick={undo}>
          <IconArrowBackUp size={17} stroke={1.5} aria-hidden />
        </Button>
      )}
      {mayEdit && (
        <Button className="wide" variant="default" px={9} aria-label={say.redo} title={say.redo} disabled={!canRedo} onClick={redo}>
          <IconArrowForwardUp size={17} stroke={1.5} aria-hidden />
        </Button>
      )}
      {mayEdit && problems > 0 && (
        <Button variant="default" className="danger wide" onClick={toProblem}>
          {say.problems(problems)}
        </Button>
      )}
      {mayEdit && state === "live" && (
        <Button variant="default" leftSection={<IconPlayerPause {...icon} />} onClick={() => askFor("pause")}>
          {say.pause}
        </Button>
      )}
      {mayDecide && state === "paused" && (
        <Button variant="default" leftSection={<IconPlayerPlay {...icon} />} onClick={() => askFor("resume")}>
          {say.resume}
        </Button>
      )}
      {state !== "archived" && (
        <Button
          className="wide"
          variant="default"
          leftSection={<IconPlayerTrackNext {...icon} />}
          renderRoot={(props) => <Link to="/journeys/$journey/rehearsal" params={{ journey: id }} {...props} />}
        >
          {say.rehearse}
        </Button>
      )}
      {mayEdit && (
        <Button data-publish disabled={!fresh} onClick={() => askFor("publish")}>
          {say.publish}
        </Button>
      )}
      {mayWrite && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" px={9} aria-label={say.more} title={say.more}>
              <IconDots size={17} stroke={1.5} aria-hidden />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconCopy {...icon} />} onClick={() => askFor("duplicate")}>
              {say.duplicate}
            </Menu.Item>
            {mayEdit && (
              <Menu.Item leftSection={<IconEyeCheck {...icon} />} disabled={!fresh} onClick={() => askFor("review")}>
                {review.ask}
              </Menu.Item>
            )}
            {state !== "archived" && (
              <Menu.Item leftSection={<IconCode {...icon} />} onClick={() => askFor("code")}>
                {code.asCode}
              </Menu.Item>
            )}
            {wasLive && (
              <Menu.Item leftSection={<IconVersions {...icon} />} onClick={() => askFor("versions")}>
                {review.versions}
              </Menu.Item>
            )}
            {wasLive && mayEdit && (
              <Menu.Item leftSection={<IconHistory {...icon} />} disabled={!fresh} onClick={backToLive}>
                {say.backToLive}
              </Menu.Item>
            )}
            {mayDecide && (
              <Menu.Item leftSection={<IconArchive {...icon} />} onClick={() => askFor("archive")}>
                {say.archive}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
});
