import { bucketOf, DAY, HOUR, type Id, type Instant } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import type { Db, Tx } from "../../platform/db/database.ts";
import { sql, ts, tsArray } from "../../platform/db/sql.ts";

/** Reading counts this long, and is counted anew this often. */
const WINDOW_MS = 30 * DAY;
const EVERY_MS = HOUR;

export interface Read {
  readonly contact: Id;
  /** See `pageAddress`. */ readonly address: string;
  readonly at: Instant;
}

/** Notes who was on pages of content items: of each the latest time stays. Pages that are none are passed over. */
export async function noteReads(tx: Tx, input: { readonly workspace: Id; readonly reads: readonly Read[] }): Promise<void> {
  const { workspace, reads } = input;
  if (reads.length === 0) return;
  await tx.query(sql`
    insert into article_reads (bucket, workspace_id, article_id, contact_id, read_at)
    select r.b, ${workspace}::uuid, a.id, r.c, max(r.t)
    from unnest(${reads.map((one) => bucketOf(one.contact))}::smallint[], ${reads.map((one) => one.contact)}::uuid[], ${reads.map((one) => one.address)}::text[], ${tsArray(reads.map((one) => one.at))}::timestamptz[]) as r (b, c, address, t)
    join articles a on a.workspace_id = ${workspace} and a.address = r.address
    group by r.b, r.c, a.id order by r.b, a.id, r.c
    on conflict (bucket, workspace_id, article_id, contact_id) do update set read_at = greatest(article_reads.read_at, excluded.read_at)`);
}

/** Counts the readers of content items anew, of workspaces whose hour is over; at most twenty at a time. */
export async function countReaders({ ports: { sql: db, clock } }: Pick<Deps, "ports">): Promise<void> {
  const now = clock.now();
  const due = await db.query<{ id: Id }>(sql`
    select w.id from workspaces w left join article_counts k on k.workspace_id = w.id
    where (k.counted_at is null or k.counted_at <= ${ts(now - EVERY_MS)}::timestamptz) and exists (select from articles a where a.workspace_id = w.id and a.archived_at is null)
    order by k.counted_at nulls first, w.id limit 20`);
  if (due.length > 0) await db.transaction((tx) => countReadersOf(tx, { workspaces: due.map((one) => one.id), now }));
}

async function countReadersOf(tx: Tx, input: { readonly workspaces: readonly Id[]; readonly now: Instant }): Promise<void> {
  const workspaces = input.workspaces as Id[];
  await tx.query(sql`
    update articles a set readers = told.n
    from (select b.id, count(r.contact_id) as n from articles b
      left join article_reads r on r.workspace_id = b.workspace_id and r.article_id = b.id and r.read_at > ${ts(input.now - WINDOW_MS)}::timestamptz
      where b.workspace_id = any(${workspaces}::uuid[]) group by b.id) told
    where a.id = told.id and a.readers <> told.n`);
  await tx.query(sql`
    insert into article_counts (workspace_id, counted_at) select w, ${ts(input.now)}::timestamptz from unnest(${workspaces}::uuid[]) as w order by w
    on conflict (workspace_id) do update set counted_at = excluded.counted_at`);
}

/** A content item as a message shows it. */
export interface ShownArticle {
  readonly id: Id;
  readonly title: string;
  readonly summary: string | null;
  readonly url: string;
  readonly image_url: string | null;
  readonly author: string | null;
}

const ARTICLES_SHOWN = 3;
/** What a message showed is shown again after this long. */
const SHOWN_MS = 365 * DAY;

/**
 * The most-read content items for each contact: of its language, of its store or of all, and neither read by it nor shown to it in a
 * message of the last year. At most three; most readers of the last thirty days first, then the newest.
 */
export async function articlesFor(
  db: Db,
  input: { readonly workspace: Id; readonly contacts: readonly Id[]; readonly now: Instant },
): Promise<ReadonlyMap<Id, readonly ShownArticle[]>> {
  const contacts = [...new Set(input.contacts)];
  if (contacts.length === 0) return new Map();
  const buckets = contacts.map(bucketOf);
  const rows = await db.query<{ contact: Id; articles: ShownArticle[] }>(sql`
    select k.id as contact, coalesce(chosen.articles, '[]') as articles
    from unnest(${buckets}::smallint[], ${contacts}::uuid[]) as q (bucket, id) join contacts k on k.bucket = q.bucket and k.id = q.id join workspaces w on w.id = ${input.workspace}
    cross join lateral (select coalesce(array_agg(x.value ->> 'id'), '{}') as ids from sends s cross join lateral jsonb_array_elements(s.data -> 'articles') x
      where s.bucket = k.bucket and s.contact_id = k.id and s.created_at > ${ts(input.now - SHOWN_MS)}::timestamptz and s.state not in ('skipped', 'failed') and jsonb_typeof(s.data -> 'articles') = 'array') shown
    cross join lateral (select jsonb_agg(jsonb_build_object('id', t.id, 'title', t.title, 'summary', t.summary, 'url', t.url, 'image_url', t.image_url, 'author', t.author) order by t.readers desc, t.published_at desc, t.id) as articles from (
      select a.* from articles a
      where a.workspace_id = ${input.workspace} and a.archived_at is null and a.address is not null and a.published_at <= ${ts(input.now)}::timestamptz and (a.store_id is null or a.store_id = k.store_id)
        and lower(left(a.language, 2)) = lower(left(coalesce(k.locale, w.locale), 2)) and a.id::text <> all(shown.ids)
        and not exists (select from article_reads r where r.bucket = k.bucket and r.workspace_id = k.workspace_id and r.article_id = a.id and r.contact_id = k.id)
      order by a.readers desc, a.published_at desc, a.id limit ${ARTICLES_SHOWN}) t) chosen
    where k.bucket = any(${buckets}::smallint[])`);
  return new Map(rows.map((row) => [row.contact, row.articles]));
}
