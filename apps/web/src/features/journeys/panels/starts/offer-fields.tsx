import { Checkbox, MultiSelect, NativeSelect, NumberInput, Stack, TextInput } from "@mantine/core";
import { listStores } from "@relance/contract/catalog";
import { INTERESTS } from "@relance/model/journeys";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../../../api/client.ts";
import { useWords } from "../../../../i18n/words.ts";
import { SpanFields } from "../event-fields.tsx";
import { startWords } from "./start-words.ts";
import type { Of } from "./start-fields.tsx";

/** News of a product that they looked at, carted or wished for: its price, or its stock. */
export function OfferStart({ start, put }: Of<"price_drop"> | Of<"back_in_stock"> | Of<"low_stock">) {
  const say = useWords(startWords);
  return (
    <>
      {start.kind === "price_drop" && <DropFields start={start} put={put} error={undefined} />}
      {start.kind === "low_stock" && (
        <NumberInput
          label={say.atMost}
          min={1}
          max={1_000_000}
          allowDecimal={false}
          value={start.atMost}
          onChange={(n) => put({ ...start, atMost: Math.min(1_000_000, Math.max(1, Math.round(Number(n) || 1))) })}
        />
      )}
      <Checkbox.Group
        label={say.interest}
        value={[...start.interest]}
        onChange={(chosen) => {
          if (chosen.length > 0) put({ ...start, interest: INTERESTS.filter((one) => chosen.includes(one)) });
        }}
      >
        <Stack gap={4} mt={4}>
          {INTERESTS.map((one) => (
            <Checkbox key={one} value={one} label={say.interests[one]} />
          ))}
        </Stack>
      </Checkbox.Group>
      <SpanFields label={say.within} span={start.within} put={(within) => put({ ...start, within })} />
      <Stores chosen={start.stores} put={(stores) => put({ ...start, stores })} />
      <p className="tiny faint">{start.kind === "price_drop" ? say.dropNote : say.stockNote}</p>
    </>
  );
}

function DropFields({ start, put }: Of<"price_drop">) {
  const say = useWords(startWords);
  const { drop } = start;
  const least = (n: number) => put({ ...start, drop: { ...drop, least: Math.min(drop.by === "percent" ? 100 : 1e9, n > 0 ? n : 1) } });
  return (
    <>
      <div className="panel-row">
        <NumberInput
          className="grow"
          label={say.downBy}
          min={0}
          max={drop.by === "percent" ? 100 : 1e9}
          value={drop.least}
          onChange={(n) => least(Number(n))}
        />
        <NativeSelect
          className="grow"
          aria-label={say.dropBy}
          value={drop.by}
          data={[
            { value: "percent", label: say.percent },
            { value: "amount", label: say.amount },
          ]}
          onChange={(event) =>
            put({
              ...start,
              drop:
                event.currentTarget.value === "amount"
                  ? { by: "amount", least: drop.least, currency: "EUR" }
                  : { by: "percent", least: Math.min(100, drop.least) },
            })
          }
        />
      </div>
      {drop.by === "amount" && (
        <TextInput
          label={say.currency}
          description={say.currencyHelp}
          key={drop.currency}
          defaultValue={drop.currency}
          maxLength={3}
          onBlur={(event) => {
            const currency = event.currentTarget.value.trim().toUpperCase();
            if (/^[A-Z]{3}$/.test(currency)) put({ ...start, drop: { ...drop, currency } });
            else event.currentTarget.value = drop.currency;
          }}
        />
      )}
    </>
  );
}

export function NearStoreStart({ start, put }: Of<"near_store">) {
  const say = useWords(startWords);
  return (
    <>
      <NumberInput
        label={say.km}
        min={0.05}
        max={500}
        step={0.5}
        value={start.km}
        onChange={(n) => put({ ...start, km: Math.min(500, Math.max(0.05, Number(n) || 1)) })}
      />
      <Stores chosen={start.stores} put={(stores) => put({ ...start, stores })} />
      <p className="tiny faint">{say.nearNote}</p>
    </>
  );
}

function Stores({ chosen, put }: { readonly chosen: readonly string[]; readonly put: (stores: string[]) => void }) {
  const say = useWords(startWords);
  const stores = useQuery(ask(listStores, {})).data?.items ?? [];
  const gone = chosen.filter((code) => !stores.some((one) => one.code === code)).map((code) => ({ value: code, label: code }));
  return (
    <MultiSelect
      label={say.stores}
      placeholder={chosen.length === 0 ? say.anyStore : ""}
      value={[...chosen]}
      data={[...gone, ...stores.map((one) => ({ value: one.code, label: one.name }))]}
      onChange={put}
    />
  );
}
