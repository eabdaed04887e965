import { describe, expect, test } from "bun:test";
import { UsageError } from "../../../src/cli/messages.ts";
import {
  parseWatchTypes,
  WatchFilter,
  type WatchFilterArgs,
} from "../../../src/cli/watch/filter.ts";
import { DEFAULT_WATCH_TYPES, Q_OVERFLOW, WATCH_TYPES } from "../../../src/events/watch-event.ts";
import {
  buildEvent,
  EVENTS,
  type EventFields,
  processOf,
  UNKNOWN_PROCESS,
} from "../../fixtures/watch/builders.ts";

const choice = (args: Partial<WatchFilterArgs>) =>
  new WatchFilter({ include: [], exclude: [], "exclude-comm": [], ...args });

/** Which of these changes of /a are told. */
function told(args: Partial<WatchFilterArgs>, changes: readonly EventFields[]): EventFields[] {
  const { accepts } = choice(args);
  return changes.filter((change) => accepts(buildEvent("CLOSE_WRITE", "/a", change)));
}

function errorOf(args: Partial<WatchFilterArgs>): UsageError {
  try {
    choice(args);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error("it was taken");
}

test("without options every event is told", () => {
  const { accepts } = choice({});
  expect(EVENTS.filter(accepts)).toEqual([...EVENTS]);
});

test("where events are missing is told whatever is chosen", () => {
  const nothing = { "min-size": "1G", pid: "1", user: "0", include: ["/no"] };
  const { accepts } = choice(nothing);
  expect(EVENTS.filter(accepts).map(({ type }) => type)).toEqual([Q_OVERFLOW]);
});

describe("--types", () => {
  test("are the usual ones, all, or those that are named", () => {
    expect([...parseWatchTypes(undefined)]).toEqual([...DEFAULT_WATCH_TYPES]);
    expect([...parseWatchTypes(undefined, true)]).toEqual([...WATCH_TYPES]);
    expect([...parseWatchTypes("RENAME,open")]).toEqual(["RENAME", "OPEN"]);
  });

  test("are such that there are", () => {
    expect(() => parseWatchTypes("CLOSE_WIRTE")).toThrow(
      new UsageError("--types CLOSE_WIRTE: not known; did you mean CLOSE_WRITE?"),
    );
    for (const text of ["", "CREATE,", Q_OVERFLOW])
      expect(() => parseWatchTypes(text)).toThrow(UsageError);
  });

  test("are not named together with all", () => {
    expect(() => parseWatchTypes("OPEN", true)).toThrow(
      new UsageError("--all-events: not together with --types"),
    );
  });
});

describe("--min-size", () => {
  const args = { "min-size": "1K" };

  test("is of the change, in either direction", () => {
    const changes = [{ change: 1024 }, { change: -1024 }, { change: 1023 }, { change: 0 }];
    expect(told(args, changes)).toEqual([{ change: 1024 }, { change: -1024 }]);
  });

  test("is of the whole where it is not known what was there before", () => {
    const changes = [{ size: 1024 }, { size: 1023 }, { size: null }, { size: 4096, change: 1 }];
    expect(told(args, changes)).toEqual([{ size: 1024 }]);
  });
});

describe("those who did it", () => {
  const [ada, root] = [processOf(201, "vi"), processOf(202, "cp", { uid: 0 })];
  const changes = [{ processInfo: ada }, { processInfo: root }, { processInfo: UNKNOWN_PROCESS }];

  test("are chosen by pid", () => {
    expect(told({ pid: "201" }, changes)).toEqual([{ processInfo: ada }]);
    expect(told({ pid: "202,201" }, changes)).toEqual([
      { processInfo: ada },
      { processInfo: root },
    ]);
  });

  test("are chosen by user, by name or number", () => {
    expect(told({ user: "root" }, changes)).toEqual([{ processInfo: root }]);
    expect(told({ user: "0,1000" }, changes)).toEqual([
      { processInfo: ada },
      { processInfo: root },
    ]);
  });

  test("are left out by name, which is bytes", () => {
    const named = { processInfo: processOf(203, "n\xc3\xa9") };
    expect(told({ "exclude-comm": ["vi,cp"] }, [...changes, named])).toEqual([
      { processInfo: UNKNOWN_PROCESS },
      named,
    ]);
    expect(told({ "exclude-comm": ["vi", "né"] }, [...changes, named])).toEqual([
      { processInfo: root },
      { processInfo: UNKNOWN_PROCESS },
    ]);
  });

  test("that nobody knows are a loss where they are asked for", () => {
    const losses = (args: Partial<WatchFilterArgs>) => {
      const all = choice(args);
      for (const change of changes) all.accepts(buildEvent("CREATE", "/a", change));
      return all.losses();
    };
    const lost = [{ what: "left out: nobody knows who made them", count: 1 }];
    expect([losses({ pid: "201" }), losses({ user: "root" }), losses({})]).toEqual([
      lost,
      lost,
      [],
    ]);
  });
});

describe("paths", () => {
  test("are chosen by patterns", () => {
    const { accepts } = choice({ include: ["*.c", "*.h"], exclude: [".git"] });
    const paths = ["/a.c", "/a.h", "/a.o", "/.git/a.c"];
    expect(paths.filter((path) => accepts(buildEvent("CREATE", path)))).toEqual(["/a.c", "/a.h"]);
  });

  test("of a rename are two, of which one is enough", () => {
    const { accepts } = choice({ exclude: ["*.tmp"] });
    const renamed = (oldPath: string, path: string) =>
      accepts(buildEvent("RENAME", path, { oldPath }));
    expect(renamed("/a.tmp", "/a")).toBe(true);
    expect(renamed("/a", "/a.tmp")).toBe(true);
    expect(renamed("/a.tmp", "/b.tmp")).toBe(false);
  });

  test("are not chosen by a pattern that cannot be read", () => {
    const { message, details } = errorOf({ exclude: ["a", "b[c"] });
    expect([message, details]).toEqual(["bad pattern: [ without ]", "  b[c\n   ^"]);
    expect(errorOf({ include: ["re:("] }).details).toBe("  re:(\n     ^");
  });
});

test("values are such that there are", () => {
  expect(errorOf({ "min-size": "1T" }).message).toMatch(/^--min-size 1T: want a size/);
  expect(errorOf({ pid: "0" }).message).toBe("--pid 0: want a whole number from 1");
  expect(errorOf({ user: "no such user" }).message).toBe("--user no such user: no such user");
  expect(errorOf({ "exclude-comm": ["a,"] }).message).toMatch(/^--exclude-comm : the kernel keeps/);
});
