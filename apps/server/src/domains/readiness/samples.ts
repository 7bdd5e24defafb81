import { createHash } from "node:crypto";
import type { Id } from "@relance/model/base";
import { allocate, peopleCells, sheetInventory, type Stratum } from "@relance/model/readiness";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { nothingToDraw } from "./errors.ts";
import { cellIds, selectCells } from "./queries.ts";
import * as samples from "./sample-queries.ts";

/** More than a person reviews in a day; the interval is narrow long before. */
const MOST = 1_000;
/** Contacts read to draw from, when there are more: whole buckets, which are a fair part of everyone. */
const READ = 40_000;

export const FIELDS = {
  contacts: ["email", "phone", "first_name", "last_name", "birth_date", "locale", "country", "city"],
  products: ["title", "description", "price", "link", "image"],
} as const;

/**
 * Draws a sample, stratified by language and store: of each stratum its share, at least one, by the order of a hash of seed and id, so
 * that the same seed draws the same. Products are drawn for each store and language their sheets are written in.
 * @throws readiness.nothing_to_draw
 */
export async function drawSample(
  deps: Deps,
  input: { actor: Actor; subject: "contacts" | "products"; percent: number; fields: readonly string[] },
): Promise<Id> {
  const { sql, chance, clock } = deps.ports;
  const { actor, subject } = input;
  const { workspace } = actor;
  const now = clock.now();
  const id = chance.id(now);
  const seed = Buffer.from(chance.bytes(12)).toString("hex");
  const { strata, items } =
    subject === "contacts"
      ? await drawContacts(sql, { workspace, share: input.percent / 100, seed })
      : await drawProducts(sql, { workspace, share: input.percent / 100, seed });
  if (items.length === 0) throw nothingToDraw({ subject }, { field: "subject" });
  const drawn = Map.groupBy(items, (one) => one.stratum);
  await sql.transaction((tx) =>
    samples.insertSample(tx, {
      workspace,
      id,
      subject,
      percent: input.percent,
      fields: input.fields,
      of: strata.reduce((sum, one) => sum + one.of, 0),
      seed,
      by: actor.name,
      now,
      items,
      strata: Object.fromEntries(strata.map((one) => [one.key, { of: one.of, drawn: drawn.get(one.key)?.length ?? 0 }])),
    }),
  );
  return id;
}

interface Drawn {
  readonly strata: readonly Stratum[];
  readonly items: readonly { subject: Id; stratum: string }[];
}
interface From {
  readonly workspace: Id;
  readonly share: number;
  readonly seed: string;
}

const order = (seed: string, id: string): string => createHash("sha256").update(`${seed} ${id}`).digest("hex");
const inOrder = <T>(seed: string, list: readonly T[], id: (one: T) => string): T[] =>
  list
    .map((one) => ({ one, at: order(seed, id(one)) }))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ one }) => one);
/** The share that is drawn, at most a thousand of them. */
const bounded = (share: number, of: number): number => (of === 0 ? 0 : Math.min(share, MOST / of));

async function drawContacts(db: Db, { workspace, share, seed }: From): Promise<Drawn> {
  const cells = peopleCells(await selectCells(db, workspace));
  const numbers = await cellIds(db, { workspace, keys: cells.map((one) => one.key) });
  const byStratum = Map.groupBy(cells, (one) => one.stratum);
  const strata = [...byStratum]
    .map(([key, of]) => ({ key, of: of.reduce((sum, one) => sum + one.n, 0) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const all = strata.reduce((sum, one) => sum + one.of, 0);
  const wanted = allocate(strata, bounded(share, all));
  const stratumOf = new Map(cells.map((one) => [numbers.get(one.key)!, one.stratum]));
  const buckets = inOrder(
    seed,
    Array.from({ length: 256 }, (_none, bucket) => bucket),
    String,
  ).slice(0, Math.min(256, Math.ceil((256 * READ) / Math.max(1, all))));
  const pick = (rows: readonly { contact: Id; cells: number[] }[]) =>
    Map.groupBy(
      inOrder(seed, rows, (one) => one.contact).map((row) => ({
        subject: row.contact,
        stratum: stratumOf.get(row.cells.find((cell) => stratumOf.has(cell))!)!,
      })),
      (one) => one.stratum,
    );
  const read = pick(await samples.countedIn(db, { workspace, buckets, cells: [...stratumOf.keys()], most: 2 * READ }));
  const items: { subject: Id; stratum: string }[] = [];
  for (const { key } of strata) {
    const n = wanted.get(key) ?? 0;
    // A stratum too small to be in those buckets is read whole.
    const there =
      (read.get(key)?.length ?? 0) >= n
        ? read.get(key)!
        : (pick(
            await samples.countedIn(db, {
              workspace,
              buckets: Array.from({ length: 256 }, (_none, bucket) => bucket),
              cells: byStratum.get(key)!.map((one) => numbers.get(one.key)!),
              most: READ,
            }),
          ).get(key) ?? []);
    items.push(...there.slice(0, n));
  }
  return { strata, items: inOrder(seed, items, (one) => one.subject) };
}

async function drawProducts(db: Db, { workspace, share, seed }: From): Promise<Drawn> {
  const { products, counts } = sheetInventory(await selectCells(db, workspace));
  const strata = counts.filter((one) => one.store !== "").map((one) => ({ key: `${one.store} ${one.language}`, of: products }));
  const wanted = allocate(strata, bounded(share, products * Math.max(1, strata.length)));
  const ids = await samples.judgedProducts(db, { workspace, most: 200_000 });
  const items = strata.flatMap(({ key }) =>
    inOrder(`${seed} ${key}`, ids, (one) => one)
      .slice(0, wanted.get(key) ?? 0)
      .map((subject) => ({ subject, stratum: key })),
  );
  return { strata, items: inOrder(seed, items, (one) => `${one.stratum} ${one.subject}`) };
}
