import { MINUTE } from "@relance/model/base";
import type { Clock, Net } from "../../../platform/ports.ts";
import { startTls } from "../../../platform/net/index.ts";
import type { Outcome } from "../providers/provider.ts";
import { Line, LineLost } from "./line.ts";
import { classify, type Stage } from "./outcome.ts";
import type { Reply } from "./reply.ts";

/** RFC 5321 §4.5.3.2. The final dot's ten minutes are what keeps a slow server from getting a second copy. */
const PATIENCE = { connect: 30_000, banner: 5 * MINUTE, command: 5 * MINUTE, data: 2 * MINUTE, dot: 10 * MINUTE } as const;

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly security: "tls" | "starttls" | "none";
  readonly user: string | null;
  readonly password: string | null;
  readonly ehloName: string;
}

/** One message ready for the wire: addresses checked, body stuffed. */
export interface Parcel {
  readonly from: string;
  readonly to: string;
  readonly body: Uint8Array;
  /** Bytes free behind the body in its memory. */
  readonly room: number;
  readonly eightBit: boolean;
}

/** A session could not be opened; nothing was handed over. */
export class NoSession extends Error {
  override readonly name = "NoSession";
  /** connect | banner | ehlo | starttls | auth */
  readonly phase: string;
  constructor(phase: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.phase = phase;
  }
}

/**
 * One signed-in SMTP connection. `hand` puts one parcel through MAIL, RCPT, DATA and the final dot and says how it ended; with
 * PIPELINING the three commands travel together, and those of the following parcel travel behind the dot of this one, so that a
 * busy connection pays two round trips a message at most.
 */
export class Session {
  readonly offers: ReadonlyMap<string, string>;
  readonly #line: Line;
  /** The parcel whose envelope is already on its way behind the last dot. */
  #announced: Parcel | null = null;
  handed = 0;

  private constructor(line: Line, offers: ReadonlyMap<string, string>) {
    this.#line = line;
    this.offers = offers;
  }

  /** Connects, encrypts as the settings demand, signs in. @throws NoSession */
  static async open(net: Net, clock: Clock, server: SmtpServer): Promise<Session> {
    let phase = "connect";
    let line: Line | null = null;
    try {
      const socket = await net.connect({
        host: server.host,
        port: server.port,
        tls: server.security === "tls",
        timeoutMs: PATIENCE.connect,
        publicOnly: true,
      });
      line = new Line(socket, clock);
      phase = "banner";
      expect(await line.read(PATIENCE.banner), 220);
      phase = "ehlo";
      let offers = await greet(line, server.ehloName);
      if (server.security === "starttls") {
        phase = "starttls";
        await encrypt(line, offers, server);
        phase = "ehlo";
        offers = await greet(line, server.ehloName);
      }
      phase = "auth";
      if (server.user !== null) await signIn(line, offers, server);
      return new Session(line, offers);
    } catch (error) {
      line?.close();
      throw new NoSession(phase, error instanceof Error ? error.message : String(error), error);
    }
  }

  /** Whether another parcel may follow on this connection. */
  get usable(): boolean {
    return !this.#retired && (this.#announced ? this.#line.stands : this.#line.clean);
  }
  #retired = false;

  /** Ends the connection after what is under way: the parcel announced will not come. */
  retire(): void {
    this.#retired = true;
  }

  /**
   * @param following the parcel that comes next on this connection, if it is known: call `hand` with the very same one next, or hang up
   */
  async hand(parcel: Parcel, following: Parcel | null): Promise<Outcome> {
    this.handed++;
    const unfit = this.#unfit(parcel);
    if (unfit) return this.#refuseOurselves(parcel, unfit);
    const pipelining = this.offers.has("PIPELINING");
    try {
      const refused = pipelining ? await this.#envelopeAtOnce(parcel) : await this.#envelopeInTurn(parcel);
      if (refused) return refused;
    } catch (error) {
      return { kind: "lost", reason: "line_lost", answer: words(error) };
    }
    return this.#body(parcel, pipelining && following && !this.#unfit(following) ? following : null);
  }

  async quit(): Promise<void> {
    if (this.#line.clean && !this.#announced) {
      this.#line.write("QUIT\r\n");
      await this.#line.read(5_000).catch(() => undefined); // courtesy only
    }
    this.#line.close();
  }

  close(): void {
    this.#line.close();
  }

  #unfit(parcel: Parcel): string | null {
    const size = Number(this.offers.get("SIZE") ?? "0");
    if (size > 0 && parcel.body.length > size) return "too_large";
    return parcel.eightBit && !this.offers.has("8BITMIME") ? "eight_bit" : null;
  }

  #refuseOurselves(parcel: Parcel, reason: string): Outcome {
    if (this.#announced === parcel) this.#line.close(); // cannot happen: an unfit parcel is never announced
    return { kind: "refused", lasting: true, scope: "message", reason, answer: "" };
  }

  #envelope(parcel: Parcel): string {
    const size = this.offers.has("SIZE") ? ` SIZE=${parcel.body.length}` : "";
    const eight = parcel.eightBit ? " BODY=8BITMIME" : "";
    return `MAIL FROM:<${parcel.from}>${size}${eight}\r\nRCPT TO:<${parcel.to}>\r\nDATA\r\n`;
  }

  async #envelopeAtOnce(parcel: Parcel): Promise<Outcome | null> {
    if (this.#announced !== parcel) {
      if (this.#announced) throw this.#line.close(new LineLost("Another message was announced"));
      this.#line.write(this.#envelope(parcel));
    }
    this.#announced = null;
    const mail = await this.#line.read(PATIENCE.command);
    if (mail.code === 421) throw this.#line.close(new LineLost(`421 ${mail.text}`));
    const rcpt = await this.#line.read(PATIENCE.command);
    if (rcpt.code === 421) throw this.#line.close(new LineLost(`421 ${rcpt.text}`));
    const data = await this.#line.read(PATIENCE.data);
    if (data.code === 421) throw this.#line.close(new LineLost(`421 ${data.text}`));
    const refusal = refusalIn([
      ["mail", mail],
      ["rcpt", rcpt],
    ]);
    if (data.code === 354) {
      if (!refusal) return null;
      // The server wants a body although it refused the envelope: whatever we sent now could be taken. Hang up instead.
      this.#line.close();
      return refusal;
    }
    if (!refusal && data.code < 400) throw this.#line.close(new LineLost(`Out of step: ${data.code} to DATA`));
    this.#reset();
    return refusal ?? classify("data", data);
  }

  async #envelopeInTurn(parcel: Parcel): Promise<Outcome | null> {
    const stages: [Stage, string, number][] = this.#envelope(parcel)
      .split("\r\n")
      .slice(0, 3)
      .map((command, i) => [(["mail", "rcpt", "data"] as const)[i]!, command, i === 2 ? PATIENCE.data : PATIENCE.command]);
    for (const [stage, command, patience] of stages) {
      this.#line.write(`${command}\r\n`);
      const reply = await this.#line.read(patience);
      if (reply.code === 421) throw this.#line.close(new LineLost(`421 ${reply.text}`));
      if (stage === "data" ? reply.code === 354 : reply.code >= 200 && reply.code < 300) continue;
      if (reply.code < 400) throw this.#line.close(new LineLost(`Out of step: ${reply.code} to ${stage.toUpperCase()}`));
      this.#reset();
      return classify(stage, reply);
    }
    return null;
  }

  /** Forgets a half-made envelope. The answer is read with the next message's; a server that refuses RSET is not worth keeping. */
  #reset(): void {
    this.#line.write("RSET\r\n");
    this.#owed++;
  }
  #owed = 0;

  /** Reads the answers to RSET still owed, before the connection is used again. */
  async settle(): Promise<void> {
    for (; this.#owed > 0; this.#owed--) {
      const reply = await this.#line.read(PATIENCE.command).catch(() => null);
      if (!reply || reply.code >= 300) this.#line.close();
    }
  }

  async #body(parcel: Parcel, following: Parcel | null): Promise<Outcome> {
    if (!this.#line.clean) {
      // Words we did not ask for lie between DATA and our dot: they would be taken for its answer.
      this.#line.close();
      return { kind: "lost", reason: "line_lost", answer: "The server spoke out of turn" };
    }
    const tail = following ? `.\r\n${this.#envelope(following)}` : ".\r\n";
    this.#line.write(withTail(parcel, tail));
    this.#announced = following;
    try {
      const reply = await this.#line.read(PATIENCE.dot);
      if (reply.code >= 200 && reply.code < 300) return accepted(reply.code, reply.text);
      if (reply.code >= 400) {
        if (reply.code === 421) this.#line.close();
        return classify("dot", reply);
      }
      this.#line.close();
      return { kind: "uncertain", reason: "no_answer", answer: `${reply.code} ${reply.text}` };
    } catch (error) {
      return this.#afterDot(error);
    }
  }

  #afterDot(error: unknown): Outcome {
    const begun = error instanceof LineLost ? error.begun : null;
    // "250" is the answer even when its text has no end; the connection is gone already.
    if (begun !== null && begun >= 200 && begun < 300) return accepted(begun, words(error));
    if (begun !== null && begun >= 400)
      return {
        kind: "refused",
        lasting: begun >= 500,
        scope: "message",
        reason: begun >= 500 ? "message_refused" : "temporary_refusal",
        answer: `${begun} ${words(error)}`,
      };
    // The kernel never took our last bytes, so the dot never left this machine.
    if (!this.#line.flushed) return { kind: "lost", reason: "line_lost", answer: words(error) };
    return { kind: "uncertain", reason: "no_answer", answer: words(error) };
  }
}

/** Body and tail in one piece, so that one write carries both: in the body's own memory where there is room. */
function withTail({ body, room }: Parcel, tail: string): Uint8Array {
  const length = body.length + tail.length;
  const fits = room >= tail.length;
  const whole = fits ? Buffer.from(body.buffer, body.byteOffset, length) : Buffer.allocUnsafe(length);
  if (!fits) whole.set(body);
  whole.write(tail, body.length, "latin1");
  return whole;
}

function accepted(code: number, text: string): Outcome {
  // Most servers name the message they took: "250 2.0.0 Ok: queued as 4WxYz"
  const reference = /(?:queued as|queued|id[=:]|message-?id[=:]?)\s*<?([A-Za-z0-9._@+-]{2,200})/i.exec(text)?.[1] ?? null;
  return { kind: "accepted", reference, answer: `${code} ${text}`.slice(0, 500) };
}

function refusalIn(replies: readonly (readonly [Stage, Reply])[]): Outcome | null {
  for (const [stage, reply] of replies) {
    if (reply.code >= 200 && reply.code < 300) continue;
    if (reply.code < 400) throw new LineLost(`Out of step: ${reply.code} to ${stage.toUpperCase()}`);
    return classify(stage, reply);
  }
  return null;
}

function expect(reply: Reply, code: number): void {
  if (reply.code !== code) throw new Error(`${reply.code} ${reply.text}`);
}

async function greet(line: Line, name: string): Promise<ReadonlyMap<string, string>> {
  line.write(`EHLO ${name}\r\n`);
  let reply = await line.read(PATIENCE.command);
  if (reply.code >= 500) {
    line.write(`HELO ${name}\r\n`);
    reply = await line.read(PATIENCE.command);
    expect(reply, 250);
    return new Map();
  }
  expect(reply, 250);
  return new Map(
    reply.lines.slice(1).map((offer) => {
      const [word = "", ...rest] = offer.trim().split(/[ =]/);
      return [word.toUpperCase(), rest.join(" ").toUpperCase()] as const;
    }),
  );
}

async function encrypt(line: Line, offers: ReadonlyMap<string, string>, server: SmtpServer): Promise<void> {
  if (!offers.has("STARTTLS")) throw new Error("The server does not offer STARTTLS; nothing is sent in clear text");
  line.write("STARTTLS\r\n");
  expect(await line.read(PATIENCE.command), 220);
  if (!line.clean) throw new LineLost("The server spoke before the encryption began");
  line.secured(await startTls(line.release(), { servername: server.host, timeoutMs: PATIENCE.connect }));
}

async function signIn(line: Line, offers: ReadonlyMap<string, string>, server: SmtpServer): Promise<void> {
  if (server.security === "none") throw new Error("A password never travels in clear text");
  const methods = (offers.get("AUTH") ?? "").split(" ");
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const password = server.password ?? "";
  if (methods.includes("PLAIN")) {
    line.write(`AUTH PLAIN ${base64(`\0${server.user}\0${password}`)}\r\n`);
  } else if (methods.includes("LOGIN")) {
    line.write("AUTH LOGIN\r\n");
    expect(await line.read(PATIENCE.command), 334);
    line.write(`${base64(server.user ?? "")}\r\n`);
    expect(await line.read(PATIENCE.command), 334);
    line.write(`${base64(password)}\r\n`);
  } else {
    throw new Error("The server offers no way to sign in that we know (PLAIN, LOGIN)");
  }
  expect(await line.read(PATIENCE.command), 235);
}

function words(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500);
}
