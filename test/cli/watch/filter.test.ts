import { describe, expect, test } from "bun:test";
import { UsageError } from "../../../src/cli/errors.ts";
import {
  parseWatchTypes,
  WatchFilter,
  type WatchFilterArgs,
} from "../../../src/cli/watch/filter.ts";
import { ProcessChain } from "../../../src/events/process-chain.ts";
import { DEFAULT_WATCH_TYPES, Q_OVERFLOW, WATCH_TYPES } from "../../../src/events/watch-event.ts";
import {
  buildEvent,
  EVENTS,
  type EventFields,
  processOf,
  UNKNOWN_PROCESS,
} from "../../fixtures/watch/builders.ts";

const createFilter = (args: Partial<WatchFilterArgs>) =>
  new WatchFilter({ includes: [], excludes: [], ...args });

/** Returns the accepted ones of these changes of /a. */
function accepted(args: Partial<WatchFilterArgs>, changes: readonly EventFields[]): EventFields[] {
  const { accepts } = createFilter(args);
  return changes.filter((change) => accepts(buildEvent("CLOSE_WRITE", "/a", change)));
}

function errorOf(args: Partial<WatchFilterArgs>): UsageError {
  try {
    createFilter(args);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error("the options were accepted");
}

test("without options every event is accepted", () => {
  const { accepts } = createFilter({});
  expect(EVENTS.filter(accepts)).toEqual([...EVENTS]);
});

test("notes are always accepted", () => {
  const nothing = { "min-size": "1G", pid: "1", user: "0", includes: ["/no"] };
  const { accepts } = createFilter(nothing);
  expect(EVENTS.filter(accepts).map(({ type }) => type)).toEqual([
    Q_OVERFLOW,
    "WATCH_START",
    "CLOCK_STEP",
  ]);
});

describe("--types", () => {
  test("are the default ones, all, or those named", () => {
    expect([...parseWatchTypes(undefined)]).toEqual([...DEFAULT_WATCH_TYPES]);
    expect([...parseWatchTypes(undefined, true)]).toEqual([...WATCH_TYPES]);
    expect([...parseWatchTypes("RENAME,open")]).toEqual(["RENAME", "OPEN"]);
  });

  test("have to exist", () => {
    expect(() => parseWatchTypes("CLOSE_WIRTE")).toThrow(
      new UsageError("--types CLOSE_WIRTE: unknown value; did you mean CLOSE_WRITE?"),
    );
    for (const text of ["", "CREATE,", Q_OVERFLOW])
      expect(() => parseWatchTypes(text)).toThrow(UsageError);
  });

  test("cannot be used with --all-events", () => {
    expect(() => parseWatchTypes("OPEN", true)).toThrow(
      new UsageError("--all-events: cannot be used with --types"),
    );
  });
});

describe("--min-size", () => {
  const args = { "min-size": "1K" };

  test("applies to the change of the size in either direction", () => {
    const changes = [{ change: 1024 }, { change: -1024 }, { change: 1023 }, { change: 0 }];
    expect(accepted(args, changes)).toEqual([{ change: 1024 }, { change: -1024 }]);
  });

  test("applies to the whole size if the previous one is unknown", () => {
    const changes = [{ size: 1024 }, { size: 1023 }, { size: null }, { size: 4096, change: 1 }];
    expect(accepted(args, changes)).toEqual([{ size: 1024 }]);
  });
});

describe("processes", () => {
  const [ada, root] = [processOf(201, "vi"), processOf(202, "cp", { uid: 0 })];
  const changes = [{ processInfo: ada }, { processInfo: root }, { processInfo: UNKNOWN_PROCESS }];

  test("are filtered by pid", () => {
    expect(accepted({ pid: "201" }, changes)).toEqual([{ processInfo: ada }]);
    expect(accepted({ pid: "202,201" }, changes)).toEqual([
      { processInfo: ada },
      { processInfo: root },
    ]);
  });

  test("are filtered by user, by name or number", () => {
    expect(accepted({ user: "root" }, changes)).toEqual([{ processInfo: root }]);
    expect(accepted({ user: "0,1000" }, changes)).toEqual([
      { processInfo: ada },
      { processInfo: root },
    ]);
  });

  test("are excluded by name, compared as bytes", () => {
    const named = { processInfo: processOf(203, "n\xc3\xa9") };
    expect(accepted({ "exclude-comm": "vi,cp" }, [...changes, named])).toEqual([
      { processInfo: UNKNOWN_PROCESS },
      named,
    ]);
    expect(accepted({ "exclude-comm": "vi,né" }, [...changes, named])).toEqual([
      { processInfo: root },
      { processInfo: UNKNOWN_PROCESS },
    ]);
  });

  test("are selected by what led to them", () => {
    const above = new ProcessChain([{ pid: 100, comm: "cron", argv: ["cron"] }]);
    const job = { processInfo: processOf(204, "rm", { above }) };
    expect(accepted({ ancestor: "cr*,at" }, [...changes, job])).toEqual([job]);
    expect(accepted({ ancestor: "rm" }, [...changes, job])).toEqual([job]);
    expect(accepted({ ancestor: "init" }, [...changes, job])).toEqual([]);
  });

  test("that are unknown are a loss if the filter needs them", () => {
    const losses = (args: Partial<WatchFilterArgs>) => {
      const filter = createFilter(args);
      for (const change of changes) filter.accepts(buildEvent("CREATE", "/a", change));
      return filter.losses();
    };
    const lost = [{ what: "dropped because their process is unknown", count: 1 }];
    expect([losses({ pid: "201" }), losses({ user: "root" }), losses({})]).toEqual([
      lost,
      lost,
      [],
    ]);
  });
});

describe("paths", () => {
  test("are filtered by patterns", () => {
    const { accepts } = createFilter({ includes: ["*.c", "*.h"], excludes: [".git"] });
    const paths = ["/a.c", "/a.h", "/a.o", "/.git/a.c"];
    expect(paths.filter((path) => accepts(buildEvent("CREATE", path)))).toEqual(["/a.c", "/a.h"]);
  });

  test("of a rename are two, and one match is enough", () => {
    const { accepts } = createFilter({ excludes: ["*.tmp"] });
    const renamed = (oldPath: string, path: string) =>
      accepts(buildEvent("RENAME", path, { oldPath }));
    expect(renamed("/a.tmp", "/a")).toBe(true);
    expect(renamed("/a", "/a.tmp")).toBe(true);
    expect(renamed("/a.tmp", "/b.tmp")).toBe(false);
  });

  test("cannot be filtered by a malformed pattern", () => {
    const { message, details } = errorOf({ excludes: ["a", "b[c"] });
    expect([message, details]).toEqual(["bad pattern: [ without ]", "  b[c\n   ^"]);
    expect(errorOf({ includes: ["re:("] }).details).toBe("  re:(\n     ^");
  });
});

test("invalid values are usage errors", () => {
  expect(errorOf({ "min-size": "1T" }).message).toMatch(/^--min-size 1T: expected a size/);
  expect(errorOf({ pid: "0" }).message).toBe("--pid 0: expected a whole number from 1");
  expect(errorOf({ user: "no such user" }).message).toBe("--user no such user: no such user");
  expect(errorOf({ "exclude-comm": "a," }).message).toMatch(
    /^--exclude-comm : expected 1 to 15 bytes/,
  );
});
