import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterEach, expect, test } from "vitest";
import { TEST_CERTIFICATE, TEST_KEY } from "../../../../test/support/tls.ts";
import { mailServer, scriptedServer } from "../../../../test/support/smtp.ts";
import { systemSleep } from "../../../platform/clock/index.ts";
import { systemNet } from "../../../platform/net/index.ts";
import type { Clock } from "../../../platform/ports.ts";
import { NoSession, Session, type SmtpServer } from "./session.ts";

const clock: Clock = { now: () => 0, monotonic: () => performance.now(), sleep: systemSleep };
const net = systemNet({ allow: ["localhost", "127.0.0.1"] });
const roots = getCACertificates("default");
const toClose: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  setDefaultCACertificates(roots);
  await Promise.all(toClose.splice(0).map((one) => one.close()));
});

const secrets: string[] = [];
async function server(options: Record<string, unknown> = {}) {
  const started = await mailServer({
    key: TEST_KEY,
    cert: TEST_CERTIFICATE,
    authOptional: false,
    onAuth: (auth, _session, done) => {
      secrets.push(auth.password ?? "");
      done(null, auth.password === "s3cret" ? { user: "u" } : {});
    },
    ...options,
  });
  toClose.push(started);
  return started;
}
const open = (port: number, more: Partial<SmtpServer> = {}) =>
  Session.open(net, clock, {
    host: "localhost",
    port,
    security: "starttls",
    user: "u",
    password: "s3cret",
    ehloName: "relance.example",
    ...more,
  });
const trust = () => setDefaultCACertificates([...roots, TEST_CERTIFICATE]);
const parcel = {
  from: "news@shop.example",
  to: "c@client.example",
  body: Buffer.from("Message-ID: <x@shop.example>\r\n\r\nhello\r\n"),
  room: 0,
  eightBit: false,
};

test.each([
  ["starttls", false, ["PLAIN", "LOGIN"]],
  ["tls", true, ["PLAIN"]],
  ["starttls", false, ["LOGIN"]],
] as const)("signs in over %s (from the first byte: %s) by %j and hands a message over", async (security, secure, authMethods) => {
  trust();
  const started = await server({ secure, authMethods: [...authMethods] });
  const session = await open(started.port, { security });
  expect(await session.hand(parcel, null)).toMatchObject({ kind: "accepted" });
  await session.quit();
  expect(started.taken.map((one) => one.messageId)).toEqual(["x@shop.example"]);
});

test.each([
  ["starttls", false],
  ["tls", true],
] as const)("a certificate nobody vouches for is refused over %s, and no secret is sent", async (security, secure) => {
  secrets.length = 0;
  const started = await server({ secure });
  await expect(open(started.port, { security })).rejects.toThrow(NoSession);
  expect(secrets).toEqual([]);
});

test("a certificate for another name is refused", async () => {
  trust();
  const started = await server();
  await expect(open(started.port, { host: "127.0.0.1" })).rejects.toMatchObject({ phase: "starttls" });
});

test("a wrong password says so, at the phase of signing in", async () => {
  trust();
  const started = await server();
  await expect(open(started.port, { password: "wrong" })).rejects.toMatchObject({ phase: "auth", message: expect.stringMatching(/^535/) });
});

test("words said before the encryption are a trick: refused", async () => {
  trust();
  const started = await scriptedServer((moment) => {
    if (moment.stage === "ehlo") return "250-scripted\r\n250 STARTTLS\r\n";
    return moment.stage === "starttls" ? "220 Go on\r\n250-evil\r\n250 AUTH PLAIN\r\n" : undefined;
  });
  toClose.push(started);
  await expect(open(started.port)).rejects.toMatchObject({ phase: "starttls", message: "The server spoke before the encryption began" });
});

test("a password is never sent in clear text", async () => {
  secrets.length = 0;
  const started = await mailServer({ authOptional: true, allowInsecureAuth: true });
  toClose.push(started);
  await expect(open(started.port, { security: "none" })).rejects.toMatchObject({ phase: "auth" });
});
