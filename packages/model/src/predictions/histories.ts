import { Column } from "./column.ts";

/**
 * What the models need to know of a customer, in days: `repeats` days with an order after the first one, `last` days from the first to the
 * last of them, `age` days from the first to today (x, t_x and T of the papers). Several orders of one day are one occasion.
 */
export interface History {
  readonly repeats: number;
  readonly last: number;
  readonly age: number;
}

/** Many histories, alike ones once with their number; columns, so that a million customers take tens of megabytes. */
export interface Histories {
  readonly repeats: Float64Array;
  readonly last: Float64Array;
  readonly age: Float64Array;
  readonly weight: Float64Array;
  readonly customers: number;
}

const DAYS = 65_536;

/** Gathers histories one by one and groups the alike: 8 bytes a customer. Days are whole numbers below 65,536. */
export class HistoryGatherer {
  readonly #keys = new Column();

  add(history: History): void {
    const whole = (days: number) => Math.max(0, Math.min(DAYS - 1, Math.round(days)));
    const age = whole(history.age);
    this.#keys.add((Math.min(Math.round(history.repeats), DAYS - 1) * DAYS + Math.min(whole(history.last), age)) * DAYS + age);
  }

  group(): Histories {
    const keys = this.#keys.values().slice().sort();
    let groups = 0;
    for (let i = 0; i < keys.length; i++) if (i === 0 || keys[i] !== keys[i - 1]) groups++;
    const [repeats, last, age, weight] = [
      new Float64Array(groups),
      new Float64Array(groups),
      new Float64Array(groups),
      new Float64Array(groups),
    ];
    let g = -1;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      if (i === 0 || key !== keys[i - 1]) {
        g++;
        age[g] = key % DAYS;
        last[g] = Math.floor(key / DAYS) % DAYS;
        repeats[g] = Math.floor(key / DAYS / DAYS);
      }
      weight[g]! += 1;
    }
    return { repeats, last, age, weight, customers: keys.length };
  }
}

/** Histories of a list, grouped. */
export function grouped(list: Iterable<History>): Histories {
  const gatherer = new HistoryGatherer();
  for (const history of list) gatherer.add(history);
  return gatherer.group();
}
