import { mailWriter, parseAddress, type Mail, type MailSkeleton } from "@relance/model/messages";
import { simpleParser, type ParsedMail } from "mailparser";
import { describe, expect, test } from "vitest";

const address = (text: string) => parseAddress(text)!;
const skeleton: MailSkeleton = {
  from: { name: "Maison Été", address: address("hello@shop.example") },
  replyTo: null,
  feedbackId: "c:s:email:w",
  list: { name: "Soldes", id: "soldes.shop.example" },
  automatic: false,
};
const mail: Mail = {
  to: address("ana@example.com"),
  subject: "Bonjour",
  date: Date.UTC(2026, 10, 23, 22, 40),
  messageId: "019a@shop.example",
  unsubscribeUrl: "https://t.shop.example/u/abc",
  unsubscribeMail: null,
  text: "Salut",
  html: "<p>Salut</p>",
};
const write = (over: Partial<Mail> = {}, common: Partial<MailSkeleton> = {}) =>
  Buffer.from(mailWriter({ ...skeleton, ...common }).write({ ...mail, ...over }));
const parse = (bytes: Buffer): Promise<ParsedMail> =>
  simpleParser(bytes, { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true, skipTextLinks: true });

/** Only CRLF, seven bits, no line over 998 (RFC 5322 §2.1.1; SECURITY #22). */
function expectSafeOnTheWire(bytes: Buffer) {
  const text = bytes.toString("latin1");
  expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n\0\u0080-\u00ff]/);
  expect(Math.max(...text.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(998);
}

test("a mail is read back by an independent parser as it was written", async () => {
  const html = `<p>${"Voilà l’été = 50 % – 日本 🎉 ".repeat(200)}</p>\r\n<p>ligne\nligne\rfin </p>   `;
  const text = `Prix : 10 €  \n.\n\nFrom ici\t\n${"x".repeat(3000)}`;
  const bytes = write({ subject: "Votre panier vous attend : 3 articles à -20 % – revenez vite, l’offre finit dimanche 🎉", html, text });
  expectSafeOnTheWire(bytes);
  const parsed = await parse(bytes);
  expect(parsed.subject).toBe("Votre panier vous attend : 3 articles à -20 % – revenez vite, l’offre finit dimanche 🎉");
  expect(parsed.from?.value).toEqual([{ name: "Maison Été", address: "hello@shop.example" }]);
  expect(parsed.to).toMatchObject({ value: [{ address: "ana@example.com" }] });
  expect((parsed.html as string).trimEnd()).toBe(html.replace(/\r\n?/g, "\n").trimEnd());
  expect(parsed.text!.trimEnd()).toBe(text.trimEnd());
  expect(parsed.messageId).toBe("<019a@shop.example>");
  expect(parsed.date?.toISOString()).toBe("2026-11-23T22:40:00.000Z");
  expect(bytes.toString()).toContain(
    "List-Unsubscribe: <https://t.shop.example/u/abc>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
  );
});

describe("a value with a line break adds no header and no recipient", () => {
  const evil = [
    "a\r\nBcc: x@evil.example",
    "a\nBcc: x@evil.example",
    "a\rBcc: x@evil.example",
    "a\0\r\n\r\nbody",
    "a\u2028Bcc: x@evil.example",
    "=?utf-8?Q?a=0D=0ABcc:_x@evil.example?=",
    `a" <x@evil.example>, "b`,
    'a\\" <x@evil.example>',
  ];
  test.each(evil)("%j", async (value) => {
    const bytes = write(
      { subject: value, messageId: value, unsubscribeUrl: value },
      { from: { name: value, address: address("hello@shop.example") }, feedbackId: value, list: { name: value, id: value } },
    );
    expectSafeOnTheWire(bytes);
    const head = bytes
      .toString("latin1")
      .split("\r\n\r\n")[0]!
      .split(/\r\n(?! )/);
    expect(head.map((line) => line.split(":")[0])).toEqual([
      "From",
      "Feedback-ID",
      "List-Id",
      "To",
      "Subject",
      "Date",
      "Message-ID",
      "List-Unsubscribe",
      "List-Unsubscribe-Post",
      "MIME-Version",
      "Content-Type",
    ]);
    const parsed = await parse(bytes);
    expect(parsed.bcc).toBeUndefined();
    expect(parsed.from?.value.map((one) => one.address)).toEqual(["hello@shop.example"]);
    expect(parsed.to).toMatchObject({ value: [{ address: "ana@example.com" }] });
    expect(parsed.subject).not.toMatch(/[\r\n]/);
  });
});

test.each(["\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r\n"])(
  "the body %j at any place of a buffer leaves one message and no bare CR or LF",
  (dot) => {
    for (const before of [0, 1, 74, 75, 76, 1022, 1023, 1024, 1025]) {
      const body = `${"x".repeat(before)}${dot}MAIL FROM:<a@b>`;
      expectSafeOnTheWire(write({ text: body, html: body }));
    }
  },
);

test.each([
  '"a@x.com b"@inner.example',
  "a@b,c@d",
  "a@b\r\nRCPT TO:<c@d>",
  "(".repeat(100_000),
  "a@@b",
  "a b@c.example",
  "<a@b.example>",
  "a@[127.0.0.1]",
  "a@1.2.3.4",
  ".a@b.example",
  "a..b@c.example",
  "é@b.example",
  "a@b_c.example",
  "",
])("the address %.40j is refused", (text) => {
  const start = performance.now();
  expect(parseAddress(text)).toBeNull();
  expect(performance.now() - start).toBeLessThan(500);
});

test("a blank at the end of a line survives, also where the line is full", async () => {
  for (const length of [70, 71, 72, 73, 74, 75, 76, 149, 150, 151]) {
    const text = `${"y".repeat(length)} \nz`;
    const bytes = write({ text, html: null });
    expect(bytes.toString("latin1")).not.toMatch(/[ \t]\r\n/);
    expect(
      Math.max(
        ...bytes
          .toString("latin1")
          .split("\r\n")
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(76);
    expect((await parse(bytes)).text!.trimEnd()).toBe(text);
  }
});
