import { INGEST_LIMITS, type IngestAnswer } from "@relance/contract/ingest";
import { MINUTE, SECOND, type Id, type Instant } from "@relance/model/base";
import { isObject } from "@relance/model/events";
import { findWorkspace } from "../team/index.ts";
import type { Deps } from "../../deps.ts";
import { ingestMessages, ingestSeconds } from "../../platform/metrics.ts";
import { groupCommit, type GroupCommit } from "../../platform/group-commit.ts";
import { ingestBatches, TOO_LARGE, type IngestInto, type MessageBatch, type Verdict } from "./batch.ts";
import { phoneReader } from "../contacts/index.ts";

/** Takes calls of many senders and commits them in groups, one group of a workspace at a time. */
export interface Receiver {
  /** @returns the answer, after the commit */
  receive(from: { workspace: Id; trusted: boolean }, batch: MessageBatch): Promise<IngestAnswer>;
  close(): Promise<void>;
}

export function createReceiver(deps: Deps): Receiver {
  const groups = new Map<string, GroupCommit<MessageBatch, Verdict[]>>();
  const settings = new Map<Id, { until: Instant; into: Omit<IngestInto, "trusted"> }>();
  const intoOf = async (workspace: Id): Promise<Omit<IngestInto, "trusted">> => {
    const now = deps.ports.clock.monotonic();
    const cached = settings.get(workspace);
    if (cached && cached.until > now) return cached.into;
    const found = await findWorkspace(deps.ports.sql, { id: workspace });
    const into = { workspace, currency: found.currency, phone: phoneReader(found.time_zone), source: "events", secrets: deps.secrets };
    settings.set(workspace, { until: now + MINUTE, into });
    return into;
  };
  const groupOf = (workspace: Id, trusted: boolean) => {
    const key = `${workspace} ${trusted}`;
    const open =
      groups.get(key) ??
      groupCommit<MessageBatch, Verdict[]>({
        clock: deps.ports.clock,
        maxItems: 1000,
        maxWaitMs: 0,
        maxQueued: 20_000,
        weigh: (batch) => batch.messages.length,
        busyCode: "ingest.busy",
        run: async (batches) => {
          const verdicts = await ingestBatches(deps.ports, { ...(await intoOf(workspace)), trusted }, batches);
          deps.poke();
          return verdicts;
        },
      });
    groups.set(key, open);
    return open;
  };
  return {
    async receive(from, batch) {
      const began = deps.ports.clock.monotonic();
      const answer = answerOf(await groupOf(from.workspace, from.trusted).submit(batch));
      ingestSeconds.observe((deps.ports.clock.monotonic() - began) / SECOND);
      for (const [outcome, n] of [
        ["stored", answer.stored],
        ["duplicate", answer.duplicate],
        ["refused", answer.refused.length],
      ] as const)
        ingestMessages.inc({ outcome }, n);
      return answer;
    },
    async close() {
      await Promise.all([...groups.values()].map((group) => group.close()));
    },
  };
}

function answerOf(verdicts: readonly Verdict[]): IngestAnswer {
  const count = (is: Verdict["is"]) => verdicts.filter((verdict) => verdict.is === is).length;
  return {
    success: true,
    received: verdicts.length,
    stored: count("stored"),
    duplicate: count("duplicate"),
    refused: verdicts.flatMap((verdict, index) => (verdict.is === "refused" ? [{ index, code: verdict.code, field: verdict.field }] : [])),
  };
}

/** A message of a batch that is larger than one may be is refused alone. */
export function withoutGiants(messages: readonly unknown[], bytes: number): unknown[] {
  if (bytes <= INGEST_LIMITS.message) return [...messages];
  return messages.map((message) =>
    isObject(message) && Buffer.byteLength(JSON.stringify(message)) > INGEST_LIMITS.message ? TOO_LARGE : message,
  );
}
