import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { attachRefusal, type ReadText, refusal } from "../../../src/sources/ptrace/refusal.ts";
import { seize, sleeper } from "./children.ts";

test("a process that is traced already is refused because of its tracer", async () => {
  const child = await sleeper();
  const before = refusal(child.pid);
  seize(child.pid);
  const comm = readFileSync("/proc/self/comm", "latin1").trim();
  const reason = `${comm} (${process.pid}) traces it already`;
  expect(refusal(child.pid)).toBe(reason);
  expect(attachRefusal(child.pid)).toBe(reason);
  expect(before).not.toContain("traces it already");
  child.kill("SIGKILL");
  await child.exited;
});

test("the reason is not known for a process that has ended", () => {
  expect(refusal(99999999)).not.toContain("traces it already");
});

const PID = 77;
const status = (uid: number, capabilities: string, seccomp = 0) =>
  `Name:\tx\nTracerPid:\t0\nUid:\t${uid}\t${uid}\nCapEff:\t${capabilities}\nSeccomp:\t${seccomp}\n`;
const ROOT = "000001ffffffffff";
const NONE = "0000000000000000";

interface Machine {
  readonly scope?: number;
  readonly self?: string;
  readonly other?: string;
  readonly flags?: number;
}

/** The procfs of a machine. */
function machine({ scope, self = status(0, ROOT), other = self, flags = 0 }: Machine): ReadText {
  const files: Record<string, string> = {
    "/proc/self/status": self,
    [`/proc/${PID}/status`]: other,
    [`/proc/${PID}/stat`]: `${PID} (a) b) S 1 2 3 4 5 ${flags} 0`,
    ...(scope === undefined ? {} : { "/proc/sys/kernel/yama/ptrace_scope": `${scope}\n` }),
  };
  return (path) => files[path] ?? "";
}
const user = status(1000, NONE);

describe("Yama", () => {
  const own = (scope: number, self: string) => refusal(PID, machine({ scope, self }));
  const attached = (scope: number, self: string) => attachRefusal(PID, machine({ scope, self }));
  const IS = (scope: number) => `kernel.yama.ptrace_scope is ${scope}`;

  test("in scope 1 lets a user trace children only", () => {
    expect(own(1, user)).toBe("");
    expect(attached(1, user)).toStartWith(`${IS(1)}, which lets only parents trace: start`);
    expect([own(1, status(0, ROOT)), attached(1, status(0, ROOT))]).toEqual(["", ""]);
  });

  test("in scope 2 lets only root trace", () => {
    for (const reason of [own(2, user), attached(2, user)])
      expect(reason).toBe(`${IS(2)}, which lets only root trace: run trace with sudo`);
    expect([own(2, status(0, ROOT)), attached(2, status(0, ROOT))]).toEqual(["", ""]);
  });

  test("in scope 3 lets nobody trace", () => {
    for (const self of [user, status(0, ROOT)])
      for (const reason of [own(3, self), attached(3, self)])
        expect(reason).toStartWith(`${IS(3)}, which forbids ptrace until the next boot: as root`);
  });

  test("in scope 0, or absent, is no reason", () => {
    for (const scope of [0, undefined])
      for (const find of [refusal, attachRefusal])
        expect(find(PID, machine({ scope, self: user }))).not.toContain("yama");
  });
});

describe("a running process may not be traced", () => {
  test("if it belongs to another user", () => {
    expect(attachRefusal(PID, machine({ self: user, other: status(0, ROOT) }))).toStartWith(
      "it belongs to another user",
    );
    const byRoot = attachRefusal(PID, machine({ other: user }));
    expect(byRoot).toBe("");
  });

  test("if it has more rights", () => {
    expect(attachRefusal(PID, machine({ self: user }))).toStartWith("it has rights that you lack");
  });

  test("if it is a kernel thread", () => {
    expect(attachRefusal(PID, machine({ flags: 0x208040 }))).toStartWith("it is a kernel thread");
  });

  test("if it is trace itself", () => {
    expect(attachRefusal(process.pid)).toBe("trace cannot trace itself");
  });

  test("if a filter forbids it", () => {
    const self = status(0, ROOT, 2);
    for (const find of [refusal, attachRefusal])
      expect(find(PID, machine({ self, other: status(0, ROOT) }))).toStartWith("a seccomp filter");
  });
});
