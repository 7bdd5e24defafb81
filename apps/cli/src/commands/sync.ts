import { listSyncs, runSync, type Sync } from "@relance/contract/syncs";
import { describeFailure } from "@relance/model/failures";
import { EXIT, Wrong, type Call, type Command } from "../command.ts";
import { named, showList } from "../lists.ts";
import { pause } from "../pause.ts";

const all = (call: Call) => call.client.call(listSyncs, {}).then((found) => found.items);

/** Why the last reading failed, in the reader's language; in English where an earlier release kept only that. */
const reasonOf = (call: Call, { problem }: Sync): string =>
  (problem?.code == null ? null : describeFailure({ code: problem.code, params: problem.params }, call.language)) ?? problem?.reason ?? "";

const list: Command = {
  name: "sync list",
  takes: [],
  needs: 0,
  options: [],
  help: {
    en: "sources that are read on a schedule, and how they go",
    fr: "les sources lues à intervalles réguliers, et comment elles vont",
  },
  async run(call) {
    const { head } = call.words;
    showList(
      call,
      { items: await all(call), more: false },
      [head.id, head.name, head.state, head.at, head.rows, head.refused, head.reason],
      (one) => [
        one.id,
        one.name,
        one.state,
        one.succeededAt === null ? "" : call.output.moment(one.succeededAt),
        one.counts?.rows ?? 0,
        one.counts?.refused ?? 0,
        reasonOf(call, one),
      ],
    );
    return EXIT.done;
  },
};

const run: Command = {
  name: "sync run",
  takes: [{ en: "NAME", fr: "NOM" }],
  needs: 1,
  help: { en: "read a source now", fr: "lit une source maintenant" },
  options: [
    {
      name: "whole",
      value: null,
      help: { en: "everything again, not only what is new", fr: "tout à nouveau, et pas seulement les nouveautés" },
    },
    { name: "wait", value: null, help: { en: "wait until it has been read", fr: "attend que la lecture soit finie" } },
  ],
  async run(call) {
    const { id, succeededAt, failures } = named(call, await all(call), call.args[0]!);
    let seen = await call.client.call(runSync, { params: { id }, body: { whole: call.has("whole") } });
    while (call.has("wait") && seen.succeededAt === succeededAt && seen.failures === failures && seen.state !== "mapping") {
      await pause(1_000);
      seen = named(call, await all(call), id);
    }
    if (call.has("wait") && seen.failures > 0) throw new Wrong(reasonOf(call, seen) || seen.state, EXIT.failed);
    call.output.answer(seen, () =>
      call.output.line(
        seen.state === "mapping"
          ? call.words.syncWaits(seen.name, seen.importId ?? "")
          : call.has("wait")
            ? call.words.synced(seen.name, call.output.number(seen.counts?.rows ?? 0), call.output.number(seen.counts?.refused ?? 0))
            : call.words.syncAsked(seen.name),
      ),
    );
    return call.has("wait") && (seen.counts?.refused ?? 0) > 0 ? EXIT.someRefused : EXIT.done;
  },
};

export const syncCommands: readonly Command[] = [list, run];
