const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  hellip: "…",
  mdash: "—",
  ndash: "–",
  rsquo: "’",
  lsquo: "‘",
  rdquo: "”",
  ldquo: "“",
  laquo: "«",
  raquo: "»",
  euro: "€",
  eacute: "é",
  egrave: "è",
  agrave: "à",
  ecirc: "ê",
  ccedil: "ç",
};
const BREAKS = /^\/?(?:p|div|br|li|ul|ol|tr|h[1-6]|table|section|article|blockquote)\b/i;

/** What a reader sees of a text that may be written in HTML, on one line or a few; `most` characters at most, cut at a word. */
export function plainText(html: string, most: number): string {
  const text = decodeEntities(withoutTags(html))
    .replace(/[^\S\n]+/g, " ")
    .replace(/ ?\n[ \n]*/g, "\n")
    .trim();
  if (text.length <= most) return text;
  const cut = text.slice(0, most - 1);
  const space = cut.lastIndexOf(" ");
  return `${cut.slice(0, space > most * 0.8 ? space : cut.length).trimEnd()}…`;
}

// One pass from left to right: whatever stands in the text, its length is all that counts.
function withoutTags(html: string): string {
  const lower = html.toLowerCase();
  let text = "";
  let at = 0;
  for (;;) {
    const open = html.indexOf("<", at);
    // A sign that opens no tag is the sign: "for sizes < 40".
    if (open < 0) return text + html.slice(at);
    if (!/[a-z/!?]/i.test(html[open + 1] ?? "")) {
      text += html.slice(at, open + 1);
      at = open + 1;
      continue;
    }
    const close = html.indexOf(">", open);
    if (close < 0) return text + html.slice(at, open);
    const tag = html.slice(open + 1, Math.min(close, open + 20));
    text += html.slice(at, open) + (BREAKS.test(tag) ? "\n" : "");
    const hidden = /^(script|style)\b/i.exec(tag)?.[1];
    const end = hidden === undefined ? close : lower.indexOf(`</${hidden.toLowerCase()}`, close);
    if (end < 0) return text;
    at = hidden === undefined ? close + 1 : end;
  }
}

function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,8}));/gi,
    (whole, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
      if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
      const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff) ? String.fromCodePoint(point) : " ";
    },
  );
}
