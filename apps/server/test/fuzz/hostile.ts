import { gzipSync } from "node:zlib";
import type { Generator } from "../../src/platform/chance/generator.ts";

/** Values that have broken software of this kind before. */
const TEXTS: readonly string[] = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udc00x",
  "\ud83d",
  "\u202e",
  "\ufeff",
  "é".repeat(300),
  "x".repeat(70_000),
  "💥".repeat(2_000),
  "\n\r\t",
  "\u2028",
  "'; drop table contacts; --",
  "%",
  "\\",
  "_%\\",
  "${jndi:ldap://x}",
  "<script>alert(1)</script>",
  "=cmd|' /C calc'!A0",
  "../../etc/passwd",
  "__proto__",
  "constructor",
  "toString",
  "null",
  "undefined",
  "NaN",
  "Infinity",
  "1e999",
  "-1e999",
  "0x10",
  "1_000",
  "1,5",
  "٣",
  "9".repeat(400),
  "-0",
  "275760-09-13T00:00:00.000Z",
  "275760-09-13T00:00:00.001Z",
  "-271821-04-20T00:00:00.000Z",
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999Z",
  "+099999-01-01T00:00:00Z",
  "2026-02-30T00:00:00Z",
  "2026-13-01",
  "1900-02-29",
  "2026-11-23T25:00:00Z",
  "294277-01-01T00:00:00Z",
  "4714-01-01",
  "0001-01-01",
  "00000000-0000-0000-0000-000000000000",
  "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
  "not-a-uuid",
  "a".repeat(36),
  "@",
  "a@b",
  "a@b.c\r\nBcc: x@y.z",
  `${"a".repeat(250)}@shop.example`,
  "Zoé <zoe@shop.example>",
  "tel:+33",
  "+".repeat(60),
  "+33 6 12 34 56 78",
  "(".repeat(50),
  "^(a+)+$",
  `${"a".repeat(60)}!`,
  "Mars/Olympus",
  "Europe/Paris\u0000",
  "XXX",
  "javascript:alert(1)",
  "http://[::1",
  "https://shop.example/%",
  "data:text/html,x",
  "//evil.example",
];
const LIQUID: readonly string[] = [
  "{{",
  "{%",
  "{{ }}",
  "{% if %}",
  "{% for i in (1..1000000000) %}x{% endfor %}",
  "{% assign a = 'x' %}{% for i in (1..40) %}{% assign a = a | append: a %}{% endfor %}{{ a }}",
  "{% include 'x' %}",
  "{% render '/etc/passwd' %}",
  "{{ contact.constructor.constructor }}",
  "{{ contact.__proto__ }}",
  "{{ 'x' | pad: 1e9 }}",
  "{{ 'x' | nofilter }}",
  "{% raw %}",
  "{% comment %}",
  "{% endif %}",
  "{{ contact.first_name | date: '%Y' }}",
  "{{ 'now' | date: '%s' }}",
  "{% liquid\nassign x = 1\nfor i in (1..9)\necho i\nendfor %}",
  "{{ contact | json }}",
  "{% layout 'x' %}",
  "{{ 1 | divided_by: 0 }}",
  `${"{% if a %}".repeat(3_000)}`,
  "<mjml><mj-body><mj-include path='/etc/passwd'/></mj-body></mjml>",
  "<mjml>",
  "<mjml><mj-body>".repeat(500),
  "<mj-text>{{ x }}</mj-text>",
  '<a href="{{ url }}">x</a>',
  "<img src=http://169.254.169.254/>",
];
const NUMBERS: readonly number[] = [
  0,
  -0,
  -1,
  1,
  0.1,
  -0.5,
  1e-320,
  1e15,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 32,
  2 ** 53,
  2 ** 53 + 2,
  1e21,
  1.7976931348623157e308,
  -1e308,
  8.64e15,
  8.64e15 + 1,
  32_768,
  1e17,
];

export function hostileText(draw: Generator): string {
  return draw.pick(draw.chance(0.75) ? TEXTS : LIQUID);
}

/** Any JSON value at all, mostly of the wrong kind. */
export function hostileValue(draw: Generator): unknown {
  switch (draw.below(12)) {
    case 0:
      return null;
    case 1:
      return draw.chance(0.5);
    case 2:
    case 3:
      return draw.pick(NUMBERS);
    case 4:
      return [];
    case 5:
      return {};
    case 6:
      return Array.from({ length: draw.pick([1, 3, 300, 3_000]) }, () => draw.pick([1, "x", null, "x"]));
    case 7:
      return nested(draw.pick([10, 33, 200, 2_000]), draw.chance(0.5));
    case 8:
      return { [hostileText(draw).slice(0, 200)]: hostileText(draw), ...(draw.chance(0.3) && { ["__proto__x"]: 1 }) };
    default:
      return hostileText(draw);
  }
}

function nested(depth: number, list: boolean): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = list ? [value] : { a: value };
  return value;
}

/** A copy with something wrong in one place: another value, a key too much, a key too few, a list far too long. */
export function mutated(value: unknown, draw: Generator): unknown {
  const places = placesOf(value, []);
  const copy = structuredClone(value);
  const path = draw.pick(places);
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], copy) as Record<string, unknown>;
  const last = path.at(-1);
  if (last === undefined)
    return typeof copy === "object" && copy !== null && !Array.isArray(copy) && draw.chance(0.6)
      ? { ...copy, [draw.pick(["extra", "id", "workspace", "workspace_id", "role", ""])]: hostileValue(draw) }
      : hostileValue(draw);
  const kind = draw.below(10);
  if (kind === 0) delete parent[last];
  else if (kind === 1 && Array.isArray(parent[last]))
    parent[last] = Array.from({ length: 2_000 }, () => (parent[last] as unknown[])[0] ?? hostileText(draw));
  else if (kind === 2 && typeof parent[last] === "object" && parent[last] !== null)
    (parent[last] as Record<string, unknown>)["unknown"] = 1;
  else
    parent[last] =
      typeof parent[last] === "string" && draw.chance(0.7)
        ? hostileText(draw)
        : typeof parent[last] === "number" && draw.chance(0.6)
          ? draw.pick(NUMBERS)
          : hostileValue(draw);
  return copy;
}

function placesOf(value: unknown, path: string[]): string[][] {
  if (typeof value !== "object" || value === null || path.length > 20) return [path];
  return [
    path,
    ...Object.entries(value)
      .slice(0, 40)
      .flatMap(([key, one]) => placesOf(one, [...path, key])),
  ];
}

/** A body as bytes that is not what its headers say, or not JSON at all. */
export function hostileBody(good: string, draw: Generator): { readonly bytes: Buffer; readonly headers: Record<string, string> } {
  const json = { "content-type": "application/json" };
  switch (draw.below(18)) {
    case 0:
      return { bytes: Buffer.from(good.slice(0, draw.below(good.length + 1))), headers: json };
    case 1:
      return { bytes: Buffer.from(`${good}x`), headers: json };
    case 2:
      return { bytes: Buffer.from(good, "utf16le"), headers: json };
    case 3:
      return { bytes: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(good)]), headers: json };
    case 4:
      return { bytes: Buffer.from(good.replaceAll("a", "\u00e9"), "latin1"), headers: json };
    case 5:
      return { bytes: Buffer.alloc(0), headers: json };
    case 6:
      return { bytes: gzipSync(good), headers: { ...json, "content-encoding": "gzip" } };
    case 7:
      return { bytes: gzipSync(good).subarray(0, 12), headers: { ...json, "content-encoding": "gzip" } };
    case 8:
      return { bytes: gzipSync(Buffer.alloc(8_000_000, 0x20)), headers: { ...json, "content-encoding": "gzip" } };
    case 9:
      return { bytes: Buffer.from(good), headers: { ...json, "content-encoding": draw.pick(["gzip", "br", "deflate", "identity", "x"]) } };
    case 10:
      return {
        bytes: Buffer.from(good),
        headers: {
          "content-type": draw.pick([
            "text/plain",
            "text/html",
            "application/xml",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded",
            "",
            "application/json; charset=utf-16",
            "a/b/c",
            "text/csv",
          ]),
        },
      };
    case 11:
      return { bytes: Buffer.from("[".repeat(draw.pick([100, 50_000]))), headers: json };
    case 12:
      return { bytes: Buffer.from(`${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`), headers: json };
    case 13:
      return { bytes: Buffer.from(good.replace("{", '{"__proto__":{"admin":true},')), headers: json };
    case 14:
      return { bytes: Buffer.from(good.replace("{", '{"constructor":{"prototype":{"admin":true}},')), headers: json };
    case 15:
      return {
        bytes: Buffer.from(
          draw.pick(["null", "true", "1", '""', "[]", "{}", "NaN", "{'a':1}", "// x", "1e999", '{"a":1,"a":2}', "\u0000", "[1,]"]),
        ),
        headers: json,
      };
    case 16:
      return { bytes: Buffer.from(Array.from({ length: 500 }, () => draw.below(256))), headers: json };
    default:
      return { bytes: Buffer.from(good.replace("{", `{"pad":"${"x".repeat(draw.pick([1_100_000, 10_500_000]))}",`)), headers: json };
  }
}

/** Text in a query or a path that decoders stumble over. */
export function hostileAddress(draw: Generator): string {
  return draw.pick([
    "%00",
    "%",
    "%zz",
    "%ff%fe",
    "%ed%a0%80",
    "..%2f..%2fetc%2fpasswd",
    "a%2fb",
    "%c0%ae",
    "'%20or%201=1",
    "0",
    "-1",
    "1e9",
    "NaN",
    "undefined",
    "[object%20Object]",
    "%F0%9F%92%A5",
    "x".repeat(600),
    "00000000-0000-7000-8000-000000000000",
    "FFFFFFFF-0000-7000-8000-00000000000G",
    "%0d%0aSet-Cookie:x=1",
    "a&a=b",
    ";",
    "{}",
    "[]",
    "*",
  ]);
}

/** Files that call themselves CSV. */
export function hostileFile(draw: Generator): Buffer {
  const head = "order,date,customer,email,total";
  const row = "A1,2026-01-05,anna,anna@shop.example,12.5";
  switch (draw.below(16)) {
    case 0:
      return Buffer.alloc(0);
    case 1:
      return Buffer.from(head);
    case 2:
      return Buffer.from(`${head}\n"never closed\n${row}`);
    case 3:
      return Buffer.from(`${head}\n${row},too,many\nfew`);
    case 4:
      return Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]);
    case 5:
      return gzipSync(Buffer.alloc(3_000_000, 0x2c));
    case 6:
      return Buffer.from(`${head}\n${row}`, "utf16le");
    case 7:
      return Buffer.from(`\u0000\n${head}\n${row.replace("anna", "an\u0000na")}`);
    case 8:
      return Buffer.from(Array.from({ length: 4_000 }, () => draw.below(256)));
    case 9:
      return Buffer.from(`${Array.from({ length: 3_000 }, (_, n) => `c${n}`).join(",")}\n${",".repeat(2_999)}`);
    case 10:
      return Buffer.from(`${head.replaceAll("order", "date")}\n${row}\n`.repeat(3));
    case 11:
      return Buffer.from(
        `${head}\n${row.replace("anna@shop.example", `"${hostileText(draw).replaceAll('"', '""')}"`)}\n${row.replace("12.5", hostileText(draw).replaceAll(/[",\n]/g, ""))}`,
      );
    case 12:
      return Buffer.from(`${head}\r${row}\r${row}`);
    case 13:
      return Buffer.from(`${head}\n${"x".repeat(1_500_000)},1,2,3,4`);
    case 14:
      return Buffer.from(`,,,,\n${row}`);
    default:
      return Buffer.from(
        `${head}\n${Array.from({ length: 50 }, (_, n) =>
          row
            .replace("A1", `A${n % 7}`)
            .replace("2026-01-05", draw.pick(["2026-01-05", "05/01/2026", "31/31/2026", "9999-12-31", "275760-09-13", "0001-01-01", "-1"]))
            .replace("12.5", draw.pick(["12.5", "12,5", "1e400", "-0", "99999999999999999999", ""])),
        ).join("\n")}`,
      );
  }
}
