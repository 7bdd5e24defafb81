import "./shops.css";
import "./sources.css";
import "../settings/settings.css";
import { addSync, SYNC_KINDS, type SyncInput } from "@relance/contract/syncs";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useChange } from "../../api/client.ts";
import { useWords } from "../../i18n/words.ts";
import { Sheet } from "../../ui/page.tsx";
import { SourcesHead } from "./head.tsx";
import { SyncForm } from "./sync-form.tsx";
import { syncWords } from "./sync-words.ts";

/** Adds a source that is read on a schedule: which kind, then where and how often. */
export function NewSyncPage() {
  const say = useWords(syncWords);
  const navigate = useNavigate();
  const [kind, setKind] = useState<SyncInput["kind"] | null>(null);
  const create = useChange(addSync);
  return (
    <>
      <SourcesHead shown="all" />
      <Sheet>
        <h1 style={{ marginBottom: 16 }}>{kind ? say.kinds[kind] : say.add}</h1>
        {kind ? (
          <SyncForm
            kind={kind}
            sync={null}
            change={create}
            done={say.create}
            cancel={() => setKind(null)}
            submit={(body) =>
              create.mutate({ body }, { onSuccess: (made) => void navigate({ to: "/sources/syncs/$sync", params: { sync: made.id } }) })
            }
          />
        ) : (
          <>
            <h2 style={{ marginBottom: 12 }}>{say.which}</h2>
            <div className="kinds">
              {SYNC_KINDS.map((one) => (
                <button key={one} type="button" onClick={() => setKind(one)}>
                  <b>{say.kinds[one]}</b>
                  <span className="small soft">{say.kindTexts[one]}</span>
                </button>
              ))}
            </div>
            <p style={{ marginTop: 20 }}>
              <Link to="/sources">{say.back}</Link>
            </p>
          </>
        )}
      </Sheet>
    </>
  );
}
