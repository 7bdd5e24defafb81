import type { Id, Instant } from "@relance/model/base";
import { countryOfPhone } from "@relance/model/calendar";
import { senderTo, stopLine, withStop, type SmsSender } from "@relance/model/messages";
import type { Config } from "../../../config.ts";
import type { Db } from "../../../platform/db/database.ts";
import type { Secrets } from "../../../platform/secrets/index.ts";
import { safeUrl } from "../../messages/index.ts";
import type { WorkspaceRecord } from "../../team/index.ts";
import type { AddressedSend, Rendered } from "../doors.ts";
import { linksOf } from "../links.ts";
import { writeShortLinks, type ShortLink } from "./short-links.ts";

const ADDRESSES = /https?:\/\/[^\s<>"]+/gi;

/** Who texts to a number from a workspace; null when nobody is set for its country. */
export const textSender = (workspace: WorkspaceRecord, number: string): SmsSender | null =>
  senderTo(workspace.settings.sms.senders, countryOfPhone(number));

/** What a text needs beside its template: its hosts that may be shortened. */
export interface Texting {
  readonly send: AddressedSend;
  readonly workspace: WorkspaceRecord;
  readonly rendered: Rendered;
  readonly hosts: readonly string[];
}

/**
 * Makes text messages of what was rendered: the sender of the country, links shortened to ours where clicks are counted, and in marketing
 * the way out the law asks. Rendering again makes the same. One statement for all of them.
 */
export async function finishTexts(
  db: Db,
  deps: { readonly secrets: Secrets; readonly config: Pick<Config, "publicUrl"> },
  texts: readonly Texting[],
  now: Instant,
): Promise<ReadonlyMap<Id, Rendered>> {
  const links: ShortLink[] = [];
  const made = new Map(
    texts.map(({ send, workspace, rendered, hosts }): [Id, Rendered] => {
      const sender = textSender(workspace, send.address);
      const shorten = (number: number | null, url: string): string => {
        const code = codeOf(deps.secrets, send.id, number);
        links.push({ code, workspace: send.workspace, bucket: send.bucket, send: send.id, number, url });
        return `${deps.config.publicUrl}/s/${code}`;
      };
      let count = 0;
      const short = workspace.settings.trackClicks
        ? rendered.text.replace(ADDRESSES, (written) => {
            // What ends a sentence is not the address's.
            const [, address = "", rest = ""] = /^(.*?)([.,;:!?)\]]*)$/s.exec(written) ?? [];
            const url = safeUrl(address, hosts);
            return url === null ? written : shorten(count++, url) + rest;
          })
        : rendered.text;
      const leave = () => shorten(null, linksOf(deps.secrets, deps.config.publicUrl, { bucket: send.bucket, send: send.id }).unsubscribe);
      const needsLink = sender !== null && stopLine(sender, "", "\u0000").includes("\u0000");
      const text =
        send.class === "marketing" && sender !== null
          ? withStop(short, stopLine(sender, send.language ?? workspace.locale, needsLink ? leave() : ""))
          : short;
      return [send.id, { ...rendered, from: sender?.from ?? "", text }];
    }),
  );
  await writeShortLinks(db, { links, now });
  return made;
}

const codeOf = (secrets: Secrets, send: Id, number: number | null): string =>
  Buffer.from(secrets.mac("short-links", `${send}:${number ?? "u"}`))
    .toString("base64url")
    .slice(0, 10);
