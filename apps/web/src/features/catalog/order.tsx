import "./catalog.css";
import { getOrder, type OrderDetail } from "@relance/contract/catalog";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Head, Sheet, Waiting } from "../../ui/page.tsx";
import { OrderNews } from "./order-news.tsx";
import { useOrderState } from "./order-states.ts";
import { useSource } from "./shared.tsx";
import { catalogWords } from "./words.ts";

/** What one refund gave back: lines, and what it holds beside them. */
function Refund({ refund, order }: { refund: OrderDetail["refunds"][number]; order: OrderDetail }) {
  const say = useWords(catalogWords);
  const { money, number, moment } = useFormats();
  const now = useNow();
  const amount = (value: number): string => money(value, order.currency);
  const whole = refund.amount ?? order.total;
  const rest = Math.round((whole - refund.items.reduce((sum, one) => sum + one.amount, 0)) * 100) / 100;
  return (
    <section className="order-refund">
      <h2>{say.refundOf(moment(refund.at, now))}</h2>
      <table className="plain">
        <thead>
          <tr>
            <th>{say.product}</th>
            <th className="right">{say.quantity}</th>
            <th className="right">{say.givenBack}</th>
          </tr>
        </thead>
        <tbody>
          {refund.items.map((one, index) => (
            <tr key={index}>
              <td>
                {one.product === null ? (
                  <b>{one.name ?? one.sku ?? "—"}</b>
                ) : (
                  <Link to="/catalog/products/$product" params={{ product: one.product }}>
                    <b>{one.name ?? one.sku}</b>
                  </Link>
                )}
                <div className="tiny faint">{one.sku}</div>
              </td>
              <td className="right">{number(one.quantity)}</td>
              <td className="right">{amount(one.amount)}</td>
            </tr>
          ))}
          {rest !== 0 && (
            <tr>
              <td className="soft">{refund.items.length === 0 ? say.refundWhole : say.refundRest}</td>
              <td />
              <td className="right">{amount(rest)}</td>
            </tr>
          )}
          <tr className="no-total">
            <td>{say.total}</td>
            <td />
            <td className="right">{amount(whole)}</td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}

/** One order: its lines, and the parts its total is made of. */
export function OrderPage() {
  const say = useWords(catalogWords);
  const { money, number, moment } = useFormats();
  const now = useNow();
  const source = useSource();
  const stateOf = useOrderState();
  const { order: id } = useParams({ from: "/inside/catalog/orders/$order" });
  const { data, error } = useQuery(ask(getOrder, { params: { id } }));
  const amount = (value: number): string => money(value, data!.currency);
  const parts =
    data &&
    (
      [
        ["discount", data.discount],
        ["shipping", data.shipping],
        ["tax", data.tax],
      ] as const
    ).filter(([, value]) => value !== null);
  return (
    <>
      <Head
        title={data ? say.order(data.externalId) : "…"}
        note={
          <Link to="/catalog/$part" params={{ part: "orders" }}>
            {say.backOrders}
          </Link>
        }
      />
      <Sheet
        margin={
          data && (
            <>
              <section>
                <dl className="facts">
                  <dt>{say.status}</dt>
                  <dd>{data.kind === "return" ? say.return : stateOf(data.status)}</dd>
                  <dt>{say.contact}</dt>
                  <dd>
                    {data.contact === null ? (
                      say.nobody
                    ) : (
                      <Link to="/contacts/$contact" params={{ contact: data.contact }}>
                        {say.seeContact}
                      </Link>
                    )}
                  </dd>
                  <dt>{say.placed}</dt>
                  <dd>{moment(data.placedAt, now)}</dd>
                  {data.storeName !== null && (
                    <>
                      <dt>{say.store}</dt>
                      <dd>{data.storeName}</dd>
                    </>
                  )}
                  {data.coupon !== null && (
                    <>
                      <dt>{say.coupon}</dt>
                      <dd className="mono">{data.coupon}</dd>
                    </>
                  )}
                  <dt>{say.source}</dt>
                  <dd>{source(data.source)}</dd>
                  <dt>{say.updated}</dt>
                  <dd>{moment(data.updatedAt, now)}</dd>
                </dl>
              </section>
              <OrderNews order={data} />
            </>
          )
        }
      >
        <Link to="/catalog/$part" params={{ part: "orders" }} className="small catalog-back">
          {say.backOrders}
        </Link>
        <RefusalNote error={error} />
        {!data && !error && <Waiting lines={6} />}
        {data && (
          <table className="plain">
            <thead>
              <tr>
                <th>{say.product}</th>
                <th className="right wide">{say.quantity}</th>
                <th className="right wide">{say.unit}</th>
                <th className="right">{say.total}</th>
              </tr>
            </thead>
            <tbody>
              {data.items.length === 0 && (
                <tr>
                  <td colSpan={4} className="soft">
                    {say.noLines}
                  </td>
                </tr>
              )}
              {data.items.map((one) => (
                <tr key={one.line}>
                  <td>
                    {one.product === null ? (
                      <b>{one.name ?? one.sku ?? "—"}</b>
                    ) : (
                      <Link to="/catalog/products/$product" params={{ product: one.product }}>
                        <b>{one.name ?? one.sku}</b>
                      </Link>
                    )}
                    <div className="tiny faint">{one.sku}</div>
                  </td>
                  <td className="right wide">{number(one.quantity)}</td>
                  <td className="right wide">{amount(one.unitPrice)}</td>
                  <td className="right">{amount(one.total)}</td>
                </tr>
              ))}
              {parts!.map(([name, value]) => (
                <tr key={name}>
                  <td className="soft">{say[name]}</td>
                  <td className="wide" />
                  <td className="wide" />
                  <td className="right">{amount(value!)}</td>
                </tr>
              ))}
              <tr className="no-total">
                <td>{say.total}</td>
                <td className="wide" />
                <td className="wide" />
                <td className="right">{amount(data.total)}</td>
              </tr>
              {data.refunded > 0 && (
                <>
                  <tr>
                    <td className="soft">{say.refund}</td>
                    <td className="wide" />
                    <td className="wide" />
                    <td className="right">{amount(-data.refunded)}</td>
                  </tr>
                  <tr className="no-total">
                    <td>{say.kept}</td>
                    <td className="wide" />
                    <td className="wide" />
                    <td className="right">{amount(data.total - data.refunded)}</td>
                  </tr>
                </>
              )}
            </tbody>
          </table>
        )}
        {data?.refunds.map((one) => (
          <Refund key={one.id} refund={one} order={data} />
        ))}
      </Sheet>
    </>
  );
}
