/** strace's -e. */
import { describe, expect, test } from "bun:test";
import {
  CALL_STATUSES,
  ExpressionError,
  parseExpressions,
} from "../../src/filters/trace-expression.ts";
import { syscallNames } from "../../src/syscalls/table.ts";

const ALL = [...syscallNames("x64")];
const callsOf = (...expressions: string[]) => parseExpressions(expressions, "x64").calls;
const namesOf = (...expressions: string[]) => callsOf(...expressions)?.namesOf("x64") ?? ALL;
const sorted = (...expressions: string[]) => [...namesOf(...expressions)].sort();

describe("calls are selected", () => {
  test("all, without an expression", () => {
    expect(parseExpressions([], "x64")).toMatchObject({ calls: null, status: { inverted: true } });
  });

  test("by name, with trace=, with t= and without", () => {
    expect(sorted("openat,read")).toEqual(["openat", "read"]);
    expect(sorted("trace=openat,read")).toEqual(["openat", "read"]);
    expect(sorted("t=close")).toEqual(["close"]);
  });

  test("by class, combined with single calls", () => {
    const network = sorted("%network");
    expect(network).toContain("sendmsg");
    expect(network).not.toContain("openat");
    expect(sorted("trace=%network,openat")).toEqual([...network, "openat"].sort());
  });

  test("by a pattern", () => {
    expect(sorted("/^epoll_")).toEqual(ALL.filter((name) => name.startsWith("epoll_")).sort());
  });

  test("all but some", () => {
    const chosen = sorted("!mmap,%network");
    expect(chosen).not.toContain("mmap");
    expect(chosen).not.toContain("socket");
    expect(chosen).toHaveLength(ALL.length - 1 - sorted("%network").length);
    expect(sorted("trace=!none")).toHaveLength(ALL.length);
  });

  test("all and none", () => {
    expect(sorted("all")).toHaveLength(ALL.length);
    expect(sorted("none")).toEqual([]);
  });

  test("by a name that this machine lacks, if it is optional", () => {
    expect(sorted("?nosuch,read")).toEqual(["read"]);
  });

  test("by number, and by names of other ABIs", () => {
    expect(sorted("42,?9999")).toEqual(["connect"]);
    const calls = callsOf("mmap2,open@32,read@64,42@32")!;
    expect(calls.has("mmap2", "x64Compat")).toBe(true);
    expect([calls.has("open", "x64Compat"), calls.has("open", "x64")]).toEqual([true, false]);
    expect([calls.has("read", "x64"), calls.has("read", "x64Compat")]).toEqual([true, false]);
    expect([calls.has("pipe", "x64Compat"), calls.has("connect", "x64")]).toEqual([true, false]);
  });

  test("by classes without %, empty names and several exclamation marks", () => {
    expect(sorted("file,")).toEqual(sorted("%file"));
    expect(sorted(",mmap,,")).toEqual(["mmap"]);
    expect(sorted("!!mmap")).toEqual(["mmap"]);
    expect(callsOf("!mmap")!.has("unknown_call", "x64")).toBe(true);
  });

  test("by signal, in any spelling", () => {
    const { signals } = parseExpressions(["signal=int,SIGHUP,15,rt_1"], "x64");
    expect([...signals.members]).toEqual([2, 1, 15, 33]);
    expect(parseExpressions(["signal=!int"], "x64").signals.has(2)).toBe(false);
  });

  test("by the last expression of a kind", () => {
    expect(sorted("read", "write")).toEqual(["write"]);
    const { status, calls } = parseExpressions(["status=failed", "read"], "x64");
    expect([status.has("failed"), status.has("successful")]).toEqual([true, false]);
    expect([...calls!.namesOf("x64")]).toEqual(["read"]);
  });

  test("by status", () => {
    const chosen = (text: string) => {
      const { status } = parseExpressions([`status=${text}`], "x64");
      return CALL_STATUSES.filter((each) => status.has(each));
    };
    expect(chosen("successful")).toEqual(["successful"]);
    expect(chosen("!failed,detached")).toEqual(["successful", "unfinished", "unavailable"]);
    expect(chosen("none")).toEqual([]);
    expect(chosen("all")).toEqual([...CALL_STATUSES]);
  });
});

describe("an expression is rejected", () => {
  const rejection = (expression: string) => {
    try {
      parseExpressions([expression], "x64");
    } catch (error) {
      if (error instanceof ExpressionError) return error.message;
    }
    return null;
  };

  test.each([
    ["opnat", "opnat: no such system call; did you mean openat?"],
    ["%netwrk", "%netwrk: no such system call; did you mean %network?"],
    [",", '",": expected a system call, all or none'],
    ["trace=", '"": expected a system call, all or none'],
    ["open@99", "open@99: no such ABI; expected one of @64, @32, @x32"],
    ["signal=itn", "signal=itn: no such signal; did you mean INT?"],
    ["quiet=exit,atach", "quiet=atach: no such message; did you mean attach?"],
    ["/(", "/(: not a regular expression"],
    ["status=faild", "status=faild: no such status; did you mean failed?"],
  ])("%s", (expression, message) => {
    expect(rejection(expression)).toBe(message);
  });

  test("when its qualifier is unknown", () => {
    expect(rejection("statu=failed")).toBe(
      "statu=: no such kind of expression; did you mean status?",
    );
  });
});
