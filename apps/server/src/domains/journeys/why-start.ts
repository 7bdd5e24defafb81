import { bucketOf, toIso, type Id, type Instant, type Words } from "@relance/model/base";
import { isOfferStart, MOVED, nearest, type OfferStart, type Start } from "@relance/model/journeys";
import { minus } from "@relance/model/time";
import type { Db } from "../../platform/db/database.ts";
import { raw, sql } from "../../platform/db/sql.ts";
import { placesOf, selectStores } from "../catalog/index.ts";
import { lastInterest, lastOrder } from "./starts/offers.ts";
import * as store from "./runs/store.ts";
import { startHash } from "./runs/timers.ts";

export interface StartAnswer {
  readonly ok: boolean | null;
  readonly code: string;
  readonly message: Words;
  readonly facts: Record<string, unknown>;
}
interface Asked<S> {
  readonly workspace: Id;
  readonly journey: Id;
  readonly contact: Id;
  readonly start: S;
  readonly now: Instant;
  readonly publishedAt: Instant;
}

/** Why a start by the catalogue, a place, a schedule, a message or another journey has not come for a contact; null for other starts. */
export async function whyNoStart(db: Db, input: Asked<Start>): Promise<StartAnswer | null> {
  const { start } = input;
  if (isOfferStart(start)) return whyNoOffer(db, { ...input, start });
  if (start.kind === "near_store") return whyNotNear(db, { ...input, start });
  if (start.kind === "message") return whyNoDeed(db, { ...input, start });
  if (start.kind === "journey") return whyNotEnded(db, { ...input, start });
  return start.kind === "schedule" ? whyNotScheduled(db, { ...input, start }) : null;
}

const no = (code: string, message: Words, facts: Record<string, unknown>): StartAnswer => ({ ok: false, code, message, facts });

async function whyNoOffer(db: Db, { workspace, contact, start, now }: Asked<OfferStart>): Promise<StartAnswer> {
  const [last] = await db.query<{ product: string; name: string | null; at: Instant | null }>(sql`
    select i.product, p.name, ${lastInterest(start)} as at from product_interests i left join products p on p.workspace_id = i.workspace_id and p.external_id = i.product
    left join lateral (${lastOrder({ product: raw("p.id"), since: 0, now })}) ordered on true
    where i.bucket = ${bucketOf(contact)}::smallint and i.contact_id = ${contact} and i.workspace_id = ${workspace} order by at desc nulls last, i.product limit 1`);
  const facts = { start, product: last?.product ?? null, name: last?.name ?? null, at: last?.at == null ? null : toIso(last.at) };
  if (last?.at == null)
    return no(
      "no_interest",
      {
        fr: "Aucun produit que ce contact aurait regardé, mis au panier ou en liste d’envies comme demandé, et pas commandé depuis.",
        en: "No product that this contact looked at, carted or wished for as asked, and has not ordered since.",
      },
      facts,
    );
  const name = last.name ?? last.product;
  if (last.at < minus(now, start.within))
    return no(
      "interest_too_old",
      {
        fr: `Son dernier intérêt («\u00a0${name}\u00a0») est plus ancien que le délai choisi.`,
        en: `Their last interest (“${name}”) is older than the time chosen.`,
      },
      facts,
    );
  const news = {
    price_drop: { fr: "aucune baisse suffisante du prix", en: "no price has fallen far enough" },
    back_in_stock: { fr: "aucun retour en stock", en: "nothing has come back in stock" },
    low_stock: { fr: "aucun passage en stock bas", en: "no stock has become low" },
  }[start.kind];
  return no(
    "no_offer_news",
    {
      fr: `Il s’intéresse à «\u00a0${name}\u00a0», mais ${news.fr} depuis, dans les boutiques qui le concernent.`,
      en: `They are interested in “${name}”, but ${news.en} since, in the stores that concern them.`,
    },
    facts,
  );
}

async function whyNotNear(db: Db, { workspace, contact, start }: Asked<Extract<Start, { kind: "near_store" }>>): Promise<StartAnswer> {
  const places = placesOf(await selectStores(db, { workspace }));
  const [last] = await store.selectEventsNamed(db, { workspace, contact, name: MOVED, limit: 1 });
  const near = last ? nearest(start, last, places) : null;
  const facts = {
    start,
    at: last ? toIso(last.at) : null,
    store: near?.code ?? null,
    km: near === null ? null : Math.round(near.km * 100) / 100,
  };
  if (!last)
    return no(
      "no_location",
      {
        fr: "Aucune position de ce contact n’a été reçue (événement Location Updated).",
        en: "No position of this contact has been received (event Location Updated).",
      },
      facts,
    );
  if (near === null)
    return no(
      "no_place",
      {
        fr: "Cette position n’a pas de coordonnées, ou aucune de ces boutiques n’en a.",
        en: "That position has no coordinates, or none of these stores has.",
      },
      facts,
    );
  const km = {
    fr: near.km.toLocaleString("fr", { maximumFractionDigits: 1 }),
    en: near.km.toLocaleString("en", { maximumFractionDigits: 1 }),
  };
  if (near.km > start.km)
    return no(
      "too_far",
      {
        fr: `Sa dernière position est à ${km.fr}\u00a0km de la boutique la plus proche (${near.code}).`,
        en: `Their last position is ${km.en} km from the nearest store (${near.code}).`,
      },
      facts,
    );
  return { ok: true, code: "started", message: { fr: "Le point de départ a eu lieu.", en: "The start happened." }, facts };
}

async function whyNotScheduled(
  db: Db,
  { workspace, journey, contact, start }: Asked<Extract<Start, { kind: "schedule" }>>,
): Promise<StartAnswer> {
  const bucket = bucketOf(contact);
  const [next] = await db.query<{ day: string; due_at: Instant }>(
    sql`select s.day::text as day, s.due_at from journey_schedules s where s.bucket = ${bucket}::smallint and s.journey_id = ${journey} and s.workspace_id = ${workspace} and s.start = ${startHash(start)}`,
  );
  const due = await store.selectStartTimer(db, { workspace, journey, contact, start });
  const member = await store.selectStartFact(db, {
    workspace,
    journey,
    contact,
    start: { kind: "segment", segment: start.segment, on: "enter" },
  });
  const facts = {
    start,
    at: due === null ? null : toIso(due),
    day: next?.day ?? null,
    settledAt: next ? toIso(next.due_at) : null,
    memberSince: member === null ? null : toIso(member),
  };
  if (due !== null)
    return no(
      "start_waits",
      { fr: "Ce contact est attendu\u00a0: il entrera à son heure.", en: "This contact is expected, and enters at their own hour." },
      facts,
    );
  if (member === null)
    return no(
      "not_member",
      { fr: "Ce contact n’est pas dans le segment du calendrier.", en: "This contact is not in the segment of the schedule." },
      facts,
    );
  return next
    ? no(
        "day_to_come",
        {
          fr: `Le prochain jour du calendrier est le ${next.day}\u00a0; la liste sera arrêtée alors.`,
          en: `The next day of the schedule is ${next.day}; who is meant is settled then.`,
        },
        facts,
      )
    : no("no_day_left", { fr: "Le calendrier n’a plus de jour à venir.", en: "The schedule has no day to come." }, facts);
}

const STARTED = { fr: "Le point de départ a eu lieu.", en: "The start happened." };
const TOO_EARLY = { fr: "C’était avant la publication.", en: "That was before publication." };

const DEEDS = {
  opened: { fr: "ouvert", en: "opened" },
  clicked: { fr: "cliqué dans", en: "clicked in" },
  unsubscribed: { fr: "quitté par un lien de", en: "unsubscribed from" },
} as const;

async function whyNoDeed(
  db: Db,
  { workspace, contact, start, publishedAt }: Asked<Extract<Start, { kind: "message" }>>,
): Promise<StartAnswer> {
  const rows = await db.query<{ of: boolean; machine: boolean; at: Instant }>(sql`
    select g.machine, s.template_id = ${start.template}::uuid or ${start.template}::uuid is null as of, max(g.at) as at
    from engagements g join sends s on s.bucket = g.bucket and s.id = g.send_id
    where g.bucket = ${bucketOf(contact)}::smallint and g.contact_id = ${contact} and g.workspace_id = ${workspace} and g.kind = ${start.did} group by 1, 2 order by at desc`);
  const last = rows.find((row) => row.of && !row.machine);
  const facts = { start, at: last ? toIso(last.at) : null };
  const did = DEEDS[start.did];
  if (last)
    return last.at < publishedAt ? no("before_publication", TOO_EARLY, facts) : { ok: true, code: "started", message: STARTED, facts };
  if (rows.some((row) => row.of))
    return no(
      "only_machines",
      {
        fr: "Seules des machines ont réagi à ce message ; elles ne comptent pas.",
        en: "Only machines reacted to that message; they do not count.",
      },
      facts,
    );
  return start.template === null
    ? no("no_deed", { fr: `Ce contact n’a jamais ${did.fr} un message.`, en: `This contact has never ${did.en} a message.` }, facts)
    : no("no_deed", { fr: `Ce contact n’a jamais ${did.fr} ce message.`, en: `This contact has never ${did.en} this message.` }, facts);
}

async function whyNotEnded(
  db: Db,
  { workspace, contact, start, publishedAt }: Asked<Extract<Start, { kind: "journey" }>>,
): Promise<StartAnswer> {
  const [row] = await db.query<{ inside: boolean; ended: Instant | null; as_asked: Instant | null }>(sql`
    select coalesce(bool_or(r.state = 'waiting'), false) as inside, max(r.ended_at) as ended,
      max(r.ended_at) filter (where case ${start.on} when 'goal' then r.outcome = 'goal' or exists (select 1 from visits v where v.bucket = r.bucket and v.run_id = r.id and v.reason ->> 'why' = 'goal') else r.state = ${start.on} end) as as_asked
    from runs r where r.bucket = ${bucketOf(contact)}::smallint and r.contact_id = ${contact} and r.workspace_id = ${workspace} and r.journey_id = ${start.journey}`);
  const { inside, ended, as_asked: at } = row!;
  const facts = { start, at: at === null ? null : toIso(at) };
  if (at !== null)
    return at < publishedAt ? no("before_publication", TOO_EARLY, facts) : { ok: true, code: "started", message: STARTED, facts };
  if (inside)
    return no(
      "still_inside",
      { fr: "Ce contact est encore dans l’autre scénario.", en: "This contact is still in the other journey." },
      facts,
    );
  return ended === null
    ? no(
        "never_there",
        { fr: "Ce contact n’est jamais entré dans l’autre scénario.", en: "This contact has never entered the other journey." },
        facts,
      )
    : no(
        "ended_otherwise",
        { fr: "Son parcours dans l’autre scénario s’est terminé autrement.", en: "Their run of the other journey ended in another way." },
        facts,
      );
}
