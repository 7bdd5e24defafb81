import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Mood = "well" | "rate" | "broken" | "cut before" | "cut after" | "odd";

interface GoogleBody {
  destinations: { productDestinationId: string }[];
  audienceMembers?: { userData: { userIdentifiers: { emailAddress: string }[] } }[];
}

/** Answers as Meta's, Criteo's and Google's documents say, holds what it was told, and misbehaves on demand. */
export class Networks {
  readonly held = new Map<string, Set<string>>();
  readonly hooks: { headers: IncomingMessage["headers"]; body: string }[] = [];
  mood: () => Mood = () => "well";
  calls = 0;
  /** What Google was sent, and what it says came of each request by its number. */
  readonly google: { path: string; body: GoogleBody }[] = [];
  readonly outcomes = new Map<string, object>();
  readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      let body = "";
      request.on("data", (piece: Buffer) => {
        body += piece.toString();
      });
      request.on("end", () => this.answer(request, response, body));
    });
  }

  static async open(): Promise<Networks> {
    const one = new Networks();
    await new Promise<void>((done) => one.server.listen(0, "127.0.0.1", done));
    return one;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    this.calls++;
    const mood = this.mood();
    const path = request.url!;
    const say = (status: number, value: object, headers: Record<string, string> = {}) =>
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
    if (path === "/oauth2/token")
      return void (new URLSearchParams(body).get("client_secret") === "a good secret"
        ? say(200, { access_token: "good", token_type: "Bearer", expires_in: 900 })
        : say(401, { error: "invalid_client" }));
    if (path === "/token")
      return void (new URLSearchParams(body).get("refresh_token") === "a good refresh token"
        ? say(200, { access_token: "good", expires_in: 3599, token_type: "Bearer" })
        : say(400, { error: "invalid_grant", error_description: "Token has been expired or revoked." }));
    if (mood === "cut before") return void request.socket.destroy();
    if (mood === "broken") return void say(500, { error: { code: 2, message: "Service temporarily unavailable", is_transient: true } });
    if (mood === "rate") return void say(400, { error: { code: 17, message: "User request limit reached" } }, { "retry-after": "60" });
    if (mood === "odd") return void say(400, { error: { code: 2650, message: "A rule that nobody knows yet" } });
    if (path.startsWith("/v1/")) return this.answerGoogle(path, body, say);
    const [, list = ""] = /\/(\d+)\/(?:users|contact-list)$/.exec(path) ?? [];
    const ids = this.held.get(list) ?? this.held.set(list, new Set()).get(list)!;
    if (path.startsWith("/hook")) this.hooks.push({ headers: request.headers, body });
    else if (request.headers.authorization !== "Bearer good token" && request.headers.authorization !== "Bearer good")
      return void say(401, { error: { code: 190, message: "Invalid OAuth access token." } });
    else if (path.includes("contact-list") && request.method === "DELETE") ids.clear();
    else if (path.includes("contact-list")) {
      const { operation, identifiers } = (JSON.parse(body) as { data: { attributes: { operation: string; identifiers: string[] } } }).data
        .attributes;
      for (const one of identifiers)
        if (operation === "add") ids.add(one);
        else ids.delete(one);
      return void say(200, {
        data: {
          type: "ContactlistAmendment",
          attributes: { operation, nbValidIdentifiers: identifiers.length - 1, nbInvalidIdentifiers: 1 },
        },
      });
    } else {
      const { data } = (JSON.parse(body) as { payload: { data: string[][] } }).payload;
      for (const [email] of data)
        if (request.method === "POST") ids.add(email!);
        else ids.delete(email!);
    }
    if (mood === "cut after") return void request.socket.destroy();
    say(200, { audience_id: list, num_received: 1, num_invalid_entries: 0 });
  }

  /** The Data Manager API: checks the shape of a request, works it off, and answers with its number. */
  private answerGoogle(path: string, body: string, say: (status: number, value: object) => unknown): void {
    const number = /requestId=(\w+)$/.exec(path)?.[1];
    if (number !== undefined)
      return void say(200, { requestStatusPerDestination: [this.outcomes.get(number) ?? { requestStatus: "PROCESSING" }] });
    const read = JSON.parse(body) as GoogleBody;
    this.google.push({ path, body: read });
    const list = read.destinations[0]!.productDestinationId;
    if (list === "404")
      return void say(400, {
        error: {
          code: 400,
          status: "INVALID_ARGUMENT",
          message: "There was a problem with the request.",
          details: [
            { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "INVALID_DESTINATION" },
            {
              "@type": "type.googleapis.com/google.rpc.BadRequest",
              fieldViolations: [{ field: "destinations[0].product_destination_id", description: "No such audience." }],
            },
          ],
        },
      });
    const ids = this.held.get(list) ?? this.held.set(list, new Set()).get(list)!;
    if (path.endsWith("removeAll")) ids.clear();
    for (const member of read.audienceMembers ?? []) {
      const { emailAddress } = member.userData.userIdentifiers[0]!;
      if (path.endsWith("ingest")) ids.add(emailAddress);
      else ids.delete(emailAddress);
    }
    say(200, { requestId: `r${this.google.length}` });
  }

  close(): Promise<void> {
    return new Promise((done) => this.server.close(() => done()));
  }
}
