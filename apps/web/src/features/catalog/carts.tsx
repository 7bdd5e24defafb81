import { NativeSelect } from "@mantine/core";
import { CART_STATES, listCarts, type CartRow } from "@relance/contract/catalog";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { askPages } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Empty, Waiting } from "../../ui/page.tsx";
import { Status, type StatusKind } from "../../ui/status.tsx";
import { Frame } from "./frame.tsx";
import { More, NothingFound, useSource } from "./shared.tsx";
import { catalogWords } from "./words.ts";

const KINDS: Readonly<Record<CartRow["status"], StatusKind>> = { open: "live", checkout: "info", ordered: "done", emptied: "draft" };

const quantityOf = ({ items }: CartRow): number => items.reduce((sum, item) => sum + item.quantity, 0);

export function Carts() {
  const say = useWords(catalogWords);
  const { number, money, ago } = useFormats();
  const now = useNow();
  const source = useSource();
  const [status, setStatus] = useState<CartRow["status"] | "">("");
  const list = useInfiniteQuery(
    askPages(listCarts, (after) => ({ query: { limit: 50, ...(status !== "" && { status }), ...(after !== undefined && { after }) } })),
  );
  const rows = list.data?.pages.flatMap((one) => one.items);
  const total = list.data?.pages[0]?.total;
  return (
    <Frame part="carts" note={total === undefined ? undefined : say.carts(total, number(total))}>
      <RefusalNote error={list.error} />
      {!rows && !list.error && <Waiting lines={8} />}
      {total === 0 && (
        <Empty title={say.noCarts} text={say.noCartsText}>
          <Link to="/settings/$part" params={{ part: "keys" }}>
            {say.toConnect}
          </Link>
        </Empty>
      )}
      {rows && total !== 0 && (
        <div className="catalog-filters">
          <NativeSelect
            aria-label={say.state}
            value={status}
            onChange={(event) => setStatus(event.currentTarget.value as CartRow["status"] | "")}
            data={[{ value: "", label: say.allStates }, ...CART_STATES.map((one) => ({ value: one, label: say.cartStates[one] }))]}
          />
        </div>
      )}
      {rows?.length === 0 && total !== 0 && <NothingFound clear={() => setStatus("")} />}
      {rows && rows.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th>{say.contact}</th>
              <th>{say.state}</th>
              <th className="wide">{say.source}</th>
              <th className="wide">{say.lines}</th>
              <th className="right">{say.total}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((one) => (
              <tr key={one.id}>
                <td>
                  <Link to="/contacts/$contact" params={{ contact: one.contact }}>
                    <b>{one.contactName || say.unnamed}</b>
                  </Link>
                  <div className="tiny faint">{ago(one.updatedAt, now)}</div>
                </td>
                <td>
                  <Status kind={KINDS[one.status]} word={say.cartStates[one.status]} />
                </td>
                <td className="wide small">{one.source === null ? "–" : source(one.source)}</td>
                <td className="wide small soft">
                  {one.items
                    .slice(0, 3)
                    .map((item) => item.name ?? item.product ?? "")
                    .join(", ")}
                  {one.items.length > 3 ? "…" : ""}
                </td>
                <td className="right">
                  {one.currency === null ? number(one.total) : money(one.total, one.currency)}
                  <div className="tiny faint">{say.items(quantityOf(one), number(quantityOf(one)))}</div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <More list={list} />
    </Frame>
  );
}
