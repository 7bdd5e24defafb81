import { lookup as systemLookup } from "node:dns/promises";
import { takesMail } from "./mail-domain.ts";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { CodedError } from "../errors.ts";
import type { Net } from "../ports.ts";
import { allowList, isPublicAddress } from "./addresses.ts";

export { isPublicAddress, mayCall } from "./addresses.ts";
export { callOut, type HttpAnswer, type HttpCall } from "./call.ts";
export { download } from "./download.ts";
export { readSftp } from "./sftp.ts";
export { mayListen } from "./listen.ts";
export { postSigned, signatureOf, waitAsked } from "./signed.ts";

/** All addresses of a name; what `dns.lookup(name, { all: true })` gives. */
export type Lookup = (host: string) => Promise<readonly string[]>;

// With several addresses, how long one may take before the next is tried: an IPv6 black hole falls back to IPv4 in under 5 s.
const PER_ADDRESS_MS = 2500;

/**
 * Connections to the outside. With `publicOnly` the addresses are judged after resolution and the connection goes to the very
 * address judged, so neither a name that points inside nor one that changes its answer gets a packet through.
 * @param options.allow names, addresses and networks inside the house the operator lets us reach
 */
export function systemNet(options: { readonly allow?: readonly string[]; readonly lookup?: Lookup } = {}): Net {
  const allowed = allowList(options.allow ?? []);
  const lookup =
    options.lookup ?? (async (host) => (await systemLookup(host, { all: true, verbatim: true })).map((found) => found.address));
  return {
    async connect(target) {
      const deadline = performance.now() + target.timeoutMs;
      const host = target.host.replace(/^\[|\]$/g, "");
      if (host === "" || /[\s/\\@\0]/.test(host)) throw blockedAddress(target.host);
      const addresses = isIP(host) === 0 ? await within(deadline, lookup(host), target) : [host];
      if (addresses.length === 0) throw new Error(`${host} has no address`);
      // One inner address among several is enough to refuse: which one is used would be chance.
      if (target.publicOnly && !allowed.name(host) && !addresses.every((address) => isPublicAddress(address) || allowed.address(address)))
        throw blockedAddress(target.host);
      let failure: unknown;
      for (const [i, address] of addresses.entries()) {
        const left = deadline - performance.now();
        if (left <= 0) break;
        const limit = i < addresses.length - 1 ? Math.min(left, PER_ADDRESS_MS) : left;
        try {
          const socket = await openTcp(address, target.port, limit);
          if (!target.tls) return socket;
          return await startTls(socket, { servername: target.servername ?? host, timeoutMs: deadline - performance.now() });
        } catch (error) {
          failure = error;
        }
      }
      throw failure ?? timedOut(target);
    },
    takesMail,
  };
}

/**
 * Turns a plain connection into a TLS one (also for STARTTLS). Certificates are always verified.
 * @param options.servername the name the certificate must carry; an address is checked as one
 */
export function startTls(socket: Duplex, options: { readonly servername: string; readonly timeoutMs: number }): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secured = connectTls({
      socket,
      host: options.servername,
      ...(isIP(options.servername) === 0 && { servername: options.servername }),
      minVersion: "TLSv1.2",
    });
    const fail = (error: Error) => {
      clearTimeout(timer);
      secured.destroy();
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(timedOut({ host: options.servername, port: 0 })), Math.max(1, options.timeoutMs));
    secured.once("error", fail);
    secured.once("close", () => fail(new Error("The other side closed the connection during the TLS handshake")));
    secured.once("secureConnect", () => {
      clearTimeout(timer);
      secured.removeAllListeners("close");
      secured.off("error", fail);
      resolve(secured);
    });
  });
}

function openTcp(address: string, port: number, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: address, port, noDelay: true, keepAlive: true });
    const fail = (error: Error) => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(timedOut({ host: address, port })), timeoutMs);
    socket.once("error", fail);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.off("error", fail);
      resolve(socket);
    });
  });
}

async function within<T>(deadline: number, work: Promise<T>, target: { host: string; port: number }): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timedOut(target)), Math.max(1, deadline - performance.now()));
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

const blockedAddress = (host: string) =>
  new CodedError({
    code: "net.blocked_address",
    params: { host },
    status: 422,
    message: `${JSON.stringify(host)} is not an address of the public internet. The operator can allow it with RELANCE_ALLOW_PRIVATE_HOSTS.`,
    field: "host",
  });

const timedOut = (target: { host: string; port: number }) =>
  Object.assign(new Error(`No connection to ${target.host}:${target.port} in time`), { code: "ETIMEDOUT" });
