import type { Webhook } from "@relance/contract/webhooks";
import { toIso, type Id } from "@relance/model/base";
import type { Deps } from "../../../deps.ts";
import type { Db } from "../../../platform/db/database.ts";
import type { Actor } from "../../../platform/http/actor.ts";
import { mayCall, postSigned } from "../../../platform/net/index.ts";
import { writeAudit } from "../../team/index.ts";
import { webhookActive, webhookInside, webhookNotFound } from "../errors.ts";
import { CALL_MS, noAnswer } from "./webhook-caller.ts";
import { deleteWebhook, readWebhook, readWebhooks, writeWebhook, type StoredWebhook } from "./webhook-queries.ts";

type Asker = Pick<Actor, "kind" | "id" | "workspace">;

/** What a stored secret is bound to: it opens for its own webhook and workspace only. */
export const webhookContext = (one: { readonly workspace: Id; readonly id: Id }) => `webhook:${one.workspace}:${one.id}`;

export async function listWebhooks(db: Db, workspace: Id): Promise<Webhook[]> {
  return (await readWebhooks(db, { workspaces: [workspace] })).map(webhookJson);
}

/** @throws webhook.address_inside */
export async function addWebhook(
  deps: Deps,
  input: { readonly actor: Asker; readonly name: string; readonly url: string },
): Promise<Webhook & { secret: string }> {
  const { clock, chance } = deps.ports;
  checkUrl(deps, input.url);
  const now = clock.now();
  const key = { id: chance.id(now), workspace: input.actor.workspace };
  const { secret, sealed } = newSecret(deps, key);
  const made: StoredWebhook = { ...key, name: input.name, url: input.url, secret: sealed, active: false, createdAt: now, changedAt: now };
  await write(deps, input.actor, made, "webhook.added");
  return { ...webhookJson(made), secret };
}

/** @throws webhook.not_found, webhook.address_inside */
export async function changeWebhook(
  deps: Deps,
  input: {
    readonly actor: Asker;
    readonly id: Id;
    readonly change: { readonly name?: string | undefined; readonly url?: string | undefined; readonly active?: boolean | undefined };
  },
): Promise<Webhook> {
  const before = await findWebhook(deps, { id: input.id, workspace: input.actor.workspace });
  const { name = before.name, url = before.url, active = before.active } = input.change;
  if (url !== before.url) checkUrl(deps, url);
  const after = { ...before, name, url, active, changedAt: deps.ports.clock.now() };
  await write(
    deps,
    input.actor,
    after,
    active === before.active ? "webhook.changed" : active ? "webhook.activated" : "webhook.deactivated",
  );
  return webhookJson(after);
}

/** @throws webhook.not_found */
export async function renewSecret(deps: Deps, input: { readonly actor: Asker; readonly id: Id }): Promise<Webhook & { secret: string }> {
  const before = await findWebhook(deps, { id: input.id, workspace: input.actor.workspace });
  const { secret, sealed } = newSecret(deps, before);
  const after = { ...before, secret: sealed, changedAt: deps.ports.clock.now() };
  await write(deps, input.actor, after, "webhook.secret_renewed");
  return { ...webhookJson(after), secret };
}

/** @throws webhook.not_found, webhook.active */
export async function removeWebhook(deps: Deps, input: { readonly actor: Asker; readonly id: Id }): Promise<void> {
  const { sql, clock, chance } = deps.ports;
  const { name } = await findWebhook(deps, { id: input.id, workspace: input.actor.workspace });
  await sql.transaction(async (tx) => {
    if (!(await deleteWebhook(tx, { id: input.id, workspace: input.actor.workspace }))) throw webhookActive({});
    await writeAudit(tx, {
      chance,
      now: clock.now(),
      actor: input.actor,
      action: "webhook.removed",
      object: { kind: "webhook", id: input.id },
      detail: { name },
    });
  });
}

/** Calls the address as a send would, with a body that says it is a test. @throws webhook.not_found */
export async function tryWebhook(
  deps: Deps,
  input: { readonly workspace: Id; readonly id: Id },
): Promise<{ ok: boolean; status: number | null; answer: string }> {
  const { net, clock, chance } = deps.ports;
  const found = await findWebhook(deps, input);
  const now = clock.now();
  const id = chance.id(now);
  try {
    const { status } = await postSigned(net, {
      url: found.url,
      secret: deps.secrets.open(found.secret, webhookContext(found)),
      id,
      body: JSON.stringify({ type: "test", id, sentAt: toIso(now) }),
      now,
      timeoutMs: CALL_MS,
    });
    return { ok: status >= 200 && status < 300, status, answer: "" };
  } catch (error) {
    return { ok: false, status: null, answer: noAnswer(error).answer };
  }
}

function newSecret(deps: Deps, key: { readonly workspace: Id; readonly id: Id }): { secret: string; sealed: Uint8Array } {
  const secret = `whsec_${Buffer.from(deps.ports.chance.bytes(32)).toString("base64url")}`;
  return { secret, sealed: deps.secrets.seal(secret, webhookContext(key)) };
}

/** Every change of where calls go is in the audit log, in the transaction of the change. */
async function write({ ports: { sql, clock, chance }, poke }: Deps, actor: Asker, webhook: StoredWebhook, action: string): Promise<void> {
  await sql.transaction(async (tx) => {
    await writeWebhook(tx, webhook);
    await writeAudit(tx, {
      chance,
      now: clock.now(),
      actor,
      action,
      object: { kind: "webhook", id: webhook.id },
      detail: { name: webhook.name, host: new URL(webhook.url).host },
    });
  });
  poke();
}

function checkUrl(deps: Deps, url: string): void {
  if (!mayCall(url, deps.config.allowPrivateHosts)) throw webhookInside({}, { field: "url" });
}

async function findWebhook({ ports: { sql } }: Deps, input: { readonly workspace: Id; readonly id: Id }): Promise<StoredWebhook> {
  const found = await readWebhook(sql, input);
  if (!found) throw webhookNotFound({ id: input.id });
  return found;
}

const webhookJson = ({ id, name, url, active, createdAt, changedAt }: StoredWebhook): Webhook => ({
  id,
  name,
  url,
  active,
  createdAt: toIso(createdAt),
  changedAt: toIso(changedAt),
});
