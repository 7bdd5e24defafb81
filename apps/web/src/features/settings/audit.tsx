import { Button } from "@mantine/core";
import { listAudit } from "@relance/contract/team";
import { useInfiniteQuery } from "@tanstack/react-query";
import { askPages } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Waiting } from "../../ui/page.tsx";
import { privacyWords } from "./privacy-words.ts";

/** Who changed what, newest first. */
export function Audit() {
  const say = useWords(privacyWords);
  const { moment } = useFormats();
  const now = useNow();
  const may = useSession().workspace?.role === "admin";
  const list = useInfiniteQuery({
    ...askPages(listAudit, (after) => ({ query: { ...(after !== undefined && { after }), limit: 50 } })),
    enabled: may,
  });
  const rows = list.data?.pages.flatMap((one) => one.items) ?? [];
  if (!may)
    return (
      <div className="call" data-kind="info">
        {say.adminOnly}
      </div>
    );
  return (
    <div className="stack" style={{ maxWidth: 900, gap: 24 }}>
      <p className="soft">{say.auditHelp}</p>
      <RefusalNote error={list.error} />
      {list.isPending && <Waiting />}
      {list.data && rows.length === 0 && <p className="soft">{say.none}</p>}
      {rows.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th>{say.when}</th>
              <th>{say.who}</th>
              <th>{say.what}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((one) => (
              <tr key={one.id}>
                <td className="small" style={{ whiteSpace: "nowrap" }}>
                  {moment(one.at, now)}
                </td>
                <td>
                  <b>{one.actorName || (say.actors[one.actorKind] ?? one.actorKind)}</b>
                </td>
                <td>
                  {say.actions[one.action] ?? one.action}
                  <div className="small soft" style={{ overflowWrap: "anywhere" }}>
                    {detailOf(one.detail)}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {list.hasNextPage && (
        <div>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {say.more}
          </Button>
        </div>
      )}
    </div>
  );
}

/** The plain values of an entry's detail, in its own words. */
function detailOf(detail: Readonly<Record<string, unknown>>): string {
  return Object.values(detail)
    .filter((one) => typeof one === "string" || typeof one === "number")
    .join(" · ");
}
