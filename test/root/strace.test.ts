/** Checks the reference: strace sees what the test programs print, and is parsed correctly. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ObservedEvent } from "../strace/expectation.ts";
import { readStrace, STRACE } from "../strace/expectations.ts";
import {
  bytesOfJson,
  difference,
  run,
  show,
  temporaryDirectory,
  truthOf,
} from "./support/harness.ts";
import { canRun, program } from "./support/programs.ts";

/** Returns the opens of a list of expectations. */
function opens(events: readonly ObservedEvent[]): ObservedEvent[] {
  return events.filter(({ call }) => /^(open|openat|openat2|creat)$/.test(call));
}

/** Formats an open as the test programs print it. */
function line({ name, flags, mode, result, call }: ObservedEvent): string {
  return [show(Buffer.from(name ?? "", "latin1")), flags, mode, result, call].join("\t");
}

/** Runs a test program under strace; returns what it prints and what strace saw. */
function straced(command: string[]): { truth: string[]; events: ObservedEvent[] } {
  using directory = temporaryDirectory();
  const output = join(directory.path, "strace");
  const { status, stdout, stderr } = run([...STRACE, "-o", output, ...command], {
    cwd: directory.path,
  });
  if (status !== 0) throw new Error(`${command[0]}: status ${status}: ${stderr}`);
  return { truth: truthOf(stdout), events: readStrace(output, directory.path) };
}

for (const command of [
  ["open32"],
  ["int80"],
  ["names"],
  ["nonresident", "20"],
  ["tree", "fork", "5"],
  ["tree", "vfork", "5"],
  ["tree", "spawn", "5"],
  ["tree", "thread", "5"],
  ["tree", "threadexec", "5"],
  ["tree", "leader", "2"],
  ["tree", "daemon", "2"],
  ["tree", "chain", "5"],
  ["tree", "nested", "2"],
])
  test.skipIf(!canRun(command[0]))(`strace sees what ${command.join(" ")} prints`, () => {
    const { truth, events } = straced([program(command[0]), ...command.slice(1)]);
    const own = opens(events).filter(
      ({ name }) => command[0] !== "tree" || name?.startsWith("tree-"),
    );
    expect(difference(truth, own.map(line))).toBe("");
    expect(truth.length).toBeGreaterThan(0);
  });

test("strace sees what x32 prints except openat2's flags, which it does not read", () => {
  const { truth, events } = straced([program("x32")]);
  const short = (text: string) => text.split("\t").toSpliced(1, 2).join("\t");
  expect(difference(truth.map(short), opens(events).map(line).map(short))).toBe("");
});

test("strace shows an interrupted open by the kernel's internal error number", () => {
  const { events } = straced([program("interrupted")]);
  const results = opens(events).map(({ name, result }) => `${name} ${result}`);
  expect(results.sort()).toEqual([
    "fifo-eintr -512",
    "fifo-restart -512",
    "fifo-restart 3",
    "fifo-restart 3",
  ]);
});

test("strace shows a name that is too long for the kernel", () => {
  const { truth, events } = straced([program("toolong")]);
  for (const [i, { name, result }] of opens(events).entries()) {
    expect(name?.length).toBe(4095);
    expect(truth[i].startsWith(name ?? "?")).toBe(true);
    expect(result).toBe(-36);
  }
});

test("a comparison shows missing and extra lines", () => {
  expect(difference(["a", "b", "b"], ["b", "c", "a"])).toBe("- b\n+ c");
  expect(difference(["a\t?", "a\t1"], ["a\t1", "a\t2"])).toBe("");
  expect(difference(["a\t?"], ["b\t1"])).toBe("- a\t?\n+ b\t1");
});

test("names in JSON give their bytes back", () => {
  expect(bytesOfJson("a\udcffé\u{1f40e}\udcc3")).toEqual(
    Buffer.from([0x61, 0xff, 0xc3, 0xa9, 0xf0, 0x9f, 0x90, 0x8e, 0xc3]),
  );
});

test("every io_uring case gets the results that it expects from the kernel", () => {
  const uring = program("uring");
  const cases = truthOf(run([uring]).stdout);
  expect(cases.length).toBeGreaterThan(20);
  for (const name of cases) {
    using directory = temporaryDirectory();
    const { status, signal, stdout, stderr } = run([uring, name], { cwd: directory.path });
    expect(stderr).toBe("");
    expect([name, status, signal]).toEqual(
      name === "in-flight-killed" ? [name, null, "SIGKILL"] : [name, 0, null],
    );
    expect(truthOf(stdout).length).toBeGreaterThan(0);
  }
});

test("with our options strace prints no line that is not understood, for a shell and perl", () => {
  using directory = temporaryDirectory();
  const output = join(directory.path, "strace");
  const script = "(ls | cat) >/dev/null; perl -MPOSIX -e '' || cat /etc/passwd";
  run([...STRACE, "-o", output, "sh", "-c", script], { cwd: directory.path });
  expect(readStrace(output, directory.path).length).toBeGreaterThan(50);
  expect(readFileSync(output, "latin1")).not.toContain("strace:");
});
