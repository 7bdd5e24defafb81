import type { Client } from "@relance/contract/client";
import type { Language } from "./language.ts";
import type { Output } from "./output.ts";
import type { Words } from "./words.ts";

/** How a run of the command line ended; scripts may rely on these numbers. */
export const EXIT = { done: 0, failed: 1, wrongCommand: 2, someRefused: 3 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

export type Said = Readonly<Record<Language, string>>;

export interface Option {
  readonly name: string;
  /** What its value is called in the help; null for a switch. */
  readonly value: Said | null;
  readonly help: Said;
}

/** One thing `relance` can do: the words that name it, what it takes, and the work. */
export interface Command {
  /** As typed: `segments count`. */
  readonly name: string;
  readonly help: Said;
  /** Its arguments in the help; in brackets when they may be left out. */
  readonly takes: readonly Said[];
  /** Whether the last of them may be repeated. */
  readonly many?: true;
  /** How many arguments must be there. */
  readonly needs: number;
  readonly options: readonly Option[];
  run(call: Call): Promise<Exit>;
}

export interface Call {
  readonly args: readonly string[];
  /** Value of an option; undefined when it was not given. */
  value(name: string): string | undefined;
  has(name: string): boolean;
  readonly client: Client;
  readonly server: Server;
  readonly output: Output;
  readonly words: Words;
  readonly language: Language;
  /** A file name as typed, made absolute. */
  path(name: string): string;
}

/** Where the server is, for what the typed client does not do: sending a file, asking `/readyz`. */
export interface Server {
  readonly url: string;
  readonly fetch: typeof fetch;
  /** The API key's header. @throws Wrong when there is no key */
  authorization(): Readonly<Record<string, string>>;
}

/** What the person typed cannot be done as it is: one sentence that says what to type instead. */
export class Wrong extends Error {
  override readonly name = "Wrong";
  readonly exit: Exit;

  constructor(message: string, exit: Exit = EXIT.wrongCommand) {
    super(message);
    this.exit = exit;
  }
}
