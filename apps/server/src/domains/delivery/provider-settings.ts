import type { Channel, ProviderRow, SmtpSettings } from "@relance/contract/delivery";
import { CHANNELS } from "@relance/contract/delivery";
import { toIso, type Id } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import { providerActive, providerNeedsEncryption, providerNeedsPassword, providerNotFound } from "./errors.ts";
import { addressForWire } from "./smtp/wire.ts";
import { invalid } from "../../platform/errors.ts";
import { deleteProvider, insertProvider, readProvider, readProviders, switchProvider, updateProvider, type StoredProvider } from "./provider-queries.ts";
import { secretContext, smtpServer } from "./providers.ts";
import { NoSession, Session } from "./smtp/session.ts";

interface Given {
  readonly name: string;
  readonly settings: SmtpSettings;
  readonly password?: string | undefined;
}

/** Every provider of a workspace, and the outbox of each channel, which is used where no other is active. */
export async function listAll({ ports: { sql: db } }: Deps, workspace: Id): Promise<ProviderRow[]> {
  const stored = await readProviders(db, { workspace });
  return [...CHANNELS.map((channel) => outboxJson(channel, !stored.some((one) => one.active && one.channel === channel))), ...stored.map(providerJson)];
}

/** @throws provider.needs_password, provider.needs_encryption, invalid */
export async function addProvider(deps: Deps, input: Given & { readonly workspace: Id }): Promise<ProviderRow> {
  const { ports: { sql: db, clock, chance } } = deps;
  check(input, false);
  const id = chance.id(clock.now());
  await insertProvider(db, { id, workspace: input.workspace, channel: "email", kind: "smtp", name: input.name, settings: input.settings, secrets: seal(deps, { id, workspace: input.workspace }, input.password), now: clock.now() });
  return providerJson(await find(deps, { id, workspace: input.workspace }));
}

/** @throws provider.not_found and what addProvider throws */
export async function replaceProvider(deps: Deps, input: Given & { readonly workspace: Id; readonly id: Id }): Promise<ProviderRow> {
  const before = await find(deps, input);
  check(input, before.secrets !== null && input.settings.user === before.settings.user && input.settings.host === before.settings.host);
  // Another host or user never gets the stored password: whoever may edit settings must not be able to have it sent to a server of theirs.
  const keeps = input.password === undefined && input.settings.user !== undefined;
  await updateProvider(deps.ports.sql, { ...input, secrets: keeps ? before.secrets : seal(deps, input, input.password), now: deps.ports.clock.now() });
  return providerJson(await find(deps, input));
}

/** @throws provider.not_found, provider.active */
export async function deleteUnused(deps: Deps, input: { readonly workspace: Id; readonly id: Id }): Promise<void> {
  await find(deps, input);
  if (!(await deleteProvider(deps.ports.sql, input))) throw providerActive({});
}

/** @throws provider.not_found */
export async function switchTo(deps: Deps, input: { readonly workspace: Id; readonly id: Id }): Promise<ProviderRow> {
  const { channel } = await find(deps, input);
  await deps.ports.sql.transaction((tx) => switchProvider(tx, { ...input, channel, now: deps.ports.clock.now() }));
  deps.poke();
  return providerJson(await find(deps, input));
}

export async function useOutboxFor(deps: Deps, input: { readonly workspace: Id; readonly channel: Channel }): Promise<ProviderRow> {
  await deps.ports.sql.transaction((tx) => switchProvider(tx, { ...input, id: null, now: deps.ports.clock.now() }));
  deps.poke();
  return outboxJson(input.channel, true);
}

/** Opens one connection as a send would, and closes it. @throws provider.not_found */
export async function tryProvider(deps: Deps, input: { readonly workspace: Id; readonly id: Id }): Promise<{ ok: boolean; phase: string | null; answer: string | null; offers: string[] }> {
  const stored = await find(deps, input);
  try {
    const session = await Session.open(deps.ports.net, deps.ports.clock, smtpServer(stored, deps));
    await session.quit();
    return { ok: true, phase: null, answer: null, offers: [...session.offers.keys()].sort() };
  } catch (error) {
    if (!(error instanceof NoSession)) throw error;
    return { ok: false, phase: error.phase, answer: error.message.slice(0, 500), offers: [] };
  }
}

function check({ settings, password }: Given, hasPassword: boolean): void {
  if (settings.user !== undefined && settings.security === "none") throw providerNeedsEncryption({}, { field: "settings.security" });
  if (settings.user !== undefined && password === undefined && !hasPassword) throw providerNeedsPassword({}, { field: "password" });
  if (settings.envelopeFrom !== undefined && addressForWire(settings.envelopeFrom) === null) throw invalid({ message: "The return path must be an e-mail address." }, { field: "settings.envelopeFrom" });
}

function seal(deps: Deps, provider: { readonly workspace: Id; readonly id: Id }, password: string | undefined): Uint8Array | null {
  return password === undefined ? null : deps.secrets.seal(password, secretContext(provider));
}

async function find({ ports: { sql: db } }: Deps, input: { readonly workspace: Id; readonly id: Id }): Promise<StoredProvider> {
  const found = await readProvider(db, input);
  if (!found) throw providerNotFound({ id: input.id });
  return found;
}

function providerJson(stored: StoredProvider): ProviderRow {
  const { id, channel, kind, name, settings, active } = stored;
  return { id, channel, kind, name, settings, hasPassword: stored.secrets !== null, active, createdAt: toIso(stored.createdAt), changedAt: toIso(stored.changedAt) };
}

function outboxJson(channel: Channel, active: boolean): ProviderRow {
  return { id: null, channel, kind: "outbox", name: "Outbox", settings: null, hasPassword: false, active, createdAt: null, changedAt: null };
}
