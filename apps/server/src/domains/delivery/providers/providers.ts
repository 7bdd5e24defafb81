import type { Id } from "@relance/model/base";
import type { Config } from "../../../config.ts";
import type { Tx } from "../../../platform/db/database.ts";
import type { Logger } from "../../../platform/log/index.ts";
import type { Ports } from "../../../platform/ports.ts";
import type { Secrets } from "../../../platform/secrets/index.ts";
import { breaker, type Breaker } from "../worker/breaker.ts";
import { outbox } from "./outbox.ts";
import { linkTokens } from "../links.ts";
import { readActiveProviders, type StoredProvider, type StoredSmtp, type StoredTwilio } from "./provider-queries.ts";
import type { Outcome, OutgoingMessage, Provider } from "./provider.ts";
import { smtpPool } from "../smtp/pool.ts";
import type { SmtpServer } from "../smtp/session.ts";
import { twilio, type TwilioAccount } from "../twilio/provider.ts";
import { webhookCaller } from "./webhook-caller.ts";
import { readWebhooks, type StoredWebhook } from "./webhook-queries.ts";
import { webhookContext } from "./webhooks.ts";
import type { DuePair } from "../worker/worker-queries.ts";

/** What a channel of a workspace is handed to now. */
export interface Route {
  /** Null: the outbox. */
  readonly id: Id | null;
  readonly provider: Provider;
  readonly breaker: Breaker;
  /** Whether its mails carry a signature (DKIM). */
  readonly signs: boolean;
}

/** The providers in use by this process, their connections and breakers kept between turns. */
export interface Routes {
  /** What each pair is handed to now; a pair whose provider cannot be used (its secret does not open) is missing. */
  of(tx: Tx, pairs: readonly DuePair[]): Promise<ReadonlyMap<string, Route>>;
  heard(route: Route, outcome: Outcome): void;
  close(): Promise<void>;
}

export const pairKey = (pair: { readonly workspace: Id; readonly channel: string }) => `${pair.workspace}:${pair.channel}`;
const webhookKey = (pair: { readonly workspace: Id; readonly channel: string }, webhook: Id) => `${pairKey(pair)}:${webhook}`;

/** What a send is handed to: of its webhook where that is in use, else of its pair. */
export function routeFor(
  routes: ReadonlyMap<string, Route>,
  send: { readonly workspace: Id; readonly channel: string; readonly webhook: Id | null },
): Route | undefined {
  return (send.webhook === null ? undefined : routes.get(webhookKey(send, send.webhook))) ?? routes.get(pairKey(send));
}

interface RoutesDeps {
  readonly ports: Pick<Ports, "net" | "clock">;
  readonly config: Pick<Config, "publicUrl">;
  readonly secrets: Secrets;
  readonly log: Logger;
}

const OUTBOX: Route = { id: null, provider: outbox, breaker: breaker(null), signs: false };

export function openRoutes(deps: RoutesDeps): Routes {
  const open = new Map<Id, Route & { readonly changedAt: number }>();
  const closing = new Set<Promise<void>>();

  const routeOf = (stored: StoredProvider): Route | null => {
    const known = open.get(stored.id);
    if (known?.changedAt === stored.changedAt) return known;
    try {
      const made = stored.kind === "smtp" ? smtpRoute(deps, stored) : twilioRoute(deps, stored);
      if (known?.provider.reach === "outside") {
        const ended: Promise<void> = known.provider.close().finally(() => closing.delete(ended));
        closing.add(ended);
      }
      const route = { ...made, id: stored.id, changedAt: stored.changedAt };
      open.set(stored.id, route);
      return route;
    } catch (error) {
      deps.log.error({ provider: stored.id, error }, "provider.unusable");
      return null;
    }
  };

  // Each webhook has a route of its own, so that none waits for another; those not in use go the way of their pair, into the outbox.
  const webhookRoutes = async (tx: Tx, pairs: readonly DuePair[]): Promise<(readonly [string, Route])[]> => {
    const calling = pairs.filter((pair) => pair.channel === "webhook");
    if (calling.length === 0) return [];
    const stored = await readWebhooks(tx, { workspaces: calling.map((pair) => pair.workspace) });
    return stored
      .filter((one) => one.active)
      .map((one) => [webhookKey({ workspace: one.workspace, channel: "webhook" }, one.id), callerOf(one)] as const);
  };
  const callerOf = (stored: StoredWebhook): Route => {
    const known = open.get(stored.id);
    if (known?.changedAt === stored.changedAt) return known;
    const route = {
      id: stored.id,
      provider: webhookCaller(deps.ports, { url: stored.url, secret: () => deps.secrets.open(stored.secret, webhookContext(stored)) }),
      breaker: breaker(null),
      signs: false,
      changedAt: stored.changedAt,
    };
    open.set(stored.id, route);
    return route;
  };

  return {
    async of(tx, pairs) {
      const active = await readActiveProviders(tx, { workspaces: [...new Set(pairs.map((pair) => pair.workspace))] });
      const byPair = new Map(active.map((stored) => [pairKey(stored), stored]));
      const ofPairs = pairs.flatMap((pair) => {
        const stored = byPair.get(pairKey(pair));
        const route = stored ? routeOf(stored) : OUTBOX;
        return route ? [[pairKey(pair), route] as const] : [];
      });
      return new Map([...ofPairs, ...(await webhookRoutes(tx, pairs))]);
    },
    heard(route, outcome) {
      const wasOpen = route.breaker.open;
      route.breaker.heard(outcome, deps.ports.clock.monotonic());
      if (route.breaker.open !== wasOpen)
        deps.log.warn({ provider: route.id, open: route.breaker.open, kind: outcome.kind }, "provider.breaker");
    },
    async close() {
      for (const route of open.values()) if (route.provider.reach === "outside") closing.add(route.provider.close());
      await Promise.all(closing);
    },
  };
}

type Made = Pick<Route, "provider" | "breaker" | "signs">;

function smtpRoute(deps: RoutesDeps, stored: StoredSmtp): Made {
  const { settings } = stored;
  const provider = smtpPool(deps.ports, {
    ...smtpServer(stored, deps),
    envelopeFrom: settings.envelopeFrom ?? null,
    connections: settings.connections,
    messagesPerConnection: settings.messagesPerConnection,
  });
  return { provider, breaker: breaker(settings.perSecond ?? null), signs: settings.sign === true };
}

function twilioRoute(deps: RoutesDeps, stored: StoredTwilio): Made {
  const callback = (message: OutgoingMessage) =>
    `${deps.config.publicUrl}/hooks/sms/${stored.id}/status?send=${linkTokens(deps.secrets, message).measure}`;
  return {
    provider: twilio(deps.ports.net, { ...twilioAccount(stored, deps), callback }),
    breaker: breaker(stored.settings.perSecond ?? null),
    signs: false,
  };
}

/** @throws when the stored token does not open */
export function twilioAccount(stored: StoredTwilio, deps: Pick<RoutesDeps, "secrets">): Omit<TwilioAccount, "callback"> {
  return {
    baseUrl: stored.settings.baseUrl,
    accountSid: stored.settings.accountSid,
    token: stored.secrets ? deps.secrets.open(stored.secrets, secretContext(stored)) : "",
  };
}

/** What a stored secret is bound to: it opens for its own provider and workspace only. */
export const secretContext = (provider: { readonly workspace: Id; readonly id: Id }) => `provider:${provider.workspace}:${provider.id}`;

/** @throws when the stored password does not open */
export function smtpServer(stored: StoredSmtp, deps: Pick<RoutesDeps, "config" | "secrets">): SmtpServer {
  const { settings } = stored;
  return {
    host: settings.host,
    port: settings.port,
    security: settings.security,
    user: settings.user ?? null,
    password: stored.secrets ? deps.secrets.open(stored.secrets, secretContext(stored)) : null,
    ehloName: settings.ehloName ?? ehloNameOf(deps.config.publicUrl),
  };
}

/** The host of the public address; as an address literal when it is one (RFC 5321 §4.1.3). */
function ehloNameOf(publicUrl: string): string {
  const host = new URL(publicUrl).hostname;
  if (host.startsWith("[")) return `[IPv6:${host.slice(1, -1)}]`;
  return /^\d+(\.\d+){3}$/.test(host) ? `[${host}]` : host;
}
