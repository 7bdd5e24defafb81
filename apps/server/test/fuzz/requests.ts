import type { Endpoint } from "@relance/contract";
import type { Generator } from "../../src/platform/chance/generator.ts";
import { nameOf, requestFor, type Furnished } from "../support/route-table.ts";
import { hostileGraph, hostileRule } from "./graphs.ts";
import { hostileAddress, hostileBody, hostileFile, hostileText, hostileValue, mutated } from "./hostile.ts";

/** One thing to send, and what a stranger may have had in mind. */
export interface Shot {
  readonly aim: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | Buffer | null;
  /** Message ids in the order of the batch, for calls of the Segment protocol that are whole. */
  readonly messages?: readonly (string | null)[];
}

/** A shot at an endpoint of the contract: from good to hopeless. */
export function shotAt(endpoint: Endpoint, about: Furnished, draw: Generator): Shot {
  const asked = requestFor(endpoint, about, draw, draw.chance(0.3));
  // An erasure takes away events that were acknowledged, which is the very loss looked for here: it is asked for here, and meant once a round (attack.ts).
  const good = endpoint.path.endsWith("/erase") ? { ...asked, payload: { ...(asked.payload as object), confirm: "no" } } : asked;
  const shot = (aim: string, more: Partial<Shot> = {}): Shot => ({
    aim: `${nameOf(endpoint)}, ${aim}`,
    method: good.method,
    url: good.url,
    headers: good.payload === undefined ? {} : { "content-type": "application/json" },
    body: good.payload === undefined ? null : JSON.stringify(good.payload),
    ...more,
  });
  if (endpoint.path === "/api/imports" && endpoint.method === "POST")
    return shot("a file", {
      url: `/api/imports?fileName=${encodeURIComponent(hostileText(draw).toWellFormed().slice(0, 220))}`,
      body: hostileFile(draw),
      headers: { "content-type": draw.pick(["text/csv", "application/octet-stream", "application/gzip", "application/json"]) },
    });
  const payload = good.payload as Record<string, unknown> | undefined;
  switch (draw.below(10)) {
    case 0:
      return shot("good");
    case 1:
      return shot("address", { url: hostileUrl(good.url, draw) });
    case 2:
      return shot("query", {
        url: `${good.url}${good.url.includes("?") ? "&" : "?"}${draw.pick(["limit", "after", "search", "contact", "days", "kinds", "unknown", "limit=1&limit", "after[]", "after[x]", "__proto__[x]"])}=${hostileAddress(draw)}`,
      });
    case 3:
    case 4: {
      if (payload === undefined)
        return shot("a body where none belongs", {
          body: JSON.stringify(hostileValue(draw)),
          headers: { "content-type": "application/json" },
        });
      const { bytes, headers } = hostileBody(JSON.stringify(payload), draw);
      return shot("bytes", { body: bytes, headers });
    }
    default: {
      if (payload === undefined) return shot("good");
      let bad: unknown = payload;
      if ("rule" in payload && draw.chance(0.5)) bad = { ...payload, rule: hostileRule(draw) };
      else if ("graph" in payload && draw.chance(0.5)) bad = { ...payload, graph: hostileGraph(draw) };
      else for (let n = 1 + draw.below(3); n > 0; n--) bad = mutated(bad, draw);
      return shot("values", { body: JSON.stringify(bad) });
    }
  }
}

function hostileUrl(url: string, draw: Generator): string {
  const parts = url.split("/");
  const place = draw.below(parts.length);
  if (place < 2) return `${url}/${hostileAddress(draw)}`;
  parts[place] = hostileAddress(draw);
  return parts.join("/");
}

let counter = 0;

/** A call of the Segment protocol, whole or broken, with message ids of its own. */
export function ingestShot(about: Furnished, draw: Generator, run: string): Shot {
  const authorization = `Basic ${Buffer.from(`${about.writeKey}:`).toString("base64")}`;
  const make = (): { message: unknown; id: string | null } => {
    const id = `${run}-${counter++}`;
    const type = draw.pick(["track", "identify", "page", "screen", "group", "alias", "nonsense"]);
    const who = {
      userId: draw.pick<unknown>(["anna", "ben", "cara", 12, hostileText(draw)]),
      ...(draw.chance(0.3) && { anonymousId: `anon-${draw.below(9)}` }),
    };
    const what = {
      event: draw.pick(["Order Completed", "Product Viewed", "Cart Updated", "Order Refunded", "Fuzzed", hostileText(draw)]),
      properties: {
        order_id: `o${draw.below(50)}`,
        total: draw.pick<unknown>([12, "1,299.00", 1e308, "x", -5]),
        cart_id: "c1",
        products: [
          { product_id: "p", sku: "s", price: draw.pick<unknown>([1, "2", null, 1e300]), quantity: draw.pick<unknown>([1, 0.5, -1, "3"]) },
        ],
        free: hostileValue(draw),
      },
    };
    let message: unknown = {
      type,
      messageId: id,
      ...who,
      ...(type === "track" ? what : {}),
      ...(type === "identify" && {
        traits: {
          email: draw.pick(["anna@shop.example", hostileText(draw)]),
          phone: hostileText(draw).slice(0, 60),
          birthday: draw.pick(["1990-02-29", "1990-05-05", hostileText(draw)]),
          extra: hostileValue(draw),
        },
      }),
      ...(type === "alias" && { previousId: draw.pick(["anon-1", "ben", hostileText(draw)]) }),
      timestamp: draw.pick<unknown>([
        "2026-11-23T10:00:00Z",
        "1970-01-01T00:00:00Z",
        "9999-12-31T00:00:00Z",
        1763892000000,
        hostileText(draw),
      ]),
    };
    if (draw.chance(0.4)) message = mutated(message, draw);
    const kept = (message as { messageId?: unknown } | null)?.messageId;
    return { message, id: kept === id ? id : null };
  };
  const many = Array.from({ length: draw.pick([1, 2, 10, 40]) }, make);
  const body = JSON.stringify({
    batch: many.map((one) => one.message),
    sentAt: draw.pick<unknown>(["2026-11-23T12:00:00Z", hostileText(draw), 5]),
  });
  const base = {
    method: "POST",
    url: `/v1/${draw.pick(["batch", "batch", "import", "b"])}`,
    headers: { authorization, "content-type": "application/json" },
  };
  if (draw.chance(0.75)) return { aim: "/v1, a batch", ...base, body, messages: many.map((one) => one.id) };
  const broken = hostileBody(body, draw);
  return {
    aim: "/v1, bytes",
    method: "POST",
    url: `/v1/${draw.pick(["batch", "track", "identify", "t", "alias", "page"])}`,
    headers: {
      ...broken.headers,
      authorization: draw.pick([authorization, "Basic !!!", "Basic ", `Bearer ${hostileAddress(draw)}`, authorization]),
    },
    body: broken.bytes,
  };
}

/** A shot at the addresses in mails. links are good ones. */
export function linkShot(links: readonly string[], draw: Generator): Shot {
  const good = draw.pick(links);
  const place = draw.below(good.length);
  const url = draw.pick([
    good,
    `${good.slice(0, place)}A${good.slice(place + 1)}`,
    good.slice(0, Math.max(3, place)),
    `${good}.${hostileAddress(draw)}`,
    `${draw.pick(["/t/c/", "/t/o/", "/u/", "/r/", "/v/"])}${hostileAddress(draw)}`,
  ]);
  const form = draw.pick([
    "List-Unsubscribe=One-Click",
    "action=topic",
    "action=all",
    "action=undo",
    "action=%ff",
    "",
    "x".repeat(20_000),
    "--x\r\nContent-Disposition: form-data; name=action\r\n\r\nall\r\n--x--",
  ]);
  const headers = draw.pick<Record<string, string>>([
    {},
    { "content-type": "application/x-www-form-urlencoded" },
    { "content-type": "multipart/form-data; boundary=x" },
    { "content-type": "multipart/form-data" },
    { "accept-language": "\u00ff;q=x" },
    { "user-agent": "x".repeat(5_000) },
  ]);
  const method = draw.pick(["GET", "GET", "POST", "HEAD", "PUT"]);
  return { aim: "a link", method, url, headers, body: method === "POST" ? form : null };
}
