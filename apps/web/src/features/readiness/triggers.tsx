import { listTriggers } from "@relance/contract/readiness";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Waiting } from "../../ui/page.tsx";
import { Status } from "../../ui/status.tsx";
import { useReadinessNames } from "./names.ts";
import { readinessWords } from "./words.ts";

const KINDS = { yes: "live", partly: "review", no: "draft" } as const;

/** What may start a journey, and whether it could today. */
export function Triggers() {
  const say = useWords(readinessWords);
  const { percent } = useReadinessNames();
  const { ago } = useFormats();
  const now = useNow();
  const { data, error } = useQuery(ask(listTriggers, {}));
  if (error) return <RefusalNote error={error} />;
  if (!data) return <Waiting />;
  return (
    <ul className="readiness-triggers">
      {data.items.map((one) => (
        <li key={one.start}>
          <div>
            <b>{one.start in say.starts ? say.starts[one.start as keyof typeof say.starts] : one.start}</b>
            <div className="tiny faint cut" title={one.events.join(", ")}>
              {one.events.slice(0, 2).join(", ")}
              {one.share !== null && percent(one.share)}
              {one.at !== null && one.events.length > 0 && ` · ${say.lastSeen(ago(one.at, now))}`}
            </div>
          </div>
          <Status kind={KINDS[one.met]} word={say.met[one.met]} />
        </li>
      ))}
    </ul>
  );
}
