import type { Id, Instant } from "@relance/model/base";
import type { Tx } from "../../../platform/db/database.ts";
import type { NewFact } from "../../../platform/engine.ts";
import { writeFacts } from "../../../platform/inbox.ts";
import type { Chance } from "../../../platform/ports.ts";
import { addTotals } from "../totals.ts";
import { isEnd, type Move, type TakenSend } from "./worker-queries.ts";

/** Every ledger write ends here: the counters follow the rows, and the ends become facts, in the same transaction; unless nobody would hear of them. */
export async function follow(
  tx: Tx,
  input: {
    readonly moves: readonly (Move & { readonly send: Pick<TakenSend, "contact" | "run"> })[];
    readonly moved: ReadonlySet<Id>;
    readonly slot: number;
    readonly chance: Chance;
    readonly now: Instant;
    readonly unheard?: boolean | undefined;
  },
): Promise<void> {
  const moves = input.moves.filter((move) => input.moved.has(move.send.id));
  await addTotals(
    tx,
    input.slot,
    moves.flatMap(({ send, from, to }) => [
      { of: send, state: from.state, reason: from.reason ?? "", n: -1 },
      { of: send, state: to.state, reason: to.reason ?? "", n: 1 },
    ]),
  );
  if (input.unheard) return;
  const facts = moves
    .filter(({ to }) => isEnd(to.state))
    .map(({ send, to }): NewFact => ({
      workspace: send.workspace,
      contact: send.contact,
      occurredAt: input.now,
      kind: "send.changed",
      data: { send: send.id, run: send.run, state: to.state },
    }));
  await writeFacts(tx, { chance: input.chance, now: input.now, facts });
}
