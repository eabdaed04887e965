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
  test("has no blanks at the ends of its lines, and ends with one line's end", () => {
    expect(text.split("\n").filter((line) => /\s$/.test(line))).toEqual([]);
    expect(text).toEndWith("\n");
    expect(text).not.toEndWith("\n\n");
    expect(text).not.toContain("\t");
  });

  test("says nothing that was not said", () => {
    expect(text).not.toMatch(/undefined|null|NaN|\[object/);
  });
});

describe.each(Object.entries(COMMANDS))("the help of %s", (name, command) => {
  const args = command.definition.args as ArgsDef;
  const text = TEXTS[name as keyof typeof TEXTS];
  const shown = [...text.matchAll(/^ {2}(?:(-\w), |\s{4})(--[\w-]+)(\S*)(.*)$/gm)];

  test("shows every option once, as it is typed, with what it does", () => {
    const names = shown.map(([, , long]) => long);
    const expected = Object.entries(args).map(([option, arg]) =>
      arg.type === "boolean" && arg.default === true ? `--no-${option}` : `--${option}`,
    );
    expect(names).toEqual([...expected, "--help"]);
    for (const [line, , , , rest] of shown)
      expect([line, rest.trim().length > 3]).toEqual([line, true]);
  });

  test("shows options that are then taken", () => {
    for (const [, short, long] of shown)
      for (const spelling of [short, long].filter((each) => each !== undefined)) {
        const { options, command: words, help } = splitArguments([spelling, "value"], args, true);
        expect(help || options.length === 1).toBe(true);
        expect(words.length).toBeLessThanOrEqual(1);
      }
  });

  test("tells the defaults that there are", () => {
    for (const [option, { default: value }] of Object.entries(args))
      if (typeof value === "string")
        expect(text).toMatch(new RegExp(`--${option} .*\\(default: ${value}\\)`));
  });

  test("begins with what the command does and how it is typed", () => {
    expect(text.split("\n")[0]).toMatch(/^[A-Z].*\.$/);
    expect(text).toContain(`\nUsage: trace ${name} ${command.usage}\n`);
  });

  test("is found through the program's help", () => {
    expect(TEXTS.trace).toMatch(new RegExp(`^  ${name} +\\S`, "m"));
  });
});

test("the examples name commands and options that there are", () => {
  for (const [name, text] of Object.entries(TEXTS))
    for (const [, command, rest] of text.matchAll(/^ {2}(?:sudo )?trace (?!COMMAND)(\w+)(.*)$/gm)) {
      if (!Object.hasOwn(COMMANDS, command)) throw new Error(`${name}: trace ${command}`);
      const words = rest.split(/[|;#]| {2,}/)[0].match(/"[^"]*"|\S+/g) ?? [];
      const { definition, takesCommand } = COMMANDS[command];
      splitArguments(words, definition.args as ArgsDef, takesCommand);
    }
});
