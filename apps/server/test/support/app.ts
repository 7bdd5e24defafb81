import { SCOPES, type Role, type Scope } from "@relance/contract";
import type { Id } from "@relance/model/base";
import type { FastifyInstance, InjectOptions } from "fastify";
import { buildApp } from "../../src/app.ts";
import { createAuth, createWorkspace, KeyRing } from "../../src/domains/team/index.ts";
import { addKey } from "../../src/domains/team/keys.ts";
import { upsertMember } from "../../src/domains/team/queries.ts";
import type { Database } from "../../src/platform/db/database.ts";
import { testDeps, type TestDeps } from "./deps.ts";

/** An answer of the API, of which a test reads what it knows is there. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Answer = any;

export interface TestApp {
  readonly app: FastifyInstance;
  readonly deps: TestDeps;
  /** A new workspace with a key of every scope. */
  workspace(): Promise<{ id: Id; key: string }>;
  key(workspace: Id, scopes: readonly Scope[]): Promise<string>;
  writeKey(workspace: Id): Promise<string>;
  /** A member signed in; the cookie is what a browser would send. */
  member(workspace: Id, role: Role): Promise<{ userId: string; cookie: string; email: string; password: string }>;
  /** A call with a key, JSON in and out. */
  call(key: string, method: string, url: string, body?: unknown): Promise<{ status: number; body: Answer }>;
  close(): Promise<void>;
}

let count = 0;

/** The whole HTTP side over the test's database, called without a socket. */
export async function testApp(db: Database, url: string, environment: Record<string, string> = {}): Promise<TestApp> {
  const deps = testDeps(db, environment);
  const auth = createAuth({ connection: { connectionString: url }, config: deps.config, secrets: deps.secrets });
  const keys = new KeyRing(deps.ports);
  const app = await buildApp(deps, { auth, keys, health: { problem: async () => null } });
  await app.ready();
  const makeKey = async (workspace: Id, kind: "api" | "write", scopes: readonly Scope[]) => {
    const key = `${kind === "api" ? "rlk" : "rlw"}_test${String(count++).padStart(32, "0")}`;
    const now = deps.clock.now();
    await addKey(db, { id: deps.ports.chance.id(now), workspace, kind, name: "test", key, scopes, by: null, now });
    return key;
  };
  return {
    app,
    deps,
    async workspace() {
      const made = await db.transaction((tx) =>
        createWorkspace(tx, {
          chance: deps.ports.chance,
          now: deps.clock.now(),
          name: `Shop ${count++}`,
          kind: "regular",
          locale: "fr",
          timeZone: "Europe/Paris",
          currency: "EUR",
        }),
      );
      return { id: made.id, key: await makeKey(made.id, "api", SCOPES) };
    },
    key: (workspace, scopes) => makeKey(workspace, "api", scopes),
    writeKey: (workspace) => makeKey(workspace, "write", []),
    async member(workspace, role) {
      const email = `person${count++}@shop.example`;
      const password = "a long enough password";
      const { userId } = await auth.createUser({ email, name: email, password, locale: "fr" });
      await db.transaction((tx) => upsertMember(tx, { workspace, userId, role, by: null, now: deps.clock.now() }));
      const answer = await app.inject({ method: "POST", url: "/api/session", payload: { email, password } });
      const cookie = [answer.headers["set-cookie"] ?? []]
        .flat()
        .map((one) => one.split(";")[0])
        .join("; ");
      return { userId, cookie, email, password };
    },
    async call(key, method, path, body) {
      const answer = await app.inject({
        method: method as NonNullable<InjectOptions["method"]>,
        url: path,
        headers: { authorization: `Bearer ${key}` },
        ...(body === undefined ? {} : { payload: body as Record<string, unknown> }),
      });
      return {
        status: answer.statusCode,
        body: answer.headers["content-type"]?.startsWith("application/json") ? answer.json() : answer.body,
      };
    },
    async close() {
      await app.close();
      await auth.close();
    },
  };
}
