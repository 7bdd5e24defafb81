import type { Channel, ProviderInput, ProviderRow } from "@relance/contract/delivery";
import { CHANNELS } from "@relance/contract/delivery";
import { toIso, type Id } from "@relance/model/base";
import type { Deps } from "../../../deps.ts";
import { providerActive, providerNeedsEncryption, providerNeedsPassword, providerNotFound } from "../errors.ts";
import { addressForWire } from "../smtp/wire.ts";
import { invalid } from "../../../platform/errors.ts";
import type { Db } from "../../../platform/db/database.ts";
import type { Actor } from "../../../platform/http/actor.ts";
import { writeAudit } from "../../team/index.ts";
import {
  deleteProvider,
  insertProvider,
  readProvider,
  readProviders,
  switchProvider,
  updateProvider,
  type StoredProvider,
} from "./provider-queries.ts";
import { secretContext, smtpServer, twilioAccount } from "./providers.ts";
import { NoSession, Session } from "../smtp/session.ts";
import { tryTwilio } from "../twilio/provider.ts";

/** Who asks, for the audit log; the workspace changed is theirs. */
type Asker = Pick<Actor, "kind" | "id" | "workspace">;

type Given = ProviderInput;
const CHANNEL_OF = { smtp: "email", twilio: "sms" } as const;
/** The host a provider is reached at. */
const hostOf = (given: Given | StoredProvider): string => (given.kind === "smtp" ? given.settings.host : given.settings.baseUrl);
/** Who it signs in as. */
const userOf = (given: Given | StoredProvider): string | undefined =>
  given.kind === "smtp" ? given.settings.user : given.settings.accountSid;

/** Every provider of a workspace, and the outbox of each channel, which is used where no other is active. */
export async function listAll({ ports: { sql: db }, config: { publicUrl } }: Deps, workspace: Id): Promise<ProviderRow[]> {
  const stored = await readProviders(db, { workspace });
  return [
    ...CHANNELS.filter((channel) => channel !== "webhook").map((channel) =>
      outboxJson(channel, !stored.some((one) => one.active && one.channel === channel)),
    ),
    ...stored.map((one) => providerJson(one, publicUrl)),
  ];
}

/** @throws provider.needs_password, provider.needs_encryption, invalid */
export async function addProvider(deps: Deps, input: Given & { readonly actor: Asker }): Promise<ProviderRow> {
  const {
    ports: { sql: db, clock, chance },
  } = deps;
  const { workspace } = input.actor;
  check(input, false);
  const id = chance.id(clock.now());
  await db.transaction(async (tx) => {
    await insertProvider(tx, {
      id,
      workspace,
      channel: CHANNEL_OF[input.kind],
      kind: input.kind,
      name: input.name,
      settings: input.settings,
      secrets: seal(deps, { id, workspace }, input.password),
      now: clock.now(),
    });
    await tell(deps, tx, input.actor, "provider.added", id, { host: hostOf(input) });
  });
  return shown(deps, await find(deps, { id, workspace }));
}

/** @throws provider.not_found and what addProvider throws */
export async function replaceProvider(deps: Deps, input: Given & { readonly actor: Asker; readonly id: Id }): Promise<ProviderRow> {
  const provider = { id: input.id, workspace: input.actor.workspace };
  const before = await find(deps, provider);
  if (before.kind !== input.kind) throw invalid({ message: "A provider stays of its kind; add another one." }, { field: "kind" });
  check(input, before.secrets !== null && userOf(input) === userOf(before) && hostOf(input) === hostOf(before));
  // Another host or user never gets the stored password: whoever may edit settings must not be able to have it sent to a server of theirs.
  const keeps = input.password === undefined && userOf(input) !== undefined;
  const { name, settings } = input;
  await deps.ports.sql.transaction(async (tx) => {
    await updateProvider(tx, {
      ...provider,
      name,
      settings,
      secrets: keeps ? before.secrets : seal(deps, provider, input.password),
      now: deps.ports.clock.now(),
    });
    await tell(deps, tx, input.actor, "provider.changed", input.id, { host: hostOf(input) });
  });
  return shown(deps, await find(deps, provider));
}

/** @throws provider.not_found, provider.active */
export async function deleteUnused(deps: Deps, input: { readonly actor: Asker; readonly id: Id }): Promise<void> {
  const provider = { id: input.id, workspace: input.actor.workspace };
  const { name } = await find(deps, provider);
  await deps.ports.sql.transaction(async (tx) => {
    if (!(await deleteProvider(tx, provider))) throw providerActive({});
    await tell(deps, tx, input.actor, "provider.removed", input.id, { name });
  });
}

/** @throws provider.not_found */
export async function switchTo(deps: Deps, input: { readonly actor: Asker; readonly id: Id }): Promise<ProviderRow> {
  const provider = { id: input.id, workspace: input.actor.workspace };
  const { channel, name } = await find(deps, provider);
  await deps.ports.sql.transaction(async (tx) => {
    await switchProvider(tx, { ...provider, channel, now: deps.ports.clock.now() });
    await tell(deps, tx, input.actor, "provider.activated", input.id, { channel, name });
  });
  deps.poke();
  return shown(deps, await find(deps, provider));
}

export async function useOutboxFor(deps: Deps, input: { readonly actor: Asker; readonly channel: Channel }): Promise<ProviderRow> {
  const { actor, channel } = input;
  await deps.ports.sql.transaction(async (tx) => {
    await switchProvider(tx, { workspace: actor.workspace, channel, id: null, now: deps.ports.clock.now() });
    await tell(deps, tx, actor, "provider.activated", null, { channel, name: "outbox" });
  });
  deps.poke();
  return outboxJson(channel, true);
}

/** Opens one connection as a send would, and closes it. @throws provider.not_found */
export async function tryProvider(
  deps: Deps,
  input: { readonly workspace: Id; readonly id: Id },
): Promise<{ ok: boolean; phase: string | null; answer: string | null; offers: string[] }> {
  const stored = await find(deps, input);
  if (stored.kind === "twilio") return tryTwilio(deps.ports.net, twilioAccount(stored, deps));
  try {
    const session = await Session.open(deps.ports.net, deps.ports.clock, smtpServer(stored, deps));
    await session.quit();
    return { ok: true, phase: null, answer: null, offers: [...session.offers.keys()].sort() };
  } catch (error) {
    if (!(error instanceof NoSession)) throw error;
    return { ok: false, phase: error.phase, answer: error.message.slice(0, 500), offers: [] };
  }
}

/** Every change of where messages go is in the audit log, in the transaction of the change. */
function tell(
  { ports: { clock, chance } }: Deps,
  tx: Db,
  actor: Asker,
  action: string,
  id: Id | null,
  detail: Readonly<Record<string, string>>,
): Promise<void> {
  return writeAudit(tx, { chance, now: clock.now(), actor, action, object: { kind: "provider", id }, detail });
}

function check(given: Given, hasPassword: boolean): void {
  const { password } = given;
  if (given.kind === "twilio") {
    if (password === undefined && !hasPassword) throw providerNeedsPassword({}, { field: "password" });
    return;
  }
  const { settings } = given;
  if (settings.user !== undefined && settings.security === "none") throw providerNeedsEncryption({}, { field: "settings.security" });
  if (settings.user !== undefined && password === undefined && !hasPassword) throw providerNeedsPassword({}, { field: "password" });
  if (settings.envelopeFrom !== undefined && addressForWire(settings.envelopeFrom) === null)
    throw invalid({ message: "The return path must be an e-mail address." }, { field: "settings.envelopeFrom" });
}

function seal(deps: Deps, provider: { readonly workspace: Id; readonly id: Id }, password: string | undefined): Uint8Array | null {
  return password === undefined ? null : deps.secrets.seal(password, secretContext(provider));
}

async function find({ ports: { sql: db } }: Deps, input: { readonly workspace: Id; readonly id: Id }): Promise<StoredProvider> {
  const found = await readProvider(db, input);
  if (!found) throw providerNotFound({ id: input.id });
  return found;
}

const shown = (deps: Deps, stored: StoredProvider) => providerJson(stored, deps.config.publicUrl);

function providerJson(stored: StoredProvider, publicUrl: string): ProviderRow {
  const { id, channel, kind, name, active } = stored;
  const twilio = kind === "twilio" ? { ...stored.settings, inboundUrl: `${publicUrl}/hooks/sms/${id}` } : null;
  return {
    id,
    channel,
    kind,
    name,
    settings: kind === "smtp" ? stored.settings : null,
    twilio,
    hasPassword: stored.secrets !== null,
    active,
    createdAt: toIso(stored.createdAt),
    changedAt: toIso(stored.changedAt),
  };
}

function outboxJson(channel: Channel, active: boolean): ProviderRow {
  return {
    id: null,
    channel,
    kind: "outbox",
    name: "Outbox",
    settings: null,
    twilio: null,
    hasPassword: false,
    active,
    createdAt: null,
    changedAt: null,
  };
}
