import "./settings.css";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useWords } from "../../i18n/words.ts";
import { Head } from "../../ui/page.tsx";
import { CodePart } from "../code/part.tsx";
import { ComputedFields } from "../computed/part.tsx";
import { Audit } from "./audit.tsx";
import { CalendarPart } from "./calendar.tsx";
import { Exclusions } from "./exclusions.tsx";
import { Identity } from "./identity.tsx";
import { Keys } from "./keys.tsx";
import { Members } from "./members.tsx";
import { Pressure } from "./pressure.tsx";
import { Profile } from "./profile.tsx";
import { Providers } from "./providers.tsx";
import { RightsPart } from "./rights.tsx";
import { Topics } from "./topics.tsx";
import { settingsWords } from "./words.ts";
import { Webhooks } from "./webhooks.tsx";
import { WorkspaceForm } from "./workspace.tsx";

const PARTS = {
  workspace: WorkspaceForm,
  pressure: Pressure,
  calendar: CalendarPart,
  identity: Identity,
  members: Members,
  keys: Keys,
  providers: Providers,
  webhooks: Webhooks,
  topics: Topics,
  fields: ComputedFields,
  exclusions: Exclusions,
  rights: RightsPart,
  code: CodePart,
  audit: Audit,
  profile: Profile,
} as const;
type Part = keyof typeof PARTS;

export function SettingsPage() {
  const say = useWords(settingsWords);
  const { part } = useParams({ strict: false });
  const shown: Part = part !== undefined && part in PARTS ? (part as Part) : "workspace";
  const Shown = PARTS[shown];
  const tabs = useRef<HTMLElement>(null);
  // More parts than fit on a narrow screen: the one shown is never out of sight.
  useEffect(() => {
    tabs.current?.querySelector("[aria-current]")?.scrollIntoView({ inline: "nearest", block: "nearest" });
  }, [shown]);
  return (
    <>
      <Head title={say.title} />
      <nav className="tabs" aria-label={say.title} ref={tabs}>
        {(Object.keys(PARTS) as Part[]).map((one) => (
          <Link key={one} to="/settings/$part" params={{ part: one }} aria-current={one === shown ? "page" : undefined}>
            {say.parts[one]}
          </Link>
        ))}
      </nav>
      <div className="work">
        <Shown />
      </div>
    </>
  );
}
