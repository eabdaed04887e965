import { afterEach, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { libc } from "../../../src/ffi/libc.ts";
import { Child } from "../../../src/process/child.ts";
import { defaultInheritance } from "../../../src/process/inherited-state.ts";
import { filteredThreads, hasFilter, isTrapped } from "../../../src/sources/ptrace/own-filters.ts";
import { syscallNumber } from "../../../src/syscalls/table.ts";
import { stateOf, until } from "./children.ts";
import { stopOf, stopOfAbi } from "./stops.ts";

const PR_SET_SECCOMP = 22n;
const PR_SET_NAME = 15n;
const [STRICT, FILTER] = [0n, 1n];
const [TSYNC, LOG, NEW_LISTENER, TSYNC_ESRCH] = [1n, 2n, 8n, 16n];

test.each([
  ["prctl", stopOf("prctl", PR_SET_SECCOMP, 2n), "one"],
  ["a 32-bit prctl", stopOfAbi("x64Compat", "prctl", PR_SET_SECCOMP, 2n), "one"],
  ["prctl with garbage above the int", stopOf("prctl", (7n << 32n) | PR_SET_SECCOMP, 2n), "one"],
  ["another prctl", stopOf("prctl", PR_SET_NAME, 2n), null],
  ["seccomp", stopOf("seccomp", FILTER, LOG), "one"],
  ["a seccomp with a listener", stopOf("seccomp", FILTER, NEW_LISTENER), "one"],
  ["a seccomp for all threads", stopOf("seccomp", FILTER, TSYNC | LOG), "all"],
  ["… and a listener", stopOf("seccomp", FILTER, TSYNC | NEW_LISTENER | TSYNC_ESRCH), "all"],
  ["a 32-bit seccomp for all", stopOfAbi("x64Compat", "seccomp", FILTER, TSYNC), "all"],
  ["an x32 seccomp for all", stopOfAbi("x32", "seccomp", FILTER, TSYNC), "all"],
  ["a seccomp without a filter", stopOf("seccomp", STRICT, TSYNC), null],
  ["a question to seccomp", stopOf("seccomp", 2n, TSYNC), null],
  ["another call with such arguments", stopOf("read", FILTER, TSYNC), null],
  ["the number of prctl in another ABI", stopOfAbi("x64Compat", "poll", PR_SET_SECCOMP), null],
] as const)("which threads get a filter by %s", (_, stop, expected) => {
  expect(filteredThreads(stop)).toBe(expected);
});

const pids: number[] = [];
afterEach(() => {
  for (const pid of pids.splice(0)) process.kill(pid, "SIGKILL");
});

const SIGSYS = 31;
const ARCH = process.arch === "arm64" ? "arm64" : "x64";

/** Starts a process that blocks SIGSYS. */
async function blocked(isPending: boolean): Promise<number> {
  const child = Bun.spawn(["env", "--block-signal=SYS", "sleep", "60"]);
  pids.push(child.pid);
  const comm = () => readFileSync(`/proc/${child.pid}/comm`, "latin1");
  await until(() => comm() === "sleep\n" && stateOf(child.pid) === "S");
  const tgkill = syscallNumber(ARCH, "tgkill")!;
  if (isPending) libc.syscall(tgkill, child.pid, child.pid, SIGSYS, 0, 0, 0);
  return child.pid;
}

test("a thread has a filter or strict mode if its status says so", async () => {
  const { pid } = Child.spawn({
    command: ["sleep", "60"],
    env: process.env,
    inherited: defaultInheritance(),
    user: null,
    missingCalls: [425],
  });
  pids.push(pid);
  expect(hasFilter(pid)).toBe(true);
  expect(hasFilter(await blocked(false))).toBe(hasFilter("self"));
  expect(hasFilter(99999999)).toBe(false);
});

test("a call is trapped if SIGSYS is pending and the registers are as before it", async () => {
  const tid = await blocked(true);
  const stop = stopOf("openat", BigInt.asUintN(64, -100n), 1n);
  stop.tid = tid;
  stop.result = BigInt(stop.number); // x86-64's rax
  expect(isTrapped(stop)).toBe(true);
  stop.result = -100n; // arm64's x0
  expect(isTrapped(stop)).toBe(true);
  stop.result = 3n;
  expect(isTrapped(stop)).toBe(false);
  stop.result = BigInt(stop.number);
  stop.failed = true;
  expect(isTrapped(stop)).toBe(false);
});

test("a call is not trapped without a pending SIGSYS, whatever it returns", async () => {
  const tid = await blocked(false);
  const stop = stopOf("openat", 1n);
  stop.tid = tid;
  stop.result = BigInt(stop.number);
  expect(isTrapped(stop)).toBe(false);
  stop.tid = 99999999;
  expect(isTrapped(stop)).toBe(false);
});
