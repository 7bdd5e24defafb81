import { request, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { coded } from "../errors.ts";
import type { Net } from "../ports.ts";

export interface Download {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: IncomingMessage["headers"];
  /** Rejects when nothing comes for `silenceMs`, or when the other side breaks off before its end. */
  readonly body: AsyncIterable<Uint8Array>;
}

const MOST_REDIRECTS = 5;

const redirectsInCircle = coded("net.redirects", 502, () => "The address leads on in a circle.");
const redirectNotAllowed = coded(
  "net.redirect_not_allowed",
  422,
  (input: { to: string }) => `The address leads on to ${input.to}, which may not be called.`,
);

/**
 * Gets a file of any size by HTTP through the net port and hands it to `use` while it comes. Redirects are followed, each to a public
 * address only; other hosts and plain HTTP after HTTPS do not get the Authorization header.
 */
export async function download<T>(
  net: Net,
  call: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly silenceMs: number;
    readonly mayFollow: (url: string) => boolean;
  },
  use: (got: Download) => Promise<T>,
): Promise<T> {
  let url = new URL(call.url);
  let headers = call.headers;
  for (let redirects = 0; ; redirects++) {
    const { socket, response } = await open(net, url, headers, call.silenceMs);
    try {
      const location = response.headers.location;
      const status = response.statusCode ?? 0;
      if (![301, 302, 303, 307, 308].includes(status) || location === undefined)
        return await use({ status, headers: response.headers, body: response });
      if (redirects === MOST_REDIRECTS) throw redirectsInCircle({});
      const next = new URL(location, url);
      if (!call.mayFollow(next.href)) throw redirectNotAllowed({ to: next.origin });
      if (next.origin !== url.origin) headers = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "authorization"));
      url = next;
    } finally {
      socket.destroy();
    }
  }
}

async function open(
  net: Net,
  url: URL,
  headers: Readonly<Record<string, string>>,
  silenceMs: number,
): Promise<{ socket: Socket; response: IncomingMessage }> {
  const tls = url.protocol === "https:";
  const socket = (await net.connect({
    host: url.hostname,
    port: Number(url.port) || (tls ? 443 : 80),
    tls,
    timeoutMs: silenceMs,
    publicOnly: true,
  })) as Socket;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        createConnection: () => socket,
        method: "GET",
        path: url.pathname + url.search,
        headers: { accept: "*/*", "user-agent": "Relance", ...headers, host: url.host, connection: "close" },
      },
      (response) => resolve({ socket, response }),
    );
    sent.setTimeout(silenceMs, () =>
      sent.destroy(
        Object.assign(new Error(`Nothing came from ${url.hostname} for ${Math.round(silenceMs / 1000)} s`), { code: "ETIMEDOUT" }),
      ),
    );
    sent.on("error", (error) => {
      socket.destroy();
      reject(error);
    });
    sent.end();
  });
}
