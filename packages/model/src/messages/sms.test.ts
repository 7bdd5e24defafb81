import { expect, test } from "vitest";
import { readKeyword } from "./keywords.ts";
import { senderTo, stopLine, withStop } from "./sms-sender.ts";
import { smsSize } from "./sms.ts";

test("a text is one message up to 160 signs, then messages of 153", () => {
  expect(smsSize("a".repeat(160))).toEqual({ encoding: "gsm7", units: 160, segments: 1, odd: [] });
  expect(smsSize("a".repeat(161)).segments).toBe(2);
  expect(smsSize("a".repeat(306)).segments).toBe(2);
  expect(smsSize("a".repeat(307)).segments).toBe(3);
});

test("the euro counts twice and is never cut in two", () => {
  expect(smsSize("€".repeat(80))).toMatchObject({ units: 160, segments: 1 });
  // 152 signs and a euro do not fit 153: it goes to the next message, which a count of units alone would miss.
  expect(smsSize(`${"a".repeat(152)}€${"a".repeat(152)}`)).toMatchObject({ units: 306, segments: 3 });
});

test("one sign outside the alphabet makes the whole text UCS-2, and is named", () => {
  expect(smsSize("été à Noël, ça")).toMatchObject({ encoding: "ucs2", odd: ["ë", "ç"] });
  expect(smsSize("ê".repeat(70)).segments).toBe(1);
  expect(smsSize("ê".repeat(71)).segments).toBe(2);
  expect(smsSize("😀".repeat(35))).toMatchObject({ units: 70, segments: 1 });
  expect(smsSize("😀".repeat(36))).toMatchObject({ units: 72, segments: 2 });
});

test("a wish to stop is read however it is typed, and a story that holds the word is not", () => {
  const read = (text: string) => {
    const found = readKeyword(text);
    return found && `${found.action} ${found.language}`;
  };
  expect(
    ["STOP", "stop", " Arrêt !", "ARRET", "Stop svp", "STOP 36111", "désabonner", "opt-out", "Stop SMS", "UNSUBSCRIBE"].map(read),
  ).toEqual(["stop en", "stop en", "stop fr", "stop fr", "stop en", "stop en", "stop fr", "stop en", "stop fr", "stop en"]);
  expect(["START", "reprendre", "aide", "HELP"].map(read)).toEqual(["start en", "start fr", "help fr", "help en"]);
  expect(["non stop", "don't stop", "stop me if you have heard this one before", "", "😀", "oui"].map(read)).toEqual([
    null,
    null,
    null,
    null,
    null,
    null,
  ]);
});

test("the way out is the shortest one that works from that sender, and is not said twice", () => {
  const [short, number, name] = [
    { country: "FR", from: "MAISON", stopTo: "36111" },
    { country: "", from: "+15145550000", stopTo: "" },
    { country: "BE", from: "MAISON", stopTo: "" },
  ];
  expect([short, number, name].map((sender) => stopLine(sender, "fr", "https://r.example/s/u"))).toEqual([
    "STOP au 36111",
    "STOP pour arreter",
    "STOP: https://r.example/s/u",
  ]);
  expect([short, number].map((sender) => stopLine(sender, "en-CA", ""))).toEqual(["STOP to 36111", "Reply STOP to end"]);
  expect(withStop("Soldes. STOP 36111", "STOP au 36111")).toBe("Soldes. STOP 36111");
  expect(withStop("Soldes \n", "STOP au 36111")).toBe("Soldes\nSTOP au 36111");
  expect(senderTo([number, short], "FR")).toBe(short);
  expect(senderTo([short], "US")).toBeNull();
});
