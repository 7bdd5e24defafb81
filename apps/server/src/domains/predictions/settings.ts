import type { Id, Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { boundsUnsorted, rateUnknown } from "./errors.ts";
import { readSettings, writeSettings, type PredictionSettings } from "./queries.ts";

export async function settingsOf(db: Db, input: { workspace: Id }): Promise<PredictionSettings> {
  return (await readSettings(db, input)) ?? { bounds: null, rates: {} };
}

/** @throws predictions.bounds_unsorted, predictions.currency_unknown */
export async function saveSettings(tx: Tx, input: { workspace: Id; now: Instant; settings: PredictionSettings }): Promise<void> {
  const { bounds, rates } = input.settings;
  for (const measure of ["recency", "frequency", "monetary"] as const) {
    const list = bounds?.[measure] ?? [];
    if (list.some((bound, place) => place > 0 && bound < list[place - 1]!))
      throw boundsUnsorted({ measure }, { field: `bounds.${measure}` });
  }
  for (const currency of Object.keys(rates))
    if (!/^[A-Z]{3}$/.test(currency)) throw rateUnknown({ currency }, { field: `rates.${currency}` });
  await writeSettings(tx, input);
}
