import { escapeAttribute as escape } from "../messages/index.ts";
import { pageWords } from "./page-words.ts";

/** How the pages of one form look. */
export interface Look {
  readonly language: string;
  /** Who asks, as readers know them; '' on pages of nobody. */
  readonly sender: string;
  readonly postalAddress: string;
  /** `#rrggbb` */
  readonly colour: string;
  /** Of the one style element; the page's policy names it. */
  readonly nonce: string;
  /** Inside a frame of another site: without a background, a name or a foot. */
  readonly embedded: boolean;
  readonly privacyUrl: string;
}

/** What such a page may do: show its own style, post its own form, and stand in any site's frame: it knows nobody and acts for nobody. */
export const formPolicy = (nonce: string) =>
  `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors *`;

/** A plain page: a title and its text. */
export function plainPage(look: Look, title: string, body: string): string {
  return page(look, title, `<div class="card"><h1>${escape(title)}</h1>${body}</div>`);
}

/** @param body HTML of ours; `head`: what stands right of the sender's name */
export function page(look: Look, title: string, body: string, head = ""): string {
  const words = pageWords(look.language);
  const name = look.sender === "" ? "" : `<span class="name">${escape(look.sender)}</span>`;
  const foot = [
    escape([look.sender, look.postalAddress].filter((part) => part !== "").join(", ")),
    look.privacyUrl === "" ? "" : `<a href="${escape(look.privacyUrl)}" target="_blank" rel="noopener">${words.privacy}</a>`,
  ]
    .filter((part) => part !== "")
    .join("<br>");
  return `<!doctype html>
<html lang="${escape(look.language)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(title)}</title>
<style nonce="${look.nonce}">${styleOf(look)}</style></head><body><div class="page">${name === "" && head === "" ? "" : `<header>${name}${head}</header>`}<main>${body}</main>${foot === "" ? "" : `<footer>${foot}</footer>`}</div></body></html>`;
}

/** Black or white, whichever is read better on a colour (WCAG relative luminance). */
function inkOn(colour: string): string {
  const [red, green, blue] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#12262b" : "#fff";
}

const styleOf = ({ colour, embedded }: Look) => `
:root{color-scheme:light dark;--main:${colour};--on:${inkOn(colour)};--mark:color-mix(in oklab,${colour} 88%,#000);--tint:color-mix(in srgb,${colour} 8%,#fff);--back:color-mix(in srgb,${colour} 4%,#f7f6f3);--sheet:#fff;--ink:#12262b;--ink2:#41565a;--line:#d9dfdd;--edge:#76878a;--bad:#a3182b;--badtint:#fdeef0}
@media(prefers-color-scheme:dark){:root{--mark:color-mix(in oklab,${colour} 45%,#fff);--tint:color-mix(in srgb,${colour} 30%,#16211f);--back:#0f1517;--sheet:#182124;--ink:#eef3f2;--ink2:#b5c2c2;--line:#2f3b3e;--edge:#82918f;--bad:#ff9aa6;--badtint:#3a1a20}}
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;background:${embedded ? "transparent" : "var(--back)"};color:var(--ink)}
.page{max-width:${embedded ? "520px" : "508px"};margin:0 auto;padding:${embedded ? "2px" : "24px 14px 32px"}}
header{${embedded ? "display:none" : "display:flex"};align-items:center;justify-content:space-between;gap:16px;padding:0 4px 16px;flex-wrap:wrap}
.name{font-weight:650;font-size:20px;letter-spacing:.01em}
nav{display:flex;gap:4px;font-size:15px}
nav a,nav b{display:inline-block;padding:8px;color:var(--ink2);font-weight:500}nav b{color:var(--ink);font-weight:650}
.card{background:var(--sheet);border:1px solid var(--line);border-radius:14px;padding:26px 26px 28px}
h1{font-size:27px;line-height:1.22;letter-spacing:-.015em;margin:0 0 8px;text-wrap:balance}
p{margin:0 0 12px}.soft{color:var(--ink2)}
label,legend{display:block;font-weight:600;font-size:15px;margin:0 0 6px;padding:0}
.optional{font-weight:400;color:var(--ink2);font-size:14px}
.q{margin:18px 0 0}fieldset{border:0;padding:0;margin:18px 0 0;min-width:0}
input:not([type=checkbox],[type=radio]),select{font:inherit;color:inherit;width:100%;min-height:50px;padding:0 14px;border:1.5px solid var(--edge);border-radius:10px;background:var(--sheet)}
.help{color:var(--ink2);font-size:14px;margin:6px 0 0}
.choices{display:grid;grid-template-columns:repeat(auto-fit,minmax(130px,1fr));gap:8px}
.choices label{position:relative;display:grid;place-items:center;min-height:48px;border:1.5px solid var(--line);border-radius:10px;padding:6px 10px;margin:0;font-weight:500;text-align:center;cursor:pointer}
.choices input{position:absolute;inset:0;opacity:0;margin:0;cursor:pointer}
.choices label:has(:checked){border-color:var(--mark);background:var(--tint);color:var(--mark);font-weight:650}
.choices label:has(:focus-visible){outline:3px solid var(--mark);outline-offset:2px}
.box{display:grid;grid-template-columns:26px 1fr;gap:10px;align-items:start;margin:16px 0 0;font-size:15px;line-height:1.4}
.box label{font-weight:400;margin:0;font-size:15px;padding:2px 0}
.box input{width:24px;height:24px;margin:0;accent-color:var(--main)}
.fault{color:var(--bad);font-size:14px;font-weight:500;margin:6px 0 0}
[aria-invalid=true]{border-color:var(--bad)!important}
.note{background:var(--badtint);border-left:4px solid var(--bad);border-radius:6px;padding:10px 14px;margin:0 0 16px;font-weight:500}
.agreed{margin:0 0 8px;padding:12px 14px;border:1px solid var(--line);border-left:4px solid var(--main);border-radius:6px;list-style:none}.agreed li+li{margin-top:8px}
button{font:inherit;width:100%;min-height:52px;border-radius:10px;cursor:pointer;margin:22px 0 0;padding:8px 16px}
.main{background:var(--main);color:var(--on);border:1.5px solid var(--main);font-weight:650}
.quiet{background:none;border:1.5px solid var(--line);color:inherit;font-weight:500;margin-top:12px}
a{color:inherit}.go{display:inline-block;padding:10px 0;font-weight:600}
a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible{outline:3px solid var(--mark);outline-offset:2px}
.trap{position:absolute;left:-9999px;width:1px;height:1px;overflow:hidden}
footer{color:var(--ink2);font-size:13px;line-height:1.5;text-align:center;padding:16px 4px 0}
@media(max-width:520px){.card{padding:20px 18px 22px}h1{font-size:25px}}
`;
