import { expectedOrders, fitOrders, type OrderFit } from "./bgnbd.ts";
import { CalibrationGatherer, type Calibration } from "./calibration.ts";
import { Column } from "./column.ts";
import { lacks, type Lack } from "./enough.ts";
import { forecaster, type Forecast, type Models } from "./forecast.ts";
import { fitValues, SpendingGatherer, type ValueFit } from "./gamma-gamma.ts";
import { HistoryGatherer, type History } from "./histories.ts";
import { quintiles, RFM_GROUPS, rfmGroup, rfmScores, worthScore, type RfmBounds, type RfmGroup, type RfmScores } from "./rfm.ts";

/** What is known of one customer, days counted from 1970-01-01. */
export interface CustomerFacts {
  /** Days with an order, the first and the last of them. */
  readonly orders: number;
  readonly first: number;
  readonly last: number;
  /** Net total; how many of the days had an amount, and their mean. */
  readonly spent: number;
  readonly valued: number;
  readonly meanValue: number;
  /** The same up to the cut of the hold-out check, and 30 days ago; 0 orders when there was none yet. */
  readonly ordersAtCut: number;
  readonly lastAtCut: number;
  readonly ordersBefore: number;
  readonly lastBefore: number;
  readonly spentBefore: number;
}

export interface Appraisal {
  readonly scores: RfmScores;
  readonly worth: number;
  readonly group: RfmGroup;
  readonly before: RfmGroup | null;
  /** Null while there is too little data. */
  readonly forecast: Forecast | null;
}

export interface AppraiserSettings {
  /** Today and the cut of the hold-out check, in days from 1970-01-01. */
  readonly today: number;
  readonly cut: number;
  /** The workspace's own bounds; null for quintiles. */
  readonly bounds: RfmBounds | null;
}

export interface Fitted {
  readonly customers: number;
  readonly repeaters: number;
  /** Days since the first order of all. */
  readonly days: number;
  readonly lacks: readonly Lack[];
  /** Null when something lacks, or the likelihood has no top. */
  readonly orders: OrderFit | null;
  readonly values: ValueFit | null;
  readonly bounds: RfmBounds;
  readonly calibrated: boolean;
}

export interface Summary {
  readonly cells: readonly { readonly r: number; readonly worth: number; readonly customers: number; readonly spent: number }[];
  readonly groups: readonly { readonly group: RfmGroup; readonly customers: number; readonly spent: number; readonly before: number }[];
  /** Who went from one group to another in 30 days; `from` is null for customers who had no order yet. */
  readonly moves: readonly { readonly from: RfmGroup | null; readonly to: RfmGroup; readonly customers: number }[];
  readonly calibration: Calibration | null;
  readonly orders90: number;
  readonly value365: number;
}

/** How far back moves between groups look, in days. */
export const MOVES_DAYS = 30;
/** Fewer than this many customers with an amount say nothing of what orders are worth. */
const VALUED = 50;
/** The hold-out check needs as many customers, and repeaters among them, before its cut. */
const CHECKED = { customers: 100, repeaters: 30 };

/** Days kept back for the hold-out check: three tenths of the history, at most half a year. */
export function holdOutDays(history: number): number {
  return Math.min(180, Math.floor(history * 0.3));
}

/**
 * Appraises all customers of a workspace in two passes over them: `gather` each, `fit` once, then `appraise` each; `summary` at the end.
 * Holds some 60 bytes a customer and nothing that names them.
 */
export class Appraiser {
  readonly #settings: AppraiserSettings;
  readonly #histories = new HistoryGatherer();
  readonly #atCut = new HistoryGatherer();
  readonly #spendings = new SpendingGatherer();
  readonly #columns = { recency: new Column(), frequency: new Column(), monetary: new Column() };
  #customers = 0;
  #repeaters = 0;
  #checked = { customers: 0, repeaters: 0 };
  #first = Infinity;
  #fitted: Fitted | null = null;
  #models: Models | null = null;
  #tell: ReturnType<typeof forecaster> | null = null;
  #past: OrderFit | null = null;
  readonly #calibration = new CalibrationGatherer();
  readonly #cells = new Map<string, { r: number; worth: number; customers: number; spent: number }>();
  readonly #moves = new Map<string, { from: RfmGroup | null; to: RfmGroup; customers: number }>();
  readonly #groups = new Map<RfmGroup, { customers: number; spent: number; before: number }>(
    RFM_GROUPS.map((group) => [group, { customers: 0, spent: 0, before: 0 }]),
  );
  #totals = { orders90: 0, value365: 0 };

  constructor(settings: AppraiserSettings) {
    this.#settings = settings;
  }

  gather(customers: readonly CustomerFacts[]): void {
    const { today } = this.#settings;
    for (const one of customers) {
      this.#customers++;
      if (one.orders > 1) this.#repeaters++;
      this.#first = Math.min(this.#first, one.first);
      this.#histories.add(historyOf(one, today));
      this.#spendings.add({ orders: one.valued, mean: one.meanValue });
      this.#columns.recency.add(today - one.last);
      this.#columns.frequency.add(one.orders);
      this.#columns.monetary.add(one.spent);
      if (one.ordersAtCut > 0) {
        this.#checked.customers++;
        if (one.ordersAtCut > 1) this.#checked.repeaters++;
        this.#atCut.add(this.#historyAtCut(one));
      }
    }
  }

  fit(): Fitted {
    const { today, bounds } = this.#settings;
    const days = this.#customers === 0 ? 0 : today - this.#first;
    const missing = lacks({ customers: this.#customers, repeaters: this.#repeaters, days });
    const orders = missing.length === 0 ? foreseeing(usable(fitOrders(this.#histories.group()))) : null;
    const columns = this.#spendings.columns();
    const values = orders && columns.orders.length >= VALUED ? usable(fitValues(columns)) : null;
    if (orders && this.#checked.customers >= CHECKED.customers && this.#checked.repeaters >= CHECKED.repeaters)
      this.#past = foreseeing(usable(fitOrders(this.#atCut.group())));
    const own = bounds ?? {
      recency: quintiles(this.#columns.recency.values()),
      frequency: quintiles(this.#columns.frequency.values()),
      monetary: quintiles(this.#columns.monetary.values()),
    };
    this.#models = orders && { orders, values };
    this.#tell = this.#models && forecaster(this.#models);
    this.#fitted = {
      customers: this.#customers,
      repeaters: this.#repeaters,
      days,
      lacks: missing,
      orders,
      values,
      bounds: own,
      calibrated: this.#past !== null,
    };
    return this.#fitted;
  }

  appraise(customers: readonly CustomerFacts[]): Appraisal[] {
    if (!this.#fitted) throw new Error("fit() comes before appraise()");
    return customers.map((one) => this.#appraise(one, this.#fitted!.bounds));
  }

  summary(): Summary {
    return {
      cells: [...this.#cells.values()].sort((a, b) => b.r - a.r || a.worth - b.worth),
      groups: RFM_GROUPS.map((group) => ({ group, ...this.#groups.get(group)! })),
      moves: [...this.#moves.values()].sort((a, b) => b.customers - a.customers),
      calibration: this.#past && this.#calibration.result(),
      ...this.#totals,
    };
  }

  #appraise(one: CustomerFacts, bounds: RfmBounds): Appraisal {
    const { today, cut } = this.#settings;
    const scores = rfmScores({ recency: today - one.last, frequency: one.orders, monetary: one.spent }, bounds);
    const group = rfmGroup(scores);
    const before =
      one.ordersBefore === 0
        ? null
        : rfmGroup(
            rfmScores({ recency: today - MOVES_DAYS - one.lastBefore, frequency: one.ordersBefore, monetary: one.spentBefore }, bounds),
          );
    const forecast =
      this.#tell && this.#tell({ ...historyOf(one, today), spent: one.spent, spending: { orders: one.valued, mean: one.meanValue } });
    if (this.#past && one.ordersAtCut > 0) {
      const known = this.#historyAtCut(one);
      this.#calibration.add({
        ...known,
        expected: expectedOrders(this.#past, known, today - cut),
        actual: one.orders - one.ordersAtCut,
        days: today - cut,
      });
    }
    const appraisal = { scores, worth: worthScore(scores), group, before, forecast };
    this.#count(one, appraisal);
    return appraisal;
  }

  #count({ spent }: CustomerFacts, { scores: { r }, worth, group, before, forecast }: Appraisal): void {
    const add = <T>(map: Map<string, T & { customers: number }>, key: string, fresh: T): T & { customers: number } => {
      const found = map.get(key) ?? { ...fresh, customers: 0 };
      map.set(key, found);
      found.customers++;
      return found;
    };
    add(this.#cells, `${r} ${worth}`, { r, worth, spent: 0 }).spent += spent;
    const own = this.#groups.get(group)!;
    own.customers++;
    own.spent += spent;
    if (before) this.#groups.get(before)!.before++;
    if (before !== group) add(this.#moves, `${before} ${group}`, { from: before, to: group });
    this.#totals.orders90 += forecast?.orders90 ?? 0;
    this.#totals.value365 += forecast?.value365 ?? 0;
  }

  #historyAtCut(one: CustomerFacts): History {
    return { repeats: one.ordersAtCut - 1, last: one.lastAtCut - one.first, age: this.#settings.cut - one.first };
  }
}

function historyOf(one: CustomerFacts, today: number): History {
  return { repeats: one.orders - 1, last: one.last - one.first, age: today - one.first };
}

/** A fit that did not converge is none. */
function usable<Fit extends { readonly converged: boolean; readonly logLikelihood: number }>(fit: Fit): Fit | null {
  return fit.converged && Number.isFinite(fit.logLikelihood) ? fit : null;
}

/** Extreme parameters that tell no number are no model either. */
function foreseeing(fit: OrderFit | null): OrderFit | null {
  const asked = [
    { repeats: 0, last: 0, age: 30 },
    { repeats: 1, last: 10, age: 400 },
    { repeats: 20, last: 300, age: 310 },
  ];
  return fit && asked.every((history) => Number.isFinite(expectedOrders(fit, history, 365))) ? fit : null;
}
