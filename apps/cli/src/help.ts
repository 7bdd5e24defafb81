import type { Command, Option } from "./command.ts";
import type { Language } from "./language.ts";
import type { Words } from "./words.ts";

/** How a command is typed: `relance import FILE`. */
export function usageOf(command: Command, language: Language): string {
  return ["relance", command.name, ...command.takes.map((one) => one[language])].join(" ");
}

/** The help of one command, or of all. */
export function helpOf(commands: readonly Command[], one: Command | null, language: Language, words: Words): string {
  const common: Option[] = [
    { name: "json", value: null, help: { en: words.jsonHelp, fr: words.jsonHelp } },
    { name: "help", value: null, help: { en: words.helpHelp, fr: words.helpHelp } },
  ];
  const optionLines = (options: readonly Option[]) =>
    columns(
      options.map((option) => [`--${option.name}${option.value === null ? "" : ` ${option.value[language]}`}`, option.help[language]]),
    );
  if (one) {
    const own = one.options.length === 0 ? "" : `\n${words.options}\n${optionLines(one.options)}`;
    return `${one.help[language]}\n\n${words.usage}\n  ${usageOf(one, language)}\n${own}\n${words.common}\n${optionLines(common)}`;
  }
  return `${words.lead}\n\n${words.commands}\n${columns(commands.map((command) => [usageOf(command, language), command.help[language]]))}\n${words.common}\n${optionLines(common)}\n${words.more}\n${words.exits}\n`;
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, meaning]) => `  ${name.padEnd(width)}  ${meaning}\n`).join("");
}
