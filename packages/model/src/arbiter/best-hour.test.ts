import { expect, test } from "vitest";
import { chooseHour, EXPLORES, hourScores } from "./best-hour.ts";

function generator(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Person {
  readonly habit: number | null;
  own: number[];
}
const distance = (a: number, b: number) => Math.min((a - b + 24) % 24, (b - a + 24) % 24);
/** Who has an hour clicks three messages in ten within an hour of it and one in twenty elsewhere; who has none clicks one in ten. */
const clicks = ({ habit }: Person, hour: number) => (habit === null ? 0.1 : distance(hour, habit) <= 1 ? 0.3 : 0.05);

/**
 * Two thousand people, half with an hour of their own, get forty messages each that come due at any hour from 8 to 20; open hours are 8
 * to 22. Everyone orders now and then, people with a habit in their hour. Clicks of the last twenty messages are counted.
 */
function simulate(policy: "waits" | "at once", seed: number): { habit: number; none: number } {
  const draw = generator(seed);
  const people: Person[] = Array.from({ length: 2000 }, (_, n) => ({ habit: n % 2 === 0 ? 8 + Math.floor(draw() * 14) : null, own: [] }));
  const everyone: number[] = Array.from({ length: 24 }, () => 0);
  const act = (person: Person, hour: number) => {
    person.own = [hour, ...person.own].slice(0, 100);
    everyone[hour]! += 1;
  };
  const hits = { habit: 0, none: 0 };
  for (let round = 0; round < 40; round++) {
    for (const person of people) {
      if (draw() < 0.1) act(person, person.habit ?? 8 + Math.floor(draw() * 14));
      const due = 8 + Math.floor(draw() * 13);
      const open = Array.from({ length: 24 }, (_, n) => ({ hour: (due + n) % 24 })).filter(({ hour }) => hour >= 8 && hour <= 21) as [
        { hour: number },
        ...{ hour: number }[],
      ];
      const { hour } = policy === "waits" ? chooseHour(open, { own: person.own, everyone }, draw()).at : open[0];
      if (draw() >= clicks(person, hour)) continue;
      act(person, hour);
      if (round >= 20) hits[person.habit === null ? "none" : "habit"] += 1;
    }
  }
  return { habit: hits.habit / 20_000, none: hits.none / 20_000 };
}

test("waiting for the best hour doubles the clicks of people with a habit and costs those without nothing", () => {
  const waits = simulate("waits", 7);
  const atOnce = simulate("at once", 7);
  // 20,000 messages a group: a share near 0.1 is known to within 0.004 (two standard errors).
  expect(waits.habit / atOnce.habit).toBeGreaterThan(1.8);
  expect(Math.abs(waits.none - atOnce.none)).toBeLessThan(0.007);
});

const flat = Array.from({ length: 24 }, () => 10);
const day = Array.from({ length: 24 }, (_, n) => ({ hour: (13 + n) % 24 })) as [{ hour: number }, ...{ hour: number }[]];

test("nothing known means at once; a habit of one's own counts, and shrinks to everyone's hours while it is small", () => {
  expect(chooseHour(day, { own: [20, 20], everyone: Array.from({ length: 24 }, () => 2) }, 0.5)).toMatchObject({
    at: { hour: 13 },
    why: "nothing_known",
  });
  expect(chooseHour(day, { own: [20, 20, 20], everyone: flat }, 0.5)).toMatchObject({ at: { hour: 20 }, why: "better" });
  const evenings = flat.map((n, hour) => (hour === 19 ? 300 : n));
  expect(chooseHour(day, { own: [], everyone: evenings }, 0.5).at.hour).toBe(19);
  expect(chooseHour(day, { own: [9], everyone: evenings }, 0.5).at.hour).toBe(19);
  expect(chooseHour(day, { own: Array.from({ length: 20 }, () => 9), everyone: evenings }, 0.5).at.hour).toBe(9);
  expect(chooseHour(day, { own: [], everyone: flat }, 0.5)).toMatchObject({ at: { hour: 13 }, why: "now" });
});

test("the scores are a distribution, and 23:00 lies beside midnight", () => {
  const scores = hourScores({ own: [0, 0, 0, 23], everyone: flat })!;
  expect(scores.reduce((sum, n) => sum + n, 0)).toBeCloseTo(1, 10);
  expect(scores[23]).toBeGreaterThan(scores[2]!);
});

test("one in ten goes at another hour, the same at every asking while that hour is still to come", () => {
  const habits = { own: [20, 20, 20, 20, 20, 20], everyone: flat };
  for (let n = 0; n < 100; n++) {
    const draw = (n / 100) * EXPLORES;
    const chosen = chooseHour(day, habits, draw).at.hour;
    const place = day.findIndex(({ hour }) => hour === chosen);
    for (let later = 0; later <= place; later++)
      expect(chooseHour(day.slice(later) as unknown as typeof day, habits, draw).at.hour).toBe(chosen);
  }
  const hours = new Set(Array.from({ length: 100 }, (_, n) => chooseHour(day, habits, (n / 100) * EXPLORES).at.hour));
  expect(hours.size).toBe(24);
});
