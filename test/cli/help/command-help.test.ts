/** The help of the real commands. */
import { describe, expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import { longHelp, shortHelp } from "../../../src/cli/help/command-help.ts";
import { longProgramHelp, shortProgramHelp } from "../../../src/cli/help/program-help.ts";
import { TOPICS } from "../../../src/cli/help/topics.ts";
import { type OptionTable, shownSpellings } from "../../../src/cli/options/values.ts";
import { splitArguments } from "../../../src/cli/parse-args.ts";
import { loadCommands } from "../../../src/cli/program.ts";

const SCREEN = { lines: 24, columns: 80 };
const commands = await loadCommands();
const entries = Object.entries(commands);
const optionsOf = (name: string) => commands[name].definition.args as ArgsDef as OptionTable;

const SHORT = Object.fromEntries(
  entries.map(([name, command]) => [name, shortHelp(name, command, SCREEN.columns)]),
);
const LONG = Object.fromEntries(
  entries.map(([name, command]) => [name, longHelp(name, command, SCREEN.columns)]),
);
const TEXTS = [
  ["trace -h", shortProgramHelp(commands, SCREEN.columns)],
  ["trace --help", longProgramHelp(commands, SCREEN.columns)],
  ...Object.entries(SHORT).map(([name, text]) => [`trace ${name} -h`, text]),
  ...Object.entries(LONG).map(([name, text]) => [`trace ${name} --help`, text]),
];

describe.each(TEXTS)("%s", (name, text) => {
  test("has no trailing whitespace and ends with one newline", () => {
    expect(text.split("\n").filter((line) => /\s$/.test(line))).toEqual([]);
    expect(text).toEndWith("\n");
    expect(text).not.toEndWith("\n\n");
    expect(text).not.toMatch(/\t|\n\n\n/);
  });

  test("contains no missing values", () => {
    expect(text).not.toMatch(/undefined|null|NaN|\[object/);
  });

  test("fits 80 columns", () => {
    expect(text.split("\n").filter((line) => line.length > SCREEN.columns)).toEqual([]);
  });

  if (name.endsWith(" -h"))
    test("fits on a screen", () => {
      expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(SCREEN.lines - 1);
    });
});

/** Returns the spellings and what is beside or below them. */
function optionLines(text: string): { spellings: string[]; description: string }[] {
  const pattern = /^ {2}(?: {4})?((?:-\w, )?--?[\w-]+)([^\n]*(?:\n {9,}[^\n]*)*)/gm;
  return Array.from(text.matchAll(pattern), ([, spellings, rest]) => ({
    spellings: spellings.split(", "),
    description: rest.replaceAll(/\s+/g, " "),
  }));
}

describe.each(entries)("the help of %s", (name, command) => {
  const args = optionsOf(name);
  const shown = optionLines(LONG[name]);

  test("lists every option once that is not hidden, with its spelling and a description", () => {
    const expected = Object.entries(args)
      .filter(([, { hidden }]) => !hidden)
      .map(([option, arg]) => shownSpellings(option, arg).join(", "));
    const listed = shown.map(({ spellings }) => spellings.join(", "));
    expect(listed.toSorted()).toEqual([...expected, "--color", "-h, --help"].toSorted());
    for (const { spellings, description } of shown)
      expect([spellings, description.trim().length > 3]).toEqual([spellings, true]);
  });

  test("names the others in one line", () => {
    for (const [option, { hidden, alias = [] }] of Object.entries(args) as [string, never][])
      for (const each of [hidden ? option : [], alias].flat() as string[])
        expect(LONG[name]).toMatch(new RegExp(`(^|\\s)--?${each}\\b`, "m"));
  });

  test("lists options that the parser accepts", () => {
    for (const { spellings } of shown.filter((each) => !each.spellings.includes("--color")))
      for (const spelling of spellings) {
        const { options, help } = splitArguments([spelling, "value"], args, true);
        expect(help || options.length === 1).toBeTruthy();
      }
  });

  test("shows the default values", () => {
    for (const [option, { default: value, hidden }] of Object.entries(args))
      if (typeof value === "string" && !hidden) {
        const line = shown.find(({ spellings }) => spellings.includes(`--${option}`));
        expect(line?.description).toContain(`(default: ${value})`);
      }
  });

  test("groups only options that exist", () => {
    const named = [...Object.values(command.groups ?? {}).flat(), ...command.common];
    expect(named.filter((option) => !Object.hasOwn(args, option))).toEqual([]);
  });

  test("begins with a description and a usage line", () => {
    expect(LONG[name].split("\n")[0]).toMatch(/^[A-Z].*\.$/);
    const lines = command.usage.split("\n").map((usage) => `trace ${name} ${usage}\n`);
    expect(LONG[name]).toContain(`\nUsage: ${lines.join("       ")}`);
  });

  test("refers to topics that exist", () => {
    const words = (command.topics ?? []).map((topic) => topic.split(" "));
    expect(words.filter(([topic]) => !Object.hasOwn(TOPICS, topic))).toEqual([]);
    expect(words.filter(([, of]) => of !== undefined && of !== name)).toEqual([]);
  });
});

test("the examples use existing commands and options", () => {
  const texts = [...TEXTS.map(([, text]) => text)];
  for (const text of texts)
    for (const [line, name, rest] of text.matchAll(
      /^ {2}(?:sudo )?trace (?!COMMAND)(\w+)(.*)$/gm,
    )) {
      if (!Object.hasOwn(commands, name)) throw new Error(line);
      const words = rest.split(/[|;#>)]| {2,}/)[0].match(/"[^"]*"|\S+/g) ?? [];
      splitArguments(words, optionsOf(name), commands[name].takesCommand);
    }
});
