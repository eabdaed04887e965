/** The judge is judged: strace's lines are read right, and it sees what the programs say. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bytesOfJson, difference, run, show, temporaryDirectory, truthOf } from "./harness.ts";
import { program } from "./programs.ts";
import { parseStrace, readStrace, STRACE, type StraceCall } from "./strace.ts";

function line({ name, flags, mode, result, call }: StraceCall): string {
  return [show(name), flags, mode, result, call].join("\t");
}

/** What a test program says, and what strace saw of it. */
function straced(command: string[]): { truth: string[]; calls: StraceCall[] } {
  using directory = temporaryDirectory();
  const output = join(directory.path, "strace");
  const { status, stdout, stderr } = run([...STRACE, "-o", output, ...command], {
    cwd: directory.path,
  });
  if (status !== 0) throw new Error(`${command[0]}: status ${status}: ${stderr}`);
  return { truth: truthOf(stdout), calls: readStrace(output) };
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
  test(`strace sees what ${command.join(" ")} says`, () => {
    const { truth, calls } = straced([program(command[0]), ...command.slice(1)]);
    const own =
      command[0] === "tree" ? calls.filter((c) => show(c.name).startsWith("tree-")) : calls;
    expect(difference(truth, own.map(line))).toBe("");
    expect(truth.length).toBeGreaterThan(0);
  });

test("strace sees what x32 says but for openat2's flags, which it does not read", () => {
  const { truth, calls } = straced([program("x32")]);
  const short = (text: string) => text.split("\t").toSpliced(1, 2).join("\t");
  expect(difference(truth.map(short), calls.map(line).map(short))).toBe("");
});

test("strace shows an interrupted open by the kernel's own error number", () => {
  const { calls } = straced([program("interrupted")]);
  const results = calls.map(({ name, result }) => `${name} ${result}`).sort();
  expect(results).toEqual([
    "fifo-eintr -512",
    "fifo-restart -512",
    "fifo-restart 3",
    "fifo-restart 3",
  ]);
});

test("strace cuts a name that is too long for the kernel", () => {
  const { truth, calls } = straced([program("toolong")]);
  for (const [i, { name, result }] of calls.entries()) {
    expect(name.length).toBe(4095);
    expect(truth[i].startsWith(show(name))).toBe(true);
    expect(result).toBe(-36);
  }
});

test("calls that are interleaved, or that never end, are put together", () => {
  const calls = parseStrace(
    [
      '7 openat(-100, "\\x61", 0x80000 <unfinished ...>',
      '8 open("\\x62", 0x241, 0644) = -1 ENOENT (No such file or directory)',
      "7 <... openat resumed>)             = 3",
      "8 openat(-100, NULL, 0)             = -1 EFAULT (Bad address)",
      '8 openat(-100, "\\x63", 0x41, 0600 <unfinished ...>) = ?',
      '9 openat2(5, "\\x64", {flags=0x41, mode=0600, resolve=0x8}, 24 <unfinished ...>',
      "9 +++ killed by SIGKILL +++",
      "",
    ].join("\n"),
  );
  expect(calls.map((c) => `${c.tid} ${line(c)}`)).toEqual([
    "8 b\t577\t420\t-2\topen",
    "7 a\t524288\t0\t3\topenat",
    "8 \t0\t0\t-14\topenat",
    "8 c\t65\t384\t\topenat",
    "9 d\t65\t384\t\topenat2",
  ]);
});

test("a comparison shows what is missing and what is too much", () => {
  expect(difference(["a", "b", "b"], ["b", "c", "a"])).toBe("- b\n+ c");
  expect(difference(["a\t?", "a\t1"], ["a\t1", "a\t2"])).toBe("");
  expect(difference(["a\t?"], ["b\t1"])).toBe("- a\t?\n+ b\t1");
});

test("names in JSON give their bytes back", () => {
  expect(bytesOfJson("a\udcffé\u{1f40e}\udcc3")).toEqual(
    Buffer.from([0x61, 0xff, 0xc3, 0xa9, 0xf0, 0x9f, 0x90, 0x8e, 0xc3]),
  );
});

test("every io_uring case gets the answers from the kernel that it expects", () => {
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

test("strace's own options leave no line unread in a shell's and python's opens", () => {
  using directory = temporaryDirectory();
  const output = join(directory.path, "strace");
  run([...STRACE, "-o", output, "sh", "-c", "(ls | cat) >/dev/null; python3 -c 'import json'"]);
  expect(readStrace(output).length).toBeGreaterThan(20);
  expect(readFileSync(output, "latin1")).not.toContain("strace:");
});
