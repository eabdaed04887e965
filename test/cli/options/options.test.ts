import { describe, expect, test } from "bun:test";
import { UsageError } from "../../../src/cli/messages.ts";
import {
  COLUMNS_HELP,
  EVENTS_HELP,
  optionValues,
  parseBuffer,
  parseColumnNames,
  parseDuration,
  parseEvents,
  parseFileColumns,
  parseFlags,
  parseFormat,
  parseNames,
  parseNumber,
  parseSize,
  parseUid,
} from "../../../src/cli/options/options.ts";
import { DEFAULT_FILE_EVENT_COLUMNS, FILE_EVENT_COLUMNS } from "../../../src/events/columns.ts";
import { EVENT_GROUPS, EVENT_KINDS } from "../../../src/events/event-kinds.ts";
import { DEFAULT_PROCESS_COLUMNS, PROCESS_COLUMNS } from "../../../src/events/process-event.ts";
import { formats } from "../../../src/sinks/formats/index.ts";

/** Returns the message of the error for a bad value; it has to be one line. */
function errorOf(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    expect(error.message).not.toContain("\n");
    return error.message;
  }
  throw new Error("the value was accepted");
}

const PROTOTYPE_PROPERTIES = ["constructor", "toString", "__proto__"];

describe("a size", () => {
  test.each([
    ["64K", 2 ** 16],
    ["64k", 2 ** 16],
    ["65536", 2 ** 16],
    ["65537", 2 ** 17],
    ["100K", 2 ** 17],
    ["4M", 2 ** 22],
    ["5m", 2 ** 23],
    ["1G", 2 ** 30],
    ["0001G", 2 ** 30],
    ["1073741824", 2 ** 30],
  ])("of %s is %d bytes, a power of two", (text, bytes) => {
    expect(parseBuffer(text)).toBe(bytes);
  });

  test.each(
    [
      "",
      "0",
      "K",
      "63K",
      "65535",
      "1025M",
      "2G",
      "9".repeat(400),
      "4MB",
      "4 M",
      " 4M",
      "4.5M",
    ].concat(["-4M", "+4M", "0x10000", "1e6", "٤M"]),
  )("of %j is an error", (text) => {
    expect(errorOf(() => parseBuffer(text))).toStartWith("--buffer ");
  });
});

describe("a time", () => {
  test.each([
    ["90", 90_000],
    ["90s", 90_000],
    ["500ms", 500],
    ["0.5s", 500],
    ["2m", 120_000],
    ["1.5h", 5_400_000],
    ["1ms", 1],
    ["596h", 2_145_600_000],
  ])("of %s is %d milliseconds", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  test.each(
    ["", "0", "0s", "0.0ms", "597h", "-1s", "s", ".5s", "5.", "1d", "1 s", "1S", "1e3"].concat([
      "Infinity",
      "NaN",
      "9".repeat(400),
    ]),
  )("of %j is an error", (text) => {
    expect(errorOf(() => parseDuration(text))).toStartWith("--duration ");
  });
});

describe("a number", () => {
  test("is whole, has at most 32 bits, and is at least the minimum", () => {
    expect(parseNumber("--count", "1", 1)).toBe(1);
    expect(parseNumber("--uid", "0", 0)).toBe(0);
    expect(parseNumber("--uid", "4294967295", 0)).toBe(4294967295);
    expect(parseNumber("--count", "007", 1)).toBe(7);
  });

  test.each(
    ["", "0", "-1", "+1", "1.0", "1e3", "0x1", " 1", "1 ", "4294967296", "99999999999"].concat([
      "one",
      "NaN",
      "Infinity",
    ]),
  )("that is %j is an error", (text) => {
    expect(errorOf(() => parseNumber("--count", text, 1))).toBe(
      `--count ${text}: expected a whole number from 1`,
    );
  });
});

test("a newline after a value is an error", () => {
  for (const parse of [parseBuffer, parseDuration, parseFormat, parseFileColumns, parseEvents])
    for (const text of ["4M\n", "1s\n", "csv\n", "pid\n", "open\n"])
      expect(() => parse(text)).toThrow(UsageError);
  expect(() => parseNumber("--count", "1\n", 1)).toThrow(UsageError);
});

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

describe("events", () => {
  test("can be named by kind and by group, also repeatedly", () => {
    expect(parseEvents("open")).toEqual(new Set(["open"]));
    expect(parseEvents("exit,process,exit")).toEqual(new Set(["exec", "fork", "exit"]));
    expect(parseEvents("all")).toEqual(new Set(EVENT_KINDS));
    for (const kind of EVENT_KINDS) expect(parseEvents(kind)).toEqual(new Set([kind]));
  });

  test("are each in a group other than all", () => {
    const { all, ...groups } = EVENT_GROUPS;
    expect(new Set(Object.values(groups).flat())).toEqual(new Set(all));
  });

  test("that do not exist are errors that name a near match or all", () => {
    expect(errorOf(() => parseEvents("open,renam"))).toBe(
      "--events renam: no such event; did you mean rename?",
    );
    for (const text of ["", "open,", "zzzzzzzzz", ...PROTOTYPE_PROPERTIES])
      expect(errorOf(() => parseEvents(text))).toContain(": no such event; ");
  });
});

describe("a format", () => {
  test("has a known name", () => {
    for (const name of Object.keys(formats)) expect(parseFormat(name) as string).toBe(name);
  });

  test("that does not exist is an error that names a near match or all", () => {
    expect(errorOf(() => parseFormat("jsn"))).toBe(
      "--format jsn: no such format; did you mean json?",
    );
    for (const text of ["", "yaml", "CSV ", ...PROTOTYPE_PROPERTIES])
      expect(errorOf(() => parseFormat(text))).toStartWith(`--format ${text}: no such format; `);
  });
});

describe("a flag expression", () => {
  test("is optional", () => {
    expect(parseFlags(undefined)).toBeNull();
    expect(parseFlags("O_CREAT")?.matches(0o100)).toBe(true);
  });

  test("that is malformed is shown in the details, with a caret under the mistake", () => {
    expect.assertions(2);
    try {
      parseFlags("O_WRONLY|O_CRAET");
    } catch (error) {
      const { message, details } = error as UsageError;
      expect(message).toBe("--flags: O_CRAET: no such flag; did you mean O_CREAT?");
      expect(details).toBe(`  O_WRONLY|O_CRAET\n${" ".repeat(11)}^`);
    }
  });

  test("that is malformed makes a message of one line, whatever it contains", () => {
    for (const text of ["", "\n", "O_\nCREAT", "\x1b[31m", "|", "(".repeat(200), "x".repeat(5000)])
      expect(errorOf(() => parseFlags(text))).toStartWith("--flags: ");
  });
});

describe("the texts for --help", () => {
  test("describe every column and mark the default ones", () => {
    for (const column of FILE_EVENT_COLUMNS) {
      const line = COLUMNS_HELP.split("\n").find((text) => text.endsWith(column.about))!;
      expect(line.slice(4)).toStartWith(column.name);
      expect(line.slice(2, 3)).toBe(DEFAULT_FILE_EVENT_COLUMNS.includes(column) ? "*" : " ");
    }
  });

  test("list every kind of event", () => {
    for (const kind of EVENT_KINDS) expect(EVENTS_HELP).toMatch(new RegExp(`\\b${kind}\\b`));
  });
});

describe("bytes", () => {
  test.each([
    ["1", 1],
    ["64K", 2 ** 16],
    ["1m", 2 ** 20],
    ["2G", 2 ** 31],
  ])("of %s are %d", (text, bytes) => {
    expect(parseSize("--min-size", text)).toBe(bytes);
  });

  test.each(["", "0", "K", "1T", "1 K", "-1", "1.5M", "9".repeat(20)])(
    "of %p are an error",
    (text) => {
      expect(errorOf(() => parseSize("--min-size", text))).toBe(
        `--min-size ${text}: expected a size like 4096, 64K, 1M or 2G`,
      );
    },
  );
});

describe("a user", () => {
  test("is named by name or number", () => {
    expect([parseUid("--user", "root"), parseUid("--user", "0")]).toEqual([0, 0]);
    expect(parseUid("--user", "4000000000")).toBe(4000000000);
  });

  test("has to exist", () => {
    for (const text of ["", "no such user", "-1", "0x0"])
      expect(errorOf(() => parseUid("--user", text))).toBe(`--user ${text}: no such user`);
  });
});

describe("names separated by commas", () => {
  test("have to exist", () => {
    expect(parseNames("--types", "B,A", ["A", "B"])).toEqual(["B", "A"]);
    expect(errorOf(() => parseNames("--types", "A,opne", ["open", "close"]))).toBe(
      "--types A: unknown value; expected one of open, close",
    );
    expect(errorOf(() => parseNames("--types", "opne", ["open", "close"]))).toBe(
      "--types opne: unknown value; did you mean open?",
    );
  });

  test("of columns cannot be repeated, and default if there are none", () => {
    const parse = (text?: string) =>
      parseColumnNames(text, DEFAULT_PROCESS_COLUMNS, PROCESS_COLUMNS);
    expect(parse()).toEqual(DEFAULT_PROCESS_COLUMNS);
    expect(parse("cpu,pid").map(({ name }) => name)).toEqual(["cpu", "pid"]);
    expect(errorOf(() => parse("pid,pid"))).toBe("--columns pid: named twice");
    expect(errorOf(() => parse("pit"))).toMatch(/did you mean pid\?$/);
  });
});

test("a repeatable option has every value", () => {
  const options = ["--exclude=a", "--exclude-comm=b", "--recursive", "--exclude=c=d", "--exclude="];
  expect(optionValues(options, "exclude")).toEqual(["a", "c=d", ""]);
  expect(optionValues(options, "include")).toEqual([]);
});
