import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import {
  reportError,
  StartError,
  toUsageError,
  UsageError,
  withStartErrors,
} from "../../src/cli/errors.ts";
import { setWriter } from "../../src/cli/messages.ts";
import { DaemonError } from "../../src/daemon/registry.ts";
import { SystemError } from "../../src/ffi/errno.ts";
import { CommandError } from "../../src/process/child.ts";
import { OutputClosedError, OutputOpenError } from "../../src/storage/output-file.ts";

const ENOENT = 2;
const EACCES = 13;

let stderr = "";
setWriter((text) => {
  stderr += text;
});
beforeEach(() => {
  stderr = "";
});
afterAll(() =>
  setWriter((text) => {
    process.stderr.write(text);
  }),
);

describe("an error that is reported", () => {
  test.each([
    [new UsageError("--x: unknown option"), 2, "trace: --x: unknown option\n"],
    [new UsageError("bad", { details: "  a\n  ^" }), 2, "trace: bad\n  a\n  ^\n"],
    [new StartError("no root", { advice: "use sudo" }), 125, "trace: no root; use sudo\n"],
    [new CommandError("x", ENOENT), 127, "trace: x: No such file or directory (ENOENT)\n"],
    [new CommandError("x", EACCES), 126, "trace: x: Permission denied (EACCES)\n"],
    [new SystemError("open", "f", EACCES), 125, "trace: open(f): EACCES: Permission denied\n"],
    [new OutputClosedError(), 0, ""],
    [
      new OutputOpenError("f", EACCES),
      125,
      "trace: open(f): EACCES: Permission denied; choose another file with -o\n",
    ],
  ])("%p has its exit status and message", (error, status, message) => {
    expect([reportError(error), stderr]).toEqual([status, message]);
  });

  test("is a bug if trace did not throw it on purpose", () => {
    expect(reportError(new TypeError("x is not a function"))).toBe(125);
    expect(stderr).toMatch(
      /^trace: a bug in trace: TypeError: x is not a function\n[\s\S]*errors\.test/,
    );
  });
});

describe("an error that is turned into another", () => {
  /** Returns the error that the work throws. */
  function thrownBy(work: () => unknown): Error {
    try {
      work();
    } catch (error) {
      return error as Error;
    }
    throw new Error("nothing was thrown");
  }

  test("is its cause", () => {
    const pattern = new Error("bad\n  a\n  ^");
    expect(toUsageError("--x", pattern).cause).toBe(pattern);
    const daemon = new DaemonError("busy");
    const thrown = thrownBy(() =>
      withStartErrors("", () => {
        throw daemon;
      }),
    );
    expect(thrown).toBeInstanceOf(StartError);
    expect([thrown.message, thrown.cause]).toEqual(["busy", daemon]);
  });

  test("of the system names the call, the path and the error", () => {
    const system = Object.assign(new Error("x"), { code: "EIO", syscall: "read" });
    expect(
      thrownBy(() =>
        withStartErrors("/f", () => {
          throw system;
        }),
      ).message,
    ).toBe("read(/f): EIO");
  });

  test("stays as it is if it is unexpected", () => {
    const bug = new TypeError("bug");
    expect(
      thrownBy(() =>
        withStartErrors("", () => {
          throw bug;
        }),
      ),
    ).toBe(bug);
  });
});
