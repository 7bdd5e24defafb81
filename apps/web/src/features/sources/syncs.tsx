import { Button } from "@mantine/core";
import { listSyncs, type Sync } from "@relance/contract/syncs";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Part } from "../../ui/page.tsx";
import { Status, type StatusKind } from "../../ui/status.tsx";
import { syncWords } from "./sync-words.ts";

const SIGNS: Readonly<Record<Sync["state"], StatusKind>> = { new: "info", reading: "live", mapping: "review", ok: "done", failing: "problem", stopped: "paused" };

/** How a source that is read on a schedule stands: shape, word and colour. */
export function SyncState({ sync }: { readonly sync: Sync }) {
  const say = useWords(syncWords);
  return <Status kind={SIGNS[sync.state]} word={say.states[sync.state]} />;
}

/** Files and queries read on a schedule, among the sources. */
export function Syncs() {
  const say = useWords(syncWords);
  const { workspace } = useSession();
  const { data, error } = useQuery(ask(listSyncs, {}, true));
  const items = data?.items ?? [];
  return (
    <Part title={say.part}>
      <RefusalNote error={error} />
      {data && items.length === 0 && <p className="soft">{say.none}</p>}
      {items.length > 0 && (
        <table className="plain">
          <thead><tr><th>{say.source}</th><th>{say.state}</th><th className="wide">{say.last}</th><th className="right wide">{say.rows}</th><th className="right">{say.refused}</th></tr></thead>
          <tbody>{items.map((one) => <Row key={one.id} sync={one} />)}</tbody>
        </table>
      )}
      {workspace?.role === "admin" && <div style={{ marginTop: 14 }}><Button component={Link} to="/sources/syncs/new" variant="default" leftSection={<IconPlus size={16} stroke={1.5} />}>{say.add}</Button></div>}
    </Part>
  );
}

function Row({ sync }: { readonly sync: Sync }) {
  const say = useWords(syncWords);
  const { number, ago } = useFormats();
  const now = useNow();
  const refused = sync.counts?.refused ?? 0;
  return (
    <tr>
      <td><Link to="/sources/syncs/$sync" params={{ sync: sync.id }}><b>{sync.name}</b></Link><div className="small soft">{say.kinds[sync.kind]}</div></td>
      <td><SyncState sync={sync} /></td>
      <td className="wide">{sync.succeededAt === null ? <span className="faint">{say.never}</span> : ago(sync.succeededAt, now)}</td>
      <td className="right wide">{sync.counts === null ? "–" : number(sync.counts.rows)}</td>
      <td className="right" style={refused > 0 ? { color: "var(--r-garance)", fontWeight: 600 } : undefined}>{number(refused)}</td>
    </tr>
  );
}
