import { parseArgs } from "node:util";
import { isAbsolute, join } from "node:path";
import { ApiError, createClient } from "@relance/contract/client";
import { EXIT, Wrong, type Call, type Command, type Exit, type Server } from "./command.ts";
import { helpOf, usageOf } from "./help.ts";
import { describeFailure } from "@relance/model/failures";
import { languageOf, type Language } from "./language.ts";
import { openOutput, plain, type Stream } from "./output.ts";
import { COMMANDS } from "./commands/index.ts";
import { wordsOf, type Words } from "./words.ts";

export interface World {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where file names are meant from. */
  readonly folder: string;
  readonly out: Stream;
  readonly err: Stream;
  readonly fetch: typeof fetch;
}

/** Runs one command line. Whatever goes wrong is one sentence on the error stream and an exit code. */
export async function run(typed: readonly string[], world: World): Promise<Exit> {
  const language = languageOf(world.environment);
  const words = wordsOf(language);
  try {
    return await act(typed, world, language, words);
  } catch (error) {
    if (!(error instanceof Wrong) && !(error instanceof ApiError)) throw error;
    const sentence = error instanceof Wrong ? error.message : sentenceOf(error, { words, language, world });
    const json = typed.includes("--json");
    const coded =
      error instanceof ApiError
        ? { code: error.code, field: error.field, problems: error.problems.length > 0 ? error.problems : undefined }
        : { code: "command.wrong" };
    world.err.write(`${json ? JSON.stringify({ error: { ...coded, message: sentence } }) : plain(sentence)}\n`);
    if (error instanceof ApiError && !json)
      for (const one of error.problems.slice(0, 20)) world.err.write(`  ${plain(`${one.field}: ${one.message}`)}\n`);
    return error instanceof Wrong ? error.exit : EXIT.failed;
  }
}

async function act(typed: readonly string[], world: World, language: Language, words: Words): Promise<Exit> {
  const { command, rest } = commandOf(typed);
  const asksHelp = rest.includes("--help") || rest.includes("-h");
  if (!command) {
    if (asksHelp || typed.length === 0 || typed[0] === "help") {
      world.out.write(
        helpOf(
          COMMANDS.filter(
            (one) => typed.length === 0 || one.name.startsWith(typed.find((word) => !word.startsWith("-") && word !== "help") ?? ""),
          ),
          null,
          language,
          words,
        ),
      );
      return typed.length === 0 ? EXIT.wrongCommand : EXIT.done;
    }
    throw new Wrong(words.unknownCommand(typed.filter((word) => !word.startsWith("-")).join(" ")));
  }
  if (asksHelp) {
    world.out.write(helpOf(COMMANDS, command, language, words));
    return EXIT.done;
  }
  const { values, args } = parse(rest, command, language, words);
  const url = urlOf(world, words);
  const authorization = () => {
    const key = world.environment["RELANCE_API_KEY"];
    if (!key) throw new Wrong(words.noKey);
    return { authorization: `Bearer ${key}` };
  };
  const server: Server = { url, fetch: world.fetch, authorization };
  const call: Call = {
    args,
    words,
    language,
    server,
    value: (name) => values[name] as string | undefined,
    has: (name) => values[name] === true,
    client: createClient({ baseUrl: url, fetch: world.fetch, headers: authorization }),
    output: openOutput({ json: values["json"] === true, language, out: world.out, err: world.err }),
    path: (name) => (isAbsolute(name) ? name : join(world.folder, name)),
  };
  return command.run(call);
}

// `segments count` before `segments`: the longest name that the line begins with.
function commandOf(typed: readonly string[]): { command: Command | null; rest: readonly string[] } {
  const found =
    COMMANDS.filter((command) => command.name.split(" ").every((word, place) => typed[place] === word)).sort(
      (a, b) => b.name.length - a.name.length,
    )[0] ?? null;
  return { command: found, rest: typed.slice(found ? found.name.split(" ").length : 0) };
}

function parse(
  rest: readonly string[],
  command: Command,
  language: Language,
  words: Words,
): { values: Record<string, unknown>; args: string[] } {
  const options = Object.fromEntries([
    ...command.options.map((option) => [option.name, { type: option.value === null ? "boolean" : "string" }] as const),
    ["json", { type: "boolean" }] as const,
  ]) as Record<string, { type: "boolean" | "string" }>;
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...rest], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new Wrong(parseTrouble(error as Error & { code?: string }, rest, options, words));
  }
  if (parsed.positionals.length < command.needs) throw new Wrong(words.tooFew(usageOf(command, language)));
  if (!command.many && parsed.positionals.length > command.takes.length)
    throw new Wrong(words.tooMany(parsed.positionals[command.takes.length]!));
  return { values: parsed.values, args: parsed.positionals };
}

function parseTrouble(
  error: Error & { code?: string },
  rest: readonly string[],
  options: Readonly<Record<string, unknown>>,
  words: Words,
): string {
  const named = rest.map((word) => /^--([^=]+)/.exec(word)?.[1]);
  if (error.code === "ERR_PARSE_ARGS_INVALID_OPTION_VALUE")
    return words.needsValue(named.find((name) => name !== undefined && name in options && error.message.includes(`--${name}`)) ?? "");
  const unknown = rest.find((word, place) => word.startsWith("-") && !((named[place] ?? "") in options));
  return words.unknownOption(unknown ?? error.message);
}

function urlOf(world: World, words: Words): string {
  const given = world.environment["RELANCE_URL"] || "http://127.0.0.1:3000";
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) throw new Wrong(words.badUrl(given));
  return given.replace(/\/+$/, "");
}

function sentenceOf(error: ApiError, { words, language, world }: { words: Words; language: Language; world: World }): string {
  if (error.code === "network.unreachable") return words.unreachable(urlOf(world, words));
  if (error.status === 401) return words.notSignedIn;
  if (error.status === 403) return words.notAllowed(error.message);
  if (error.status === 404) return words.absent;
  return words.refused(describeFailure(error, language) ?? error.message, error.code);
}
