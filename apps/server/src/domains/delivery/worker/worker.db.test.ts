import { DAY, HOUR, MINUTE, SECOND, type Id } from "@relance/model/base";
import { expect, test } from "vitest";
import {
  anotherWorld,
  clock,
  database,
  newWorker,
  pass,
  realServer,
  scripted,
  useDelivery,
  world,
} from "../../../../test/support/delivery-case.ts";
import { brokenBooks, brokenFarBooks, drain, plainDoors } from "../../../../test/support/delivery-world.ts";
import { sql, ts } from "../../../platform/db/sql.ts";
import type { DeliveryDoors } from "../index.ts";
import { readLedger, recordDelivery, settleSend } from "../sends.ts";

useDelivery();
const facts = async (state: string) =>
  (
    await database.db.query<{ n: number }>(
      sql`select count(*) as n from inbox where workspace_id = ${world.workspace} and kind = 'send.changed' and data->>'state' = ${state}`,
    )
  )[0]!.n;

test("without a provider messages land in the outbox, each once, as they would have arrived", async () => {
  const contacts = await world.contacts(250);
  await world.plan(contacts);
  await world.plan(contacts); // the same turn done twice plans nothing twice
  await drain(newWorker());
  expect(await world.states()).toEqual({ accepted: 250 });
  const [row] = await database.db.query<{ n: number; once: number }>(
    sql`select count(*) as n, count(distinct contact_id) as once from outbox_messages where workspace_id = ${world.workspace}`,
  );
  expect(row).toEqual({ n: 250, once: 250 });
  expect(await facts("accepted")).toBe(250);
});

test("a real SMTP server gets everyone's message once, and the ledger says so with provider, words and Message-ID", async () => {
  const server = await realServer();
  await world.plan(await world.contacts(450));
  await drain(newWorker());
  expect(await world.states()).toEqual({ accepted: 450 });
  expect(server.taken.length).toBe(450);
  expect(
    await brokenFarBooks(
      database.db,
      world.workspace,
      server.taken.map((one) => one.messageId),
    ),
  ).toEqual([]);
  const [one] = await database.db.query(
    sql`select attempts, provider_reference, answer, message_id = id || '@shop.example' as named from sends where workspace_id = ${world.workspace} order by id limit 1`,
  );
  expect(one).toEqual({ attempts: 1, provider_reference: "X1", answer: expect.stringMatching(/^250/), named: true });
});

test("who withdrew before the gate is skipped, with the decision and its facts", async () => {
  const contacts = await world.contacts(5);
  await world.plan(contacts);
  await world.withdraw(contacts[2]!);
  await drain(newWorker());
  expect(await world.states()).toEqual({ accepted: 4, "skipped(no_consent)": 1 });
  const [row] = await database.db.query(sql`select decision from sends where contact_id = ${contacts[2]!}`);
  expect(row).toEqual({ decision: [{ check: "consent", verdict: "no", facts: { state: "withdrawn" } }] });
});

test("an unsubscribe while a send is claimed: a decision that grew old is asked again, and nothing leaves", async () => {
  const server = await realServer();
  const contacts = await world.contacts(3);
  await world.plan(contacts);
  let first = true;
  const slow: DeliveryDoors = {
    ...plainDoors,
    async render(db, input) {
      if (first) {
        first = false;
        await world.withdraw(contacts[1]!); // claimed and decided, not yet on the wire
        await clock.advance(6 * SECOND);
      }
      return plainDoors.render(db, input);
    },
  };
  await drain(newWorker(slow));
  expect(await world.states()).toEqual({ accepted: 2, "skipped(no_consent)": 1 });
  expect(server.taken.length).toBe(2);
  // What the profile and the send's page tell.
  const [told] = await database.db.query(sql`select state, decision from sends where contact_id = ${contacts[1]!}`);
  expect(told).toEqual({ state: "skipped", decision: [{ check: "consent", verdict: "no", facts: { state: "withdrawn" } }] });
});

test("held until the gate's hour, decided again then; held beyond patience it is skipped with the reason", async () => {
  const contacts = await world.contacts(2);
  await world.plan(contacts.slice(0, 1));
  await world.plan(contacts.slice(1), { patienceUntil: clock.now() + 10 * MINUTE });
  const morning = clock.now() + 30 * MINUTE;
  const doors: DeliveryDoors = {
    ...plainDoors,
    decide: async (tx, input) =>
      input.now < morning
        ? new Map(input.sends.map((send) => [send.id, { verdict: { kind: "hold", until: morning, reason: "quiet_hours" }, checks: [] }]))
        : plainDoors.decide(tx, input),
  };
  const worker = newWorker(doors);
  await drain(worker);
  expect(await world.states()).toEqual({ "held(quiet_hours)": 1, "skipped(quiet_hours)": 1 });
  await pass(29 * MINUTE, worker);
  expect(await world.states()).toMatchObject({ "held(quiet_hours)": 1 });
  await pass(2 * MINUTE, worker);
  expect(await world.states()).toEqual({ accepted: 1, "skipped(quiet_hours)": 1 });
});

test("a contact without address, a contact that is gone, a gate that forgot one, a rendering that fails: each has its reason", async () => {
  const contacts = await world.contacts(4);
  await world.plan(contacts);
  await database.db.query(sql`update contacts set email = null where id = ${contacts[0]!}`);
  await database.db.query(sql`delete from contacts where id = ${contacts[1]!}`);
  const of = (id: Id | undefined) => (send: { contact: Id }) => send.contact === id;
  const doors: DeliveryDoors = {
    ...plainDoors,
    decide: (tx, input) => plainDoors.decide(tx, { ...input, sends: input.sends.filter((send) => !of(contacts[2])(send)) }),
    render: async (db, input) =>
      new Map(
        [...(await plainDoors.render(db, input))].map(([id, made]) => [
          id,
          input.sends.some((send) => send.id === id && of(contacts[3])(send)) ? { failed: "no such filter: foo" } : made,
        ]),
      ),
  };
  await drain(newWorker(doors));
  expect(await world.states()).toEqual({
    "skipped(no_address)": 1,
    "skipped(contact_gone)": 1,
    "held(undecided)": 1,
    "failed(render_failed)": 1,
  });
});

test("one send whose gate throws stops nobody else", async () => {
  const contacts = await world.contacts(60);
  await world.plan(contacts);
  const doors: DeliveryDoors = {
    ...plainDoors,
    decide: async (tx, input) => {
      if (input.sends.some((send) => send.contact === contacts[17])) throw new Error("poison");
      return plainDoors.decide(tx, input);
    },
  };
  const worker = newWorker(doors);
  for (let i = 0; i < 200; i++) await worker.turn().catch(() => undefined);
  expect(await world.states()).toEqual({ accepted: 59, "held(undecided)": 1 });
});

test("refused for now: back after 5 minutes, then 15; refused for good: failed; both at a real wire", async () => {
  let tries = 0;
  const server = await scripted((moment) =>
    moment.stage === "rcpt"
      ? /c1@/.test(moment.line)
        ? "550 5.1.1 no such user\r\n"
        : tries++ < 2
          ? "451 4.7.1 greylisted\r\n"
          : undefined
      : undefined,
  );
  await world.plan(await world.contacts(2));
  const worker = newWorker();
  await drain(worker);
  expect(await world.states()).toEqual({ "failed(address_unknown)": 1, "waiting(throttled)": 1 });
  // Of the two only the address that does not exist is on the list, and by its hash alone.
  expect(
    await database.db.query(
      sql`select channel, reason, lifted_at, detail ->> 'masked' as masked from suppressions where workspace_id = ${world.workspace}`,
    ),
  ).toEqual([{ channel: "email", reason: "hard_bounce", lifted_at: null, masked: expect.stringContaining("•") }]);
  await pass(6 * MINUTE, worker);
  expect(tries).toBe(2);
  await pass(14 * MINUTE, worker);
  expect(tries).toBe(2);
  await pass(3 * MINUTE, worker);
  expect(await world.states()).toEqual({ "failed(address_unknown)": 1, accepted: 1 });
  expect(server.taken.length).toBe(1);
});

test("4xx for ever ends in failed when patience ends", async () => {
  await scripted((moment) => (moment.stage === "rcpt" ? "451 4.2.2 mailbox full\r\n" : undefined));
  await world.plan(await world.contacts(1), { patienceUntil: clock.now() + HOUR });
  const worker = newWorker();
  for (let hour = 0; hour < 6; hour++) await pass(20 * MINUTE, worker);
  expect(await world.states()).toEqual({ "failed(mailbox_full)": 1 });
});

test("marketing whose answer never came is uncertain and stays so; transactional is repeated once, not twice", async () => {
  const server = await scripted((moment) => (moment.stage === "dot" ? "drop" : undefined), { connections: 1 });
  const contacts = await world.contacts(2);
  await world.plan(contacts.slice(0, 1));
  await world.plan(contacts.slice(1), { class: "transactional" });
  const worker = newWorker();
  await drain(worker);
  await pass(2 * MINUTE, worker);
  expect(await world.states()).toEqual({ "uncertain(no_answer)": 2 });
  const far = server.arrived.map((one) => one.to).sort();
  expect(far).toEqual(["c1@client.example", "c2@client.example", "c2@client.example"]);
});

test("a server that is down opens the breaker; nothing is lost, and all goes out when it is back", async () => {
  let down = true;
  const server = await scripted((moment) => (moment.stage === "banner" && down ? "421 down\r\n" : undefined));
  await world.plan(await world.contacts(150));
  const worker = newWorker();
  await drain(worker);
  const greeted = server.connections;
  expect(await world.states()).toEqual({ "waiting(no_connection_banner)": 150 });
  await drain(worker);
  expect(server.connections).toBe(greeted); // the breaker is open: nobody knocks
  down = false;
  await pass(6 * MINUTE, worker);
  expect(await world.states()).toEqual({ accepted: 150 });
  expect(
    await brokenFarBooks(
      database.db,
      world.workspace,
      server.taken.map((one) => one.messageId),
    ),
  ).toEqual([]);
});

test("a rate of 20 a second is kept", async () => {
  const server = await realServer();
  await world.useSmtp(server.port, { perSecond: 20 });
  await world.plan(await world.contacts(100));
  const worker = newWorker();
  await drain(worker);
  expect(server.taken.length).toBeLessThanOrEqual(20);
  for (let second = 0; second < 2; second++) await pass(SECOND, worker);
  expect(server.taken.length).toBeLessThanOrEqual(60);
  await pass(6 * SECOND, worker);
  await pass(6 * SECOND, worker);
  await pass(6 * SECOND, worker);
  expect(await world.states()).toEqual({ accepted: 100 });
});

test("stop-all: what is claimed waits again, nothing new is taken, resume sends the rest", async () => {
  const server = await realServer();
  await world.plan(await world.contacts(250));
  const stop = () =>
    database.db.query(
      sql`insert into send_stops (workspace_id, stopped_at, stopped_by, reason) values (${world.workspace}, ${ts(clock.now())}::timestamptz, 'Zoé', 'wrong price') on conflict do nothing`,
    );
  const doors: DeliveryDoors = {
    ...plainDoors,
    render: async (db, input) => {
      await stop();
      return plainDoors.render(db, input);
    },
  };
  await drain(newWorker(doors));
  expect(server.taken.length).toBe(0);
  expect(await world.states()).toEqual({ waiting: 50, "waiting(stopped)": 200 });
  await database.db.query(
    sql`update send_stops set resumed_at = ${ts(clock.now())}::timestamptz, resumed_by = 'Zoé' where workspace_id = ${world.workspace}`,
  );
  await drain(newWorker());
  expect(await world.states()).toEqual({ accepted: 250 });
});

test("transactional goes before marketing, and a giant does not make the small ones wait", async () => {
  const other = await anotherWorld();
  await world.plan(await world.contacts(600));
  await clock.advance(SECOND);
  await world.plan(await world.contacts(5), { class: "transactional", origin: { kind: "request", key: "order" } });
  await other.plan(await other.contacts(5));
  await newWorker().turn();
  const rows = await database.db.query<{ workspace: Id; class: string; n: number }>(
    sql`select workspace_id as workspace, class, count(*) as n from sends where state = 'accepted' group by workspace_id, class order by class, n`,
  );
  expect(rows).toEqual([
    { workspace: other.workspace, class: "marketing", n: 5 },
    { workspace: world.workspace, class: "marketing", n: expect.any(Number) },
    { workspace: world.workspace, class: "transactional", n: 1 },
  ]);
  expect(await brokenBooks(database.db, other.workspace)).toEqual([]);
});

test("the ledger adds up per workspace, template and campaign; news after acceptance moves within it", async () => {
  const contacts = await world.contacts(10);
  await world.plan(contacts);
  await world.withdraw(contacts[0]!);
  await drain(newWorker());
  const sent = await database.db.query<{ id: Id; contact: Id }>(
    sql`select id, contact_id as contact from sends where workspace_id = ${world.workspace} and state = 'accepted' order by id`,
  );
  const news = (i: number, delivery: "delivered" | "bounced" | "complained") => ({
    send: sent[i]!.id,
    contact: sent[i]!.contact,
    delivery,
  });
  const tell = (...all: ReturnType<typeof news>[]) => database.db.transaction((tx) => recordDelivery(tx, { news: all }));
  expect((await tell(news(0, "delivered"), news(1, "delivered"), news(1, "bounced"))).length).toBe(2);
  expect((await tell(news(0, "delivered"), news(0, "complained"), news(1, "delivered"))).length).toBe(1);
  const ledger = await readLedger(database.db, { workspace: world.workspace, subject: { campaign: world.template } });
  expect(ledger.planned).toBe(10);
  expect(ledger.states.filter((state) => state.n > 0)).toEqual([
    {
      state: "accepted",
      n: 9,
      reasons: [
        { reason: "", n: 7 },
        { reason: "bounced", n: 1 },
        { reason: "complained", n: 1 },
      ],
    },
    { state: "skipped", n: 1, reasons: [{ reason: "no_consent", n: 1 }] },
  ]);
  expect(await readLedger(database.db, { workspace: world.workspace, subject: {} })).toEqual(ledger);
});

test("a person settles an uncertain send: sent, tried again, or given up", async () => {
  let drop = true;
  const server = await scripted((moment) => (moment.stage === "dot" && drop ? "drop" : undefined), { connections: 1 });
  await world.plan(await world.contacts(3));
  const worker = newWorker();
  await drain(worker);
  await pass(20 * SECOND, worker);
  const [a, b, c] = await database.db.query<{ id: Id }>(
    sql`select id from sends where workspace_id = ${world.workspace} and state = 'uncertain' order by id`,
  );
  drop = false;
  const settle = (id: Id, as: "sent" | "retry" | "given_up") =>
    settleSend(database.db, { workspace: world.workspace, id, as, now: clock.now(), chance: world.chance });
  expect(await settle(a!.id, "sent")).toMatchObject({ state: "accepted" });
  expect(await settle(b!.id, "retry")).toMatchObject({ state: "waiting" });
  expect(await settle(c!.id, "given_up")).toMatchObject({ state: "failed", reason: "given_up" });
  await expect(settle(c!.id, "retry")).rejects.toMatchObject({ code: "send.not_uncertain" });
  await pass(20 * SECOND, worker);
  await pass(DAY / 24, worker);
  expect(await world.states()).toEqual({ accepted: 2, "failed(given_up)": 1 });
  expect(server.arrived.length).toBe(4);
});
