import type { Id, Instant } from "@relance/model/base";
import { normalizeAddress } from "@relance/model/consent";
import type { Tx } from "../../../platform/db/database.ts";
import type { Secrets } from "../../../platform/secrets/index.ts";
import type { AddressedSend } from "../doors.ts";
import { anyForgotten, deleteForgotten, readForgotten } from "./queries.ts";

/** What a message is known by when ids no longer match: who gets it, by which channel, of which template. */
export function messageHash(
  secrets: Secrets,
  send: Pick<AddressedSend, "workspace" | "contact" | "channel" | "address" | "template">,
): string {
  const whom = send.channel === "webhook" ? `${send.address} ${send.contact}` : normalizeAddress(send.channel, send.address);
  return Buffer.from(secrets.mac(`journal:${send.workspace}`, `${send.channel}:${whom}:${send.template}`))
    .toString("hex")
    .slice(0, 32);
}

/**
 * Which of these may not leave because the same template went to the same address after the backup this database was restored from.
 * Each hand-over that was forgotten stands against one message, and is gone with it.
 * @returns by send id, when the message left
 */
export async function takeForgotten(
  tx: Tx,
  input: { readonly secrets: Secrets; readonly sends: readonly AddressedSend[] },
): Promise<ReadonlyMap<Id, Instant>> {
  const { secrets, sends } = input;
  if (sends.length === 0 || !(await anyForgotten(tx))) return new Map();
  const hashes = new Map(sends.map((send) => [send.id, messageHash(secrets, send)]));
  const left = Map.groupBy(await readForgotten(tx, { hashes: [...hashes.values()] }), (row) => row.hash);
  const taken = sends.flatMap((send) => {
    const row = left.get(hashes.get(send.id)!)?.shift();
    return row ? [{ id: send.id, row }] : [];
  });
  await deleteForgotten(tx, { rows: taken.map(({ row }) => row) });
  return new Map(taken.map(({ id, row }) => [id, row.at]));
}
