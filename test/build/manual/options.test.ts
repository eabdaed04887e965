/** docs/ and the table of options say the same of options. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { manPages } from "../../../src/build/manual/main.ts";
import { documentedOptions, optionTable, termOf } from "../../../src/build/manual/options.ts";
import { shownSpellings, spellingsOf } from "../../../src/cli/options/values.ts";
import { loadCommands } from "../../../src/cli/program.ts";

const DOCS = join(import.meta.dir, "../../../docs");
const read = (name: string) => readFileSync(join(DOCS, name), "utf8");

const commands = await loadCommands();
const pages = await manPages("2026-11-30");
const HELP = ["-h", "--help"];

describe.each(Object.entries(commands))("the page of %s", (name, command) => {
  const table = Object.entries(optionTable(command));
  const documented = documentedOptions(read(`trace-${name}.md`));
  const entryOf = (spelling: string) =>
    documented.find(({ spellings }) => spellings.includes(spelling));

  test("has every option of the table, with the same spellings, value and default", () => {
    for (const [option, arg] of table) {
      if (arg.hidden || option === "color") continue;
      const entry = entryOf(shownSpellings(option, arg).at(-1)!);
      expect(entry?.term).toBe(termOf(option, arg));
      if (typeof arg.default === "string")
        expect([option, entry?.text.replaceAll("\n", " ")]).toEqual([
          option,
          expect.stringContaining(`(default: ${arg.default}`),
        ]);
    }
  });

  test("has no option that the table lacks", () => {
    const known = new Set([...HELP, ...table.flatMap(([option, arg]) => spellingsOf(option, arg))]);
    const unknown = documented.flatMap(({ spellings }) => spellings).filter((x) => !known.has(x));
    expect(unknown).toEqual([]);
    expect(entryOf("--help")?.term).toBe("-h, --help");
  });

  test("has every spelling in the man page, also those of hidden options", () => {
    const page = pages.get(`trace-${name}.1`)!.replaceAll("\\-", "-").replaceAll("\\%", "");
    for (const spelling of table.flatMap(([option, arg]) => spellingsOf(option, arg)))
      expect([spelling, page.includes(`\\fB${spelling}\\fR`)]).toEqual([spelling, true]);
  });

  test("has every column of the table", () => {
    const page = pages.get(`trace-${name}.1`)!;
    for (const { name: column } of command.columns?.all ?? [])
      expect([column, page.includes(`\\fB\\%${column}\\fR`)]).toEqual([column, true]);
  });
});

test("the page of trace lists every command", () => {
  const text = read("trace.md");
  for (const name of Object.keys(commands))
    expect(text).toContain(`| [trace ${name}](trace-${name}.md) |`);
});

test("repeated letters are no spellings of their own", () => {
  const [option] = documentedOptions("## OPTIONS\n\n**-q**, **-qq**, **--quiet**[=*A*]\n: B.\n");
  expect(option).toEqual({ spellings: ["-q", "--quiet"], term: "-q, --quiet[=A]", text: "B." });
});
