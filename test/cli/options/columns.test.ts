import { describe, expect, test } from "bun:test";
import { UsageError } from "../../../src/cli/errors.ts";
import { parseColumnNames, parseFileColumns } from "../../../src/cli/options/columns.ts";
import { DEFAULT_FILE_EVENT_COLUMNS, FILE_EVENT_COLUMNS } from "../../../src/events/columns.ts";
import { DEFAULT_PROCESS_COLUMNS, PROCESS_COLUMNS } from "../../../src/events/process-event.ts";
import { errorOf, PROTOTYPE_PROPERTIES } from "./error-of.ts";

describe("columns", () => {
  test("are the default ones if none are named", () => {
    expect(parseFileColumns(undefined)).toBe(DEFAULT_FILE_EVENT_COLUMNS);
    expect(DEFAULT_FILE_EVENT_COLUMNS.map(({ name }) => name).join()).toBe(
      "pid,cgid,comm,kind,flags,mode,filename,return",
    );
  });

  test("have the order in which they are named, by name or by JSON key", () => {
    expect(parseFileColumns("return,fname,pid").map(({ name }) => name)).toEqual([
      "return",
      "filename",
      "pid",
    ]);
    const names = FILE_EVENT_COLUMNS.map(({ name }) => name);
    expect(parseFileColumns(names.join()).map(({ name }) => name)).toEqual(names);
  });

  test("have unique names and keys", () => {
    expect(new Set(FILE_EVENT_COLUMNS.map(({ name }) => name)).size).toBe(
      FILE_EVENT_COLUMNS.length,
    );
    expect(new Set(FILE_EVENT_COLUMNS.map(({ key }) => key)).size).toBe(FILE_EVENT_COLUMNS.length);
    for (const { name, key } of FILE_EVENT_COLUMNS)
      for (const other of FILE_EVENT_COLUMNS)
        expect(other.name === key).toBe(other.name === name && name === key);
  });

  test("can be named in groups", () => {
    expect(parseFileColumns("default,path").map(({ name }) => name)).toEqual([
      ...DEFAULT_FILE_EVENT_COLUMNS.map(({ name }) => name),
      "path",
    ]);
    expect(parseFileColumns("all")).toEqual([...FILE_EVENT_COLUMNS]);
  });

  test("cannot be named twice", () => {
    expect(errorOf(() => parseFileColumns("pid,comm,pid"))).toBe("--columns pid: named twice");
    expect(errorOf(() => parseFileColumns("fname,filename"))).toBe(
      "--columns filename: named twice",
    );
  });

  test("that do not exist are errors that name a near match or all", () => {
    expect(errorOf(() => parseFileColumns("pid,filenam"))).toBe(
      "--columns filenam: no such column; did you mean filename?",
    );
    expect(errorOf(() => parseFileColumns("PID"))).toEndWith("did you mean pid?");
    for (const text of ["", ",", "pid,", " pid", "zzzzzzzzz", ...PROTOTYPE_PROPERTIES])
      expect(errorOf(() => parseFileColumns(text))).toContain(": no such column; ");
  });
});

describe("the columns of another event", () => {
  test("cannot be named twice, and have defaults", () => {
    const parse = (text?: string) =>
      parseColumnNames(text, DEFAULT_PROCESS_COLUMNS, PROCESS_COLUMNS);
    expect(parse()).toEqual(DEFAULT_PROCESS_COLUMNS);
    expect(parse("cpu,pid").map(({ name }) => name)).toEqual(["cpu", "pid"]);
    expect(errorOf(() => parse("pid,pid"))).toBe("--columns pid: named twice");
    expect(errorOf(() => parse("pit"))).toMatch(/did you mean pid\?$/);
  });
});

test("a newline after a value is an error", () => {
  for (const text of ["4M\n", "1s\n", "csv\n", "pid\n", "open\n"])
    expect(() => parseFileColumns(text)).toThrow(UsageError);
});
