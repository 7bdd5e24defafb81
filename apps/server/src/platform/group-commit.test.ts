import { expect, test } from "vitest";
import { virtualClock } from "../../test/support/virtual-clock.ts";
import { seededGenerator } from "./chance/index.ts";
import { CommitUnknown } from "./db/database.ts";
import { groupCommit, type GroupCommitOptions } from "./group-commit.ts";

const settle = async () => {
  for (let i = 0; i < 5; i++)
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
};

function gate() {
  const waiting: (() => void)[] = [];
  return {
    pass: () =>
      new Promise<void>((resolve) => {
        waiting.push(resolve);
      }),
    open: async () => {
      waiting.splice(0).forEach((go) => go());
      await settle();
    },
  };
}

const make = (over: Partial<GroupCommitOptions<number, string>> & Pick<GroupCommitOptions<number, string>, "run">) =>
  groupCommit<number, string>({ clock: virtualClock(), maxItems: 100, maxWaitMs: 0, maxQueued: 1000, busyCode: "ingest.busy", ...over });

test("those who come while a group is being committed form the next one", async () => {
  const groups: number[][] = [];
  const door = gate();
  const commits = make({
    run: async (items) => {
      groups.push([...items]);
      await door.pass();
      return items.map((item) => `done ${item}`);
    },
  });
  const first = commits.submit(0);
  await settle();
  const others = Array.from({ length: 150 }, (_, i) => commits.submit(i + 1));
  await door.open();
  await door.open();
  await door.open();
  expect(await first).toBe("done 0");
  expect(await Promise.all(others)).toEqual(others.map((_, i) => `done ${i + 1}`));
  expect(groups.map((group) => group.length)).toEqual([1, 100, 50]);
});

test("one bad item fails alone, whoever shares its group", async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const draw = seededGenerator(seed);
    const bad = new Set(Array.from({ length: draw.below(6) }, () => draw.below(64)));
    const commits = make({
      run: async (items) => {
        const fault = items.find((item) => bad.has(item));
        if (fault !== undefined) throw new Error(`bad ${fault}`);
        return items.map(String);
      },
    });
    const answers = await Promise.allSettled(Array.from({ length: 64 }, (_, i) => commits.submit(i)));
    for (const [i, answer] of answers.entries()) {
      if (bad.has(i)) expect(answer, `seed ${seed}`).toMatchObject({ status: "rejected", reason: { message: `bad ${i}` } });
      else expect(answer, `seed ${seed}`).toEqual({ status: "fulfilled", value: String(i) });
    }
  }
});

test("a flood is refused with a coded 503 that says when to come back, and what was taken is kept", async () => {
  const door = gate();
  const commits = make({
    maxQueued: 10,
    run: async (items) => {
      await door.pass();
      return items.map(String);
    },
  });
  const taken = commits.submit(0);
  await settle();
  const waiting = Array.from({ length: 10 }, (_, i) => commits.submit(i + 1));
  await expect(commits.submit(99)).rejects.toMatchObject({ code: "ingest.busy", status: 503, retryAfter: 2 });
  await door.open();
  await door.open();
  expect(await taken).toBe("0");
  expect(await Promise.all(waiting)).toHaveLength(10);
});

test("a request heavier than a whole group still goes, alone", async () => {
  const groups: number[][] = [];
  const commits = make({
    maxItems: 10,
    maxQueued: 20,
    weigh: (item) => item,
    run: async (items) => {
      groups.push([...items]);
      return items.map(String);
    },
  });
  expect(await commits.submit(50)).toBe("50");
  await Promise.all([4, 4, 4].map((item) => commits.submit(item)));
  expect(groups).toEqual([[50], [4, 4], [4]]);
});

test("a commit whose answer was lost is never repeated by us: the sender is asked to", async () => {
  let runs = 0;
  const commits = make({
    run: async () => {
      runs++;
      throw new CommitUnknown("gone");
    },
  });
  const answers = await Promise.allSettled([commits.submit(1), commits.submit(2)]);
  expect(answers).toMatchObject([{ reason: { code: "ingest.busy" } }, { reason: { code: "ingest.busy" } }]);
  expect(runs).toBe(1);
});

test("a deadlock is tried again unseen", async () => {
  const clock = virtualClock();
  let runs = 0;
  const commits = make({
    clock,
    run: async (items) => {
      if (++runs < 3) throw Object.assign(new Error("deadlock"), { code: "40P01" });
      return items.map(String);
    },
  });
  const answer = commits.submit(7);
  await settle();
  await clock.advance(1000);
  expect(await answer).toBe("7");
});

test("when idle the first waits a little for company, no longer once the group is full", async () => {
  const clock = virtualClock();
  const groups: number[] = [];
  const commits = make({
    clock,
    maxItems: 3,
    maxWaitMs: 5,
    run: async (items) => {
      groups.push(items.length);
      return items.map(String);
    },
  });
  const early = [commits.submit(1), commits.submit(2)];
  await settle();
  expect(groups).toEqual([]);
  await clock.advance(5);
  await Promise.all(early);
  await Promise.all([1, 2, 3].map((item) => commits.submit(item)));
  expect(groups).toEqual([2, 3]);
});

test("one after another, each waiting for the last, never stalls", async () => {
  const commits = make({ run: async (items) => items.map(String) });
  for (let i = 0; i < 200; i++) expect(await commits.submit(i)).toBe(String(i));
});

test("closing lets what waits finish and refuses newcomers", async () => {
  const commits = make({ run: async (items) => items.map(String) });
  const last = commits.submit(1);
  await commits.close();
  expect(await last).toBe("1");
  await expect(commits.submit(2)).rejects.toMatchObject({ code: "ingest.busy" });
});
