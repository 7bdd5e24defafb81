import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { actFor, fileLine, fileTitle, hashedFor, normalEmail, normalPhone, type Standing } from "./index.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

test.each([
  ["meta", " John_Smith@gmail.com ", "john_smith@gmail.com"],
  ["meta", "Jo.Doe@Gmail.com", "jo.doe@gmail.com"],
  ["google", "Jefferson.Loves.Golf@Gmail.com", "jeffersonlovesgolf@gmail.com"],
  ["google", "a.b@googlemail.com", "ab@googlemail.com"],
  ["google", "a.b@tea.example", "a.b@tea.example"],
  ["criteo", "Ana@Tea.Example", "ana@tea.example"],
] as const)("%s normalises the address %s", (network, given, expected) => expect(normalEmail(network, given)).toBe(expected));

test.each([
  ["meta", "+1 (650) 561-1111", "16505611111"],
  ["google", "+33612345678", "+33612345678"],
  ["meta", "0033612345678", "33612345678"],
] as const)("%s normalises the phone %s", (network, given, expected) => expect(normalPhone(network, given)).toBe(expected));

test("the hash is the one that Meta publishes for its example address", () => {
  expect(hashedFor("meta", { email: "John_Smith@gmail.com", phone: null }, sha256)).toEqual({
    email: "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f",
    phone: "",
  });
});

test("a person without anything to recognise is left out; a file has the network's columns", () => {
  expect(hashedFor("criteo", { email: null, phone: "+33612345678" }, sha256)).toBeNull();
  expect(hashedFor("meta", { email: null, phone: null }, sha256)).toBeNull();
  expect([fileTitle("google"), fileLine("google", { email: "aa", phone: "" }), fileLine("criteo", { email: "aa", phone: "" })]).toEqual([
    "Email,Phone\n",
    "aa,\n",
    "aa\n",
  ]);
});

test("whatever is held and wanted, acting until nothing is left to do ends with what is wanted", () => {
  for (const wanted of [null, "a", "b"])
    for (const held of [null, "a", "b"])
      for (const sure of [true, false]) {
        let now: Standing = { wanted, held: held === null ? null : { identifiers: held, sure } };
        for (let step = 0; actFor(now) !== "nothing"; step++) {
          expect(step).toBeLessThan(3);
          now = actFor(now) === "add" ? { wanted, held: { identifiers: wanted!, sure: true } } : { wanted, held: null };
        }
        expect(now.held).toEqual(wanted === null ? null : { identifiers: wanted, sure: true });
      }
});
