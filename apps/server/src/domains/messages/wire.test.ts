import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { MailBytes, mailWriter, parseAddress, type MailSkeleton } from "@relance/model/messages";
import { simpleParser } from "mailparser";
import { afterAll, describe, expect, test } from "vitest";
import { dkimHolds } from "../../../test/support/dkim.ts";
import { seededGenerator } from "../../platform/chance/index.ts";
import { compile } from "./compile.ts";
import { signatureOf } from "./dkim.ts";
import { closeRenderPool, renderMessages, ROOM, writeMessages, type RenderRequest } from "./render.ts";

afterAll(closeRenderPool);
const skeleton: MailSkeleton = {
  from: { name: "Maison Été", address: parseAddress("hello@shop.example")! },
  replyTo: null,
  feedbackId: "c:s:email:w",
  list: { name: "Soldes", id: "soldes.shop.example" },
  automatic: false,
};
const links = {
  click: "https://t.shop/t/c/TOKEN.",
  open: "https://t.shop/t/o/TOKEN.gif",
  unsubscribe: "https://t.shop/u/TOKEN",
  view: "https://t.shop/v/TOKEN",
  confirm: "https://t.shop/f/c/TOKEN",
  renew: "https://t.shop/r/TOKEN",
};
const head = (n: number) => ({
  to: parseAddress(`c${n}@client.example`)!,
  date: Date.UTC(2026, 10, 23, 22, 40),
  messageId: `${n}@shop.example`,
  unsubscribeUrl: links.unsubscribe,
  unsubscribeMail: null,
});

/** Quoted-printable and dot-stuffing undone by the letter of the standards, nothing shared with the encoder. */
function decoded(body: string): string {
  const bytes = body.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8").replaceAll("\r\n", "\n");
}

function partsOf(mail: Uint8Array): { head: string; text: string; html: string } {
  const whole = Buffer.from(mail).toString("latin1");
  const [top, first, second] = whole.split(/--=_relance_part(?:--)?\r\n/);
  const body = (part: string) => part.slice(part.indexOf("\r\n\r\n") + 4);
  return { head: top!, text: decoded(body(first!)), html: decoded(body(second!)) };
}

const unify = (text: string) =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/([^\n])$/, "$1\n");

/** A template of random texts, values, conditions, loops, captures and links; the same seed makes the same. */
function randomSource(seed: number): string {
  const draw = seededGenerator(`wire ${seed}`);
  const pick = <T>(values: readonly T[]): T => values[draw.below(values.length)]!;
  const texts = [
    "Bonjour ",
    " ",
    ".",
    "\n.\n",
    "é",
    "x".repeat(73),
    "x".repeat(76),
    "a = b ; c\t\nd",
    "日本 🎉 ".repeat(9),
    "<p>Voici une idée choisie pour vous.</p>\n",
    "<b>   .gras   </b>   \n   ",
    "\r\n.\r\nFrom ",
    "=",
  ];
  const value = () =>
    pick([
      "{{ contact.first_name }}",
      "{{ contact.note }}",
      "{{ contact.first_name | upcase }}",
      "{{ contact.nothing | default: 'ami·e' }}",
      "{{- contact.city -}}",
      "{{ unsubscribe_url }}",
    ]);
  const link = () =>
    pick([
      `<a href="https://shop.example/${draw.below(4)}?a=1&amp;b=2">ici</a>`,
      '<a href="https://shop.example/{{ contact.city }}">là</a>',
      '<a href="{{ cart.url }}">panier</a>',
      '<a href="{% if contact.city %}https://shop.example/a{% else %}https://shop.example/b{% endif %}">ou</a>',
    ]);
  const part = (depth: number): string => {
    const inner = () => Array.from({ length: 1 + draw.below(4) }, () => part(depth + 1)).join("");
    switch (depth > 2 ? draw.below(6) : draw.below(11)) {
      case 0:
      case 1:
      case 2:
        return pick(texts);
      case 3:
      case 4:
        return value();
      case 5:
        return link();
      case 6:
        return `{% if contact.city == "Nantes" %}${inner()}{% else %}${inner()}{% endif %}`;
      case 7:
        return `{% for item in cart.items %}${inner()}{{ item.title }}{% endfor %}`;
      case 8:
        return `{% capture kept %}${"un texte assez long pour être mis de côté "}{{ contact.city }}{% endcapture %}{{ kept | upcase | size }}`;
      case 9:
        return `{%- unless contact.note -%}${inner()}{%- endunless -%}`;
      default:
        return `{% case contact.city %}{% when "Lyon" %}${inner()}{% else %}${inner()}{% endcase %}{% raw %}{{ x }}${"{% endraw %}"}{% comment %}${"tu".repeat(20)}{% endcomment %}`;
    }
  };
  return `<html><body>${Array.from({ length: 12 }, () => part(0)).join("")}</body></html>`;
}

const people: Record<string, unknown>[] = [
  {
    contact: { first_name: "Zoé", city: "Nantes", note: ".\r\n.\r\nMAIL FROM:<a@b>  \n" },
    cart: { url: "https://shop.example/panier?x=1", items: [{ title: "Écharpe 🎉" }, { title: " " }] },
  },
  { contact: { first_name: " ", city: "Lyon" }, cart: { url: "javascript:alert(1)", items: [] } },
  { contact: { first_name: `${"é".repeat(40)}\ud83c`, city: "", note: "\ue000S0\ue001 ".repeat(3) }, cart: { items: [{ title: "\t" }] } },
];
const requestOf = (data: Record<string, unknown>): RenderRequest => ({
  data,
  language: "fr",
  zone: "Europe/Paris",
  currency: "EUR",
  links,
});

test("a mail made for the wire says what the rendered parts say, for random templates and people", async () => {
  let compared = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const { compiled, problems } = await compile(
      {
        version: 1,
        fallback: "fr",
        variants: {
          fr: {
            subject: "Bonjour {{ contact.first_name }} – 🎉",
            preheader: "{{ contact.city }}",
            format: "html",
            source: randomSource(seed),
            text: null,
          },
        },
      },
      { class: "marketing", postalAddress: "1 rue" },
    );
    if (problems.some((one) => one.level === "error")) continue;
    const shared = { key: `wire ${seed}`, compiled, hosts: ["shop.example"] };
    const parts = await renderMessages({ ...shared, requests: people.map(requestOf) });
    const mails = await writeMessages({
      ...shared,
      wire: { skeleton, dkim: null },
      requests: people.map((data, n) => ({ ...requestOf(data), head: head(n) })),
    });
    for (const [n, mail] of mails.entries()) {
      const part = parts[n]!;
      // The limits of time are met by a busy machine alone: counted below.
      if ([mail, part].some((one) => !one.ok && /limit exceeded|too_slow/.test(one.message))) continue;
      if (!mail.ok || !part.ok) throw new Error(`seed ${seed}: ${mail.ok ? "" : mail.message} ${part.ok ? "" : part.message}`);
      const whole = Buffer.from(mail.mail).toString("latin1");
      expect(whole.replaceAll("\r\n", ""), `seed ${seed}`).not.toMatch(/[\r\n\0\u0080-\u00ff]/);
      expect(whole, `seed ${seed}`).not.toMatch(/\r\n\.|[ \t]\r\n/);
      expect(
        Math.max(
          ...whole
            .slice(whole.indexOf("\r\n\r\n"))
            .split("\r\n")
            .map((line) => line.length),
        ),
        `seed ${seed}`,
      ).toBeLessThanOrEqual(76);
      expect(mail.mail.byteOffset + mail.mail.length + ROOM, `seed ${seed}`).toBeLessThanOrEqual(mail.mail.buffer.byteLength);
      const read = partsOf(mail.mail);
      expect(read.html, `seed ${seed}`).toBe(unify(part.html));
      expect(read.text, `seed ${seed}`).toBe(unify(part.text));
      // The head is the slow writer's, byte for byte.
      const slow = mailWriter(skeleton).write({ ...head(n), subject: part.subject, text: part.text, html: part.html });
      expect(read.head, `seed ${seed}`).toBe(partsOf(slow).head);
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(100);
}, 60_000);

test("an outside parser reads a mail of pieces as it was written", async () => {
  const { compiled } = await compile(
    {
      version: 1,
      fallback: "fr",
      variants: {
        fr: {
          subject: "Bonjour {{ contact.first_name }}",
          preheader: "",
          format: "html",
          source: "<p>Voici l’idée de la semaine, choisie pour vous : {{ contact.first_name }}</p>",
          text: null,
        },
      },
    },
    { class: "marketing", postalAddress: "1 rue" },
  );
  const request = requestOf(people[0]!);
  const [mail] = await writeMessages({
    key: "outside",
    compiled,
    hosts: [],
    wire: { skeleton, dkim: null },
    requests: [{ ...request, head: head(0) }],
  });
  const [part] = await renderMessages({ key: "outside", compiled, hosts: [], requests: [request] });
  if (!mail?.ok || !part?.ok) throw new Error("not made");
  const parsed = await simpleParser(Buffer.from(mail.mail), {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
    skipTextLinks: true,
  });
  expect(parsed.subject).toBe("Bonjour Zoé");
  expect((parsed.html as string).trimEnd()).toBe(part.html.trimEnd());
  expect(parsed.text!.trimEnd()).toBe(part.text.trimEnd());
});

test("text cut into pieces at random places is the text", () => {
  const draw = seededGenerator("pieces");
  const alphabet = ["a", " ", "\t", ".", "=", "\n", "é", "🎉", "x".repeat(70), "From "];
  for (let round = 0; round < 400; round++) {
    const texts = Array.from({ length: 1 + draw.below(12) }, () =>
      Array.from({ length: draw.below(20) }, () => alphabet[draw.below(alphabet.length)]!).join(""),
    );
    const out = new MailBytes();
    for (const text of texts)
      if (draw.below(2)) out.piece(MailBytes.pieceOf(text));
      else out.text(text);
    out.endBody();
    const body = Buffer.from(out.bytes.subarray(0, out.at)).toString("latin1");
    expect(body).not.toMatch(/(?:^|\r\n)\.|[ \t]\r\n/);
    expect(Math.max(...body.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(76);
    expect(decoded(body)).toBe(texts.join("").replace(/([^\n])$/, "$1\n"));
  }
});

describe("a DKIM signature", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const key = { domain: "shop.example", selector: "relance1", privateKey };

  const verified = (mail: string) => dkimHolds(mail, publicKey.toString("base64"));

  test("holds for mails as they leave the threads, and breaks when a word or a field is changed or added", async () => {
    const { compiled } = await compile(
      {
        version: 1,
        fallback: "fr",
        variants: {
          fr: {
            subject: "Bonjour {{ contact.first_name }}, une idée assez longue pour tenir sur deux lignes d’en-tête",
            preheader: "",
            format: "html",
            source: "<p>   Voici  l’idée \t de la semaine :   {{ contact.note }}</p>\n\n\n",
            text: null,
          },
        },
      },
      { class: "marketing", postalAddress: "1 rue" },
    );
    const mails = await writeMessages({
      key: "dkim",
      compiled,
      hosts: [],
      wire: { skeleton, dkim: key },
      requests: people.map((data, n) => ({ ...requestOf(data), head: head(n) })),
    });
    for (const made of mails) {
      if (!made.ok) throw new Error(made.message);
      const mail = Buffer.from(made.mail).toString("latin1");
      expect(mail.startsWith("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=shop.example;\r\n s=relance1;")).toBe(true);
      expect(Math.max(...mail.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(998);
      expect(verified(mail)).toBe(true);
      expect(verified(mail.replace("semaine", "semaime"))).toBe(false);
      expect(verified(mail.replace("\r\nSubject: ", "\r\nSubject: x"))).toBe(false);
      expect(verified(mail.replace("\r\nTo: ", "\r\nFrom: evil@shop.example\r\nTo: "))).toBe(false);
      expect(verified(mail.replace("List-Unsubscribe-Post: ", "X-Gone: "))).toBe(false);
    }
  });

  test("is made over relaxed text: blanks and empty lines at the end may change on the way", () => {
    for (const body of ["", "\r\n\r\n", "a\r\n", "a  b \t c  \r\n\r\n\r\n", " \r\n", "a", "  a\r\n \r\nb\t\r\n"]) {
      const mail = `From: a@shop.example\r\nTo:  b@client.example\r\nSubject: x\r\n y\r\n\r\n${body}`;
      const signed = signatureOf(Buffer.from(mail), { ...key, key: createPrivateKey(privateKey) }) + mail;
      // RFC 6376 §3.4.4: an empty body is nothing at all under relaxed.
      if (body.trim() !== "") expect(verified(signed), JSON.stringify(body)).toBe(true);
      if (body.trim() !== "") expect(verified(`${signed.replace("\r\n y", "\r\n\t\t y")}\r\n\r\n`), JSON.stringify(body)).toBe(true);
    }
  });
});
