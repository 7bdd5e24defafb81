import { Button, NativeSelect, NumberInput } from "@mantine/core";
import { listPriceHistory, listStockHistory, listStores, putProducts, type ProductDetail } from "@relance/contract/catalog";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Part } from "../../ui/page.tsx";
import { Moment, Thread } from "../../ui/thread.tsx";
import { optionsText, useMayChange } from "./shared.tsx";
import { catalogWords } from "./words.ts";

/** What each variant costs and how many there are, store by store, with what they were before. */
export function Offers({ product }: { readonly product: ProductDetail }) {
  const say = useWords(catalogWords);
  const { money, number } = useFormats();
  const may = useMayChange();
  const stores = useQuery(ask(listStores, {})).data?.items ?? [];
  const [setting, setSetting] = useState(false);
  const [past, setPast] = useState<"prices" | "stock" | null>(null);
  const names = new Map<string, string>([
    [product.id, say.whole],
    ...product.variants.map((one) => [one.id, optionsText(one.options) || one.externalId] as const),
  ]);
  const sold = [...new Set([...product.prices, ...product.stock].map((one) => one.variant))];
  const places = stores.filter((store) => [...product.prices, ...product.stock].some((one) => one.store === store.id));
  const price = (variant: string, store: string) => product.prices.find((one) => one.variant === variant && one.store === store);
  const stock = (variant: string, store: string) => product.stock.find((one) => one.variant === variant && one.store === store);
  return (
    <Part title={say.offers}>
      {sold.length === 0 && (
        <p className="soft small" style={{ paddingTop: 10 }}>
          {say.noOffers}
        </p>
      )}
      {sold.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th>{say.variant}</th>
              {places.map((one) => (
                <th key={one.id} className="right">
                  {one.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sold.map((variant) => (
              <tr key={variant}>
                <td>{names.get(variant) ?? variant}</td>
                {places.map((store) => {
                  const [costs, held] = [price(variant, store.id), stock(variant, store.id)];
                  return (
                    <td key={store.id} className="right">
                      {costs ? money(costs.amount, costs.currency) : "—"}
                      {held && (
                        <div
                          className="tiny"
                          style={{ color: held.quantity > 0 ? "var(--r-encre3)" : "var(--r-garance)" }}
                        >{`${say.stock.toLowerCase()} ${number(held.quantity)}`}</div>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div className="row wrap" style={{ marginTop: 10 }}>
        {may && stores.length > 0 && (
          <Button size="xs" variant="default" onClick={() => setSetting(!setting)}>
            {say.setOffer}
          </Button>
        )}
        {product.prices.length > 0 && (
          <Button size="xs" variant="subtle" aria-expanded={past === "prices"} onClick={() => setPast(past === "prices" ? null : "prices")}>
            {say.pricePast}
          </Button>
        )}
        {product.stock.length > 0 && (
          <Button size="xs" variant="subtle" aria-expanded={past === "stock"} onClick={() => setPast(past === "stock" ? null : "stock")}>
            {say.stockPast}
          </Button>
        )}
      </div>
      {setting && <OfferForm product={product} stores={stores} names={names} close={() => setSetting(false)} />}
      {past !== null && <Past product={product.id} what={past} names={names} stores={new Map(stores.map((one) => [one.id, one.name]))} />}
    </Part>
  );
}

function OfferForm({
  product,
  stores,
  names,
  close,
}: {
  readonly product: ProductDetail;
  readonly stores: readonly { readonly code: string; readonly name: string; readonly currency: string }[];
  readonly names: ReadonlyMap<string, string>;
  readonly close: () => void;
}) {
  const say = useWords(catalogWords);
  const put = useChange(putProducts);
  const [store, setStore] = useState(stores[0]!.code);
  const [variant, setVariant] = useState("");
  const [amount, setAmount] = useState<number | string>("");
  const [pieces, setPieces] = useState<number | string>("");
  const { currency } = stores.find((one) => one.code === store)!;
  const place = { store, ...(variant !== "" && { variant }) };
  const send = (): void =>
    put.mutate(
      {
        body: {
          products: [
            {
              externalId: product.externalId,
              name: product.name,
              ...(typeof amount === "number" && { prices: [{ ...place, currency, amount }] }),
              ...(typeof pieces === "number" && { stock: [{ ...place, quantity: pieces }] }),
            },
          ],
        },
      },
      { onSuccess: close },
    );
  return (
    <form
      className="stack"
      style={{ marginTop: 12, maxWidth: 560 }}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="two-fields">
        <NativeSelect
          label={say.store}
          value={store}
          onChange={(event) => setStore(event.currentTarget.value)}
          data={stores.map((one) => ({ value: one.code, label: one.name }))}
        />
        {product.variants.length > 0 && (
          <NativeSelect
            label={say.variant}
            value={variant}
            onChange={(event) => setVariant(event.currentTarget.value)}
            data={[
              { value: "", label: say.whole },
              ...product.variants.map((one) => ({ value: one.externalId, label: names.get(one.id)! })),
            ]}
          />
        )}
        <NumberInput label={`${say.amount} (${currency})`} min={0} decimalScale={4} value={amount} onChange={setAmount} />
        <NumberInput label={say.pieces} allowDecimal={false} value={pieces} onChange={setPieces} />
      </div>
      <RefusalNote error={put.error} />
      <div className="row">
        <Button type="submit" loading={put.isPending} disabled={amount === "" && pieces === ""}>
          {say.save}
        </Button>
        <Button variant="default" onClick={close}>
          {say.cancel}
        </Button>
      </div>
    </form>
  );
}

function Past({
  product,
  what,
  names,
  stores,
}: {
  readonly product: string;
  readonly what: "prices" | "stock";
  readonly names: ReadonlyMap<string, string>;
  readonly stores: ReadonlyMap<string, string>;
}) {
  const say = useWords(catalogWords);
  const { money, number, moment } = useFormats();
  const now = useNow();
  const input = { params: { id: product }, query: { limit: 50 } };
  const prices = useQuery({ ...ask(listPriceHistory, input), enabled: what === "prices" }).data?.items ?? [];
  const stock = useQuery({ ...ask(listStockHistory, input), enabled: what === "stock" }).data?.items ?? [];
  const rows =
    what === "prices"
      ? prices.map((one) => ({ ...one, at: one.since, value: money(one.amount, one.currency) }))
      : stock.map((one) => ({ ...one, value: number(one.quantity) }));
  return (
    <div style={{ marginTop: 14, maxWidth: 560 }} role="region" aria-label={what === "prices" ? say.pricePast : say.stockPast}>
      <Thread>
        {rows.map((one) => (
          <Moment
            key={`${one.at} ${one.variant} ${one.store}`}
            title={
              <>
                <b>{one.value}</b>{" "}
                <span className="soft small">
                  {[stores.get(one.store), one.variant === product ? null : names.get(one.variant)].filter(Boolean).join(", ")}
                </span>
              </>
            }
            at={moment(one.at, now)}
          />
        ))}
      </Thread>
    </div>
  );
}
