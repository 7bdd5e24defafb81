import { fork } from "node:child_process";
import { Agent, request } from "node:http";
import { fileURLToPath } from "node:url";

/** Sends batches of events to a server from a process of its own, so that neither waits for the other's event loop. See `ingest.ts`. */
export interface Load {
  readonly url: string;
  readonly key: string;
  readonly events: number;
  /** At once; as fast as they get answers. */
  readonly connections: number;
  /** A batch is sent so often whatever the answers; null: as fast as the connections get answers. */
  readonly everyMs: number | null;
}

/** What the client saw: events a second, and how long answers took, in milliseconds. */
export interface Answers {
  readonly rate: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly most: number;
}

export const BATCH = 100;
export const NOW = Date.UTC(2026, 10, 23, 12);

export function visitorOf(i: number, events: number): number {
  return (i * 7919) % Math.max(1, events / 10);
}

export function message(i: number, events: number) {
  return {
    type: "track",
    messageId: `bench-${i}`,
    anonymousId: `visitor-${visitorOf(i, events)}`,
    ...(i % 10 < 3 && { userId: `user-${visitorOf(i, events)}` }),
    event: i % 20 === 0 ? "Order Completed" : "Product Viewed",
    timestamp: new Date(NOW - events + i).toISOString(),
    properties: {
      product_id: `p${i % 500}`,
      name: `Product number ${i % 500}`,
      category: "Lamps",
      price: 19.9,
      currency: "EUR",
      url: `https://shop.example/p${i % 500}`,
      ...(i % 20 === 0 && { order_id: `o${i}`, total: 39.8, products: [{ product_id: `p${i % 500}`, quantity: 2, price: 19.9 }] }),
    },
    context: {
      ip: "192.0.2.1",
      userAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/140",
      library: { name: "analytics.js", version: "2.0" },
      page: { path: "/p", url: "https://shop.example/p" },
    },
  };
}

/** Sends a load from a new process and waits for its end. */
export function send(load: Load): Promise<Answers> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(load)]);
    child.once("message", (answers) => resolve(answers as Answers));
    child.once("exit", (code) => {
      if (code !== 0) reject(new Error(`the client ended with ${code}`));
    });
  });
}

async function run({ url, key, events, connections, everyMs }: Load): Promise<Answers> {
  const bodies = Array.from({ length: events / BATCH }, (_, b) =>
    JSON.stringify({ batch: Array.from({ length: BATCH }, (_, i) => message(b * BATCH + i, events)), sentAt: new Date(NOW).toISOString() }),
  );
  const agent = new Agent({ keepAlive: true, maxSockets: everyMs === null ? connections : 4 * connections });
  const times: number[] = [];
  const one = (body: string, due = performance.now()) =>
    new Promise<void>((resolve, reject) => {
      const call = request(
        `${url}/v1/batch`,
        {
          method: "POST",
          agent,
          headers: { "content-type": "application/json", authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}` },
        },
        (answer) => {
          let text = "";
          answer.on("data", (part: Buffer) => {
            text += part.toString();
          });
          answer.on("end", () => {
            times.push(performance.now() - due);
            if (answer.statusCode === 200) resolve();
            else reject(new Error(`${answer.statusCode} ${text}`));
          });
        },
      );
      call.on("error", reject);
      call.end(body);
    });
  const begun = performance.now();
  if (everyMs === null) {
    let next = 0;
    await Promise.all(
      Array.from({ length: connections }, async () => {
        while (next < bodies.length) await one(bodies[next++]!);
      }),
    );
  } else {
    await Promise.all(
      bodies.map(async (body, n) => {
        await new Promise((resolve) => {
          setTimeout(resolve, n * everyMs);
        });
        await one(body, begun + n * everyMs); // from when it was due: a client held up hides nothing
      }),
    );
  }
  agent.destroy();
  const seconds = (performance.now() - begun) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
  return { rate: events / seconds, p50: at(0.5), p90: at(0.9), p99: at(0.99), most: at(1) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const answers = await run(JSON.parse(process.argv[2]!) as Load);
  process.send?.(answers, () => process.disconnect?.());
}
