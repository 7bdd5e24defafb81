import { Button } from "@mantine/core";
import { listValuedCustomers } from "@relance/contract/predictions";
import { createSegment } from "@relance/contract/segments";
import { RFM_NAMES } from "@relance/model/predictions";
import type { Rule } from "@relance/model/rules";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { askPages, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Waiting } from "../../ui/page.tsx";
import type { Chosen } from "./map.tsx";
import { valueWords } from "./words.ts";

/** The rule of a cell or a group; a move is no lasting state and has none. */
function ruleOf({ r, worth, group, from }: Chosen): Rule | null {
  if (from !== undefined) return null;
  if (group !== undefined) return { kind: "rfm", part: "group", is: { op: "eq", value: group } };
  if (r === undefined || worth === undefined) return null;
  return {
    kind: "all",
    of: [
      { kind: "rfm", part: "recency", is: { op: "eq", value: r } },
      { kind: "rfm", part: "worth", is: { op: "eq", value: worth } },
    ],
  };
}

/** The customers behind a number; who spent most first. */
export function People({
  chosen,
  currency,
  may,
  close,
}: {
  readonly chosen: Chosen;
  readonly currency: string;
  readonly may: boolean;
  readonly close: () => void;
}) {
  const say = useWords(valueWords);
  const { language } = useLanguage();
  const { number, money, day } = useFormats();
  const list = useInfiniteQuery(
    askPages(listValuedCustomers, (after) => ({ query: { limit: 50, ...chosen, ...(after !== undefined && { after }) } })),
  );
  const rows = list.data?.pages.flatMap((page) => page.items);
  const navigate = useNavigate();
  const create = useChange(createSegment);
  const rule = ruleOf(chosen);
  const names = [chosen.from, chosen.group].flatMap((group) => (group ? [RFM_NAMES[group][language]] : [])).join(" → ");
  const percent = (share: number) => `${number(Math.round(share * 100))}${language === "fr" ? "\u00a0" : ""}%`;
  const title =
    names || (chosen.r !== undefined && chosen.worth !== undefined ? say.cellName(String(chosen.r), String(chosen.worth)) : say.people);
  const make = (): void =>
    create.mutate(
      { body: { name: title, description: say.segmentText, rule: rule! } },
      { onSuccess: (segment) => void navigate({ to: "/segments/$segment", params: { segment: segment.id } }) },
    );
  return (
    <Dialog
      title={title}
      close={close}
      closeWord={say.close}
      wide
      {...(rule &&
        may && {
          foot: (
            <Button variant="default" loading={create.isPending} onClick={make}>
              {say.segment}
            </Button>
          ),
        })}
    >
      <RefusalNote error={list.error ?? create.error} />
      {!rows && !list.error && <Waiting lines={6} />}
      {rows?.length === 0 && <p className="soft">{say.noPeople}</p>}
      {rows && rows.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th>{say.people}</th>
              <th className="right">{say.spent}</th>
              <th className="right wide">{say.orders}</th>
              <th className="right wide">{say.last}</th>
              <th className="right wide">{say.alive}</th>
              <th className="right wide">{say.year}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((one) => (
              <tr key={one.id}>
                <td>
                  <Link to="/contacts/$contact" params={{ contact: one.id }}>
                    <b>{one.name || one.email || say.unnamed}</b>
                  </Link>
                  <div className="tiny faint">{RFM_NAMES[one.group][language]}</div>
                </td>
                <td className="right">{money(one.spent, currency)}</td>
                <td className="right wide">{number(one.orders)}</td>
                <td className="right wide">{day(`${one.lastOn}T12:00:00Z`)}</td>
                <td className="right wide">{one.alive === null ? "–" : percent(one.alive)}</td>
                <td className="right wide">{one.value365 === null ? "–" : money(one.value365, currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {list.hasNextPage && (
        <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {say.more}
        </Button>
      )}
    </Dialog>
  );
}
