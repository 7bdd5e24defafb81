import { Button } from "@mantine/core";
import { getVersion, listVersions, type Journey } from "@relance/contract/journeys";
import { EMPTY_GRAPH } from "@relance/model/journeys";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { api, ask } from "../../../api/client.ts";
import { RefusalNote } from "../../../app/refusal-note.tsx";
import { useFormats } from "../../../i18n/language.tsx";
import { useWords } from "../../../i18n/words.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { useNow } from "../../../ui/now.ts";
import { Waiting } from "../../../ui/page.tsx";
import { diffWords } from "./diff-words.ts";
import type { Draft } from "../draft.ts";
import type { Names } from "../names.ts";
import { reviewWords } from "./review-words.ts";

const DiffCanvas = lazy(() => import("../canvas/diff-canvas.tsx").then((file) => ({ default: file.DiffCanvas })));

/** What was published, newest first, each with what it changed; any of them can be the draft again, which publishing then makes live with the usual choices. */
export function VersionsDialog({
  journey,
  draft,
  names,
  mayEdit,
  close,
  brought,
}: {
  readonly journey: Journey;
  readonly draft: Draft;
  readonly names: Names;
  readonly mayEdit: boolean;
  readonly close: () => void;
  readonly brought: (message: string) => void;
}) {
  const say = useWords(reviewWords);
  const diff = useWords(diffWords);
  const { moment } = useFormats();
  const now = useNow();
  const { data, error } = useQuery(ask(listVersions, { params: { id: journey.id } }));
  const [failure, setFailure] = useState<unknown>(null);
  const [looked, look] = useState<number | null>(null);
  const bring = (version: number): void => {
    api.call(getVersion, { params: { id: journey.id, version } }).then(({ graph }) => {
      draft.replace(graph);
      brought(say.brought(version));
    }, setFailure);
  };
  if (looked !== null) {
    return (
      <Dialog
        key="looked"
        title={looked === 1 ? diff.version(1) : diff.compare(diff.version(looked - 1), diff.version(looked))}
        close={close}
        closeWord={say.close}
        wide
        foot={
          <>
            <Button variant="default" onClick={() => look(null)}>
              {diff.back}
            </Button>
            {mayEdit && <Button onClick={() => bring(looked)}>{say.bring}</Button>}
          </>
        }
      >
        <RefusalNote error={failure} />
        <Looked journey={journey.id} version={looked} names={names} />
      </Dialog>
    );
  }
  return (
    <Dialog title={say.versionsTitle} close={close} closeWord={say.close} wide>
      <p className="small soft">{say.bringText}</p>
      <RefusalNote error={error ?? failure} />
      {!data && !error && <Waiting />}
      <table className="plain">
        <tbody>
          {data?.items.map((one) => (
            <tr key={one.version}>
              <td>
                <b>{say.version(one.version)}</b>
                {one.version === journey.liveVersion && <span className="small soft">, {say.live}</span>}
                <div className="tiny faint">
                  {moment(one.publishedAt, now)}
                  {one.publishedBy !== null && ` ${say.by(one.publishedBy)}`}
                </div>
              </td>
              <td className="small soft">
                {say.steps(one.steps)}
                <br />
                {say.changes(one.added, one.changed, one.removed)}
              </td>
              <td className="right">
                <div className="row wrap version-gestures">
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={`${diff.look}: ${say.version(one.version)}`}
                    onClick={() => look(one.version)}
                  >
                    {diff.look}
                  </Button>
                  {mayEdit && (
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={`${say.bring}: ${say.version(one.version)}`}
                      onClick={() => bring(one.version)}
                    >
                      {say.bring}
                    </Button>
                  )}
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}

/** What a version changed against the one before it. */
function Looked({ journey, version, names }: { readonly journey: string; readonly version: number; readonly names: Names }) {
  const diff = useWords(diffWords);
  const after = useQuery(ask(getVersion, { params: { id: journey, version } }));
  const before = useQuery({ ...ask(getVersion, { params: { id: journey, version: version - 1 } }), enabled: version > 1 });
  const error = after.error ?? before.error;
  if (error) return <RefusalNote error={error} />;
  if (after.data?.version !== version || (version > 1 && before.data?.version !== version - 1)) return <Waiting lines={8} />;
  return (
    <Suspense fallback={<Waiting lines={8} />}>
      <DiffCanvas
        before={before.data?.graph ?? EMPTY_GRAPH}
        after={after.data.graph}
        names={names}
        title={[version > 1 ? diff.version(version - 1) : diff.nothing, diff.version(version)]}
      />
    </Suspense>
  );
}
