import type { ContactProfile } from "@relance/contract/contacts";
import { Link } from "@tanstack/react-router";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { useReadinessNames } from "../readiness/names.ts";
import { useSyncOf } from "../sources/sync-source.ts";
import { contactWords } from "./words.ts";

/** Where each field of a contact came from and when it was last said; of a source read on a schedule, when that was last read. */
export function Origins({ contact }: { readonly contact: ContactProfile }) {
  const say = useWords(contactWords);
  const { ago } = useFormats();
  const now = useNow();
  const { field, source } = useReadinessNames();
  const syncOf = useSyncOf();
  const fields = Object.keys({ ...contact.freshness, ...contact.sources }).sort();
  if (fields.length === 0) return null;
  return (
    <details style={{ marginTop: 8 }}>
      <summary className="small">{say.origins}</summary>
      <dl className="facts" style={{ marginTop: 6 }}>
        {fields.map((name) => {
          const by = contact.sources[name];
          const sync = by === undefined ? null : syncOf(by);
          const at = contact.freshness[name];
          return [
            <dt key={`${name}-name`} className="cut">
              {field(name)}
            </dt>,
            <dd key={name}>
              {by === undefined ? (
                say.originUnknown
              ) : sync ? (
                <Link to="/sources/syncs/$sync" params={{ sync: sync.id }}>
                  {sync.name}
                </Link>
              ) : (
                source(by)
              )}
              <div className="tiny faint">
                {sync?.succeededAt != null
                  ? say.originRead(ago(sync.succeededAt, now))
                  : at === undefined
                    ? ""
                    : say.originSaid(ago(at, now))}
              </div>
            </dd>,
          ];
        })}
      </dl>
    </details>
  );
}
