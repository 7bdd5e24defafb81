import { DAY, SECOND, toIso, type Id, type Instant } from "@relance/model/base";
import type { Logger } from "../../../platform/log/index.ts";
import type { Listener } from "../../../platform/engine.ts";
import type { Ports } from "../../../platform/ports.ts";
import type { Secrets } from "../../../platform/secrets/index.ts";
import { suppressionKey } from "../../compliance/index.ts";
import type { AddressedSend } from "../doors.ts";
import { messageHash } from "./forgotten.ts";
import { entryOf, lineOf, linesOf, type Entry } from "./lines.ts";
import { dropForgotten, readAddresses, readMark, readStoppedSince, writeMark } from "./queries.ts";
import { replay, type Erasure, type Replayed } from "./replay.ts";

/** Entries are kept longer than the oldest backup anyone should restore. */
const KEPT = 40 * DAY;
/** Entries told again although the backup may know them, and stops looked for again: a commit may be a little younger than its instant. */
const OVERLAP = 10 * SECOND;
const PER_BATCH = 1_000;

/**
 * The safety journal (RELIABILITY §5.7): files beside the database that remember what left and who said no, so that a database restored
 * from an older backup mails nobody twice and forgets no withdrawal. One file a day, lines only added, each synced to the disk.
 */
export interface Journal {
  /** Writes that these are about to be handed over; call it before the first is. Rejects when the disk refuses, and then they must not leave. */
  sent(sends: readonly AddressedSend[]): Promise<void>;
  /** Hears withdrawals, consents and erasures. */
  readonly listener: Listener;
  /**
   * Call it before anything may leave, and every half minute: writes a mark here and in the database. A database that is behind the
   * journal was restored, and is told what it forgot. @returns what that was; null when it forgot nothing
   */
  beat(): Promise<Replayed | null>;
}

export function openJournal(options: {
  readonly ports: Ports;
  readonly secrets: Secrets;
  readonly log: Logger;
  readonly folder: string;
  /** Erases a contact that a restored database has again. @returns whether it had it */
  readonly erase: (one: Erasure & { readonly journal: Id }) => Promise<boolean>;
}): Journal {
  const {
    ports: { sql: db, clock, chance, files },
    secrets,
    log,
    folder,
  } = options;
  const fileOf = (at: Instant) => `${folder}/${toIso(at).slice(0, 10)}.log`;
  let place: { readonly id: Id; n: number } | null = null;
  let lookedAt: Instant | null = null;
  let tidied = "";

  const append = async (entries: readonly Entry[]): Promise<void> => {
    // A line before it that was torn ends here at the latest.
    if (entries.length > 0) await files.append(fileOf(clock.now()), Buffer.from(`\n${entries.map(lineOf).join("")}`));
  };

  const fileNames = async () => (await files.list(folder)).filter((name) => /^\d{4}-\d\d-\d\d\.log$/.test(name));

  const findPlace = async (): Promise<{ id: Id; n: number }> => {
    for (const name of (await fileNames()).toReversed()) {
      let found: { id: Id; n: number } | null = null;
      for await (const line of linesOf(files.stream(`${folder}/${name}`))) {
        const entry = line.startsWith('["mark"') ? entryOf(line) : null;
        if (entry?.[0] === "mark") found = { id: entry[2], n: entry[3] };
      }
      if (found) return found;
    }
    return { id: chance.id(clock.now()), n: 0 };
  };

  const replaySince = async (since: Instant, journal: Id): Promise<Replayed> => {
    let total: Replayed = { sends: 0, withdrawals: 0, stopped: 0, erased: 0 };
    let batch: Entry[] = [];
    const flush = async () => {
      const entries = batch.splice(0);
      if (entries.length === 0) return;
      const one = await db.transaction((tx) => replay(tx, { now: clock.now(), chance, entries }));
      let erased = 0;
      for (const erasure of one.erasures) erased += Number(await options.erase({ ...erasure, journal }));
      total = {
        sends: total.sends + one.sends,
        withdrawals: total.withdrawals + one.withdrawals,
        stopped: total.stopped + one.stopped,
        erased: total.erased + erased,
      };
    };
    const first = since === -Infinity ? "" : `${toIso(since).slice(0, 10)}.log`;
    for (const name of (await fileNames()).filter((one) => one >= first)) {
      for await (const line of linesOf(files.stream(`${folder}/${name}`))) {
        const entry = entryOf(line);
        if (entry && entry[0] !== "mark" && entry[1] >= since) batch.push(entry);
        if (batch.length >= PER_BATCH) await flush();
      }
    }
    await flush();
    return total;
  };

  const tidy = async (now: Instant): Promise<void> => {
    const oldest = `${toIso(now - KEPT).slice(0, 10)}.log`;
    for (const name of await fileNames()) if (name < oldest) await files.remove(`${folder}/${name}`);
    await dropForgotten(db, { before: now - KEPT });
  };

  return {
    sent: (sends) => append(sends.map((send) => ["sent", clock.now(), send.workspace, send.bucket, send.id, messageHash(secrets, send)])),
    listener: {
      name: "journal",
      kinds: ["consent.changed", "contact.erased"],
      async onFacts(tx, turn, facts) {
        const addresses = new Map((await readAddresses(tx, { contacts: facts.map((fact) => fact.contact) })).map((row) => [row.id, row]));
        await append(
          facts.flatMap((fact): Entry[] => {
            if (fact.kind === "contact.erased")
              return [["erased", turn.now, fact.workspace, [fact.contact, ...fact.data.joined], fact.data.reason, fact.data.keys]];
            if (fact.kind !== "consent.changed") return [];
            const { channel, topic, state } = fact.data;
            const address =
              channel === "email" ? addresses.get(fact.contact)?.email : channel === "sms" ? addresses.get(fact.contact)?.phone : null;
            return [
              [
                "said",
                turn.now,
                fact.workspace,
                fact.contact,
                channel,
                topic,
                state,
                address ? suppressionKey(secrets, { workspace: fact.workspace, channel, address }).hash : null,
              ],
            ];
          }),
        );
        return [];
      },
    },
    async beat() {
      const now = clock.now();
      place ??= await findPlace();
      const known = await readMark(db, place.id);
      let told: Replayed | null = null;
      if ((known?.n ?? 0) < place.n) {
        told = await replaySince(known ? known.at - OVERLAP : -Infinity, place.id);
        log.warn({ since: known ? toIso(known.at) : null, ...told }, "journal.database_was_restored");
      }
      const stopped = await readStoppedSince(db, { since: (lookedAt ?? known?.at ?? now) - OVERLAP });
      await append(stopped.map((one) => ["stopped", now, one.workspace, one.channel, one.hash, one.reason]));
      lookedAt = now;
      const n = Math.max(place.n, known?.n ?? 0) + 1;
      await writeMark(db, { journal: place.id, n, now });
      await append([["mark", now, place.id, n]]);
      place = { id: place.id, n };
      if (tidied !== fileOf(now)) await tidy(now);
      tidied = fileOf(now);
      return told;
    },
  };
}
