import { createTemplate, listStarters, listTemplates } from "@relance/contract/messages";
import { Button, Menu, SegmentedControl } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ask, askPages, useChange } from "../../api/client.ts";
import { ContentTabs } from "../../app/content-tabs.tsx";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Empty, Head, Sheet, Waiting } from "../../ui/page.tsx";
import { Status } from "../../ui/status.tsx";
import { templateWords } from "./words.ts";

export function TemplatesPage() {
  const say = useWords(templateWords);
  const { day } = useFormats();
  const [archived, setArchived] = useState(false);
  const list = useInfiniteQuery(
    askPages(listTemplates, (after) => ({
      query: { limit: 50, archived: archived ? ("true" as const) : ("false" as const), ...(after !== undefined && { after }) },
    })),
  );
  const { error } = list;
  const items = list.data?.pages.flatMap((one) => one.items);
  return (
    <>
      <Head title={say.title} actions={archived || (items && items.length > 0) ? <Starters /> : undefined} />
      <ContentTabs />
      <Sheet>
        <RefusalNote error={error} />
        <SegmentedControl
          size="xs"
          style={{ marginBottom: 12 }}
          value={archived ? "archived" : "current"}
          onChange={(value) => setArchived(value === "archived")}
          data={[
            { value: "current", label: say.current },
            { value: "archived", label: say.archivedOnes },
          ]}
        />
        {!items && !error && <Waiting />}
        {archived && items?.length === 0 && <Empty title={say.noArchived} text={say.noArchivedText} />}
        {!archived && items?.length === 0 && (
          <Empty title={say.none} text={say.noneText}>
            <Starters />
          </Empty>
        )}
        {items && items.length > 0 && (
          <table className="plain">
            <thead>
              <tr>
                <th>{say.name}</th>
                <th>{say.state}</th>
                <th className="wide">{say.languages}</th>
                <th className="right wide">{say.changed}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <tr key={one.id}>
                  <td>
                    <Link to="/templates/$template" params={{ template: one.id }}>
                      <b>{one.name}</b>
                    </Link>
                    <div className="tiny faint">
                      {one.channel === "email"
                        ? say[one.class]
                        : one.channel === "webhook"
                          ? say.channels.webhook
                          : `${say.channels[one.channel]}, ${say[one.class].toLocaleLowerCase()}`}
                    </div>
                  </td>
                  <td>
                    <Status
                      kind={one.archivedAt !== null ? "done" : one.liveVersion === null ? "draft" : "live"}
                      word={
                        one.archivedAt !== null ? say.archived : one.liveVersion === null ? say.draft : say.live(String(one.liveVersion))
                      }
                    />
                    {one.liveVersion !== null && one.changedSincePublished && <div className="tiny faint">{say.since}</div>}
                  </td>
                  <td className="wide">{one.languages.join(", ")}</td>
                  <td className="right wide">{day(one.changedAt)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {list.hasNextPage && (
          <div style={{ padding: 12, textAlign: "center" }}>
            <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {say.more}
            </Button>
          </div>
        )}
      </Sheet>
    </>
  );
}

const CHANNELS = ["sms", "whatsapp", "push", "web_push", "onsite", "webhook"] as const;
const CALL = `{
  "contact": "{{ contact.id }}",
  "email": {{ contact.email | json }},
  "event": {{ event | json }},
  "cart": {{ cart | json }}
}`;

function Starters() {
  const say = useWords(templateWords);
  const { language } = useLanguage();
  const starters = useQuery(ask(listStarters, {})).data?.items ?? [];
  const create = useChange(createTemplate);
  const navigate = useNavigate();
  // The first template takes away the place this button stood in: a callback given to `mutate` would go with it.
  const make = (body: Parameters<typeof create.mutateAsync>[0]["body"]): void => {
    create.mutateAsync({ body }).then(
      ({ id }) => navigate({ to: "/templates/$template", params: { template: id } }),
      () => undefined,
    );
  };
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button loading={create.isPending}>{say.start}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{say.designs}</Menu.Label>
          {starters.map((one) => {
            const name = one.names[language] ?? say.untitled;
            return (
              <Menu.Item key={one.key} onClick={() => make({ name, class: one.class, starter: one.key })}>
                {name}
              </Menu.Item>
            );
          })}
          <Menu.Label>{say.others}</Menu.Label>
          {CHANNELS.map((channel) => (
            <Menu.Item
              key={channel}
              onClick={() =>
                make({
                  name: say.channels[channel],
                  channel,
                  content: {
                    version: 1,
                    fallback: language,
                    variants: {
                      [language]: {
                        subject: "",
                        preheader: "",
                        text: null,
                        ...(channel === "webhook" ? { format: "json", source: CALL } : { format: "text", source: say.blank }),
                      },
                    },
                  },
                })
              }
            >
              {say.channels[channel]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <RefusalNote error={create.error} />
    </>
  );
}
