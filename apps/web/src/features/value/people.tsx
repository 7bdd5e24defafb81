import { Button } from "@mantine/core";
import { listValuedCustomers } from "@relance/contract/predictions";
import { RFM_NAMES } from "@relance/model/predictions";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { askPages } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Waiting } from "../../ui/page.tsx";
import type { Chosen } from "./map.tsx";
import { valueWords } from "./words.ts";

/** The customers behind a number; who spent most first. */
export function People({ chosen, currency, close }: { readonly chosen: Chosen; readonly currency: string; readonly close: () => void }) {
  const say = useWords(valueWords);
  const { language } = useLanguage();
  const { number, money, day } = useFormats();
  const list = useInfiniteQuery(askPages(listValuedCustomers, (after) => ({ query: { limit: 50, ...chosen, ...(after !== undefined && { after }) } })));
  const rows = list.data?.pages.flatMap((page) => page.items);
  const names = [chosen.from, chosen.group].flatMap((group) => (group ? [RFM_NAMES[group][language]] : [])).join(" → ");
  const percent = (share: number) => `${number(Math.round(share * 100))}${language === "fr" ? "\u00a0" : ""}%`;
  return (
    <Dialog title={names || say.people} close={close} closeWord={say.close} wide>
      <RefusalNote error={list.error} />
      {!rows && !list.error && <Waiting lines={6} />}
      {rows?.length === 0 && <p className="soft">{say.noPeople}</p>}
      {rows && rows.length > 0 && (
        <table className="plain">
          <thead><tr><th>{say.people}</th><th className="right">{say.spent}</th><th className="right wide">{say.orders}</th><th className="right wide">{say.last}</th><th className="right wide">{say.alive}</th><th className="right wide">{say.year}</th></tr></thead>
          <tbody>
            {rows.map((one) => (
              <tr key={one.id}>
                <td><Link to="/contacts/$contact" params={{ contact: one.id }}><b>{one.name || one.email || say.unnamed}</b></Link><div className="tiny faint">{RFM_NAMES[one.group][language]}</div></td>
                <td className="right">{money(one.spent, currency)}</td><td className="right wide">{number(one.orders)}</td><td className="right wide">{day(`${one.lastOn}T12:00:00Z`)}</td>
                <td className="right wide">{one.alive === null ? "–" : percent(one.alive)}</td><td className="right wide">{one.value365 === null ? "–" : money(one.value365, currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {list.hasNextPage && <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{say.more}</Button>}
    </Dialog>
  );
}
