import { listKeys } from "@relance/contract/team";
import { listTemplates } from "@relance/contract/messages";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask } from "../../api/client.ts";
import { useSession } from "../../app/session.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Part } from "../../ui/page.tsx";
import { Moment, Thread } from "../../ui/thread.tsx";
import { homeWords } from "./words.ts";

/** The way to a first message; each dot is settled by what the workspace really holds. */
export function FirstSteps({ contacts, live }: { readonly contacts: number; readonly live: number }) {
  const say = useWords(homeWords);
  const { number } = useFormats();
  const { workspace } = useSession();
  const admin = workspace?.role === "admin";
  const keys = useQuery({ ...ask(listKeys, {}), enabled: admin }).data?.items ?? [];
  const templates = useQuery(ask(listTemplates, { query: { limit: 1 } })).data?.items ?? [];
  const sender = workspace?.settings.sender;
  const steps = [
    { key: "key", done: keys.some((one) => one.kind === "write" && one.revokedAt === null), title: <Link to="/settings/$part" params={{ part: "keys" }}>{say.stepKey}</Link>, text: say.stepKeyText },
    { key: "contacts", done: contacts > 0, title: <Link to="/imports">{say.stepContacts}</Link>, text: say.stepContactsText },
    { key: "sender", done: sender !== undefined && sender.email !== "" && sender.postalAddress !== "", title: <Link to="/settings">{say.stepSender}</Link>, text: say.stepSenderText },
    { key: "template", done: templates.length > 0, title: <Link to="/templates">{say.stepTemplate}</Link>, text: say.stepTemplateText },
    { key: "journey", done: live > 0, title: <Link to="/journeys">{say.stepJourney}</Link>, text: say.stepJourneyText },
  ];
  const next = steps.find((one) => !one.done);
  return (
    <Part title={say.steps} aside={say.stepsNote(number(steps.filter((one) => one.done).length))}>
      <div style={{ paddingTop: 16 }}>
        <Thread>{steps.map((one) => <Moment key={one.key} sign={one.done ? "good" : one === next ? "now" : "past"} title={<b>{one.title}</b>}>{one.text}</Moment>)}</Thread>
      </div>
    </Part>
  );
}
