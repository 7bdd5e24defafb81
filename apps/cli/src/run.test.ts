import { expect, test } from "vitest";
import { COMMANDS } from "./commands/index.ts";
import { languageOf } from "./language.ts";
import { plain } from "./output.ts";
import { run } from "./run.ts";

function world(
  environment: Record<string, string> = {},
  answer: (url: string) => Response = () => new Response("{}", { headers: { "content-type": "application/json" } }),
) {
  const told = { out: "", err: "", asked: [] as string[] };
  const stream = (key: "out" | "err") => ({
    write: (text: string) => {
      told[key] += text;
    },
  });
  const ask = async (input: string | URL | Request) => {
    const url = input instanceof Request ? input.url : input.toString();
    told.asked.push(url);
    return answer(url);
  };
  return {
    told,
    world: { environment: { RELANCE_API_KEY: "rlk_x", ...environment }, folder: "/", out: stream("out"), err: stream("err"), fetch: ask },
  };
}

test("the language is that of the terminal", () => {
  expect([
    languageOf({ LANG: "fr_CA.UTF-8" }),
    languageOf({ LC_ALL: "en_GB", LANG: "fr_FR" }),
    languageOf({ LC_ALL: "", LANG: "fr" }),
    languageOf({ LANG: "frr_DE" }),
    languageOf({}),
  ]).toEqual(["fr", "en", "fr", "en", "en"]);
});

test.each(["en_GB", "fr_FR"])("every command and every option is in the help (%s)", async (LANG) => {
  for (const command of COMMANDS) {
    const { told, world: there } = world({ LANG });
    expect(await run([...command.name.split(" "), "--help"], there)).toBe(0);
    for (const option of command.options) expect(told.out).toContain(`--${option.name}`);
  }
  const { told, world: there } = world({ LANG });
  expect(await run(["--help"], there)).toBe(0);
  for (const command of COMMANDS) expect(told.out).toContain(`relance ${command.name}`);
});

test("French help is typeset as French is: no bare space before a double mark, no straight apostrophe", () => {
  const texts = COMMANDS.flatMap((command) => [command.help.fr, ...command.options.map((option) => option.help.fr)]);
  expect(texts.filter((text) => / [;:!?»%]|« |'/.test(text))).toEqual([]);
});

test("a list is followed page after page until the limit is reached", async () => {
  const { told, world: there } = world(
    {},
    (url) =>
      new Response(JSON.stringify(url.includes("after=b") ? { items: [], next: null } : { items: [], next: "b" }), {
        headers: { "content-type": "application/json" },
      }),
  );
  expect(await run(["sends", "--limit", "250", "--json"], there)).toBe(0);
  expect(told.asked).toEqual(["http://127.0.0.1:3000/api/sends?limit=200", "http://127.0.0.1:3000/api/sends?after=b&limit=200"]);
  expect(JSON.parse(told.out)).toEqual({ items: [], more: false });
});

test("control characters and direction marks never reach the terminal", () => {
  expect(plain("\u001b[31mred\u009b0m \u202eabc\u2069\ttab")).toBe("[31mred0m abc\ttab");
});
