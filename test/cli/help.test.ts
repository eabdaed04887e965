/** The help texts of the real commands. */
import { describe, expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import type { Command } from "../../src/cli/command.ts";
import { doctor } from "../../src/cli/doctor/command.ts";
import { commandHelp, programHelp } from "../../src/cli/help.ts";
import { changes } from "../../src/cli/history/changes.ts";
import { clean } from "../../src/cli/history/clean.ts";
import { query } from "../../src/cli/history/query.ts";
import { splitArguments } from "../../src/cli/parse-args.ts";
import { procs } from "../../src/cli/procs/command.ts";
import { all } from "../../src/cli/record/all.ts";
import { exec } from "../../src/cli/record/exec.ts";
import { summary } from "../../src/cli/record/summary.ts";
import { watch } from "../../src/cli/watch/command.ts";

const COMMANDS: Readonly<Record<string, Command>> = {
  exec,
  all,
  watch,
  procs,
  summary,
  query,
  changes,
  clean,
  doctor,
};
const TEXTS = {
  trace: programHelp(COMMANDS),
  ...Object.fromEntries(
    Object.entries(COMMANDS).map(([name, command]) => [name, commandHelp(name, command)]),
  ),
};

describe.each(Object.entries(TEXTS))("the help of %s", (_name, text) => {
  test("has no trailing whitespace and ends with one newline", () => {
    expect(text.split("\n").filter((line) => /\s$/.test(line))).toEqual([]);
    expect(text).toEndWith("\n");
    expect(text).not.toEndWith("\n\n");
    expect(text).not.toContain("\t");
  });

  test("contains no missing values", () => {
    expect(text).not.toMatch(/undefined|null|NaN|\[object/);
  });
});

describe.each(Object.entries(COMMANDS))("the help of %s", (name, command) => {
  const args = command.definition.args as ArgsDef;
  const text = TEXTS[name as keyof typeof TEXTS];
  const shown = [...text.matchAll(/^ {2}(?:(-\w), |\s{4})(--[\w-]+)(\S*)(.*)$/gm)];

  test("lists every option once, with its spelling and a description", () => {
    const names = shown.map(([, , long]) => long);
    const expected = Object.entries(args).map(([option, arg]) =>
      arg.type === "boolean" && arg.default === true ? `--no-${option}` : `--${option}`,
    );
    expect(names).toEqual([...expected, "--help"]);
    for (const [line, , , , rest] of shown)
      expect([line, rest.trim().length > 3]).toEqual([line, true]);
  });

  test("lists options that the parser accepts", () => {
    for (const [, short, long] of shown)
      for (const spelling of [short, long].filter((each) => each !== undefined)) {
        const { options, command: words, help } = splitArguments([spelling, "value"], args, true);
        expect(help || options.length === 1).toBe(true);
        expect(words.length).toBeLessThanOrEqual(1);
      }
  });

  test("shows the default values", () => {
    for (const [option, { default: value }] of Object.entries(args))
      if (typeof value === "string")
        expect(text).toMatch(new RegExp(`--${option} .*\\(default: ${value}\\)`));
  });

  test("begins with a description and a usage line", () => {
    expect(text.split("\n")[0]).toMatch(/^[A-Z].*\.$/);
    expect(text).toContain(`\nUsage: trace ${name} ${command.usage}\n`);
  });

  test("is listed in the help of the program", () => {
    expect(TEXTS.trace).toMatch(new RegExp(`^  ${name} +\\S`, "m"));
  });
});

test("the examples use existing commands and options", () => {
  for (const [name, text] of Object.entries(TEXTS))
    for (const [, command, rest] of text.matchAll(/^ {2}(?:sudo )?trace (?!COMMAND)(\w+)(.*)$/gm)) {
      if (!Object.hasOwn(COMMANDS, command)) throw new Error(`${name}: trace ${command}`);
      const words = rest.split(/[|;#]| {2,}/)[0].match(/"[^"]*"|\S+/g) ?? [];
      const { definition, takesCommand } = COMMANDS[command];
      splitArguments(words, definition.args as ArgsDef, takesCommand);
    }
});
