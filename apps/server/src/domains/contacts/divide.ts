import type { IdentityRules } from "@relance/contract/team";
import { bucketOf, type Id } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";
import type { Draft } from "./columns.ts";
import { mergeNotFound, notSeparable } from "./errors.ts";
import { together } from "./parts.ts";
import type { MergeRow } from "./reading.ts";

/** What separating a contact again at one of its merges makes of it. */
export interface Division {
  readonly merge: MergeRow;
  /** The parts that go: the one that was folded in, and all that had been folded into it. */
  readonly going: readonly Id[];
  readonly stays: Draft;
  readonly goes: Draft;
}

/**
 * @param merges those of the contact, its parts' included
 * @throws contact.merge_not_found, contact.not_separable
 */
export function divide(
  contact: Id,
  parts: readonly Draft[],
  input: { readonly merges: readonly MergeRow[]; readonly merge: Id; readonly rules: IdentityRules },
): Division {
  const merge = input.merges.find((one) => one.id === input.merge);
  if (!merge) throw mergeNotFound({});
  const going = [merge.loser_id];
  for (const id of going) going.push(...input.merges.filter((one) => one.winner_id === id).map((one) => one.loser_id));
  const moved = new Set(going);
  const [gone, left] = [parts.filter((part) => moved.has(part.id)), parts.filter((part) => !moved.has(part.id))];
  if (!gone.some((part) => part.id === merge.loser_id) || !left.some((part) => part.id === contact)) throw notSeparable({});
  const by = { rules: input.rules, source: "" };
  return { merge, going, stays: together(contact, left, by), goes: { ...together(merge.loser_id, gone, by), stored: false } };
}

/** Whether a merge can be taken back: what each of the two was alone was kept. */
export const isSeparable = (
  contact: Id,
  parts: readonly { readonly part: Pick<Draft, "id"> }[],
  merge: Pick<MergeRow, "loser_id">,
): boolean => [contact, merge.loser_id].every((id) => parts.some(({ part }) => part.id === id));

export const COUNTED = ["event", "order", "send", "run", "consent", "group"] as const;

/** How many rows of each kind would go with some parts, and how many stay. */
export async function countDivision(
  db: Db,
  input: { readonly workspace: Id; readonly contact: Id; readonly going: readonly Id[] },
): Promise<{ kind: (typeof COUNTED)[number]; goes: number; stays: number }[]> {
  const { workspace, contact } = input;
  const going = sql`any(${input.going as Id[]}::uuid[])`;
  const own = sql`t.bucket = ${bucketOf(contact)}::smallint and t.contact_id = ${contact} and t.workspace_id = ${workspace}`;
  const count = sql`count(*) filter (where g.goes) as goes, count(*) filter (where g.goes is not true) as stays`;
  return db.query(sql`
    select 'event' as kind, ${count} from (select t.part_id = ${going} as goes from events t where ${own}) g
    union all select 'order', ${count} from (select coalesce(t.part_id = ${going}, ${firstNamed(contact, going)}) as goes from orders t where ${own}) g
    union all select 'send', ${count} from (
      select coalesce(t.part_id = ${going}, exists (select 1 from runs r where r.bucket = t.bucket and r.id = t.run_id and r.part_id = ${going})) as goes from sends t where ${own}) g
    union all select 'run', ${count} from (select t.part_id = ${going} as goes from runs t where ${own}) g
    union all select 'consent', ${count} from (select t.part_id = ${going} as goes from consent_proofs t where ${own}) g
    union all select 'group', ${count} from (select t.part_id = ${going} as goes from group_members t where ${own}
      union all select k.part_id = ${going} from kept_rows k where k.bucket = ${bucketOf(contact)}::smallint and k.contact_id = ${contact} and k.workspace_id = ${workspace} and k.table_name = 'group_members' and k.part_id = ${going}) g`);
}

/** Whether the first event that named an order `t` came with parts that go. */
export const firstNamed = (contact: Id, going: ReturnType<typeof sql>) => sql`(
  select e.part_id = ${going} from events e where e.bucket = ${bucketOf(contact)}::smallint and e.contact_id = ${contact} and e.workspace_id = t.workspace_id and e.name in ('Order Completed', 'Order Updated', 'Order Refunded', 'Order Cancelled')
    and e.properties ->> 'order_id' = t.external_id order by e.received_at, e.id limit 1)`;
