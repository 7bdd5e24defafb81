import fc from "fast-check";
import { expect, test } from "vitest";
import { addressForWire, bodyForWire } from "./wire.ts";

const wire = (text: string) => Buffer.from(bodyForWire(Buffer.from(text, "latin1")).bytes).toString("latin1");

test.each([
  "a\n.\nQUIT",
  "a\r.\rQUIT",
  "a\n.\r\nQUIT",
  "a\r\n.\nQUIT",
  "a\r\n.\r\nMAIL FROM:<x>",
  ".",
  "\r\n.\r\n",
  "a\r\n\r\n.\r",
  "\n\n.",
  "x\r\r\n.\r\n",
])("no end of message and no bare CR or LF is left in %j", (text) => {
  const safe = wire(text);
  expect(safe).not.toMatch(/(^|\r\n)\.(\r\n|$)/);
  expect(safe).not.toMatch(/\r(?!\n)|(?<!\r)\n/);
  expect(safe.endsWith("\r\n")).toBe(true);
});

test("clean bytes are sent as they are, without a copy", () => {
  const clean = Buffer.from("Subject: x\r\n\r\nhello.\r\n");
  expect(bodyForWire(clean)).toEqual({ bytes: clean, eightBit: false });
  expect(bodyForWire(clean).bytes).toBe(clean);
  expect(bodyForWire(Buffer.from("é\r\n")).eightBit).toBe(true);
});

test("what a server unstuffs is what was meant, line ends aside", () => {
  const slowTwin = (text: string) => {
    const lines = text.split(/\r\n|\r|\n/);
    if (lines.at(-1) === "" && lines.length > 1) lines.pop();
    return lines.map((line) => `${line.startsWith(".") ? "." : ""}${line}\r\n`).join("");
  };
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("\r", "\n", ".", "a", "\r\n", "\xe9"), maxLength: 40 }), (text) => {
      expect(wire(text)).toBe(slowTwin(text));
    }),
    { numRuns: 2000 },
  );
});

test("addresses that two servers could read differently are refused, quickly", () => {
  for (const bad of [
    '"a@x.com b"@inner.example',
    "a@b,c@d",
    "a@b.example\r\nRCPT TO:<c@d>",
    "(".repeat(1e5),
    "a b@c.example",
    "@x.example",
    "a@",
    "a@@b.example",
    "a..b@c.example",
    "é@x.example",
    `${"a".repeat(65)}@x.example`,
    "a@x_y.example",
    "<a@b.example>",
    "@a,@b:c@d.example",
    "a@[127.0.0.1]",
    "a\0@b.example",
  ]) {
    expect(addressForWire(bad), bad.slice(0, 50)).toBeNull();
  }
  expect(addressForWire("Zoé.x@exemple.fr")).toBeNull();
  expect(addressForWire("zoe@éxemple.fr")).toBe("zoe@xn--xemple-9ua.fr");
  expect(addressForWire("o'hara+list@mail.example.co")).toBe("o'hara+list@mail.example.co");
});
