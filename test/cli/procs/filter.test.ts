import { describe, expect, test } from "bun:test";
import { UsageError } from "../../../src/cli/errors.ts";
import {
  PROCESS_EVENT_NAMES,
  ProcessFilter,
  type ProcessFilterArgs,
} from "../../../src/cli/procs/filter.ts";
import { PROCESS_COLUMNS } from "../../../src/events/process-event.ts";
import { ProcessTree } from "../../../src/filters/process-tree.ts";
import { buildEvent, EVENTS, exec, exit, fork, TREE } from "../../fixtures/procs/builders.ts";

/** Returns "exec 201" for each accepted event. */
function accepted(args: ProcessFilterArgs, roots?: number[], events = TREE): string[] {
  const filter = new ProcessFilter(args, roots ? new ProcessTree(roots) : null);
  return events.filter(filter.accepts).map(({ event }) => `${event.name} ${event.tgid}`);
}

describe("without options", () => {
  test("every event is accepted", () => {
    expect(accepted({}, undefined, EVENTS).length).toBe(EVENTS.length);
  });
});

describe("--events", () => {
  test("accepts only these events", () => {
    const names = (events: string) =>
      accepted({ events }, undefined, EVENTS).map((each) => each[0]);
    expect(names("uid,gid")).toEqual(["u", "g"]);
    expect(names("coredump")).toEqual(["c"]);
  });

  test("names a near match in the error", () => {
    expect(PROCESS_EVENT_NAMES.length).toBe(9);
    expect(() => accepted({ events: "exce" })).toThrow(
      new UsageError("--events exce: unknown value; did you mean exec?"),
    );
    expect(() => accepted({ events: "" })).toThrow(UsageError);
    expect(() => accepted({ events: "none" })).toThrow(UsageError);
  });
});

describe("--pid", () => {
  test("accepts only these processes and the forks of their children", () => {
    expect(accepted({ pid: "203" })).toEqual(["fork 203", "fork 204", "exit 203"]);
    expect(accepted({ pid: "201,202" }).length).toBe(6);
  });

  test("has to be a number", () => {
    for (const pid of ["", "x", "0", "1,", "-1"])
      expect(() => accepted({ pid })).toThrow(/^--pid .*: expected a whole number from 1$/);
  });
});

describe("--comm", () => {
  test("accepts only processes with this name", () => {
    expect(accepted({ comm: "sleep" })).toEqual(["exec 201", "exit 201"]);
  });

  test("is compared as UTF-8 bytes", () => {
    const event = exec(1, 7, "x", { comm: Buffer.from("né").toString("latin1") });
    expect(accepted({ comm: "né" }, undefined, [event])).toEqual(["exec 7"]);
  });

  test("is at most as long as the kernel stores it", () => {
    expect(() => accepted({ comm: "sixteen letters!" })).toThrow(UsageError);
  });
});

describe("a tree", () => {
  test("consists of its root and all descendants", () => {
    expect(accepted({}, [203])).toEqual([
      "fork 203",
      "fork 204",
      "exec 204",
      "fork 204",
      "exit 204",
      "exit 204",
      "exit 203",
    ]);
    expect(accepted({}, [200]).length).toBe(TREE.length - 1);
  });

  test("follows forks that are not reported", () => {
    expect(accepted({ events: "exec" }, [203])).toEqual(["exec 204"]);
  });

  test("forgets processes that exited, because their pids are reused", () => {
    const events = [fork(1, 5, 6, "a"), exit(2, 6, 0, "a"), fork(3, 9, 6, "b"), exec(4, 6, "b")];
    expect(accepted({}, [5], events)).toEqual(["fork 6", "exit 6"]);
  });

  test("retains a process if one of its threads exits", () => {
    const thread = buildEvent(
      0x80000000,
      2,
      [7, 6, 0, 0, 0, 0],
      fork(0, 5, 6, "a").processInfo,
      true,
    );
    const events = [fork(1, 5, 6, "a"), thread, exec(3, 6, "b")];
    expect(accepted({}, [5], events)).toEqual(["fork 6", "exit 6", "exec 6"]);
  });
});

describe("processes without a name", () => {
  const unknown = { origin: "unknown" } as const;
  const events = [
    exec(1, 5, "", unknown),
    exit(2, 5, 0, "", unknown),
    exec(3, 6, "x"),
    exit(4, 6, 0, "x"),
  ];
  const lost = (args: ProcessFilterArgs) => {
    const filter = new ProcessFilter(args, null);
    events.filter(filter.accepts);
    return filter.losses();
  };

  test("are a loss and counted once each", () => {
    expect(lost({})).toEqual([{ what: "processes without a name", count: 1 }]);
    expect(lost({ events: "exec,fork" })).toEqual([{ what: "processes without a name", count: 1 }]);
  });

  test("are no loss if they were not requested", () => {
    expect(lost({ pid: "6" })).toEqual([]);
  });
});

test("the names and the keys of columns are unique", () => {
  for (const field of ["name", "key"] as const)
    expect(new Set(PROCESS_COLUMNS.map((column) => column[field])).size).toBe(
      PROCESS_COLUMNS.length,
    );
});
