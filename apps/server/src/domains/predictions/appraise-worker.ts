import { parentPort } from "node:worker_threads";
import { Appraiser, type AppraiserSettings, type CustomerFacts } from "@relance/model/predictions";
import type { ThreadCall } from "../../platform/workers/thread.ts";

// One appraiser per thread: open, gather slice by slice, fit, appraise slice by slice, summary.
let appraiser: Appraiser | null = null;

function answer({ name, argument }: ThreadCall): unknown {
  if (name === "open") {
    appraiser = new Appraiser(argument as AppraiserSettings);
    return null;
  }
  if (!appraiser) throw new Error("open comes first");
  switch (name) {
    case "gather":
      return appraiser.gather(argument as CustomerFacts[]) ?? null;
    case "fit":
      return appraiser.fit();
    case "appraise":
      return appraiser.appraise(argument as CustomerFacts[]);
    case "summary":
      return appraiser.summary();
    default:
      throw new Error(`No such call: ${name}`);
  }
}

parentPort!.on("message", (call: ThreadCall) => {
  try {
    parentPort!.postMessage({ value: answer(call) });
  } catch (error) {
    parentPort!.postMessage({ error: String((error as Error).stack ?? error) });
  }
});
