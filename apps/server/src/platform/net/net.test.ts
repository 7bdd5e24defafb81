import { createServer, type AddressInfo, type Server } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isPublicAddress, systemNet } from "./index.ts";

let seen = 0;
const server: Server = createServer((socket) => {
  seen++;
  socket.on("error", () => undefined).end("hello");
});
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
});

const target = (host: string) => ({ host, port, tls: false, timeoutMs: 2000, publicOnly: true });

// SECURITY #8; every spelling of an inner address that reached another product.
const INNER = [
  "127.0.0.1",
  "127.1",
  "127.0.1",
  "2130706433",
  "0x7f.1",
  "0x7f000001",
  "017700000001",
  "0177.0.0.1",
  "[::1]",
  "::1",
  "[::]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::ffff:169.254.169.254]",
  "[::127.0.0.1]",
  "[64:ff9b::7f00:1]",
  "[64:ff9b::127.0.0.1]",
  "[64:ff9b:1::7f00:1]",
  "[2002:7f00:1::]",
  "[2002:c0a8:101::1]",
  "[2001:0:7f00:1::]",
  "[fd00::1]",
  "[fc00::1]",
  "[fe80::1]",
  "[fe80::1%lo]",
  "[febf::1]",
  "[fec0::1]",
  "[ff02::1]",
  "[100::1]",
  "[2001:db8::1]",
  "[3fff::1]",
  "[5f00::1]",
  "[4000::1]",
  "100.64.0.1",
  "100.127.255.255",
  "0.0.0.0",
  "0",
  "0.1.2.3",
  "10.0.0.1",
  "10.255.255.255",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.0.1",
  "169.254.169.254",
  "192.0.0.1",
  "192.0.2.1",
  "198.18.0.1",
  "198.19.255.255",
  "198.51.100.1",
  "203.0.113.1",
  "224.0.0.1",
  "239.255.255.255",
  "240.0.0.1",
  "255.255.255.255",
  "192.88.99.1",
  "①②⑦.0.0.1",
  "localhost",
  "localhost.",
  "LOCALHOST",
  "user@127.0.0.1",
  "127.0.0.1/x",
  "/var/run/x.sock",
  "127.0.0.1 ",
  "",
];

test.each(INNER)("%s is not reached by a user's word", async (host) => {
  const before = seen;
  await expect(systemNet().connect(target(host))).rejects.toThrow();
  expect(seen).toBe(before);
});

test.each([
  ["8.8.8.8", true],
  ["1.1.1.1", true],
  ["172.32.0.1", true],
  ["100.128.0.1", true],
  ["2606:4700::1111", true],
  ["2a00:1450:4007::1", true],
  ["64:ff9b::808:808", true],
  ["64:ff9b::a00:1", false],
  ["::ffff:8.8.8.8", false],
  ["mail.example", false],
])("%s public: %s", (address, is) => {
  expect(isPublicAddress(address)).toBe(is);
});

test("a name is judged by all its addresses, after resolution", async () => {
  const net = systemNet({ lookup: async () => ["93.184.216.34", "127.0.0.1"] });
  const before = seen;
  await expect(net.connect(target("169.254.169.254.nip.example"))).rejects.toMatchObject({ code: "net.blocked_address", field: "host" });
  expect(seen).toBe(before);
});

test("a name that answers inside at the second question is only asked once", async () => {
  let asked = 0;
  const net = systemNet({ lookup: async () => (asked++ === 0 ? ["192.0.2.1"] : ["127.0.0.1"]) });
  await expect(net.connect({ ...target("rebind.example"), publicOnly: false, timeoutMs: 150 })).rejects.toThrow();
  expect(asked).toBe(1);
});

test("what the operator allows is reached by name, address and network", async () => {
  for (const allow of [["127.0.0.1"], ["127.0.0.0/8"], ["relay.internal"]]) {
    const net = systemNet({ allow, lookup: async () => ["127.0.0.1"] });
    const socket = await net.connect(target("relay.internal"));
    socket.destroy();
  }
  await expect(systemNet({ allow: ["10.0.0.0/8"] }).connect(target("127.0.0.1"))).rejects.toMatchObject({ code: "net.blocked_address" });
});

test("without publicOnly an inner address is reached, and a dead first address falls back to the next", async () => {
  const net = systemNet({ lookup: async () => ["::1", "127.0.0.1"] });
  const socket = await net.connect({ ...target("both.example"), publicOnly: false });
  const text = await new Promise((resolve) => socket.once("data", (data: Buffer) => resolve(data.toString())));
  expect(text).toBe("hello");
});

test("a name that never resolves is given up in time", async () => {
  const net = systemNet({ lookup: () => new Promise(() => undefined) });
  await expect(net.connect({ ...target("never.example"), timeoutMs: 50 })).rejects.toMatchObject({ code: "ETIMEDOUT" });
});
