import fc from "fast-check";
import { expect, test } from "vitest";
import { BadReply, ReplyReader, type Reply } from "./reply.ts";

function all(reader: ReplyReader): Reply[] {
  const replies: Reply[] = [];
  for (let reply = reader.next(); reply; reply = reader.next()) replies.push(reply);
  return replies;
}
const read = (text: string) => {
  const reader = new ReplyReader();
  reader.push(Buffer.from(text, "latin1"));
  return all(reader).map(({ code, enhanced, text: said }) => [code, enhanced, said]);
};

test("replies of one and several lines, with and without text, codes and carriage returns", () => {
  expect(read("250 2.1.0 Ok\r\n")).toEqual([[250, "2.1.0", "2.1.0 Ok"]]);
  expect(read("250-a\r\n250-b\r\n250 c\r\n354 go\r\n")).toEqual([
    [250, null, "a b c"],
    [354, null, "go"],
  ]);
  expect(read("250\n221 bye\n")).toEqual([
    [250, null, ""],
    [221, null, "bye"],
  ]);
});

test("bytes cut anywhere give the same replies", () => {
  const text = "220 hi\r\n250-x\r\n\x80\xff junk\r\n250 y\r\n550 5.1.1 no such user\r\n";
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
      const reader = new ReplyReader();
      const replies: Reply[] = [];
      const places = [...new Set([0, ...cuts, text.length])].sort((a, b) => a - b);
      for (let i = 1; i < places.length; i++) {
        reader.push(Buffer.from(text.slice(places[i - 1], places[i]), "latin1"));
        replies.push(...all(reader));
      }
      expect(replies.map((reply) => reply.code)).toEqual([220, 250, 550]);
      expect(reader.tainted).toBe(true);
    }),
  );
});

test("a reply without end is cut at 64 kB, and what it began with is known", () => {
  for (const text of [`250 ${"x".repeat(70_000)}`, "250-more\r\n".repeat(8_000)]) {
    const reader = new ReplyReader();
    reader.push(Buffer.from(text));
    expect(() => all(reader)).toThrow(BadReply);
    expect(reader.begun()).toBe(250);
  }
  const junk = new ReplyReader();
  junk.push(Buffer.alloc(70_000, 0xf1));
  expect(() => all(junk)).toThrow(expect.objectContaining({ begun: null }));
});

test("any bytes at all either give replies or hang up, and never throw otherwise", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 20 }), (chunks) => {
      const reader = new ReplyReader();
      for (const chunk of chunks) {
        reader.push(chunk);
        try {
          all(reader);
        } catch (error) {
          expect(error).toBeInstanceOf(BadReply);
          return;
        }
      }
    }),
  );
});
