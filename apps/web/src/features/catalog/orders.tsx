import { TextInput } from "@mantine/core";
import { listOrders } from "@relance/contract/catalog";
import { IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { askPages } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Empty, Waiting } from "../../ui/page.tsx";
import { Frame } from "./frame.tsx";
import { useOrderState } from "./order-states.ts";
import { Fresh, More, NothingFound } from "./shared.tsx";
import { catalogWords } from "./words.ts";

export function Orders() {
  const say = useWords(catalogWords);
  const { number, money, moment } = useFormats();
  const now = useNow();
  const stateOf = useOrderState();
  const [search, setSearch] = useState("");
  const list = useInfiniteQuery(
    askPages(listOrders, (after) => ({
      query: { limit: 50, ...(search.trim() !== "" && { search: search.trim() }), ...(after !== undefined && { after }) },
    })),
  );
  const rows = list.data?.pages.flatMap((one) => one.items);
  const total = list.data?.pages[0]?.total;
  return (
    <Frame part="orders" note={total === undefined ? undefined : say.orders(total, number(total))}>
      <RefusalNote error={list.error} />
      {!rows && !list.error && <Waiting lines={8} />}
      {total === 0 && (
        <Empty title={say.noOrders} text={say.noOrdersText}>
          <Link to="/imports">{say.toImports}</Link>
          <Link to="/settings/$part" params={{ part: "keys" }}>
            {say.toConnect}
          </Link>
        </Empty>
      )}
      {rows && total !== 0 && (
        <>
          <div className="catalog-filters">
            <TextInput
              type="search"
              aria-label={say.findOrder}
              placeholder={say.findOrder}
              leftSection={<IconSearch size={16} stroke={1.5} />}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
          </div>
          {rows.length === 0 && <NothingFound clear={() => setSearch("")} />}
          {rows.length > 0 && (
            <table className="plain">
              <thead>
                <tr>
                  <th>{say.number}</th>
                  <th className="wide">{say.status}</th>
                  <th className="wide">{say.source}</th>
                  <th className="right">{say.total}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((one) => (
                  <tr key={one.id}>
                    <td>
                      <Link to="/catalog/orders/$order" params={{ order: one.id }}>
                        <b>{one.externalId}</b>
                      </Link>
                      <div className="tiny faint">{moment(one.placedAt, now)}</div>
                    </td>
                    <td className="wide">{one.kind === "return" ? say.return : stateOf(one.status)}</td>
                    <td className="wide">
                      <Fresh {...one} />
                    </td>
                    <td className="right">
                      {money(one.total, one.currency)}
                      {one.refunded > 0 && <div className="tiny faint">{say.refunded(money(one.refunded, one.currency))}</div>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          <More list={list} />
        </>
      )}
    </Frame>
  );
}
