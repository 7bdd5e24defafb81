import { fork, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { generateKeyPairSync } from "node:crypto";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import nodemailer from "nodemailer";
import { bucketOf, HOUR, type Id } from "@relance/model/base";
import { mailWriter, parseAddress } from "@relance/model/messages";
import { openDeliveryWorker, planSends, productDoors } from "../apps/server/src/domains/delivery/index.ts";
import { closeRenderPool, compile } from "../apps/server/src/domains/messages/index.ts";
import { systemChance } from "../apps/server/src/platform/chance/index.ts";
import { databaseClock } from "../apps/server/src/platform/clock/index.ts";
import { startEmbedded } from "../apps/server/src/platform/db/embedded/index.ts";
import { migrate } from "../apps/server/src/platform/db/migrate.ts";
import { openPool } from "../apps/server/src/platform/db/pool.ts";
import { json, sql, ts } from "../apps/server/src/platform/db/sql.ts";
import { openLeases } from "../apps/server/src/platform/engine/index.ts";
import { createLog } from "../apps/server/src/platform/log/index.ts";
import { systemNet } from "../apps/server/src/platform/net/index.ts";
import { profiled, statementSettings, tellStatements } from "./profiled.ts";
import { createSecrets } from "../apps/server/src/platform/secrets/index.ts";

/**
 * Sends a second: personalised mails of 20 kB on the wire or a little more, with 14 tracked links, from the ledger to a local sink, beside two yardsticks of the
 * same run: a raw pipelined client with ready-made MIME, and a bare nodemailer pool. `node bench/sends.ts [messages] [rounds] [part of a trial's name]`.
 * Ours includes everything: claim, gate, rendering, MIME, SMTP, recording, facts and counters, on an embedded PostgreSQL with fsync on. Each round measures the
 * yardsticks, ours unsigned over 10, 4, 2 and 1 connections, and ours signed; medians of the rounds are printed. CPU time says more than mails a second where
 * others share the machine: it is told apart by place.
 */
const COUNT = Number(process.argv[2] ?? 10_000);
const ROUNDS = Number(process.argv[3] ?? 3);
/** Only the trials whose name contains this. */
const ONLY = process.argv[4] ?? "";
const CONNECTIONS = 10;

const paragraphs = Array.from(
  { length: 14 },
  (_, i) => `<tr><td style="padding:16px;font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:24px;color:#222222">
<h2 style="margin:0 0 8px 0;font-size:20px">Sélection ${i + 1} pour {{ contact.first_name }}</h2><p style="margin:0 0 12px 0">Chère cliente, cher client, voici une idée choisie pour vous d’après vos derniers achats à ${"Nantes, Lyon, Québec et Montréal, ".repeat(8)} avec nos meilleures salutations.</p>
<a href="https://shop.example/produits/article-${i}?couleur=bleu&amp;taille=m" style="display:inline-block;padding:10px 18px;background:#0d3f4a;color:#ffffff;text-decoration:none">Voir l’article</a></td></tr>`,
);
const SOURCE = `<html><body style="margin:0;background:#f4f4f4"><table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0" style="background:#ffffff">${paragraphs.join("\n")}<tr><td>{{ workspace.postal_address }} <a href="{{ unsubscribe_url }}">Se désinscrire</a></td></tr></table></body></html>`;
const CONTENT = {
  version: 1 as const,
  fallback: "fr",
  variants: {
    fr: {
      subject: "Bonjour {{ contact.first_name }}, vos idées de la semaine",
      preheader: "",
      format: "html" as const,
      source: SOURCE,
      text: null,
    },
  },
};

/** CPU so far, in ms: our main thread, our other threads, the database with all it forked, the sink. */
interface Cpu {
  readonly main: number;
  readonly threads: number;
  readonly database: number;
  readonly sink: number;
}
interface Measured {
  readonly perSecond: number;
  readonly cpu: Cpu;
}

/** User and system time of a process and of its ended children, in ms. Linux only: 0 elsewhere. */
function cpuOf(pid: number, withChildren: boolean): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)!.split(" ").map(Number);
    return 10 * (fields[11]! + fields[12]! + (withChildren ? fields[13]! + fields[14]! : 0));
  } catch {
    return 0;
  }
}

function databaseCpu(postmaster: number): number {
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/stat`, "latin1").split(") ").at(-1)!.split(" ")[1] === String(postmaster);
      } catch {
        return false;
      }
    });
  return cpuOf(postmaster, true) + children.reduce((sum, pid) => sum + cpuOf(Number(pid), false), 0);
}

function cpuNow(): Cpu {
  const own = process.cpuUsage();
  const main = process.threadCpuUsage();
  const inMain = (main.user + main.system) / 1000;
  return {
    main: inMain,
    threads: (own.user + own.system) / 1000 - inMain,
    database: databaseCpu(server.pid() ?? 0),
    sink: cpuOf(sink.child.pid!, false),
  };
}

async function measure(count: number, work: () => Promise<void>): Promise<Measured> {
  const before = cpuNow();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const after = cpuNow();
  const per = (place: keyof Cpu) => ((after[place] - before[place]) * 1000) / count;
  return { perSecond: count / seconds, cpu: { main: per("main"), threads: per("threads"), database: per("database"), sink: per("sink") } };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;
}

async function openSink(): Promise<{ port: number; taken(): Promise<number>; child: ChildProcess }> {
  const child = fork(fileURLToPath(new URL("./sink.ts", import.meta.url)));
  const hear = <T>() =>
    new Promise<T>((resolve) => {
      child.once("message", (message) => resolve(message as T));
    });
  const { port } = await hear<{ port: number }>();
  return {
    port,
    child,
    async taken() {
      child.send("count");
      return (await hear<{ taken: number }>()).taken;
    },
  };
}

/** The limit: MIME made beforehand, envelope and body of the next message pipelined behind the dot of the last, nothing recorded. */
async function rawClient(port: number, mime: Uint8Array, count: number): Promise<void> {
  const bodyAndDot = Buffer.concat([mime, Buffer.from(".\r\n")]);
  const one = Buffer.from("MAIL FROM:<news@shop.example>\r\nRCPT TO:<c@client.example>\r\nDATA\r\n");
  const next = Buffer.concat([bodyAndDot, one]);
  await Promise.all(
    Array.from(
      { length: CONNECTIONS },
      (_, n) =>
        new Promise<void>((resolve, reject) => {
          let left = Math.floor(count / CONNECTIONS) + (n < count % CONNECTIONS ? 1 : 0);
          if (left === 0) return resolve();
          const socket: Socket = connect(port, "127.0.0.1");
          socket.setNoDelay(true).on("error", reject);
          let buffer = "";
          let greeted = false;
          socket.on("data", (chunk: Buffer) => {
            buffer += chunk.toString("latin1");
            for (let end = buffer.indexOf("\n"); end >= 0; end = buffer.indexOf("\n")) {
              const line = buffer.slice(0, end);
              buffer = buffer.slice(end + 1);
              if (line.startsWith("220")) socket.write("EHLO bench\r\n");
              else if (!greeted && line.startsWith("250 ")) {
                greeted = true;
                socket.write(one);
              } else if (line.startsWith("354")) {
                left--;
                socket.write(left > 0 ? next : bodyAndDot);
              } else if (left === 0 && line.includes("queued")) {
                socket.end("QUIT\r\n");
                resolve();
              }
            }
          });
        }),
    ),
  );
}

async function nodemailerPool(port: number, html: string, count: number): Promise<void> {
  const transport = nodemailer.createTransport({
    host: "127.0.0.1",
    port,
    secure: false,
    ignoreTLS: true,
    pool: true,
    maxConnections: CONNECTIONS,
    maxMessages: 10_000,
  });
  await Promise.all(
    Array.from({ length: count }, (_, n) =>
      transport.sendMail({
        from: "news@shop.example",
        to: `c${n}@client.example`,
        subject: `Bonjour ${n}, vos idées`,
        html,
        text: html.replace(/<[^>]+>/g, " "),
      }),
    ),
  );
  transport.close();
}

const folder = mkdtempSync(join(tmpdir(), "relance-bench-"));
chmodSync(folder, 0o755);
const server = await startEmbedded({ folder, settings: statementSettings });
const pool = openPool({ connection: { connectionString: server.connectionString }, size: 6, name: "bench", onIdleError: () => undefined });
const db = profiled(pool);
const sink = await openSink();
try {
  await migrate(db);
  const clock = await databaseClock(db);
  const chance = systemChance();
  const now = clock.now();
  const workspace = chance.id(now);
  const template = chance.id(now);
  const settings = {
    sender: { name: "Shop", email: "news@shop.example", postalAddress: "1 rue de la Paix, 75002 Paris" },
    quietHours: null,
    cap: null,
  };
  await db.query(
    sql`insert into workspaces (id, name, kind, settings, created_at) values (${workspace}, 'Bench', 'regular', ${json(settings)}::jsonb, ${ts(now)}::timestamptz)`,
  );
  const { compiled } = await compile(CONTENT, { class: "marketing", postalAddress: settings.sender.postalAddress });
  await db.query(
    sql`insert into templates (id, workspace_id, name, channel, draft, live_version, created_at, changed_at) values (${template}, ${workspace}, 'Bench', 'email', ${json(CONTENT)}::jsonb, 1, ${ts(now)}::timestamptz, ${ts(now)}::timestamptz)`,
  );
  await db.query(
    sql`insert into template_versions (template_id, version, workspace_id, content, compiled, published_at) values (${template}, 1, ${workspace}, ${json(CONTENT)}::jsonb, ${json(compiled)}::jsonb, ${ts(now)}::timestamptz)`,
  );
  const provider = chance.id(now);
  await db.query(sql`insert into providers (id, workspace_id, channel, kind, name, settings, active, created_at, changed_at)
    values (${provider}, ${workspace}, 'email', 'smtp', 'sink', '{}'::jsonb, true, ${ts(now)}::timestamptz, ${ts(now)}::timestamptz)`);
  const ids: Id[] = Array.from({ length: COUNT }, () => chance.id(now));
  await db.query(sql`
    insert into contacts (bucket, id, workspace_id, email, first_name, locale, known, created_at, updated_at)
    select c.bucket, c.id, ${workspace}::uuid, 'c' || c.n || '@client.example', 'Zoé ' || c.n, 'fr', true, ${ts(now)}::timestamptz, ${ts(now)}::timestamptz
    from unnest(${ids.map(bucketOf)}::smallint[], ${ids}::uuid[]) with ordinality as c (bucket, id, n)`);
  await db.query(sql`
    insert into consents (bucket, contact_id, channel, topic, workspace_id, state, basis, changed_at, proof_id)
    select c.bucket, c.id, 'email', '', ${workspace}::uuid, 'granted', 'express', ${ts(now)}::timestamptz, c.id from unnest(${ids.map(bucketOf)}::smallint[], ${ids}::uuid[]) as c (bucket, id)`);
  const plan = async (): Promise<Id> => {
    const campaign = chance.id(clock.now());
    for (let at = 0; at < COUNT; at += 1000) {
      await db.transaction((tx) =>
        planSends(
          tx,
          { now: clock.now(), chance, slot: 1 },
          ids.slice(at, at + 1000).map((contact) => ({
            workspace,
            contact,
            channel: "email",
            class: "marketing",
            topic: "",
            template,
            templateVersion: 1,
            origin: { kind: "campaign", campaign, variant: "a" },
            dueAt: clock.now(),
            patienceUntil: clock.now() + HOUR,
            data: {},
          })),
        ),
      );
    }
    await db.query(sql`analyze`);
    return campaign;
  };
  const html = SOURCE.replaceAll("{{ contact.first_name }}", "Zoé")
    .replaceAll("{{ unsubscribe_url }}", "https://shop.example/u/x")
    .replace("{{ workspace.postal_address }}", "");
  const mime = mailWriter({
    from: { name: "Shop", address: parseAddress("news@shop.example")! },
    replyTo: null,
    feedbackId: "",
    list: null,
    automatic: false,
  }).write({
    to: parseAddress("c@client.example")!,
    subject: "Bonjour",
    date: now,
    messageId: "x@shop.example",
    unsubscribeUrl: null,
    unsubscribeMail: null,
    text: html.replace(/<[^>]+>/g, " "),
    html,
  });

  const leases = openLeases({
    db,
    clock,
    owner: chance.id(now),
    roles: ["delivery"],
    host: "bench",
    pid: process.pid,
    onError: () => undefined,
  });
  await leases.beat();
  const secrets = createSecrets(chance.bytes(32), chance);
  const config = { publicUrl: "https://relance.example" };
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  await db.query(sql`insert into sender_keys (workspace_id, domain, id, selector, public_key, private_key, created_at)
    values (${workspace}, 'shop.example', ${chance.id(now)}, 'bench', '', ${Buffer.from(secrets.seal(privateKey, `sender_key:${workspace}:shop.example`))}, ${ts(now)}::timestamptz)`);
  const leasing = new AbortController();
  const keeping = leases.keep(leasing.signal);

  /** Plans COUNT sends and lets a worker of its own move them out. */
  const ours = async (connections: number, sign = false): Promise<Measured> => {
    const settings = { host: "127.0.0.1", port: sink.port, security: "none", connections, messagesPerConnection: 10_000, sign };
    await db.query(
      sql`update providers set settings = ${json(settings)}::jsonb, changed_at = ${ts(clock.now())}::timestamptz where id = ${provider}`,
    );
    const campaign = await plan();
    const stopping = new AbortController();
    const worker = openDeliveryWorker({
      ports: { sql: db, clock, chance, net: systemNet({ allow: ["127.0.0.1"] }), files: null as never },
      log: createLog("warn"),
      config,
      secrets,
      leases,
      doors: productDoors({ secrets, config: config as never }),
      slot: 1,
      gatherMs: 10,
    });
    const ended = async () =>
      (
        await pool.query<{ n: number }>(
          sql`select coalesce(sum(n), 0)::bigint as n from send_totals where workspace_id = ${workspace} and subject = ${`campaign:${campaign}`} and state in ('accepted', 'failed')`,
        )
      )[0]!.n;
    let running: Promise<void> = Promise.resolve();
    const measured = await measure(COUNT, async () => {
      running = worker.run(stopping.signal);
      while ((await ended()) < COUNT) await clock.sleep(200);
    });
    stopping.abort();
    await running;
    return measured;
  };

  await rawClient(sink.port, mime, 500); // warm
  await ours(CONNECTIONS);
  const trials: Record<string, () => Promise<Measured>> = {
    "raw pipelined client, ready-made MIME": () => measure(COUNT, () => rawClient(sink.port, mime, COUNT)),
    "bare nodemailer pool": () => measure(Math.ceil(COUNT / 10), () => nodemailerPool(sink.port, html, Math.ceil(COUNT / 10))),
    "relance, 10 connections": () => ours(10),
    "relance, 10 connections, signed (DKIM)": () => ours(10, true),
    "relance, 4 connections": () => ours(4),
    "relance, 2 connections": () => ours(2),
    "relance, 1 connection": () => ours(1),
  };
  const chosen = Object.entries(trials).filter(([name], n) => n < 2 || name.includes(ONLY));
  const results = new Map<string, Measured[]>(chosen.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) for (const [name, trial] of chosen) results.get(name)!.push(await trial());
  leasing.abort();
  await keeping;
  clock.stop();

  const of = (name: string, pick: (one: Measured) => number) => median(results.get(name)!.map(pick));
  const ratio = (name: string, to: string) => median(results.get(name)!.map((one, n) => one.perSecond / results.get(to)![n]!.perSecond));
  const [row] = await db.query<{ n: number }>(sql`select count(*) as n from sends where state <> 'accepted'`);
  console.log(
    `${COUNT} mails of ${(mime.length / 1024).toFixed(1)} kB on the wire, ${(Buffer.byteLength(html) / 1024).toFixed(1)} kB HTML, 14 tracked links, ${cpus().length} CPUs, Node ${process.version}; medians of ${ROUNDS} rounds; ${row!.n} not accepted`,
  );
  console.log(`${"".padEnd(40)} mails/s  µs of CPU a mail: main thread, other threads, database, sink, all   to raw  to nodemailer`);
  for (const name of results.keys()) {
    const places = (["main", "threads", "database", "sink"] as const).map((place) => of(name, (one) => one.cpu[place]));
    const all = of(name, ({ cpu }) => cpu.main + cpu.threads + cpu.database + cpu.sink);
    console.log(
      `${name.padEnd(40)} ${of(name, (one) => one.perSecond)
        .toFixed(0)
        .padStart(
          7,
        )} ${[...places, all].map((n) => n.toFixed(0).padStart(7)).join(" ")} ${ratio(name, "raw pipelined client, ready-made MIME").toFixed(3).padStart(8)} ${ratio(name, "bare nodemailer pool").toFixed(1).padStart(6)}x`,
    );
  }
} finally {
  sink.child.disconnect();
  await closeRenderPool();
  await tellStatements(db, COUNT * ROUNDS);
  await db.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
