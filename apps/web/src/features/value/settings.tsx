import { Button, Checkbox, NumberInput } from "@mantine/core";
import { changePredictionSettings, type PredictionSettings, type PredictionSummary } from "@relance/contract/predictions";
import { useState } from "react";
import { useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Part } from "../../ui/page.tsx";
import { valueWords } from "./words.ts";

const MEASURES = ["recency", "frequency", "monetary"] as const;

/** Bounds of the scores, and rates of other currencies. */
export function ValueSettings({ summary, settings }: { readonly summary: PredictionSummary; readonly settings: PredictionSettings }) {
  const say = useWords(valueWords);
  const { number } = useFormats();
  const save = useChange(changePredictionSettings);
  const [bounds, setBounds] = useState(settings.bounds);
  const [rates, setRates] = useState<Readonly<Record<string, number>>>(settings.rates);
  const currencies = [...new Set([...summary.leftOut.map((one) => one.currency), ...Object.keys(settings.rates)])].sort();
  return (
    <Part title={say.bounds}>
      <div className="stack" style={{ marginTop: 12 }}>
        <p className="soft small">{say.boundsText}</p>
        <Checkbox
          label={say.own}
          checked={bounds !== null}
          onChange={(event) => setBounds(event.currentTarget.checked ? summary.bounds : null)}
        />
        <div className="bound-fields">
          {MEASURES.map((measure) => [
            <span key={measure} className="small bound-name">
              {say.measures[measure]}
            </span>,
            ...[0, 1, 2, 3].map((place) =>
              bounds === null ? (
                <span key={`${measure}-${place}`} className="small" style={{ textAlign: "right" }}>
                  {number(summary.bounds[measure][place]!)}
                </span>
              ) : (
                <NumberInput
                  key={`${measure}-${place}`}
                  size="xs"
                  min={0}
                  hideControls
                  aria-label={say.boundAt(say.measures[measure], place + 1)}
                  value={bounds[measure][place]!}
                  onChange={(value) =>
                    setBounds({ ...bounds, [measure]: bounds[measure].map((old, at) => (at === place ? Number(value) || 0 : old)) })
                  }
                />
              ),
            ),
          ])}
        </div>
        {summary.leftOut.map((one) => (
          <p key={one.currency} className="small">
            {say.leftOut(one.orders, number(one.orders), one.currency)}
          </p>
        ))}
        {currencies.length > 0 && (
          <div className="row wrap">
            {currencies.map((currency) => (
              <NumberInput
                key={currency}
                size="xs"
                w={140}
                min={0}
                decimalScale={4}
                hideControls
                label={say.rateOf(currency, summary.currency)}
                value={rates[currency] ?? ""}
                onChange={(value) =>
                  setRates(
                    Number(value) > 0
                      ? { ...rates, [currency]: Number(value) }
                      : Object.fromEntries(Object.entries(rates).filter(([name]) => name !== currency)),
                  )
                }
              />
            ))}
          </div>
        )}
        <RefusalNote error={save.error} />
        <div className="row">
          <Button variant="default" loading={save.isPending} onClick={() => save.mutate({ body: { bounds, rates: { ...rates } } })}>
            {say.save}
          </Button>
          {save.isSuccess && <span className="small soft">{say.saved}</span>}
        </div>
      </div>
    </Part>
  );
}
