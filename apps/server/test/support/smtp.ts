import { createServer, type AddressInfo, type Socket } from "node:net";
import { appendFileSync } from "node:fs";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

/** A message a server of ours took responsibility for: it answered 250 after the dot, or would have. */
export interface Taken {
  readonly from: string;
  readonly to: string;
  /** The bytes between DATA and the dot, dot-unstuffed. */
  readonly raw: Buffer;
  /** Of the Message-ID field, without brackets. */
  readonly messageId: string;
}

export interface MailServer {
  readonly port: number;
  /** Everything taken, in order, repeats included. */
  readonly taken: readonly Taken[];
  readonly connections: number;
  close(): Promise<void>;
}

/**
 * A real SMTP server (the `smtp-server` package) that records what it takes before it answers.
 * @param options.log when given, each message id is appended to this file before the answer: what a killed client's test compares with
 */
export async function mailServer(
  options: SMTPServerOptions & { readonly log?: string; readonly delayMs?: number } = {},
): Promise<MailServer> {
  const taken: Taken[] = [];
  let connections = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.key ? [] : ["STARTTLS"],
    disableReverseLookup: true,
    logger: false,
    size: 30 * 1024 * 1024,
    closeTimeout: 50, // ms it waits for idle connections of clients whose time stands still
    ...options,
    onConnect(_session, done) {
      connections++;
      done();
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const from = session.envelope.mailFrom;
        const message = takenOf(Buffer.concat(chunks), from ? from.address : "", session.envelope.rcptTo[0]?.address ?? "");
        taken.push(message);
        if (options.log) appendFileSync(options.log, `${message.messageId}\n`);
        if (options.delayMs) setTimeout(() => done(null, "Ok: queued as X1"), options.delayMs);
        else done(null, "Ok: queued as X1");
      });
    },
  });
  server.on("error", () => undefined); // clients of these tests hang up in the middle of words
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve());
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    taken,
    get connections() {
      return connections;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}

function takenOf(raw: Buffer, from: string, to: string): Taken {
  return { from, to, raw, messageId: /^message-id:\s*<([^>]+)>/im.exec(raw.toString("latin1"))?.[1] ?? "" };
}

/** Where a scripted server may misbehave; `connection` and `message` count from 0, `message` over the whole server. */
export interface Moment {
  readonly stage: "banner" | "ehlo" | "mail" | "rcpt" | "data" | "body" | "dot" | "rset" | "quit" | "starttls";
  readonly connection: number;
  readonly message: number;
  readonly socket: Socket;
  readonly line: string;
}

/** What to do instead of the usual answer: words to say (as they are, with their line ends), or an act. */
export type Answer = string | Buffer | undefined; // "drop", "reset" and "silence" are acts, other texts are said

export interface ScriptedServer {
  readonly port: number;
  /** Messages whose final dot arrived, answered well or not. */
  readonly arrived: readonly Taken[];
  /** Those answered 250. */
  readonly taken: readonly Taken[];
  readonly connections: number;
  close(): Promise<void>;
}

const USUAL: Record<string, string> = {
  banner: "220 scripted ESMTP\r\n",
  ehlo: "250-scripted\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
  mail: "250 2.1.0 Ok\r\n",
  rcpt: "250 2.1.5 Ok\r\n",
  data: "354 Go on\r\n",
  dot: "250 2.0.0 Ok: queued as S1\r\n",
  rset: "250 Ok\r\n",
  starttls: "502 No\r\n",
  quit: "221 Bye\r\n",
};

/** A raw server that follows the protocol until `behave` says otherwise (RELIABILITY §5.5). Ends messages at CRLF.CRLF only. */
export async function scriptedServer(behave: (moment: Moment) => Answer | Promise<Answer>): Promise<ScriptedServer> {
  const arrived: Taken[] = [];
  const taken: Taken[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let messages = 0;
  const server = createServer((socket) => {
    const connection = connections++;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    let buffer = "";
    let inBody = false;
    let from = "";
    let to = "";
    const say = async (stage: Moment["stage"], line: string): Promise<string> => {
      const answer = (await behave({ stage, connection, message: messages, socket, line })) ?? USUAL[stage] ?? "";
      if (answer === "drop") socket.destroy();
      else if (answer === "reset") socket.resetAndDestroy();
      else if (answer !== "silence") socket.write(answer);
      return typeof answer === "string" ? answer : answer.toString("latin1");
    };
    let work: Promise<unknown> = say("banner", "");
    const take = async (): Promise<void> => {
      for (;;) {
        if (socket.destroyed) return;
        if (inBody) {
          if (
            buffer.length > 0 &&
            !buffer.includes("\r\n.\r\n") &&
            (await behave({ stage: "body", connection, message: messages, socket, line: "" })) === "drop"
          )
            return void socket.destroy();
          const end = buffer.startsWith(".\r\n") ? 0 : buffer.indexOf("\r\n.\r\n");
          if (end < 0) return;
          const raw = buffer.slice(0, end + 2).replace(/^\.\./gm, ".");
          buffer = buffer.slice(end === 0 && buffer.startsWith(".\r\n") ? 3 : end + 5);
          inBody = false;
          const message = takenOf(Buffer.from(raw, "latin1"), from, to);
          arrived.push(message);
          const answer = await say("dot", "");
          messages++;
          if (/^250/.test(answer)) taken.push(message);
          continue;
        }
        const end = buffer.indexOf("\r\n");
        if (end < 0) return;
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        const word = line.slice(0, 4).toUpperCase();
        if (word === "EHLO" || word === "HELO") await say("ehlo", line);
        else if (word === "MAIL") {
          from = /<([^>]*)>/.exec(line)?.[1] ?? "";
          await say("mail", line);
        } else if (word === "RCPT") {
          to = /<([^>]*)>/.exec(line)?.[1] ?? "";
          await say("rcpt", line);
        } else if (word === "DATA") inBody = /^354/.test(await say("data", line));
        else if (word === "STAR") await say("starttls", line);
        else if (word === "RSET") await say("rset", line);
        else if (word === "QUIT") {
          await say("quit", line);
          socket.end();
        } else socket.write("500 What?\r\n");
      }
    };
    socket.on("data", (chunk: Buffer) => {
      work = work.then(() => {
        buffer += chunk.toString("latin1");
        return take();
      });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    arrived,
    taken,
    get connections() {
      return connections;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
