import { request } from "node:http";
import type { Socket } from "node:net";
import type { Net } from "../ports.ts";

export interface HttpCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  /** How much of the answer is read; 64 KiB when left out. */
  readonly mostBytes?: number;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The first `mostBytes`. */
  readonly body: string;
}

const MOST_BYTES = 65_536;

/**
 * One HTTP call to the public internet through the net port; redirects are not followed, an address inside the house is refused as the
 * port refuses it. Rejects when no whole answer came in time.
 */
export async function callOut(net: Net, call: HttpCall): Promise<HttpAnswer> {
  const url = new URL(call.url);
  const tls = url.protocol === "https:";
  const socket = await net.connect({
    host: url.hostname,
    port: Number(url.port) || (tls ? 443 : 80),
    tls,
    timeoutMs: call.timeoutMs,
    publicOnly: true,
  });
  const most = call.mostBytes ?? MOST_BYTES;
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(
      () => fail(new Error(`No answer of ${url.hostname} within ${Math.round(call.timeoutMs / 1000)} s`)),
      call.timeoutMs,
    );
    const sent = request(
      {
        createConnection: () => socket as Socket,
        method: call.method,
        path: url.pathname + url.search,
        headers: { ...call.headers, host: url.host, "content-length": Buffer.byteLength(call.body), connection: "close" },
      },
      (response) => {
        const pieces: Buffer[] = [];
        let size = 0;
        const done = () => {
          clearTimeout(timer);
          socket.destroy();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces).toString("utf8") });
        };
        response.on("data", (piece: Buffer) => {
          pieces.push(piece.subarray(0, most - size));
          size += piece.length;
          if (size >= most) done();
        });
        response.on("end", done);
        response.on("error", fail);
      },
    );
    sent.on("error", fail);
    sent.end(call.body);
  });
}
