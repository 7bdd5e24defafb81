import { Button } from "@mantine/core";
import type { InventoryField, Readiness } from "@relance/contract/readiness";
import { useState } from "react";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { useReadinessNames } from "./names.ts";
import { readinessWords } from "./words.ts";

// What most journeys ask for comes first; coordinates are one thing.
const ORDER = [
  "email",
  "consent:email",
  "phone",
  "consent:sms",
  "first_name",
  "last_name",
  "birth_date",
  "locale",
  "country",
  "store_id",
  "postal_code",
  "city",
  "latitude",
  "customer_type",
];
const place = ({ field }: InventoryField): number =>
  ORDER.includes(field) ? ORDER.indexOf(field) : field.startsWith("attributes.") ? 100 : 50;
const ABSENT = (field: string): InventoryField => ({ field, filled: 0, credible: 0, fresh: 0, latest: null, sources: {}, shares: {} });
const MOST = 20;

/** What is known of contacts, field by field: of everyone first, which is in sight on a phone, then store by store. */
export function Inventory({ readiness }: { readonly readiness: Readiness }) {
  const say = useWords(readinessWords);
  const { field: nameOf, percent, source } = useReadinessNames();
  const { number, ago } = useFormats();
  const now = useNow();
  const [whole, setWhole] = useState(false);
  const { people } = readiness;
  const stores = readiness.stores.filter((store) => store.people > 0);
  const there = new Set(readiness.fields.map((one) => one.field));
  const fields = [...readiness.fields, ...ORDER.filter((name) => !there.has(name)).map(ABSENT)].sort(
    (a, b) => place(a) - place(b) || b.credible - a.credible,
  );
  const shown = whole ? fields : fields.slice(0, MOST);
  const several = stores.length > 1;
  return (
    <div className="readiness-wide" tabIndex={0} role="region" aria-label={say.known}>
      <table className="plain readiness-inventory">
        <thead>
          <tr>
            <th scope="col">{say.field}</th>
            <th scope="col" className="share">
              {say.everyone}
            </th>
            {several &&
              stores.map((store) => (
                <th scope="col" className="share" key={store.id}>
                  {store.name || say.noStore}
                </th>
              ))}
            <th scope="col" className="right wide">
              {say.fresh}
            </th>
            <th scope="col" className="wide">
              {say.latest}
            </th>
            <th scope="col" className="wide">
              {say.from}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((one) => (
            <tr key={one.field}>
              <th scope="row">
                {nameOf(one.field)}
                {one.filled > one.credible && <div className="tiny faint">{say.filledOnly(number(one.filled - one.credible))}</div>}
              </th>
              <Share share={one.credible / people} percent={percent} />
              {several && stores.map((store) => <Share key={store.id} share={one.shares[store.id] ?? 0} percent={percent} />)}
              <td className="right wide small soft">
                {one.field.startsWith("consent:") || one.filled === 0 ? "—" : percent(one.fresh / one.filled)}
              </td>
              <td className="wide small soft">{one.latest === null ? "—" : ago(one.latest, now)}</td>
              <td className="wide small soft">
                {Object.entries(one.sources)
                  .sort(([, a], [, b]) => b - a)
                  .slice(0, 3)
                  .map(([name]) => source(name))
                  .join(", ") || "—"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {fields.length > MOST && !whole && (
        <Button variant="subtle" size="xs" onClick={() => setWhole(true)}>
          {say.attributesMore(fields.length - MOST)}
        </Button>
      )}
    </div>
  );
}

/** A share as a cell whose colour deepens with it; the number says the same. */
function Share({ share, percent }: { readonly share: number; readonly percent: (share: number) => string }) {
  return (
    <td className="share">
      <span style={{ background: `color-mix(in srgb, var(--r-d1) ${Math.round(share * 42)}%, transparent)` }}>{percent(share)}</span>
    </td>
  );
}
