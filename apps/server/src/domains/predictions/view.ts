import type { ContactPrediction, PredictionState, PredictionSummary, ValuedCustomer as CustomerView } from "@relance/contract/predictions";
import { BUCKETS, DAY, toIso, type Instant } from "@relance/model/base";
import { groupOfCell, orderInterval, valueInterval, YEAR, type Customer, type Models } from "@relance/model/predictions";
import type { KeptRow, Refresh, RefreshResult, ValuedCustomer } from "./queries.ts";
import type { PredictionSettings } from "./queries.ts";

const LEVEL = 0.8;

export function stateView(input: { latest: Refresh | null; done: Refresh | null; settings: PredictionSettings }): PredictionState {
  const { latest, done, settings } = input;
  return {
    refresh: latest && {
      id: latest.id,
      state: latest.state,
      phase: latest.phase,
      progress: progressOf(latest),
      askedAt: toIso(latest.asked_at),
      endedAt: latest.ended_at === null ? null : toIso(latest.ended_at),
      error: latest.error,
    },
    summary: done?.result ? summaryView(done.result, done.ended_at!) : null,
    settings: {
      bounds: settings.bounds && {
        recency: [...settings.bounds.recency],
        frequency: [...settings.bounds.frequency],
        monetary: [...settings.bounds.monetary],
      },
      rates: { ...settings.rates },
    },
  };
}

/** Gathering is a third of the work, writing the rest. */
function progressOf({ state, phase, done }: Refresh): number {
  if (state === "done") return 1;
  return phase === "gather" ? done / BUCKETS / 3 : phase === "fit" ? 1 / 3 : 1 / 3 + ((done / BUCKETS) * 2) / 3;
}

function summaryView(result: RefreshResult, at: Instant): PredictionSummary {
  const { orders, values, bounds, lacks, calibration } = result;
  const refusal =
    lacks.length > 0
      ? lacks.map(({ what, have, need }) => ({ what, have, need }))
      : orders
        ? []
        : [{ what: "fit" as const, have: 0, need: 0 }];
  return {
    asOf: result.asOf,
    refreshedAt: toIso(at),
    currency: result.currency,
    customers: result.customers,
    repeaters: result.repeaters,
    days: result.days,
    refusal,
    orderModel: orders && { r: orders.r, alpha: orders.alpha, a: orders.a, b: orders.b, logLikelihood: orders.logLikelihood },
    valueModel: values && {
      p: values.p,
      q: values.q,
      gamma: values.gamma,
      logLikelihood: values.logLikelihood,
      customers: values.customers,
    },
    bounds: { recency: [...bounds.recency], frequency: [...bounds.frequency], monetary: [...bounds.monetary] },
    orders90: result.orders90,
    value365: result.value365,
    cells: result.cells.map((cell) => ({ ...cell, group: groupOfCell(cell.r, cell.worth) })),
    groups: [...result.groups],
    moves: [...result.moves],
    calibration: calibration && {
      ...calibration,
      cut: result.cut,
      days: Math.round((Date.parse(result.asOf) - Date.parse(result.cut)) / DAY),
      byRepeats: [...calibration.byRepeats],
      tenths: [...calibration.tenths],
    },
    leftOut: [...result.leftOut],
  };
}

export function customerView(row: ValuedCustomer): CustomerView {
  return {
    id: row.contact,
    name: [row.firstName, row.lastName].filter((part) => part !== null).join(" "),
    email: row.email,
    group: row.group,
    before: row.before,
    orders: row.orders,
    lastOn: row.lastOn,
    spent: row.spent,
    alive: row.alive,
    value365: row.value365,
  };
}

/** Intervals are worked out here, from the model of the latest refresh: nothing compares them. */
export function contactView(row: KeptRow & { computedAt: Instant }, result: RefreshResult): ContactPrediction {
  const { orders, values } = result;
  const models: Models | null = orders && { orders, values };
  return {
    asOf: toIso(row.computedAt),
    currency: result.currency,
    orders: row.orders,
    firstOn: row.firstOn,
    lastOn: row.lastOn,
    spent: row.spent,
    rfm: { r: row.r, f: row.f, m: row.m, group: row.group, before: row.before },
    prediction: models && predictionView(row, models, result.asOf),
  };
}

function predictionView(row: KeptRow, models: Models, asOf: string): ContactPrediction["prediction"] {
  if (row.alive === null || row.churn === null || row.orders30 === null || row.orders90 === null || row.orders365 === null) return null;
  const days = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / DAY);
  const customer: Customer = {
    repeats: row.orders - 1,
    last: days(row.firstOn, row.lastOn),
    age: days(row.firstOn, asOf),
    spent: row.spent,
    spending: { orders: row.valued, mean: row.meanValue },
  };
  const value = row.value365 === null ? null : valueInterval(models, customer, YEAR, LEVEL);
  const [fewest, most] = orderInterval(models, customer, YEAR, LEVEL);
  return {
    alive: row.alive,
    churn: row.churn,
    orders30: row.orders30,
    orders90: row.orders90,
    orders365: row.orders365,
    orders365Between: [fewest, most],
    nextOrderOn: row.nextOn,
    value365: row.value365,
    value365Between: value && [value[0], value[1]],
    total: row.total,
    totalBetween: value && [row.spent + value[0], row.spent + value[1]],
  };
}
