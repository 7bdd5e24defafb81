import { expect, test } from "vitest";
import { signatureBase } from "./magento.ts";
import { wordsOf } from "./page.ts";

test("what is signed for Magento is what RFC 5849 §3.4.1.1 says of its example", () => {
  const more = [
    ["oauth_consumer_key", "9djdj82h48djs9d2"],
    ["oauth_token", "kkk9d7dh3k39sjv7"],
    ["oauth_signature_method", "HMAC-SHA1"],
    ["oauth_timestamp", "137131201"],
    ["oauth_nonce", "7d8f3e4a"],
    ["c2", ""],
    ["a3", "2 q"],
  ] as const;
  expect(signatureBase("POST", "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", more)).toBe(
    "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7",
  );
});

test("what a shop answers when it refuses is told in its own words", () => {
  const words = (body: string) => wordsOf({ status: 401, headers: {}, body });
  expect([
    words('{"message":"The consumer isn\'t authorized to access %resources.","parameters":{"resources":"Magento_Sales::actions_view"}}'),
    words('{"message":"Field %1 of %2","parameters":["sku","product"]}'),
    words('{"errors":[{"code":26,"message":"Resource of type \\"orders\\" is not allowed"},{"code":1,"message":"Again"}]}'),
    words('{"errors":"Unauthorized"}'),
    words("<h1>Down</h1> <p>for repair</p>"),
  ]).toEqual([
    "The consumer isn't authorized to access Magento_Sales::actions_view.",
    "Field sku of product",
    'Resource of type "orders" is not allowed; Again',
    '{"errors":"Unauthorized"}',
    "Down for repair",
  ]);
});
