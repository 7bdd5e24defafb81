import type { Id, Instant } from "@relance/model/base";
import type { Tx } from "../../platform/db/database.ts";
import { sql, ts } from "../../platform/db/sql.ts";

/** Alike that many: rather a value everybody types than one person. */
const MOST_ALIKE = 10;
/** Pairs that are put into the queue at a time. */
const MOST_NEW = 500;

/**
 * Looks for contacts that are probably one person, and puts each pair into the queue of Who is who: the same first and last name with the
 * same birth date, phone or postal code; or e-mails that differ by dots or a "+word" only, where the provider ignores those. Contacts are
 * grouped by such a key, never compared with each other: one pass over them. Pairs a person decided do not come back; pairs no longer
 * alike go.
 */
export async function noteLikenesses(tx: Tx, input: { readonly workspace: Id; readonly now: Instant }): Promise<void> {
  const { workspace } = input;
  await tx.query(sql`
    with named as materialized (
      select c.id, c.created_at, c.birth_date, c.phone, c.country, c.postal_code, lower(c.email) as email,
        nullif(regexp_replace(normalize(lower(c.first_name), NFD), '[^[:alnum:]]', '', 'g'), '') || ' ' || nullif(regexp_replace(normalize(lower(c.last_name), NFD), '[^[:alnum:]]', '', 'g'), '') as name
      from contacts c where c.workspace_id = ${workspace} and c.known
    ), keyed as (
      select n.id, n.created_at, n.email, k.rank, k.why, k.key from named n cross join lateral (values
        (1, 'email', case when n.email ~ '@(gmail|googlemail)[.]com$' then replace(split_part(split_part(n.email, '@', 1), '+', 1), '.', '') || '@gmail.com' else split_part(split_part(n.email, '@', 1), '+', 1) || '@' || split_part(n.email, '@', 2) end),
        (2, 'name_birth', n.name || ' ' || n.birth_date::text),
        (3, 'name_phone', n.name || ' ' || n.phone),
        (4, 'name_postcode', n.name || ' ' || coalesce(n.country, '') || ' ' || upper(replace(n.postal_code, ' ', '')))
      ) k (rank, why, key) where k.key is not null
    ), alike as (
      select k.rank, k.why, array_agg(k.id order by k.created_at, k.id) as ids from keyed k group by k.rank, k.why, k.key having count(*) between 2 and ${MOST_ALIKE} and (k.why <> 'email' or count(distinct k.email) > 1)
    ), pairs as (
      select distinct on (p.contact, a.ids[1]) p.contact, a.ids[1] as holder, a.why from alike a cross join lateral unnest(a.ids[2:]) as p (contact) order by p.contact, a.ids[1], a.rank
    ), gone as (
      delete from identity_conflicts x where x.workspace_id = ${workspace} and x.kind = 'likeness' and x.decision is null
        and not exists (select 1 from pairs p where p.contact = x.contact_id and p.holder = x.holder_id)
    )
    insert into identity_conflicts (bucket, contact_id, kind, value, workspace_id, holder_id, source, claimed_at)
    select get_byte(uuid_send(p.contact), 15), p.contact, 'likeness', p.why, ${workspace}, p.holder, 'readiness', ${ts(input.now)}::timestamptz from pairs p
    where not exists (select 1 from identity_conflicts x where x.bucket = get_byte(uuid_send(p.contact), 15) and x.contact_id = p.contact and x.holder_id = p.holder)
      and not exists (select 1 from identity_conflicts x where x.bucket = get_byte(uuid_send(p.holder), 15) and x.contact_id = p.holder and x.holder_id = p.contact)
    order by p.contact, p.why limit ${MOST_NEW}
    on conflict do nothing`);
}
