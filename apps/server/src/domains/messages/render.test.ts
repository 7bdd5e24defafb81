import type { Content } from "@relance/model/messages";
import { afterAll, describe, expect, test } from "vitest";
import { compile } from "./compile.ts";
import { closeRenderPool, renderMessage, renderMessages, type RenderRequest } from "./render.ts";
import { PREVIEW_LINKS, safeUrl } from "./slots.ts";

afterAll(closeRenderPool);
const html = (source: string, more: Partial<Content["variants"][string]> = {}): Content => ({
  version: 1,
  fallback: "fr",
  variants: { fr: { subject: "Bonjour {{ contact.first_name }}", preheader: "", format: "html", source, text: null, ...more } },
});
const build = (content: Content) => compile(content, { class: "marketing", postalAddress: "1 rue de la Paix, 75002 Paris" });
const request = (data: Record<string, unknown> = {}, more: Partial<RenderRequest> = {}): RenderRequest => ({
  data,
  language: "fr",
  zone: "Europe/Paris",
  currency: "EUR",
  links: PREVIEW_LINKS,
  ...more,
});
let key = 0;
async function render(content: Content, data: Record<string, unknown> = {}, more: Partial<RenderRequest> = {}, hosts: string[] = []) {
  const { compiled, problems } = await build(content);
  return { ...(await renderMessage({ key: `t${key++}`, compiled, hosts, request: request(data, more) })), problems };
}
async function good(...args: Parameters<typeof render>) {
  const result = await render(...args);
  if (!result.ok) throw new Error(result.message);
  return result;
}
const TRACKED = {
  click: "https://t.shop/t/c/TOKEN.",
  open: "https://t.shop/t/o/TOKEN.gif",
  unsubscribe: "https://t.shop/u/TOKEN",
  view: "https://t.shop/v/TOKEN",
  confirm: "https://t.shop/f/c/TOKEN",
  renew: "https://t.shop/r/TOKEN",
};

describe("what a contact calls itself is text, everywhere", () => {
  const names = [
    '"><svg onload=top.__x=1>',
    "<script>alert(1)</script>",
    "{{ 7 | times: 7 }}",
    "{{ x | env }}",
    "{% for i in (1..9) %}x{% endfor %}",
    "\ue000U\ue001",
    "a\r\nBcc: x@evil.example",
    "$& $1 $`",
    "%5000000d",
    "__proto__",
  ];
  test.each(names)("%j", async (name) => {
    const result = await good(html('<p title="{{ contact.first_name }}">Bonjour {{ contact.first_name }}</p>'), {
      contact: { first_name: name },
    });
    const clean = name.replace(/[\ue000\ue001]/g, "");
    expect(result.html).not.toMatch(/<svg|<script/);
    expect(result.html).toContain(clean.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"));
    expect(result.text).toContain(`Bonjour ${clean}`);
    expect(result.subject).toBe(`Bonjour ${clean.replace(/[\r\n]+/g, " ")}`);
  });
});

describe("templates reach nothing but their data", () => {
  test.each([
    "{{ constructor.constructor('return process')() }}",
    "{% include '/etc/passwd' %}",
    "{% render 'x' %}",
    "{% layout 'x' %}",
    "{% block a %}{% endblock %}",
    "{{ 'x' | env }}",
    "{{ contact.first_name | strip_html }}",
    "{{ contact | json }}",
    "{{ x | raw }}",
    "{{ a | sort }}",
    "{{ 'a' | date_to_string }}",
  ])("%s is refused at publishing", async (source) => {
    const { problems } = await build(html(`<p>${source}</p>`));
    expect(problems.filter((one) => one.level === "error")).toMatchObject([{ code: expect.stringMatching(/^liquid\./) as string }]);
  });
  test.each([
    "{{ __proto__ }}",
    "{{ constructor }}",
    "{{ contact.constructor }}",
    "{{ contact.__proto__.x }}",
    "{{ contact['constructor']['name'] }}",
    "{{ contact.first_name.constructor }}",
    "{{ contact.toString }}",
    "{{ contact }}",
  ])("%s is empty", async (source) => {
    expect((await good(html(`<p>[${source}]</p>`), { contact: { first_name: "Ana" } })).html).toContain("<p>[]</p>");
  });
});

describe("a hostile template fails alone and soon", () => {
  test.each<[string, string]>([
    ["an endless loop of nothing", "{% for i in (1..100000000) %}{% endfor %}"],
    ["a reversed range", "{% for i in (1..100000000) reversed %}{% endfor %}"],
    ["nested loops", `${"{% for i in (1..3000) %}".repeat(4)}x${"{% endfor %}".repeat(4)}`],
    ["24 doublings", `{% assign a = "xxxxxxxxxxxxxxxx" %}${"{% capture a %}{{ a }}{{ a }}{% endcapture %}".repeat(24)}{{ a }}`],
    ["doubling by append", `{% assign a = "xxxxxxxxxxxxxxxx" %}${"{% assign a = a | append: a %}".repeat(30)}{{ a }}`],
  ])("%s", async (_name, source) => {
    const { compiled, problems } = await build(html(`<p>${source}</p>`, { text: "x" }));
    expect(problems.filter((one) => one.level === "error")).toEqual([]);
    const calm = await build(html("<p>Bonjour</p>"));
    await renderMessage({ key: "calm", compiled: calm.compiled, hosts: [], request: request() });
    const start = performance.now();
    const [bad, fine] = await Promise.all([
      renderMessage({ key: `h${key++}`, compiled, hosts: [], request: request() }),
      renderMessage({ key: "calm", compiled: calm.compiled, hosts: [], request: request() }),
    ]);
    expect(bad.ok).toBe(false);
    expect(fine.ok).toBe(true);
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test("its neighbours of the same batch are rendered", async () => {
    const { compiled } = await build(
      html(
        "<p>{% for i in contact.list %}{% for j in contact.list %}{% for k in contact.list %}{{ contact.text | upcase | size }}{% endfor %}{% endfor %}{% endfor %}</p>",
        { text: "x" },
      ),
    );
    const list = Array.from({ length: 200 }, () => 1);
    const requests = Array.from({ length: 5 }, (_, n) =>
      request({ contact: n === 2 ? { list, text: "é".repeat(90_000) } : { list: [1], text: "ok" } }),
    );
    expect((await renderMessages({ key: "slow", compiled, hosts: [], requests })).map((one) => one.ok)).toEqual([
      true,
      true,
      false,
      true,
      true,
    ]);
  });
});

describe("links", () => {
  test("lead where they were written, or through us when clicks are measured", async () => {
    const source =
      '<a href="https://shop.example/a?x=1&amp;y=2">A</a> <a href="https://shop.example/b">B</a> <a href="mailto:a@b.example">M</a> <a href="{{ unsubscribe_url }}">U</a> <a href="{{ view_url }}">V</a> {{ workspace.postal_address }}';
    const plain = await good(html(source));
    expect(plain.html).toContain('href="https://shop.example/a?x=1&amp;y=2"');
    const tracked = await good(html(source), {}, { links: TRACKED });
    for (const part of [
      "https://t.shop/t/c/TOKEN.0",
      "https://t.shop/t/c/TOKEN.1",
      "mailto:a@b.example",
      "https://t.shop/u/TOKEN",
      "https://t.shop/v/TOKEN",
      '<img src="https://t.shop/t/o/TOKEN.gif"',
      "https://t.shop/t/c/TOKEN.h",
    ])
      expect(tracked.html).toContain(part);
    expect(tracked.html).not.toContain("shop.example");
    expect(tracked.text).toContain("https://t.shop/t/c/TOKEN.1");
    expect(tracked.text).not.toMatch(/[\ue000\ue001]/);
    expect(tracked.problems.filter((one) => one.level === "error")).toEqual([]);
  });
  test("made from data lead only to hosts the workspace or the template named", async () => {
    const source =
      '{% for item in cart.items %}<a href="{{ item.url }}">{{ item.title }}</a>{% endfor %}<a href="https://own.example/p/{{ cart.id }}">P</a>';
    const data = {
      cart: {
        id: "é 1",
        items: [
          { url: "https://shop.example/1?a=1&b=2", title: "Un" },
          { url: "https://evil.example/", title: "Deux" },
          { url: "javascript:alert(1)", title: "Trois" },
        ],
      },
    };
    const result = await good(html(source), data, { links: TRACKED }, ["shop.example"]);
    expect(result.dynamic).toEqual(["https://shop.example/1?a=1&b=2", "https://own.example/p/%C3%A9%201"]);
    expect(result.html).not.toMatch(/evil|javascript/);
    expect(result.html).toContain("TOKEN.d1");
  });
  test.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java&#10;script:alert(1)",
    "data:text/html,x",
    "//evil.example",
    "https:evil",
    "/\\evil",
    "%2F%2Fevil",
    "vbscript:x",
    "https://user:pass@evil.example/",
    "relative/page",
  ])("%s is refused at publishing", async (href) => {
    expect((await build(html(`<a href="${href}">x</a>`))).problems).toContainEqual(
      expect.objectContaining({ level: "error", code: "link.scheme" }),
    );
  });
  test.each([
    "//evil.example",
    "https:evil.example",
    "https:/\\evil.example",
    "https://shop.example@evil.example",
    "https://shop.example.evil.example",
    "https://evil.example/https://shop.example",
    "https://shop.example\\@evil.example",
  ])("%s does not pass for shop.example", (url) => {
    const safe = safeUrl(url, ["shop.example"]);
    expect(safe === null || new URL(safe).hostname === "shop.example").toBe(true);
  });
});

describe("publishing tells", () => {
  test.each<[string, Content, string, "error" | "warning"]>([
    [
      "of an include",
      {
        ...html(""),
        variants: {
          fr: {
            ...html("").variants["fr"]!,
            format: "mjml",
            source: '<mjml><mj-body><mj-include path="/etc/passwd" type="css"></mj-include></mj-body></mjml>',
          },
        },
      },
      "mjml.include",
      "error",
    ],
    ["of a script", html("<script>1</script>"), "html.forbidden_tag", "error"],
    ["of a handler", html('<img src=x onerror="x()">'), "html.handler", "error"],
    ["of a value as a bare attribute", html("<p {{ contact.first_name }}>x</p>"), "html.value_outside_quotes", "error"],
    ["of a value without quotes", html("<p title={{ contact.first_name }}>x</p>"), "html.value_outside_quotes", "error"],
    ["of a value in a style sheet", html("<style>p { color: {{ contact.colour }} }</style><p>x</p>"), "html.value_in_style", "error"],
    ["of a value in a style attribute", html('<p style="color: {{ contact.colour }}">x</p>'), "html.value_in_style", "error"],
    ["of an unsubscribe link it added", html("<p>x</p>"), "unsubscribe.inserted", "warning"],
    ["of a mail Gmail will cut", html(`<p>${"x".repeat(110_000)}</p>`), "body.clipped", "warning"],
    ["of a variable nobody knows", html("<p>{{ kontact.name }}</p>"), "liquid.unknown_variable", "warning"],
    ["of an unclosed tag", html("<p>{% if x %}</p>"), "liquid.unreadable", "error"],
    ["of a missing language", html("<p>x</p>"), "language.missing", "warning"],
    ["of an empty subject", html("<p>x</p>", { subject: " " }), "subject.missing", "error"],
    ["of a fallback that is not there", { ...html("<p>x</p>"), fallback: "en" }, "content.no_fallback", "error"],
  ])("%s", async (_name, content, code, level) => {
    expect((await build(content)).problems).toContainEqual(expect.objectContaining({ code, level }));
  });
});

test("values between quotes, with quotes of Liquid inside, are no problem", async () => {
  const source = `<a href="https://shop.example/?n={{ contact.first_name | default: 'a' | url_encode }}" title='{{ contact.first_name | default: "b" }}'>x</a>{% if contact.vip %}<p style="color:red">y</p>{% endif %}<img src="{{ product.image }}" alt="{{ product.title }}">`;
  expect((await build(html(source))).problems.filter((one) => one.level === "error")).toEqual([]);
});

test("no table of a message may shrink its columns to letters", async () => {
  const source =
    "<mjml><mj-body><mj-section><mj-column><mj-table><tr><td>Article</td><td>Quantité</td></tr></mj-table></mj-column></mj-section></mj-body></mjml>";
  expect((await good(html(source, { format: "mjml" }))).html).not.toContain("word-break");
});

test("money and dates read as the reader's language and zone say", async () => {
  const source =
    '<p>{{ cart.total | money: cart.currency }}|{{ event.at | date: "full" }}|{{ event.at | date: "%d/%m/%Y %H:%M" }}|{{ event.day | date: "long" }}|{{ contact.name | default: "vous" | upcase }}|{{ cart.total | money }}</p>';
  const data = { cart: { total: 1234.5, currency: "CAD" }, event: { at: "2026-11-23T23:30:00Z", day: "2026-02-28" } };
  expect((await good(html(source), data)).html).toMatch(
    /<p>1\s234,50\s\$CA\|mardi 24 novembre 2026\|24\/11\/2026 00:30\|28 février 2026\|VOUS\|1\s234,50\s€<\/p>/,
  );
  const english: Content = { version: 1, fallback: "en", variants: { en: html(source).variants["fr"]! } };
  expect((await good(english, data, { language: "en", zone: "America/Montreal" })).html).toMatch(
    /<p>CA\$1,234.50\|Monday[ ,]+23 November 2026\|23\/11\/2026 18:30\|28 February 2026\|VOUS\|€1,234.50<\/p>/,
  );
});

test("the text part keeps Liquid, also in headings and tables", async () => {
  const { compiled } = await build(
    html(
      "<h1>Bonjour {{ contact.first_name | default: 'vous' }}</h1><table><tr><th>{{ order.id }}</th></tr></table>{% if contact.vip %}<p>VIP</p>{% endif %}",
    ),
  );
  expect(compiled.variants["fr"]!.text).toContain("Bonjour {{ contact.first_name | default: 'vous' }}");
  expect(compiled.variants["fr"]!.text).toContain("{{ order.id }}");
  expect(compiled.variants["fr"]!.text).toMatch(/\{% if contact.vip %\}\s*VIP\s*\{% endif %\}/);
});

test("a reader gets its language, then the same one of another region, then the fallback", async () => {
  const one = (subject: string) => ({ ...html("<p>x</p>").variants["fr"]!, subject });
  const { compiled } = await build({ version: 1, fallback: "en", variants: { en: one("en"), fr: one("fr"), "fr-CA": one("fr-CA") } });
  const results = await renderMessages({
    key: "langs",
    compiled,
    hosts: [],
    requests: ["fr", "fr-CA", "fr_CA", "fr-BE", "de", null, "en-US"].map((language) => request({}, { language })),
  });
  expect(results.map((result) => result.ok && result.subject)).toEqual(["fr", "fr-CA", "fr-CA", "fr", "en", "en", "en"]);
});

test("marketing by mail must show a postal address; a text, which has no room for one, is not blamed for it", async () => {
  const codes = async (content: Content) =>
    (await compile(content, { class: "marketing", postalAddress: "" })).problems.map((one) => one.code);
  expect(await codes(html("<p>Bonjour</p>"))).toContain("postal_address.missing");
  expect(await codes(html("Bonjour, STOP au 36111", { format: "text", subject: "" }))).not.toContain("postal_address.missing");
});
