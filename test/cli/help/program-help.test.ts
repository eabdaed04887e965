import { describe, expect, test } from "bun:test";
import { longHelp } from "../../../src/cli/help/command-help.ts";
import { helpAbout, longProgramHelp } from "../../../src/cli/help/program-help.ts";
import { TOPICS } from "../../../src/cli/help/topics.ts";
import { loadCommands } from "../../../src/cli/program.ts";
import { FILE_EVENT_COLUMNS } from "../../../src/events/columns.ts";
import { PROCESS_COLUMNS } from "../../../src/events/process-event.ts";

const commands = await loadCommands();
const about = (...words: string[]) => helpAbout(commands, words, 80);

test("the help lists all commands and topics", () => {
  const text = about();
  expect(text).toBe(longProgramHelp(commands, 80));
  for (const name of [...Object.keys(commands), ...Object.keys(TOPICS)])
    expect(text).toMatch(new RegExp(`^  ${name} +\\S`, "m"));
});

test("the help about a command is its long help", () => {
  expect(about("exec")).toBe(longHelp("exec", commands.exec, 80));
});

test.each(Object.keys(TOPICS))("the topic %s fits 80 columns", (topic) => {
  const lines = about(topic).split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.filter((line) => /\s$/.test(line))).toEqual([]);
  expect(lines.length).toBeGreaterThan(4);
});

describe("columns", () => {
  test("are listed with a line each; defaults are marked", () => {
    const text = about("columns", "exec");
    for (const { name, about: meaning } of FILE_EVENT_COLUMNS)
      expect(text.replaceAll(/\n {3,}/g, " ")).toMatch(
        new RegExp(`^[* ] ${name}\\b.* ${RegExp.escape(meaning)}$`, "m"),
      );
    expect(text).toMatch(/^\* pid /m);
    expect(text).toMatch(/^ {2}time /m);
    expect(text).not.toContain("parent_tid");
  });

  test("of all commands are listed together where they are the same", () => {
    const text = about("columns");
    expect(text).toContain("Columns of trace exec, trace all, trace show:");
    expect(text).toContain("Columns of trace procs:");
    for (const { name } of PROCESS_COLUMNS) expect(text).toMatch(new RegExp(`^[* ] ${name} `, "m"));
  });
});

test.each([
  [["exce"], "help exce: no such command or topic; did you mean exec?"],
  [["colums"], "help colums: no such command or topic; did you mean columns?"],
  [["columns", "exce"], "help columns exce: no columns; did you mean exec?"],
  [["columns", "doctor"], "help columns doctor: no columns; expected one of"],
  [["exec", "all"], "help: expected one topic, not all too"],
  [["columns", "exec", "all"], "help: expected one topic, not all too"],
])("a slip in %j is named", (words, message) => {
  expect(() => about(...words)).toThrow(message);
});
