import type { Endpoint } from "@relance/contract";
import { bucketOf } from "@relance/model/base";
import type { Generator } from "../../src/platform/chance/generator.ts";
import { seededGenerator } from "../../src/platform/chance/generator.ts";
import type { Database } from "../../src/platform/db/database.ts";
import { sql } from "../../src/platform/db/sql.ts";
import { linksOf } from "../../src/domains/delivery/index.ts";
import { CodedError } from "../../src/platform/errors.ts";
import { jobHandlers, listeners } from "../../src/worker.ts";
import { testApp, type TestApp } from "../support/app.ts";
import { testEngine } from "../support/engine.ts";
import { furnish } from "../support/furnished.ts";
import { endpointsOf, newAddress, type Furnished } from "../support/route-table.ts";
import { hostileText } from "./hostile.ts";
import { ingestShot, linkShot, shotAt, type Shot } from "./requests.ts";

export interface AttackReport {
  readonly shots: number;
  /** By status. */
  readonly answers: ReadonlyMap<number, number>;
  /** Messages acknowledged as stored. */
  readonly stored: number;
  readonly slowest: { readonly ms: number; readonly aim: string };
  /** What should not have happened, each once, with the shot that did it. */
  readonly findings: readonly string[];
}

export interface AttackOptions {
  readonly db: Database;
  readonly url: string;
  readonly seed: number;
  /** Stop after so long, or after so many shots. */
  readonly seconds: number;
  readonly shots?: number;
}

/** Shots between two new workspaces: what was archived or removed on the way makes later shots tame. */
const ROUND = 600;
/** No answer may take so long, whatever was asked (two seconds of it are the renderer's own limit). */
const PATIENCE_MS = 15_000;

/**
 * Shoots at every route, as strangers, members and programs would and would not, and judges each answer; after each round the engine and
 * the jobs work off what got in, and every acknowledged event is counted.
 */
export async function attack(options: AttackOptions): Promise<AttackReport> {
  const { seed } = options;
  const { db, refusals } = watched(options.db);
  const shop = await testApp(db, options.url);
  Object.assign(shop.deps.log, { error: (fields: { err?: Error }) => refusals.push(fields.err?.stack ?? "") });
  const endpoints = endpointsOf(shop.app.routeTable);
  const draw = seededGenerator(`fuzz ${seed}`);
  const until = performance.now() + options.seconds * 1_000;
  const judge = openJudge(seed, refusals);
  let shots = 0;
  const over = () => performance.now() > until || shots >= (options.shots ?? Infinity);
  try {
    for (let round = 0; !over(); round++) {
      const about = await furnish(shop, db);
      const callers = await callersOf(shop, about);
      const links = await linksIn(shop, db, about);
      const run = `fuzz-${seed}-${round}`;
      const ledger = { acknowledged: new Set<string>(), stored: 1 }; // one event came with the furniture
      for (let i = 0; i < ROUND && !over(); i++) {
        const which = draw.below(10);
        const shot =
          which === 0
            ? linkShot(links, draw)
            : which <= 2
              ? ingestShot(about, draw, run)
              : aimed(draw.pick(endpoints), about, draw, callers);
        shots++;
        const made = await judge.one(shop, shot, shots, ledger);
        // What was let in is put to work: drawn journeys go live, templates are frozen and rendered.
        for (const next of made === null ? [] : followsOf(shot, made)) await judge.one(shop, next, shots, ledger);
      }
      await countEvents(db, judge, about, run, ledger); // before imports add theirs
      await erase(shop, judge, about, draw);
      await settle(shop, db, judge, about);
    }
  } finally {
    await shop.close();
  }
  return { shots, ...judge.report() };
}

function aimed(endpoint: Endpoint, about: Furnished, draw: Generator, callers: readonly Record<string, string>[]): Shot {
  const shot = shotAt(endpoint, about, draw);
  if (endpoint.path === "/api/session") return shot; // signing out would make strangers of all that follow
  return { ...shot, headers: { ...draw.pick(callers), ...shot.headers } };
}

function followsOf(shot: Shot, made: Made): Shot[] {
  const { id } = made;
  const path = shot.url.split("?")[0]!;
  const headers = { ...shot.headers, "content-type": "application/json" };
  const post = (url: string, body: unknown): Shot => ({
    aim: `after ${path}: ${url.replace(id, ":id")}`,
    method: "POST",
    url,
    headers,
    body: JSON.stringify(body),
  });
  if (path === "/api/journeys") return [post(`/api/journeys/${id}/publish`, { revision: 1 })];
  if (path === "/api/imports") return made.mapping ? [post(`/api/imports/${id}/check`, { mapping: made.mapping })] : [];
  if (path === "/api/templates") return [post(`/api/templates/${id}/publish`, {})];
  return [];
}

/** Programs with all scopes (several, for the limit per key), an administrator, and those who should get nowhere. */
async function callersOf(shop: TestApp, about: Furnished): Promise<Readonly<Record<string, string>>[]> {
  const admin = { cookie: (await shop.member(about.id, "admin")).cookie, "relance-workspace": about.id };
  const key = { authorization: `Bearer ${about.key}` };
  const strangers: Record<string, string>[] = [
    {},
    { authorization: "Bearer \u00ff" },
    { ...admin, "relance-workspace": "x".repeat(36) },
    { cookie: "relance.session_token=%ff; a=b;;=" },
  ];
  return [...Array.from({ length: 14 }, () => key), ...Array.from({ length: 10 }, () => admin), ...strangers];
}

async function linksIn(shop: TestApp, db: Database, about: Furnished): Promise<string[]> {
  const send = about.examples.get("/api/sends/")!;
  const [row] = await db.query<{ contact: string }>(sql`select contact_id as contact from sends where id = ${send} order by id`);
  const links = linksOf(shop.deps.secrets, "", { bucket: bucketOf(row!.contact), send });
  return Object.values(links).flatMap((link: unknown) =>
    typeof link === "function" ? [(link as (to: string) => string)("1")] : typeof link === "string" ? [link] : [],
  );
}

interface Made {
  readonly id: string;
  readonly mapping: unknown;
}
interface Ledger {
  readonly acknowledged: Set<string>;
  stored: number;
}
type Judge = ReturnType<typeof openJudge>;

/** The same database, whose refusals are written down: they say which value was at fault. */
function watched(db: Database): { db: Database; refusals: string[] } {
  const refusals: string[] = [];
  const query: Database["query"] = (statement) =>
    db.query<never>(statement).catch((error: Error) => {
      refusals.push(`${error.message} ${(error as { detail?: string }).detail ?? ""} in ${statement.text.trim().slice(0, 60)}`);
      throw error;
    });
  const transaction: Database["transaction"] = (work) =>
    db.transaction((tx) =>
      work({
        ...tx,
        query: (statement) =>
          tx.query<never>(statement).catch((error: Error) => {
            refusals.push(`${error.message} ${(error as { detail?: string }).detail ?? ""} in ${statement.text.trim().slice(0, 60)}`);
            throw error;
          }),
      }),
    );
  return { db: { ...db, query, transaction }, refusals };
}

function openJudge(seed: number, refusals: string[]) {
  const answers = new Map<number, number>();
  const findings = new Map<string, string>();
  let slowest = { ms: 0, aim: "" };
  let stored = 0;
  const find = (kind: string, what: string) => {
    if (!findings.has(kind)) findings.set(kind, `${kind}: ${what}`);
  };
  return {
    find,
    async one(shop: TestApp, shot: Shot, number: number, ledger: Ledger): Promise<Made | null> {
      const told = `seed ${seed} shot ${number}: ${shot.method} ${shot.url.slice(0, 300)} ${JSON.stringify(shot.headers["content-type"] ?? "")} ${bodyOf(shot)}`;
      refusals.length = 0;
      const began = performance.now();
      const answer = await shop.app.inject({
        method: shot.method as "GET",
        url: shot.url,
        headers: shot.headers,
        remoteAddress: newAddress(),
        ...(shot.body !== null && { payload: shot.body }),
      });
      const ms = performance.now() - began;
      const status = answer.statusCode;
      answers.set(status, (answers.get(status) ?? 0) + 1);
      if (ms > slowest.ms) slowest = { ms, aim: shot.aim };
      if (ms > PATIENCE_MS) find(`${shot.aim} took ${Math.round(ms)} ms`, told);
      if (status >= 500)
        find(`${shot.aim} answered ${status}`, `${told}\n  ${answer.body.slice(0, 500)}${refusals.map((one) => `\n  ${one}`).join("")}`);
      if (status >= 400 && shot.aim !== "a link")
        judgeRefusal(
          find,
          shot,
          status,
          String(answer.headers["content-type"] ?? ""),
          answer.body,
          `${told}${refusals.map((one) => `\n  ${one}`).join("")}`,
        );
      if (status === 200 && shot.url.startsWith("/v1/")) {
        const {
          received,
          stored: kept,
          duplicate,
          refused,
        } = answer.json<{ received: number; stored: number; duplicate: number; refused: { index: number }[] }>();
        if (received !== kept + duplicate + refused.length) find("/v1 counts wrongly", `${told}\n  ${answer.body}`);
        ledger.stored += kept;
        stored += kept;
        const left = new Set(refused.map((one) => one.index));
        shot.messages?.forEach((id, index) => {
          if (id !== null && !left.has(index)) ledger.acknowledged.add(id);
        });
      }
      const body = status === 201 ? answer.json<Partial<Made>>() : {};
      return body.id === undefined ? null : { id: body.id, mapping: body.mapping };
    },
    report: (): Omit<AttackReport, "shots"> => ({ answers, stored, slowest, findings: [...findings.values()] }),
  };
}

/** A refusal has a stable code, a sentence, and names the field when a value is at fault. */
function judgeRefusal(
  find: (kind: string, what: string) => void,
  shot: Shot,
  status: number,
  type: string,
  body: string,
  told: string,
): void {
  if (shot.method === "HEAD") return;
  if (!type.startsWith("application/json"))
    return find(`${shot.aim} refused with ${status} and ${type || "nothing"}`, `${told}\n  ${body.slice(0, 200)}`);
  const { error } = JSON.parse(body) as { error?: { code?: unknown; message?: unknown; field?: unknown; problems?: unknown[] } };
  if (
    typeof error?.code !== "string" ||
    !/^[a-z][a-z_]*(\.[a-z_]+)?$/.test(error.code) ||
    typeof error.message !== "string" ||
    error.message === ""
  )
    return find(`${shot.aim} refused with ${status} and no code`, `${told}\n  ${body.slice(0, 300)}`);
  if (/\b(select|insert|update) |node_modules|\.ts:\d|violates|relation "/.test(error.message))
    find(`${shot.aim} shows its inside`, `${told}\n  ${error.message}`);
  if (error.code === "invalid" && error.field === undefined) find(`${shot.aim} names no field`, `${told}\n  ${body.slice(0, 300)}`);
}

function bodyOf(shot: Shot): string {
  if (shot.body === null) return "";
  return (typeof shot.body === "string" ? shot.body : `(${shot.body.length} bytes) ${shot.body.subarray(0, 100).toString("hex")}`).slice(
    0,
    1_500,
  );
}

async function doJobs(shop: TestApp, judge: Judge): Promise<void> {
  const handlers = jobHandlers(shop.deps);
  for (let taken = 0; taken < 500; taken++) {
    const job = shop.deps.enqueued.shift();
    if (!job) break;
    await handlers[job.name]!(job.payload, { job: "1", attempt: 1, lastAttempt: true, signal: new AbortController().signal }).catch(
      (error: unknown) => {
        if (!(error instanceof CodedError))
          judge.find(
            `the job ${job.name} failed: ${(error as Error).message}`,
            `${JSON.stringify(job.payload)} ${(error as Error).stack ?? ""}`,
          );
      },
    );
  }
}

/** What got in must be worked off: no poison for the engine, no job that dies of a file. */
async function settle(shop: TestApp, db: Database, judge: Judge, about: Furnished): Promise<void> {
  await doJobs(shop, judge);
  const { body } = await shop.call(about.key, "GET", "/api/imports?limit=200");
  for (const one of (body as { items: { id: string; state: string }[] }).items)
    if (one.state === "checked") await shop.call(about.key, "POST", `/api/imports/${one.id}/run`);
  await doJobs(shop, judge);
  const engine = await testEngine({ db, clock: shop.deps.clock, chance: shop.deps.ports.chance, listeners: listeners(shop.deps) });
  try {
    await engine.drain();
  } catch (error) {
    judge.find(`the engine stopped: ${(error as Error).message}`, (error as Error).stack ?? "");
  }
  for (const problem of engine.problems)
    judge.find(
      `the engine met ${(problem as { event: string; err?: Error }).event}: ${(problem as { err?: Error }).err?.message ?? ""}`,
      JSON.stringify(problem).slice(0, 600),
    );
  const left = await db.query<{ kind: string }>(sql`select distinct kind from inbox where workspace_id = ${about.id} order by kind`);
  if (left.length > 0) judge.find("facts were left behind", JSON.stringify(left));
  await engine.leases.release();
}

/** Means an erasure at last, while a server tells of that very person: they are gone whatever came first. */
async function erase(shop: TestApp, judge: Judge, about: Furnished, draw: Generator): Promise<void> {
  const headers = { authorization: `Bearer ${about.key}`, "content-type": "application/json" };
  const [person, email] = ["fuzz-erased", `erased-${draw.below(1_000)}@shop.example`];
  const made = await judge.one(
    shop,
    { aim: "a person to erase", method: "POST", url: "/api/contacts", headers, body: JSON.stringify({ externalId: person, email }) },
    0,
    { acknowledged: new Set(), stored: 0 },
  );
  if (made === null) return judge.find("nobody could be made to erase", about.id);
  const told = (n: number): Shot => ({
    aim: "/v1, of the erased",
    method: "POST",
    url: draw.pick(["/v1/batch", "/v1/import"]),
    headers: { authorization: `Basic ${Buffer.from(`${about.key}:`).toString("base64")}`, "content-type": "application/json" },
    body: JSON.stringify({
      batch: [{ type: "identify", messageId: `erase-${about.id}-${n}`, userId: person, traits: { email, free: hostileText(draw) } }],
    }),
  });
  const erasure: Shot = {
    aim: "an erasure, meant",
    method: "POST",
    url: `/api/contacts/${made.id}/erase`,
    headers,
    body: JSON.stringify({ reason: "person", confirm: "erase" }),
  };
  await Promise.all(
    [told(1), told(2), erasure, told(3)].map((shot, n) => judge.one(shop, shot, n, { acknowledged: new Set(), stored: 0 })),
  );
  const left = (await shop.call(about.key, "GET", `/api/contacts?search=${encodeURIComponent(email)}`)).body as { items: unknown[] };
  if (left.items.length > 0) judge.find("someone erased is there", JSON.stringify(left.items));
}

async function countEvents(db: Database, judge: Judge, about: Furnished, run: string, ledger: Ledger): Promise<void> {
  // What we told ourselves of objects changed by API was not sent by anyone.
  const rows = await db.query<{ id: string }>(
    sql`select message_id as id from events where workspace_id = ${about.id} and coalesce(context ->> 'source', '') not like 'api:%' order by message_id`,
  );
  if (rows.length !== ledger.stored)
    judge.find("acknowledged and stored differ", `${run}: ${ledger.stored} acknowledged as stored, ${rows.length} there`);
  const there = new Set(rows.map((row) => row.id));
  const lost = [...ledger.acknowledged].filter((id) => !there.has(id));
  if (lost.length > 0) judge.find("acknowledged events were lost", `${run}: ${lost.slice(0, 5).join(", ")} of ${lost.length}`);
}
