import { bucketOf, type Id } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import { expect } from "vitest";
import type { Deps } from "../../src/deps.ts";
import { sha256 } from "../../src/domains/audiences/destinations.ts";
import { audienceListener } from "../../src/domains/audiences/listener.ts";
import { runSync } from "../../src/domains/audiences/sync.ts";
import { recordConsents } from "../../src/domains/compliance/index.ts";
import type { Database, Tx } from "../../src/platform/db/database.ts";
import { sql, ts } from "../../src/platform/db/sql.ts";
import type { NewFact, Turn } from "../../src/platform/engine.ts";
import type { TestApp } from "./app.ts";
import type { Networks } from "./audience-networks.ts";

interface Stage {
  readonly shop: TestApp;
  readonly db: Database;
  readonly networks: Networks;
}

/** A group of contacts whose changes are told to the listener as the engine would. */
export class AudienceWorld {
  readonly #stage: Stage;
  readonly workspace: Id;
  readonly key: string;
  readonly group: Id;
  readonly people = new Map<Id, { email: string; member: boolean; agrees: boolean }>();

  private constructor(stage: Stage, workspace: { id: Id; key: string }, group: Id) {
    this.#stage = stage;
    this.workspace = workspace.id;
    this.key = workspace.key;
    this.group = group;
  }

  static async open(stage: Stage): Promise<AudienceWorld> {
    const { shop } = stage;
    const workspace = await shop.workspace();
    return new AudienceWorld(stage, workspace, (await shop.call(workspace.key, "POST", "/api/groups", { name: "Fans" })).body.id as Id);
  }

  async audience(to: object, consent: object | null): Promise<{ id: Id; secret: string | null }> {
    const { status, body } = await this.#stage.shop.call(this.key, "POST", "/api/audiences", {
      name: "Fans elsewhere",
      source: "group",
      sourceId: this.group,
      to,
      consent,
    });
    expect([status, body]).toEqual([201, expect.anything()]);
    return body;
  }

  async tell(facts: readonly NewFact[], tx: Tx): Promise<void> {
    const { chance, clock } = this.#stage.shop.deps.ports;
    const turn: Turn = { buckets: [], now: clock.now(), chance, epochs: new Map(), slot: 0 };
    await audienceListener.onFacts(
      tx,
      turn,
      facts.map((fact) => ({ ...fact, id: chance.id(clock.now()), recordedAt: clock.now() }) as Fact),
    );
  }

  async contact(email: string): Promise<Id> {
    const now = this.#stage.shop.deps.clock.now();
    const id = this.#stage.shop.deps.ports.chance.id(now);
    await this.#stage.db.query(
      sql`insert into contacts (bucket, id, workspace_id, known, email, created_at, updated_at) values (${bucketOf(id)}, ${id}, ${this.workspace}, true, ${email}, ${ts(now)}, ${ts(now)})`,
    );
    this.people.set(id, { email, member: false, agrees: false });
    return id;
  }

  async belong(id: Id, member: boolean): Promise<void> {
    const now = this.#stage.shop.deps.clock.now();
    await this.#stage.db.transaction(async (tx) => {
      if (member)
        await tx.query(
          sql`insert into group_members (bucket, group_id, contact_id, workspace_id, added_at, added_by) values (${bucketOf(id)}, ${this.group}, ${id}, ${this.workspace}, ${ts(now)}, 'test') on conflict do nothing`,
        );
      else
        await tx.query(sql`delete from group_members where bucket = ${bucketOf(id)} and group_id = ${this.group} and contact_id = ${id}`);
      await this.tell(
        [
          {
            workspace: this.workspace,
            contact: id,
            occurredAt: now,
            kind: member ? "group.joined" : "group.left",
            data: { group: this.group },
          },
        ],
        tx,
      );
    });
    this.people.get(id)!.member = member;
  }

  async agree(id: Id, agrees: boolean, expiresOn: string | null = null): Promise<void> {
    const now = this.#stage.shop.deps.clock.now();
    await this.#stage.db.transaction(async (tx) => {
      await this.tell(
        await recordConsents(tx, {
          now,
          chance: this.#stage.shop.deps.ports.chance,
          records: [
            {
              workspace: this.workspace,
              contact: id,
              channel: "email",
              topic: "",
              state: agrees ? "granted" : "withdrawn",
              basis: "consent",
              occurredAt: now,
              source: "test",
              recordedBy: "test",
              ...(expiresOn !== null && { expiresOn: expiresOn as never }),
            },
          ],
        }),
        tx,
      );
    });
    this.people.get(id)!.agrees = agrees;
  }

  async rename(id: Id, email: string): Promise<void> {
    await this.#stage.db.transaction(async (tx) => {
      await tx.query(sql`update contacts set email = ${email} where bucket = ${bucketOf(id)} and id = ${id}`);
      await this.tell(
        [
          {
            workspace: this.workspace,
            contact: id,
            occurredAt: this.#stage.shop.deps.clock.now(),
            kind: "contact.changed",
            data: { attributes: ["email"], created: false },
          },
        ],
        tx,
      );
    });
    this.people.get(id)!.email = email;
  }

  expected(): string[] {
    return [...new Set([...this.people.values()].filter((one) => one.member && one.agrees).map((one) => sha256(one.email)))].sort();
  }

  sync(audience: Id, deps: Deps = this.#stage.shop.deps): Promise<void> {
    return runSync(deps, {
      workspace: this.workspace,
      id: audience,
      hosts: {
        meta: this.#stage.networks.url,
        criteo: this.#stage.networks.url,
        google: this.#stage.networks.url,
        googleToken: this.#stage.networks.url,
      },
    });
  }

  async view(): Promise<Record<string, unknown>> {
    return (await this.#stage.shop.call(this.key, "GET", `/api/audiences?sourceId=${this.group}`)).body.items[0];
  }
}
