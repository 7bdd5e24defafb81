import fc from "fast-check";
import { expect, test } from "vitest";
import { seededChance } from "../../platform/chance/index.ts";
import { createSecrets } from "../../platform/secrets/index.ts";
import { linksOf, linkToken, readLinkToken } from "./links.ts";

const chance = seededChance("links");
const secrets = createSecrets(new Uint8Array(32).fill(1), chance);
const others = createSecrets(new Uint8Array(32).fill(2), chance);
const owner = { bucket: 200, send: chance.id(1.8e12) };

test("a link names its send and nobody else can make one", () => {
  const token = linkToken(secrets, owner);
  expect(readLinkToken(secrets, token)).toEqual(owner);
  expect(readLinkToken(others, token)).toBeNull();
  expect(linksOf(secrets, "https://t.shop", owner).unsubscribe).toBe(`https://t.shop/u/${token}`);
});

test("one changed character is another token, any other text is none", () => {
  const token = linkToken(secrets, owner);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (let i = 0; i < token.length; i++) for (const letter of alphabet) {
    if (letter !== token[i]) expect(readLinkToken(secrets, token.slice(0, i) + letter + token.slice(i + 1))).toBeNull();
  }
  fc.assert(fc.property(fc.string({ maxLength: 60 }), (text) => { expect(readLinkToken(secrets, text)).toBeNull(); }));
});
