import { createHash, verify } from "node:crypto";

/**
 * Whether the DKIM signature of a mail holds: a verifier by the letter of RFC 6376 for relaxed/relaxed, nothing shared with the signer.
 * @param publicKey base64 of the SubjectPublicKeyInfo, as `p=` of the DNS record
 */
export function dkimHolds(mail: string, publicKey: string): boolean {
  const cut = mail.indexOf("\r\n\r\n");
  const fields = mail
    .slice(0, cut)
    .replace(/\r\n(?=[ \t])/g, "\u0001")
    .split("\r\n")
    .map((line) => line.replaceAll("\u0001", "\r\n"));
  const relaxed = (field: string) =>
    `${/^[^:]+/.exec(field)![0].trimEnd().toLowerCase()}:${field
      .slice(field.indexOf(":") + 1)
      .replaceAll("\r\n", "")
      .replace(/[\t ]+/g, " ")
      .trim()}`;
  const own = fields.find((field) => /^dkim-signature:/i.test(field));
  if (!own) return false;
  const tags = new Map(
    own
      .slice(own.indexOf(":") + 1)
      .split(";")
      .map((tag) => [tag.slice(0, tag.indexOf("=")).trim(), tag.slice(tag.indexOf("=") + 1).replace(/\s+/g, "")] as const),
  );
  const body = mail
    .slice(cut + 4)
    .split("\r\n")
    .map((line) => line.replace(/[\t ]+/g, " ").replace(/ $/, ""))
    .join("\r\n")
    .replace(/(\r\n)*$/, "\r\n");
  if (createHash("sha256").update(body, "latin1").digest("base64") !== tags.get("bh")) return false;
  const left = fields.toReversed();
  const signed = tags
    .get("h")!
    .split(":")
    .flatMap((name) => {
      const at = left.findIndex((field) => field.toLowerCase().startsWith(`${name.toLowerCase()}:`));
      return at < 0 ? [] : left.splice(at, 1).map((field) => `${relaxed(field)}\r\n`);
    });
  const data = signed.join("") + relaxed(own.replace(/(;\s*b=)[^;]*/, "$1"));
  return verify(
    "sha256",
    Buffer.from(data, "latin1"),
    { key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" },
    Buffer.from(tags.get("b")!, "base64"),
  );
}
