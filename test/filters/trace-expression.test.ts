/** strace's -e. */
import { describe, expect, test } from "bun:test";
import { ExpressionError, parseExpressions } from "../../src/filters/trace-expression.ts";
import { syscallNames } from "../../src/syscalls/table.ts";

const ALL = [...syscallNames("x64")];
const namesOf = (...expressions: string[]) => parseExpressions(expressions, "x64").names;
const sorted = (...expressions: string[]) => [...(namesOf(...expressions) ?? [])].sort();

describe("calls are selected", () => {
  test("all, without an expression", () => {
    expect(parseExpressions([], "x64")).toMatchObject({ names: null, status: "all" });
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

  test("by the last expression of a kind", () => {
    expect(sorted("read", "write")).toEqual(["write"]);
    expect(parseExpressions(["status=failed", "read"], "x64")).toMatchObject({ status: "failed" });
  });

  test("by status", () => {
    expect(parseExpressions(["status=successful"], "x64").status).toBe("successful");
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
    ["read,", '"read,": a name is missing'],
    ["trace=", '"": a name is missing'],
    ["/(", "/(: not a regular expression"],
    ["status=odd", "status=odd: expected failed or successful"],
  ])("%s", (expression, message) => {
    expect(rejection(expression)).toBe(message);
  });

  test("when its qualifier is unknown", () => {
    expect(rejection("inject=openat")).toContain("inject=: expected trace=");
  });
});
