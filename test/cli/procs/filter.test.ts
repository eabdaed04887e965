import { describe, expect, test } from "bun:test";
import { UsageError } from "../../../src/cli/messages.ts";
import {
  PROCESS_EVENT_NAMES,
  ProcessFilter,
  type ProcessFilterArgs,
} from "../../../src/cli/procs/filter.ts";
import { PROCESS_COLUMNS } from "../../../src/events/process-event.ts";
import { ProcessTree } from "../../../src/filters/process-tree.ts";
import { buildEvent, EVENTS, exec, exit, fork, TREE } from "../../fixtures/procs/builders.ts";

/** "exec 201" for each event that is chosen. */
function chosen(args: ProcessFilterArgs, roots?: number[], events = TREE): string[] {
  const choice = new ProcessFilter(args, roots ? new ProcessTree(roots) : null);
  return events.filter(choice.accepts).map(({ event }) => `${event.name} ${event.tgid}`);
}

describe("without options", () => {
  test("every event is chosen", () => {
    expect(chosen({}, undefined, EVENTS).length).toBe(EVENTS.length);
  });
});

describe("--events", () => {
  test("keeps to kinds", () => {
    const names = (events: string) => chosen({ events }, undefined, EVENTS).map((each) => each[0]);
    expect(names("uid,gid")).toEqual(["u", "g"]);
    expect(names("coredump")).toEqual(["c"]);
  });

  test("names those that there are, and a near one", () => {
    expect(PROCESS_EVENT_NAMES.length).toBe(9);
    expect(() => chosen({ events: "exce" })).toThrow(
      new UsageError("--events exce: not known; did you mean exec?"),
    );
    expect(() => chosen({ events: "" })).toThrow(UsageError);
    expect(() => chosen({ events: "none" })).toThrow(UsageError);
  });
});

describe("--pid", () => {
  test("keeps to processes, and to those that they fork", () => {
    expect(chosen({ pid: "203" })).toEqual(["fork 203", "fork 204", "exit 203"]);
    expect(chosen({ pid: "201,202" }).length).toBe(6);
  });

  test("is a number", () => {
    for (const pid of ["", "x", "0", "1,", "-1"])
      expect(() => chosen({ pid })).toThrow(/^--pid .*: want a whole number from 1$/);
  });
});

describe("--comm", () => {
  test("keeps to processes of a name", () => {
    expect(chosen({ comm: "sleep" })).toEqual(["exec 201", "exit 201"]);
  });

  test("is bytes: UTF-8 as it was typed", () => {
    const event = exec(1, 7, "x", { comm: Buffer.from("né").toString("latin1") });
    expect(chosen({ comm: "né" }, undefined, [event])).toEqual(["exec 7"]);
  });

  test("is no longer than the kernel keeps", () => {
    expect(() => chosen({ comm: "sixteen letters!" })).toThrow(UsageError);
  });
});

describe("a tree", () => {
  test("has its root and all that descend from it", () => {
    expect(chosen({}, [203])).toEqual([
      "fork 203",
      "fork 204",
      "exec 204",
      "fork 204",
      "exit 204",
      "exit 204",
      "exit 203",
    ]);
    expect(chosen({}, [200]).length).toBe(TREE.length - 1);
  });

  test("follows forks that are not shown", () => {
    expect(chosen({ events: "exec" }, [203])).toEqual(["exec 204"]);
  });

  test("forgets who ended: the number is another's then", () => {
    const events = [fork(1, 5, 6, "a"), exit(2, 6, 0, "a"), fork(3, 9, 6, "b"), exec(4, 6, "b")];
    expect(chosen({}, [5], events)).toEqual(["fork 6", "exit 6"]);
  });

  test("keeps a process whose thread ends", () => {
    const thread = buildEvent(
      0x80000000,
      2,
      [7, 6, 0, 0, 0, 0],
      fork(0, 5, 6, "a").processInfo,
      true,
    );
    const events = [fork(1, 5, 6, "a"), thread, exec(3, 6, "b")];
    expect(chosen({}, [5], events)).toEqual(["fork 6", "exit 6", "exec 6"]);
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
    const choice = new ProcessFilter(args, null);
    events.filter(choice.accepts);
    return choice.losses();
  };

  test("are a loss, each once", () => {
    expect(lost({})).toEqual([{ what: "processes without a name", count: 1 }]);
    expect(lost({ events: "exec,fork" })).toEqual([{ what: "processes without a name", count: 1 }]);
  });

  test("are none where they were not asked for", () => {
    expect(lost({ pid: "6" })).toEqual([]);
  });
});

test("columns have each a name and a key of their own", () => {
  for (const field of ["name", "key"] as const)
    expect(new Set(PROCESS_COLUMNS.map((column) => column[field])).size).toBe(
      PROCESS_COLUMNS.length,
    );
});
