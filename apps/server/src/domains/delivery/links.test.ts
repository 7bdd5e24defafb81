import fc from "fast-check";
import { expect, test } from "vitest";
import { seededChance } from "../../platform/chance/index.ts";
import { createSecrets } from "../../platform/secrets/index.ts";
import { linksOf, linkTokens, readLinkToken } from "./links.ts";

const chance = seededChance("links");
const secrets = createSecrets(new Uint8Array(32).fill(1), chance);
const others = createSecrets(new Uint8Array(32).fill(2), chance);
const owner = { bucket: 200, send: chance.id(1.8e12) };

test("a link names its send, for its one purpose, and nobody else can make one", () => {
  const { measure, personal } = linkTokens(secrets, owner);
  expect(readLinkToken(secrets, "personal", personal)).toEqual(owner);
  expect(readLinkToken(secrets, "measure", measure)).toEqual(owner);
  expect(readLinkToken(secrets, "personal", measure)).toBeNull();
  expect(readLinkToken(secrets, "measure", personal)).toBeNull();
  expect(readLinkToken(others, "personal", personal)).toBeNull();
  expect(linksOf(secrets, "https://t.shop", owner)).toEqual({
    click: `https://t.shop/t/c/${measure}.`,
    confirm: `https://t.shop/f/c/${personal}`,
    renew: `https://t.shop/r/${personal}`,
    open: `https://t.shop/t/o/${measure}.gif`,
    unsubscribe: `https://t.shop/u/${personal}`,
    view: `https://t.shop/v/${personal}`,
  });
});

test("one changed character is another token, any other text is none", () => {
  const token = linkTokens(secrets, owner).personal;
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (let i = 0; i < token.length; i++)
    for (const letter of alphabet) {
      if (letter !== token[i]) expect(readLinkToken(secrets, "personal", token.slice(0, i) + letter + token.slice(i + 1))).toBeNull();
    }
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      expect(readLinkToken(secrets, "personal", text)).toBeNull();
    }),
  );
});
