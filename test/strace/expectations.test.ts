/** The parser of strace's output: interleaved lines, every kind of argument, and processes. */
import { expect, test } from "bun:test";
import { lineOf } from "./expectation.ts";
import { straceEvents } from "./expectations.ts";

/** Converts strings in quotes and angle brackets to hex, as strace -xx prints them. */
function hex(text: string): string {
  const inHex = (plain: string) =>
    [...Buffer.from(plain)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
  return text
    .replace(/"([^"]*)"/g, (_, plain) => `"${inHex(plain)}"`)
    .replace(/<([^<>]*)>/g, (_, plain) => `<${inHex(plain)}>`);
}

/** Parses lines of strace and formats the events, one per line. */
function events(...lines: string[]): string[] {
  const text = lines.map((line) =>
    /unfinished|resumed|pid changed/.test(line) ? line : hex(line),
  );
  return straceEvents(`${text.join("\n")}\n`, "/").map((event) =>
    lineOf(event).replaceAll("\t", " "),
  );
}

test("interleaved and unfinished calls are joined", () => {
  expect(
    events(
      '7 openat(-100</\\x61>, "\\x61", 0x80000 <unfinished ...>',
      "7 clone(child_stack=NULL, flags=0x1200000|17) = 8",
      '8 open("/b", 0x241, 0644) = -1 ENOENT (No such file or directory)',
      "7 <... openat resumed>)             = 3</\\x61/\\x61>",
      "8 openat(-100, NULL, 0)             = -1 EFAULT (Bad address)",
      '8 openat(-100, "\\x63", 0x41, 0600 <unfinished ...>) = ?',
      '8 openat2(5, "\\x64", {flags=0x41, mode=0600, resolve=0x8}, 24 <unfinished ...>',
      "8 +++ killed by SIGKILL +++",
      '7 open("\\x65", 0x80000 <unfinished ...>',
      "7 <... open resumed> <unfinished ...>) = ?",
    ),
  ).toEqual([
    "7/7 fork flags=18874368 result=8",
    "8/8 open name=/b path=/b flags=577 mode=420 dfd=-100 result=-2",
    "7/7 openat name=a path=/a/a flags=524288 mode=0 dfd=-100 result=3",
    "8/8 openat name= flags=0 mode=0 dfd=-100 result=-14",
    "8/8 openat name=c path=/c flags=65 mode=384 dfd=-100",
    "8/8 openat2 name=d flags=65 mode=384 dfd=5",
    "8/- exit signal=9",
    "7/7 open name=e path=/e flags=524288 mode=0 dfd=-100",
  ]);
});

test("a thread that executes another program gets the process's id", () => {
  expect(
    events(
      "7 clone3({flags=0x10f00, exit_signal=0} => {parent_tid=[8]}, 88) = 8",
      '8 execve("\\x2f\\x62", ["\\x66"], [] <unfinished ...>',
      "7 ???(7 +++ superseded by execve in pid 8 +++",
      "7 <... execve resumed>)             = -1 ENOENT (No such file or directory)",
      "7 +++ exited with 3 +++",
    ),
  ).toEqual(["7/7 execve name=/b path=/b dfd=-100 result=-2", "7/- exit status=3"]);
});

test("a thread that ends its creator before that has returned belongs to its process", () => {
  const clone3 = "clone3({flags=0x3d0f00, exit_signal=0, stack_size=0x8002c0}";
  expect(
    events(
      "6 clone(child_stack=NULL, flags=0x1200000|17) = 7",
      "6 clone(child_stack=NULL, flags=0x1200000|17) = 17",
      `7 ${clone3} <unfinished ...>`,
      `17 ${clone3} <unfinished ...>`,
      // Of two possible creators, the one whose id the thread takes over.
      '8 openat(-100, "\\x61", 0 <unfinished ...>',
      "8 <... openat resumed>)             = 3",
      '8 execve("\\x2f\\x62", ["\\x66"], [] <unfinished ...>',
      "7 <... clone3 resumed> <unfinished ...>) = ?",
      "7 +++ superseded by execve in pid 8 +++",
      "7 <... execve resumed>)             = -1 ENOENT (No such file or directory)",
      '18 execve("\\x2f\\x62", ["\\x66"], [] <pid changed to 17 ...>',
      "17 +++ superseded by execve in pid 18 +++",
      "17 <... execve resumed>)             = -1 ENOENT (No such file or directory)",
      "17 +++ exited with 4 +++",
      "7 +++ exited with 3 +++",
    ),
  ).toEqual([
    "6/6 fork flags=18874368 result=7",
    "6/6 fork flags=18874368 result=17",
    "7/8 openat name=a path=/a flags=0 mode=0 dfd=-100 result=3",
    "7/7 execve name=/b path=/b dfd=-100 result=-2",
    "17/17 execve name=/b path=/b dfd=-100 result=-2",
    "17/- exit status=4",
    "7/- exit status=3",
  ]);
});

test("a child of a process that was killed before its fork returned is assigned to it", () => {
  expect(
    events(
      "7 clone(child_stack=NULL, flags=0x1200000|17 <unfinished ...>",
      "8 clone3({flags=0x3d0f00, exit_signal=0} <unfinished ...>",
      '9 openat(-100, "\\x61", 0 <unfinished ...>',
      "7 <... clone resumed> <unfinished ...>) = ?",
      "7 +++ killed by SIGKILL +++",
      "9 +++ killed by SIGKILL +++",
      "8 +++ killed by SIGKILL +++",
    ),
  ).toEqual([
    "7/7 fork flags=18874368 result=8",
    "7/- exit signal=9",
    "8/9 openat name=a path=/a flags=0 mode=0 dfd=-100",
    "8/- exit signal=9",
  ]);
  const forks = (...lines: string[]) =>
    events("7 clone(child_stack=NULL, flags=0x1200000|17 <unfinished ...>", ...lines).length;
  expect(forks("7 +++ killed by SIGKILL +++")).toBe(2);
});

test("a thread that has no possible creator is an error", () => {
  const open = '8 open("\\x61", 0) = 3';
  const clone = "7 clone(child_stack=NULL, flags=0x1200000|17";
  const lines = (...between: string[]) => ['7 open("\\x61", 0) = 3', ...between];
  expect(() => events(...lines(open))).toThrow("a thread without a creator: 8");
  expect(() => events(...lines(open, `${clone} <unfinished ...>`))).toThrow("creator: 8");
  expect(() => events(...lines(`${clone}) = -1 EAGAIN (Try again)`, open))).toThrow("creator: 8");
});

test("arguments are found by their roles, and paths are resolved", () => {
  expect(
    events(
      '7 renameat2(3</a/b>, "../c", -100</d>, "./e", 0x1) = 0',
      '7 symlinkat("text", 3</a>, "s") = 0',
      '7 linkat(-100</d>, "x", 3<pipe:[12]>, "y", 0) = -1 ENOTDIR (Not a directory)',
      '7 mknod("f", 010600) = 0',
      "7 ftruncate(4</d/f>(deleted), 5) = 0",
      '7 fsetxattr(4<socket:[9]>, "user.x", "1", 1, 0x2) = -1 EPERM (Operation not permitted)',
      '7 faccessat2(-100</d>, "/d//f/.", 0x4, 0x200|0x100) = 0',
      '7 connect(3<socket:[1]>, {sa_family=0x1, sun_path=@"x"}, 4) = 0',
      '7 bind(3<socket:[1]>, {sa_family=0x1, sun_path="sock"}, 7) = 0',
      '7 bind(3<socket:[1]>, {sa_family=0x2, sin_port="12", sin_addr="abcd"}, 16) = 0',
    ),
  ).toEqual([
    "7/7 renameat2 name=../c name2=./e path=/a/c path2=/d/e flags=1 dfd=3 result=0",
    "7/7 symlinkat name=text name2=s path2=/a/s result=0",
    "7/7 linkat name=x name2=y path=/d/x flags=0 dfd=-100 result=-20",
    "7/7 mknod name=f path=/d/f mode=4480 dfd=-100 result=0",
    "7/7 ftruncate path=/d/f dfd=4 result=0",
    "7/7 fsetxattr name2=user.x flags=2 dfd=4 result=-1",
    "7/7 faccessat2 name=/d//f/. path=/d/f flags=768 mode=4 dfd=-100 result=0",
    "7/7 connect name=@x dfd=3 result=0",
    "7/7 bind name=sock path=/d/sock dfd=3 result=0",
    "7/7 bind name=97.98.99.100:12594 dfd=3 result=0",
  ]);
});
