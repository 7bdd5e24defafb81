/** A bug other products shipped (RELIABILITY §5.10): where it goes in. Each text to be found is in its file once (`planted-bugs.test.ts`). */
export interface Bug {
  readonly name: string;
  /** Shows only where commits end without an answer, which is rare in a usual storm. */
  readonly commits?: boolean;
  readonly edits: readonly { readonly file: string; readonly find: string; readonly put: string }[];
}

const ENGINE = "apps/server/src/platform/engine";
const TOY = "apps/server/test/simulation/toy.ts";

export const BUGS: readonly Bug[] = [
  {
    name: "lease without epoch: a former owner still commits",
    edits: [{ file: `${ENGINE}/leases.ts`, find: "  if (lost.length > 0) throw new LeaseLost(role, lost);", put: "" }],
  },
  {
    name: "cursor moved at fetch: facts taken in a transaction of their own",
    edits: [
      {
        file: `${ENGINE}/turn.ts`,
        find: "await take(tx, buckets, input.facts);",
        put: "await deps.db.transaction((own) => take(own, buckets, input.facts));",
      },
    ],
  },
  {
    name: "counter bumped outside the transaction",
    edits: [{ file: `${ENGINE}/turn.ts`, find: 'await countInbox(tx, "taken"', put: 'await countInbox(deps.db as never, "taken"' }],
  },
  {
    name: "error answer taken for success: a lost commit is acknowledged",
    edits: [
      {
        file: TOY,
        find: "  return db.transaction(async (tx) => {\n    if (requests.some",
        put: "  const believed = <T>(work: Promise<T>) => work.catch((error: Error) => (/a message/.test(error.message) ? Promise.reject(error) : (requests.map((request) => request.messages.length) as T)));\n  return believed(db.transaction(async (tx) => {\n    if (requests.some",
      },
      {
        file: TOY,
        find: "    return requests.map((request) => request.messages.length);\n  });",
        put: "    return requests.map((request) => request.messages.length);\n  }));",
      },
    ],
  },
  {
    name: "row count of on conflict believed: repeated messages are news again",
    edits: [{ file: TOY, find: "facts: fresh.map(", put: "facts: all.map(" }],
  },
  {
    name: "news written outside the transaction that made it true",
    edits: [
      { file: TOY, find: "    await writeFacts(tx, {", put: "    await db.transaction((own) => writeFacts(own, {" },
      { file: TOY, find: 'name: "seen", live: true },\n      })),\n    });', put: 'name: "seen", live: true },\n      })),\n    }));' },
    ],
  },
  {
    name: "notify relied upon: nobody looks unless poked",
    edits: [{ file: `${ENGINE}/loop.ts`, find: "wasPoked || (await anythingToDo())", put: "wasPoked" }],
  },
  {
    name: "quarantine that throws away",
    edits: [
      { file: `${ENGINE}/quarantine.ts`, find: "${ts(now)}::timestamptz from gone", put: "${ts(now)}::timestamptz from gone where false" },
      {
        file: `${ENGINE}/quarantine.ts`,
        find: "select bucket from kept order by bucket, id`",
        put: "select bucket from gone order by bucket, id`",
      },
    ],
  },
  {
    name: "a whole batch blamed for one poisonous fact",
    edits: [
      {
        file: `${ENGINE}/isolate.ts`,
        find: "  const solve = async (part: readonly InboxKey[]): Promise<void> => {\n",
        put: '  const solve = async (part: readonly InboxKey[]): Promise<void> => {\n    await deps.db.transaction(async (tx) => quarantine(tx, { keys: part, reason: "batch", now: deps.clock.now() }));\n    if (part.length > 0) return;\n',
      },
    ],
  },
  {
    name: "a whole group refused for one bad request",
    edits: [
      {
        file: "apps/server/src/platform/group-commit.ts",
        find: "    } else if (group.length === 1) {\n      group[0]!.reject(error);",
        put: "    } else if (group.length > 0) {\n      for (const waiting of group) waiting.reject(error);",
      },
    ],
  },
  {
    name: "provider called before the row says so",
    edits: [
      {
        file: TOY,
        find: '    if ((await move("claimed", "handing")) === 0) return;\n    const answer = await far.take(send.id).catch(() => "unknown" as const);',
        put: '    const answer = await far.take(send.id).catch(() => "unknown" as const);\n    if ((await move("claimed", "handing")) === 0) return;',
      },
    ],
  },
  {
    name: "uncertain retried",
    edits: [{ file: TOY, find: "case state when 'claimed' then 'waiting' else 'uncertain' end", put: "'waiting'" }],
  },
  {
    name: "timer lost: nobody asks when time is next due",
    edits: [{ file: `${ENGINE}/loop.ts`, find: "    timeDue = next;", put: "    timeDue = Infinity;" }],
  },
  {
    name: "a taken-over bucket stays under suspicion for ever",
    edits: [{ file: `${ENGINE}/suspects.ts`, find: "        since.clear();\n", put: "" }],
  },
  {
    name: "commit-unknown repeated: the same facts worked off again from memory",
    commits: true,
    edits: [
      {
        file: `${ENGINE}/turn.ts`,
        find: "  const report = await deps.db.transaction(async (tx) => {\n    await fence(tx, {",
        put: '  let memory: { facts: Fact[]; next: Cursor } | null = null;\n  const twice = <T>(work: () => Promise<T>) => work().catch((error: Error) => (error.name === "CommitUnknown" ? work() : Promise.reject(error)));\n  const report = await twice(() => deps.db.transaction(async (tx) => {\n    await fence(tx, {',
      },
      {
        file: `${ENGINE}/turn.ts`,
        find: "const { facts, next } = await take(tx, buckets, input.facts);",
        put: "const { facts, next } = memory ?? (memory = await take(tx, buckets, input.facts));",
      },
      {
        file: `${ENGINE}/turn.ts`,
        find: "    return { taken: facts.length, moreTime, next };\n  });",
        put: "    return { taken: facts.length, moreTime, next };\n  }));",
      },
    ],
  },
];
