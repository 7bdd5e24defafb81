import { Button, NativeSelect, NumberInput } from "@mantine/core";
import { changeOrder, listOrderNews, ORDER_STATES, type OrderDetail } from "@relance/contract/catalog";
import { eventTitle } from "@relance/model/rules";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Moment, Thread } from "../../ui/thread.tsx";
import { useOrderState } from "./order-states.ts";
import { useMayChange } from "./shared.tsx";
import { catalogWords } from "./words.ts";

/** What was told of an order, newest first, and the means to say more of it. */
export function OrderNews({ order }: { readonly order: OrderDetail }) {
  const say = useWords(catalogWords);
  const { money, moment } = useFormats();
  const { language } = useLanguage();
  const now = useNow();
  const stateOf = useOrderState();
  const may = useMayChange();
  const { data, error } = useQuery(ask(listOrderNews, { params: { id: order.id } }));
  return (
    <>
      {may && order.contact !== null && order.kind === "sale" && <Change order={order} />}
      <section>
        <h3>{say.history}</h3>
        <RefusalNote error={error} />
        {data?.items.length === 0 && <p className="small soft">{say.noOrderNews}</p>}
        {data && data.items.length > 0 && (
          <Thread>
            {data.items.map((one) => (
              <Moment
                key={one.id}
                sign={one.what === "Order Completed" ? "good" : one.what === "Order Cancelled" ? "not" : "past"}
                title={one.what === "Order Updated" && one.status !== null ? stateOf(one.status) : eventTitle(one.what, language)}
                at={moment(one.at, now)}
              >
                {[one.amount === null ? null : money(one.amount, order.currency), one.by === null ? null : say.by(one.by)]
                  .filter((part) => part !== null)
                  .join(", ")}
              </Moment>
            ))}
          </Thread>
        )}
      </section>
    </>
  );
}

/** Another state, or a refund: told as events of the contact, which journeys hear. */
function Change({ order }: { readonly order: OrderDetail }) {
  const say = useWords(catalogWords);
  const { money } = useFormats();
  const stateOf = useOrderState();
  const change = useChange(changeOrder);
  const [status, setStatus] = useState("");
  const [amount, setAmount] = useState<number | string>("");
  const rest = Math.round((order.total - order.refunded) * 100) / 100;
  const ready = status !== "" || typeof amount === "number";
  const send = (): void =>
    change.mutate(
      {
        params: { id: order.id },
        body: {
          ...(status !== "" && { status: status as (typeof ORDER_STATES)[number] }),
          ...(typeof amount === "number" && { refund: { amount } }),
        },
      },
      {
        onSuccess: () => {
          setStatus("");
          setAmount("");
        },
      },
    );
  return (
    <section className="stack" style={{ gap: 12 }}>
      <h3>{say.changeOrder}</h3>
      <NativeSelect
        label={say.newState}
        value={status}
        onChange={(event) => setStatus(event.currentTarget.value)}
        data={[{ value: "", label: say.sameState }, ...ORDER_STATES.map((one) => ({ value: one, label: stateOf(one) }))]}
      />
      {rest > 0 && (
        <NumberInput
          label={say.noteRefund}
          description={say.mostRefund(money(rest, order.currency))}
          value={amount}
          onChange={setAmount}
          min={0.01}
          decimalScale={2}
        />
      )}
      <p className="tiny faint">{say.changeOrderHelp}</p>
      <RefusalNote error={change.error} />
      <div>
        <Button size="xs" variant="default" disabled={!ready} loading={change.isPending} onClick={send}>
          {say.sayIt}
        </Button>
      </div>
    </section>
  );
}
