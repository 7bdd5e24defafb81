import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { Chance } from "../ports.ts";
import { createSecrets } from "./index.ts";

const chance = { bytes: (count: number) => new Uint8Array(randomBytes(count)) } as Chance;
const secrets = createSecrets(chance.bytes(32), chance);

test("a sealed secret opens where it was sealed", () => {
  expect(secrets.open(secrets.seal("hunter2 é", "provider:1"), "provider:1")).toBe("hunter2 é");
});

test("a sealed secret does not open elsewhere, altered, or under another key", () => {
  const blob = secrets.seal("hunter2", "provider:1");
  expect(() => secrets.open(blob, "provider:2")).toThrow();
  const altered = blob.slice();
  altered[altered.length - 1]! ^= 1;
  expect(() => secrets.open(altered, "provider:1")).toThrow();
  expect(() => createSecrets(chance.bytes(32), chance).open(blob, "provider:1")).toThrow();
});

test("a mac of one purpose is worth nothing for another", () => {
  const mac = secrets.mac("click", "send-1");
  expect(secrets.verifyMac("click", "send-1", mac)).toBe(true);
  expect(secrets.verifyMac("unsubscribe", "send-1", mac)).toBe(false);
  expect(secrets.verifyMac("click", "send-2", mac)).toBe(false);
});
