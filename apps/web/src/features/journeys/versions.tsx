import { Button } from "@mantine/core";
import { getVersion, listVersions, type Journey } from "@relance/contract/journeys";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { useNow } from "../../ui/now.ts";
import { Waiting } from "../../ui/page.tsx";
import type { Draft } from "./draft.ts";
import { reviewWords } from "./review-words.ts";

/** What was published, newest first; any of them can be the draft again, which publishing then makes live with the usual choices. */
export function VersionsDialog({ journey, draft, mayEdit, close, brought }: { readonly journey: Journey; readonly draft: Draft; readonly mayEdit: boolean; readonly close: () => void; readonly brought: (message: string) => void }) {
  const say = useWords(reviewWords);
  const { moment } = useFormats();
  const now = useNow();
  const { data, error } = useQuery(ask(listVersions, { params: { id: journey.id } }));
  const [failure, setFailure] = useState<unknown>(null);
  const bring = (version: number): void => {
    api.call(getVersion, { params: { id: journey.id, version } }).then(({ graph }) => { draft.replace(graph); brought(say.brought(version)); }, setFailure);
  };
  return (
    <Dialog title={say.versionsTitle} close={close} closeWord={say.close} wide>
      <p className="small soft">{say.bringText}</p>
      <RefusalNote error={error ?? failure} />
      {!data && !error && <Waiting />}
      <table className="plain">
        <tbody>
          {data?.items.map((one) => (
            <tr key={one.version}>
              <td><b>{say.version(one.version)}</b>{one.version === journey.liveVersion && <span className="small soft">, {say.live}</span>}<div className="tiny faint">{moment(one.publishedAt, now)}{one.publishedBy !== null && ` ${say.by(one.publishedBy)}`}</div></td>
              <td className="small soft">{say.steps(one.steps)}<br />{say.changes(one.added, one.changed, one.removed)}</td>
              <td className="right">{mayEdit && <Button size="xs" variant="default" aria-label={`${say.bring}: ${say.version(one.version)}`} onClick={() => bring(one.version)}>{say.bring}</Button>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
