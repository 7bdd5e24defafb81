import { Button, NumberInput } from "@mantine/core";
import { listSyncs, type Sync } from "@relance/contract/syncs";
import type { Workspace } from "@relance/contract/team";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useWords } from "../../i18n/words.ts";
import { Status, type StatusKind } from "../../ui/status.tsx";
import { useSettings } from "../settings/use-settings.ts";
import { SourceTable } from "./source-table.tsx";
import { syncWords } from "./sync-words.ts";

const SIGNS: Readonly<Record<Sync["state"], StatusKind>> = {
  new: "info",
  reading: "live",
  mapping: "review",
  ok: "done",
  failing: "problem",
  stopped: "paused",
};

/** How a source that is read on a schedule stands: shape, word and colour. */
export function SyncState({ sync }: { readonly sync: Sync }) {
  const say = useWords(syncWords);
  return <Status kind={SIGNS[sync.state]} word={say.states[sync.state]} />;
}

/** Files, feeds and queries read on a schedule, among the sources. */
export function Syncs() {
  const say = useWords(syncWords);
  const { workspace } = useSession();
  const { data, error } = useQuery(ask(listSyncs, {}, true));
  const lines = data?.items.map((one) => ({
    id: one.id,
    to: `/sources/syncs/${one.id}`,
    name: one.name,
    kind: say.kinds[one.kind],
    state: <SyncState sync={one} />,
    lastAt: one.succeededAt,
    rows: one.counts?.rows ?? null,
    refused: one.counts?.refused ?? 0,
  }));
  return (
    <SourceTable say={say} head={{ source: say.source, rows: say.rows }} lines={lines} error={error} add="/sources/syncs/new">
      {workspace?.role === "admin" && lines && lines.length > 0 && <Alert key={workspace.id} workspace={workspace} />}
    </SourceTable>
  );
}

/** After how many failures in a row the administrators get a mail. */
function Alert({ workspace }: { readonly workspace: Workspace }) {
  const say = useWords(syncWords);
  const { settings, change, set, save } = useSettings(workspace);
  const { alertAfter } = settings.sources;
  return (
    <form
      className="stack"
      style={{ marginTop: 18, maxWidth: 420 }}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <NumberInput
        label={say.alert}
        description={say.alertHelp}
        min={0}
        max={50}
        allowDecimal={false}
        value={alertAfter}
        onChange={(value) => typeof value === "number" && set({ sources: { alertAfter: value } })}
      />
      <RefusalNote error={change.error} />
      {change.isSuccess && (
        <div className="call" data-kind="good" role="status">
          {say.saved}
        </div>
      )}
      {alertAfter !== workspace.settings.sources.alertAfter && (
        <div>
          <Button type="submit" variant="default" loading={change.isPending}>
            {say.save}
          </Button>
        </div>
      )}
    </form>
  );
}
