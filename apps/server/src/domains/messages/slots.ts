/**
 * Places in a compiled message that are filled per recipient. A slot is `OPEN` + letter + rest + `CLOSE`, two private-use characters
 * that are removed from every source and every value of data, so nobody but the compiler makes one.
 *   L<n>  link n of the version      D<href>  link made from data      U  unsubscribe page      V  view in browser
 *   C     confirmation page of a form      R  page on which a consent is renewed
 *   P     the pixel (a whole tag)    H        the hidden link only machines follow (a whole tag)
 * While mails are made for the wire, `S<n>` stands for the n-th static text of the version, which is encoded once: see skeleton.ts.
 */
export const OPEN = "\ue000";
export const CLOSE = "\ue001";
const SLOT = /\ue000([LDUVCRPH])([^\ue001]*)\ue001/g;

/** Takes the slot characters out of foreign text. */
export function withoutSlots(text: string): string {
  return /[\ue000\ue001]/.test(text) ? text.replace(/[\ue000\ue001]/g, "") : text;
}

/** The addresses of one mail's links; null where nothing is measured. */
export interface MailLinks {
  /** Followed by a link's number, or `d` and the place of a link made from data. */
  readonly click: string | null;
  readonly open: string | null;
  readonly unsubscribe: string;
  readonly view: string;
  /** Confirms what a form asked; leads nowhere in a message no form sent. */
  readonly confirm: string;
  /** Where the reader agrees anew to what the message was sent under. */
  readonly renew: string;
}

/** What previews show instead of signed addresses. */
export const PREVIEW_LINKS: MailLinks = {
  click: null,
  open: null,
  unsubscribe: "#unsubscribe",
  view: "#view",
  confirm: "#confirm",
  renew: "#renew",
};

/** What filling needs of the version and the workspace. */
export interface LinkTable {
  readonly links: readonly string[];
  /** Where links made from data may lead. */
  readonly hosts: readonly string[];
}

/** What stands in a slot. */
export type Filler = (kind: string, rest: string) => string;

/** The slots of the HTML; addresses of links made from data are added to `dynamic` in their order. */
export function htmlFiller(table: LinkTable, mail: MailLinks, dynamic: string[]): Filler {
  return (kind, rest) => {
    switch (kind) {
      case "L":
        return escapeAttribute(mail.click === null ? (table.links[Number(rest)] ?? "#") : mail.click + rest);
      case "D": {
        const url = safeUrl(decodeEntities(rest), table.hosts);
        if (url === null) return "#";
        dynamic.push(url);
        return escapeAttribute(mail.click === null ? url : `${mail.click}d${dynamic.length - 1}`);
      }
      case "U":
        return escapeAttribute(mail.unsubscribe);
      case "V":
        return escapeAttribute(mail.view);
      case "C":
        return escapeAttribute(mail.confirm);
      case "R":
        return escapeAttribute(mail.renew);
      case "P":
        return mail.open === null
          ? ""
          : `<img src="${escapeAttribute(mail.open)}" width="1" height="1" alt="" style="display:block;border:0;width:1px;height:1px">`;
      default:
        return mail.click === null
          ? ""
          : `<a href="${escapeAttribute(`${mail.click}h`)}" tabindex="-1" aria-hidden="true" style="display:none;font-size:0;line-height:0;max-height:0;overflow:hidden"></a>`;
    }
  };
}

/** The slots of the text part and the subject. */
export function textFiller(table: LinkTable, mail: MailLinks, dynamic: readonly string[]): Filler {
  return (kind, rest) => {
    switch (kind) {
      case "L":
        return mail.click === null ? (table.links[Number(rest)] ?? "") : mail.click + rest;
      case "D": {
        const url = safeUrl(rest, table.hosts);
        const place = url === null ? -1 : dynamic.indexOf(url);
        return url === null ? "" : mail.click === null || place < 0 ? url : `${mail.click}d${place}`;
      }
      case "U":
        return mail.unsubscribe;
      case "V":
        return mail.view;
      case "C":
        return mail.confirm;
      case "R":
        return mail.renew;
      default:
        return "";
    }
  };
}

/** Fills the HTML. @returns it, and the addresses of links made from data in their order */
export function fillHtml(html: string, table: LinkTable, mail: MailLinks): { html: string; dynamic: string[] } {
  const dynamic: string[] = [];
  const fill = htmlFiller(table, mail, dynamic);
  return { html: html.replace(SLOT, (_, kind: string, rest: string) => fill(kind, rest)), dynamic };
}

/** Fills the text part. */
export function fillText(text: string, table: LinkTable, mail: MailLinks, dynamic: readonly string[]): string {
  const fill = textFiller(table, mail, dynamic);
  return text.replace(SLOT, (_, kind: string, rest: string) => fill(kind, rest));
}

/** An http(s) address without user part whose host is allowed, in its normal form; else null. Both readers, ours and the browser's, see one address. */
export function safeUrl(text: string, hosts: readonly string[]): string | null {
  const trimmed = text.trim();
  if (!/^https?:\/\/[^/\\]/i.test(trimmed) || !URL.canParse(trimmed)) return null;
  const url = new URL(trimmed);
  return url.username === "" && url.password === "" && hosts.includes(url.hostname) ? url.href : null;
}

export function escapeAttribute(text: string): string {
  return !/[&<>"']/.test(text)
    ? text
    : text.replace(/[&<>"']/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[one]!);
}

/** The few entities that escaping and MJML write. */
export function decodeEntities(text: string): string {
  return text.replace(
    /&(amp|lt|gt|quot|#39|#34|apos|#x27|#x2F);/gi,
    (_, name: string) =>
      ({ amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#34": '"', apos: "'", "#x27": "'", "#x2f": "/" })[name.toLowerCase()]!,
  );
}
