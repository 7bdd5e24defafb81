import { createTemplate, listStarters, listTemplates } from "@relance/contract/messages";
import { Button, Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Empty, Head, Sheet, Waiting } from "../../ui/page.tsx";
import { Status } from "../../ui/status.tsx";
import { templateWords } from "./words.ts";

export function TemplatesPage() {
  const say = useWords(templateWords);
  const { day } = useFormats();
  const { data, error } = useQuery(ask(listTemplates, { query: { limit: 200 } }));
  return (
    <>
      <Head title={say.title} actions={data && data.items.length > 0 ? <Starters /> : undefined} />
      <Sheet>
        <RefusalNote error={error} />
        {!data && !error && <Waiting />}
        {data?.items.length === 0 && <Empty title={say.none} text={say.noneText}><Starters /></Empty>}
        {data && data.items.length > 0 && (
          <table className="plain">
            <thead><tr><th>{say.name}</th><th>{say.state}</th><th className="wide">{say.languages}</th><th className="right wide">{say.changed}</th></tr></thead>
            <tbody>
              {data.items.map((one) => (
                <tr key={one.id}>
                  <td><b>{one.name}</b><div className="tiny faint">{say[one.class]}</div></td>
                  <td><Status kind={one.liveVersion === null ? "draft" : "live"} word={one.liveVersion === null ? say.draft : say.live(String(one.liveVersion))} />{one.liveVersion !== null && one.changedSincePublished && <div className="tiny faint">{say.since}</div>}</td>
                  <td className="wide">{one.languages.join(", ")}</td>
                  <td className="right wide">{day(one.changedAt)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Sheet>
    </>
  );
}

function Starters() {
  const say = useWords(templateWords);
  const { language } = useLanguage();
  const starters = useQuery(ask(listStarters, {})).data?.items ?? [];
  const create = useChange(createTemplate);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target><Button loading={create.isPending}>{say.start}</Button></Menu.Target>
        <Menu.Dropdown>
          {starters.map((one) => {
            const name = one.names[language] ?? say.untitled;
            return <Menu.Item key={one.key} onClick={() => create.mutate({ body: { name, class: one.class, starter: one.key } })}>{name}</Menu.Item>;
          })}
        </Menu.Dropdown>
      </Menu>
      <RefusalNote error={create.error} />
    </>
  );
}
