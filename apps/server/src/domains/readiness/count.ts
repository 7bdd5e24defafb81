import { DAY, MINUTE, toIso, type Id, type Instant, type LocalDate } from "@relance/model/base";
import type { Json } from "@relance/model/events";
import { auditContact, cellsOf, SILENT_AFTER, type Audit, type StoreSeen, type Subject, type Surroundings } from "@relance/model/readiness";
import type { Deps } from "../../deps.ts";
import type { Db, Tx } from "../../platform/db/database.ts";
import { selectStores } from "../catalog/index.ts";
import { selectConsents, suppressedAmong } from "../compliance/index.ts";
import type { Secrets } from "../../platform/secrets/index.ts";
import { attributeSample, loadContacts, noteLikenesses, phoneReader, type Contact } from "../contacts/index.ts";
import { findWorkspace } from "../team/index.ts";
import { loadDisposable } from "./disposable.ts";
import { knownDomains, noteDomains } from "./domain-queries.ts";
import { agreed } from "./agreed.ts";
import { moveCells, type Counted } from "./cells.ts";
import { markJudged } from "./sheet-queries.ts";
import { judgeBatch } from "./sheets.ts";
import * as queries from "./queries.ts";
import type { Place } from "./queries.ts";

export const COUNT_JOB = "readiness.count";

const CLAIM = 2 * MINUTE;
/** Contacts per transaction: few enough that nobody waits long for a lock, or for this thread; of half as many each costs a fifth more. */
const BATCH = 500;
/** Everyone is looked at again this often: what depends on the day, and what was missed. */
const WALK_EVERY = DAY;
/** Own attributes that are counted: those most contacts have. */
const MOST_ATTRIBUTES = 60;
const SAMPLE = 2_000;
const CHANNELS = ["email", "sms", "whatsapp"] as const;

/** Starts counting where something waits; every half minute. */
export async function tendReadiness(deps: Deps): Promise<void> {
  const { sql, clock } = deps.ports;
  const now = clock.now();
  await queries.beginNewWorkspaces(sql, now);
  await queries.beginWalks(sql, { now, before: now - WALK_EVERY });
  for (const workspace of await queries.dueWorkspaces(sql, now))
    await sql.transaction((tx) => deps.jobs.add(tx, COUNT_JOB, { workspace }, { key: `${COUNT_JOB}:${workspace}` }));
}

/** Looks at everyone there is news of, then goes on with the walk, batch by batch until nothing waits. One at a time for each workspace. */
export async function runCount(deps: Deps, input: { workspace: Id; signal?: AbortSignal; batch?: number }): Promise<void> {
  const { sql, clock, chance } = deps.ports;
  const { workspace } = input;
  const claim = chance.id(clock.now());
  const around = await surroundingsOf(sql, { workspace, now: clock.now() });
  try {
    while (input.signal?.aborted !== true) {
      const more = await sql.transaction(async (tx) => {
        const now = clock.now();
        const state = await queries.claim(tx, { workspace, claim, now, until: now + CLAIM });
        return state !== null && (await countBatch(tx, { state, around, secrets: deps.secrets, now, batch: input.batch ?? BATCH }));
      });
      if (!more) return;
    }
  } finally {
    await queries.letGo(sql, { workspace, claim });
  }
}

type Around = Omit<Surroundings, "takesMail">;

/** What contacts of a workspace are held against, but for their domains. */
async function surroundingsOf(db: Db, input: { workspace: Id; now: Instant }): Promise<Around> {
  const { workspace, now } = input;
  const [settings, stores, sample, isDisposable] = await Promise.all([
    findWorkspace(db, { id: workspace }),
    selectStores(db, { workspace }),
    attributeSample(db, { workspace, most: SAMPLE }),
    loadDisposable(),
  ]);
  const often = new Map<string, number>();
  for (const row of sample.rows) often.set(row.name, (often.get(row.name) ?? 0) + row.n);
  const names = [...often]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, MOST_ATTRIBUTES)
    .map(([name]) => `attributes.${name}`);
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(settings.time_zone).toPlainDate().toString() as LocalDate;
  return {
    today,
    stores: stores.map((one): StoreSeen => ({ id: one.id, country: one.country, languages: one.languages })),
    phone: phoneReader(settings.time_zone),
    isDisposable,
    attributes: new Set(names),
  };
}

interface Batch {
  readonly state: queries.State;
  readonly around: Around;
  readonly secrets: Secrets;
  readonly now: Instant;
  readonly batch: number;
}

/** @returns whether there may be more */
async function countBatch(tx: Tx, input: Batch): Promise<boolean> {
  const { state, now, batch } = input;
  const workspace = state.workspace_id;
  const marks = await queries.selectMarks(tx, { workspace, limit: batch });
  if (marks.length > 0) {
    await countContacts(tx, { ...input, places: marks });
    await queries.dropMarks(tx, { marks });
    return true;
  }
  if (state.walk_bucket === null) return judgeBatch(tx, { state, stores: input.around.stores, now });
  const places = await queries.nextOfWalk(tx, { workspace, after: { bucket: state.walk_bucket, contact: state.walk_after }, limit: batch });
  if (places.length > 0) await countContacts(tx, { ...input, places });
  await queries.writeWalk(tx, { workspace, at: places.length < batch ? null : places.at(-1)!, now });
  if (places.length < batch) {
    await markJudged(tx, { workspace });
    await noteLikenesses(tx, { workspace, now });
  }
  return true;
}

/** Looks at some contacts and moves them between cells; those who are no more leave theirs. Some fifteen statements for any number. */
async function countContacts(tx: Tx, input: Batch & { readonly places: readonly Place[] }): Promise<void> {
  const { state, now, places } = input;
  const workspace = state.workspace_id;
  const contacts = [...(await loadContacts(tx, { workspace, ids: places.map((one) => one.contact) })).values()].filter((one) => one.known);
  const subjects = await subjectsOf(tx, { workspace, contacts, secrets: input.secrets, today: input.around.today });
  const domains = [...new Set(subjects.flatMap((one) => domainOf(one.fields["email"]) ?? []))];
  const takes = await knownDomains(tx, { names: domains });
  const around: Surroundings = { ...input.around, takesMail: (domain) => takes.get(domain.toLowerCase()) ?? null };
  const audits = subjects.map((subject, i) => ({
    bucket: contacts[i]!.bucket,
    contact: contacts[i]!.id,
    audit: auditContact(subject, around),
  }));
  await noteDomains(tx, { names: domains.filter((name) => !takes.has(name)), now });
  const before = new Map((await queries.selectAudits(tx, { places })).map((one) => [one.contact, one]));
  const numbers = await moveCells(tx, {
    state,
    before: [...before.values()].map((one) => one.cells),
    after: audits.map(({ audit }) => countedOf(audit, now)),
  });
  const rows = audits.map(({ bucket, contact, audit }, i) => ({ bucket, contact, cells: numbers[i]!, domain: audit.domain }));
  await queries.upsertAudits(tx, { workspace, now, rows: rows.filter((one) => !isAsBefore(one, before.get(one.contact))) });
  const here = new Set(audits.map((one) => one.contact));
  await queries.deleteAudits(tx, { places: places.filter((one) => !here.has(one.contact)) });
  await queries.writeFindings(tx, {
    workspace,
    now,
    places,
    rows: audits.flatMap(({ bucket, contact, audit }) =>
      audit.findings.map((one) => ({ bucket, contact, ...one, proposal: one.proposal })),
    ),
  });
}

const isAsBefore = (one: queries.AuditRow, before: queries.AuditRow | undefined): boolean =>
  before !== undefined &&
  before.domain === one.domain &&
  before.cells.length === one.cells.length &&
  before.cells.every((id, i) => id === one.cells[i]);

const domainOf = (email: Json | undefined): string | null =>
  typeof email === "string" && email.includes("@") ? email.slice(email.lastIndexOf("@") + 1).toLowerCase() : null;

async function subjectsOf(
  tx: Tx,
  input: { workspace: Id; contacts: readonly Contact[]; secrets: Secrets; today: LocalDate },
): Promise<Subject[]> {
  const { workspace, contacts, today } = input;
  if (contacts.length === 0) return [];
  const places = contacts.map(({ bucket, id }) => ({ bucket, contact: id }));
  const said = Map.groupBy(
    await selectConsents(tx, { keys: places.flatMap((one) => CHANNELS.map((channel) => ({ workspace, ...one, channel }))) }),
    (one) => one.contact,
  );
  const sources = Map.groupBy(await queries.selectSources(tx, { places }), (one) => one.contact);
  const engagement = new Map((await queries.selectEngagement(tx, { places, most: SILENT_AFTER })).map((one) => [one.contact, one]));
  const addresses = contacts.flatMap((contact) =>
    CHANNELS.flatMap((channel) => {
      const address = addressOf(contact, channel);
      return address !== null && (said.get(contact.id) ?? []).some((one) => one.channel === channel)
        ? [{ workspace, channel, address }]
        : [];
    }),
  );
  // Who agreed and whose address is on the list of exclusions is not reached.
  const stopped = new Set(
    [...(await suppressedAmong(tx, { secrets: input.secrets, addresses }))].map((one) => `${one.channel} ${one.address}`),
  );
  return contacts.map((contact) => ({
    fields: {
      ...contact.columns,
      ...Object.fromEntries(
        Object.entries(contact.attributes)
          .filter(([, value]) => value !== null && value !== "")
          .map(([name, value]) => [`attributes.${name}`, value]),
      ),
    },
    heardAt: contact.fieldTimes,
    sources: Object.fromEntries((sources.get(contact.id) ?? []).map((one) => [one.attribute, one.source.split(":")[0]!])),
    consents: CHANNELS.filter(
      (channel) =>
        !stopped.has(`${channel} ${addressOf(contact, channel)}`) &&
        agreed(
          (said.get(contact.id) ?? []).filter((one) => one.channel === channel),
          today,
        ),
    ),
    received: engagement.get(contact.id)?.received ?? 0,
    engaged: engagement.get(contact.id)?.engaged ? 1 : 0,
  }));
}

function addressOf(contact: Contact, channel: (typeof CHANNELS)[number]): string | null {
  const address = contact.columns[channel === "email" ? "email" : "phone"];
  return typeof address === "string" ? address : null;
}

// The first cell is the person's; one for each field follows in their order.
const countedOf = (audit: Audit, now: Instant): Counted => ({
  cells: cellsOf(audit, now).map((key, i) => ({ key, n: 1, at: audit.fields[i - 1]?.heardAt ?? null })),
});

/** Whether everything there is news of has been looked at, and when all contacts last were. */
export async function countState(db: Db, workspace: Id): Promise<{ readonly waiting: boolean; readonly walkedAt: string | null }> {
  const [state, waiting] = await Promise.all([queries.findState(db, workspace), queries.hasMarks(db, workspace)]);
  return {
    waiting: waiting || state === null || state.walk_bucket !== null,
    walkedAt: state?.walked_at == null ? null : toIso(state.walked_at),
  };
}
