/** How two runs differ: what counts, in which order, and how lines name it. */
import { describe, expect, test } from "bun:test";
import type { FileDigest } from "../../../../src/events/file-digest.ts";
import { Outcomes } from "../../../../src/model/outcomes.ts";
import type { RunEvent } from "../../../../src/model/run-event.ts";
import { compareRuns } from "../../../../src/sinks/reports/diff/compare.ts";
import { compareEnvironments } from "../../../../src/sinks/reports/diff/environment.ts";
import type { DirectoryMap, NamedRun } from "../../../../src/sinks/reports/diff/names.ts";
import { differenceText } from "../../../../src/sinks/reports/diff/report.ts";
import { RUN_EVENT } from "../../../model/run-event.ts";

const O_CREAT_WRONLY = 0o101;
const ENOENT = -2;
const EEXIST = -17;
const BASE: RunEvent = { ...RUN_EVENT, result: 3 };

type Event = Partial<RunEvent>;

/** Adds events, a millisecond after another. */
function runOf(events: readonly Event[]): Outcomes {
  const run = new Outcomes();
  for (const [index, event] of events.entries())
    run.add({ ...BASE, time: 1e18 + index * 1e6, ...event });
  return run;
}

const fork = (pid: number, child: number): Event => ({ event: "fork", pid, result: child });
const exec = (pid: number, ...argv: string[]): Event => {
  const path = `/bin/${argv[0]}`;
  return { event: "exec", pid, name: path, path, argv, result: 0, cwd: "/w" };
};
const exit = (pid: number, status: number): Event => ({
  ...{ event: "exit", pid },
  exit: { status, signal: null, started: null },
});
const open = (pid: number, path: string, result = 3): Event => ({ pid, name: path, path, result });
const stat = (pid: number, path: string, result = 0): Event => ({
  ...open(pid, path, result),
  event: "stat",
});
const create = (pid: number, path: string): Event => ({
  ...open(pid, path),
  flags: O_CREAT_WRONLY,
  created: true,
});
const mkdir = (pid: number, path: string, result = 0): Event => ({
  ...{ event: "mkdir", pid, name: path, path, result },
});
const unlink = (pid: number, path: string): Event => ({
  ...{ event: "unlink", pid, name: path, path, result: 0 },
});

/** Returns the lines of a comparison. */
function differences(
  a: readonly Event[],
  b: readonly Event[],
  maps: readonly DirectoryMap[] = [],
): string[] {
  return compareRuns(named(runOf(a), maps), named(runOf(b))).map(differenceText);
}

function named(run: Outcomes, maps: readonly DirectoryMap[] = []): NamedRun {
  return [run, { maps, temporary: [] }];
}

describe("what differs", () => {
  test("is an outcome, in the name that the program passed, and what follows from it", () => {
    const link: Event = { pid: 10, name: "/lib/z.so", path: "/lib/z.so.1.2" };
    const a = [exec(10, "app"), link, exit(10, 0)];
    const b = [
      exec(10, "app"),
      open(10, "/lib/z.so", ENOENT),
      open(10, "/alt/z.so"),
      exit(10, 127),
    ];
    expect(differences(a, b)).toEqual([
      "read /lib/z.so: 3 in A, ENOENT in B",
      "read only in B: /alt/z.so",
      "exit status of app: 0 in A, 127 in B",
    ]);
  });

  test("is where a symbolic link leads", () => {
    const to = (path: string): Event => ({ pid: 10, name: "/lib/z.so", path });
    expect(
      differences([exec(10, "app"), to("/lib/z.1")], [exec(10, "app"), to("/lib/z.2")]),
    ).toEqual(["read /lib/z.so: /lib/z.1 in A, /lib/z.2 in B"]);
  });

  test("is a file that only one run read, wrote or removed, and not that it was looked up, too", () => {
    const a = [exec(10, "app"), stat(10, "/x"), open(10, "/x")];
    const b = [exec(10, "app"), create(10, "/y"), unlink(10, "/z")];
    expect(differences(a, b)).toEqual([
      "write only in B: /y",
      "remove only in B: /z",
      "read only in A: /x",
    ]);
  });

  test("is a program that only one run executed, with what only it did", () => {
    const common = [exec(10, "make"), open(10, "/w/Makefile")];
    const strip = [fork(10, 11), exec(11, "strip", "app"), open(11, "/w/Makefile"), open(11, "/e")];
    expect(differences(common, [...common, ...strip])).toEqual([
      "run only in B: strip app",
      "read only in B: /e",
    ]);
  });

  test("is an argument; what the program did is compared nevertheless", () => {
    const cc = (level: string, path: string) => [
      ...[exec(10, "make"), fork(10, 11), exec(11, "cc", level, "-c", "a.c"), open(11, path)],
    ];
    expect(differences(cc("-O1", "/a.h"), cc("-O2", "/b.h"))).toEqual([
      "arguments of cc: -O1 in A, -O2 in B",
      "read only in B: /b.h",
      "read only in A: /a.h",
    ]);
  });

  test("is not an argument of another program", () => {
    const run = (program: string) => [exec(10, "make"), fork(10, 11), exec(11, program, "-o", "x")];
    expect(differences(run("cc"), run("ld"))).toEqual([
      "run only in B: ld -o x",
      "run only in A: cc -o x",
    ]);
  });

  test("is by the program that forked a process, until that executes another", () => {
    const common = [exec(10, "sh"), fork(10, 11)];
    const [a, b] = [runOf(common), runOf([...common, open(11, "/x")])];
    const [{ task }] = compareRuns(named(a), named(b));
    expect(task?.argv).toEqual(["sh"]);
  });

  test("is an address", () => {
    const to = (name: string): Event => ({
      event: "connect",
      pid: 10,
      name,
      path: null,
      result: 0,
    });
    expect(
      differences([exec(10, "curl"), to("192.0.2.1:80")], [exec(10, "curl"), to("192.0.2.2:80")]),
    ).toEqual(["connect only in B: 192.0.2.2:80", "connect only in A: 192.0.2.1:80"]);
  });

  test("is counted once for all processes that differ in the same way", () => {
    const cc = (pid: number, name: string, ...events: Event[]) => [
      ...[fork(10, pid), exec(pid, "cc", name), ...events],
    ];
    const a = [exec(10, "make"), ...cc(11, "a.c"), ...cc(12, "b.c")];
    const b = [
      exec(10, "make"),
      ...cc(11, "a.c", open(11, "/n.h")),
      ...cc(12, "b.c", open(12, "/n.h")),
    ];
    expect(differences(a, b)).toEqual(["read only in B: /n.h"]);
  });
});

test("what only a process did differs, even if others did it to a file that both runs made", () => {
  const cc = (pid: number, name: string, ...events: Event[]) => [
    ...[fork(10, pid), exec(pid, "cc", name), ...events],
  ];
  const gen = [exec(10, "make"), create(10, "/w/gen.h")];
  const a = [
    ...gen,
    ...cc(11, "a.c", open(11, "/w/gen.h")),
    ...cc(12, "b.c", open(12, "/w/gen.h")),
  ];
  const b = [...gen, ...cc(11, "a.c", open(11, "/w/gen.h")), ...cc(12, "b.c")];
  expect(differences(a, b)).toEqual(["read only in A: /w/gen.h"]);
});

test("a name in /tmp that both runs have is compared as it is, though it could be random", () => {
  const make = (...names: string[]) => [
    exec(10, "make"),
    mkdir(10, "/tmp/build98765"),
    ...names.map((name) => create(10, `/tmp/build98765/${name}`)),
  ];
  expect(differences(make("f00001.o", "f00002.o"), make("f00001.o"))).toEqual([
    "write only in A: /tmp/build98765/f00002.o",
  ]);
});

describe("what does not differ", () => {
  test("is the order of processes, and their pids", () => {
    const cc = (pid: number, name: string) => [
      ...[fork(10, pid), exec(pid, "cc", name), open(pid, `/w/${name}`), exit(pid, 0)],
    ];
    const [a, b] = [cc(11, "a.c"), cc(12, "b.c")];
    const other = [cc(35, "b.c"), cc(36, "a.c")];
    expect(
      differences([exec(10, "make"), ...a, ...b], [exec(10, "make"), ...other.flat()]),
    ).toEqual([]);
  });

  test("is which process makes a directory and which one finds it", () => {
    const task = (pid: number, name: string, result: number) => [
      ...[fork(10, pid), exec(pid, "mkdir", "-p", "d", name), mkdir(pid, "/w/d", result)],
    ];
    const a = [exec(10, "make"), ...task(11, "a", 0), ...task(12, "b", EEXIST)];
    const b = [exec(10, "make"), ...task(11, "b", 0), ...task(12, "a", EEXIST)];
    expect(differences(a, b)).toEqual([]);
    const c = [exec(10, "make"), ...task(11, "a", EEXIST), ...task(12, "b", EEXIST)];
    expect(differences(a, c)).toEqual(["create /w/d: 0 in A, EEXIST in B"]);
  });

  test("is a temporary name, also in arguments and below a directory with one", () => {
    const cc = (pid: number, name: string) => [
      ...[exec(10, "cc"), create(10, `/tmp/${name}.s`), fork(10, pid)],
      ...[exec(pid, "as", "-o", "a.o", `/tmp/${name}.s`), open(pid, `/tmp/${name}.s`)],
      ...[mkdir(pid, `/tmp/tmp.${name}8901`), create(pid, `/tmp/tmp.${name}8901/x`)],
      unlink(10, `/tmp/${name}.s`),
    ];
    expect(differences(cc(11, "ccAb12Xy"), cc(12, "ccZz9Q4r"))).toEqual([]);
  });

  test("is a random name of letters only, where both runs have one of the same shape", () => {
    const app = (name: string) => [
      ...[exec(10, "app"), create(10, `/dev/shm/sem.mp-${name}`)],
      unlink(10, `/dev/shm/sem.mp-${name}`),
    ];
    expect(differences(app("kvdswfee"), app("_9rro8pi"))).toEqual([]);
    expect(differences(app("kvdswfee"), app("kvdswfeee"))).not.toEqual([]);
    expect(differences([exec(10, "app")], app("kvdswfee"))[0]).toBe(
      "write only in B: /dev/shm/sem.mp-kvdswfee",
    );
  });

  test("is a hash of content in the name of a file, where both runs made such files", () => {
    const hash = (digit: string) => digit.repeat(38);
    const commit = (pid: number, directory: string, digit: string) => [
      ...[exec(pid, "git"), mkdir(pid, `/w/.git/objects/${directory}`)],
      create(pid, `/w/.git/objects/${directory}/tmp_obj_aB3xY9`),
      create(pid, `/w/.git/objects/${directory}/${hash(digit)}`),
      open(pid, `/w/.git/objects/${directory}/${hash(digit)}`),
      ...[unlink(pid, `/w/.git/objects/${directory}/tmp_obj_aB3xY9`)],
    ];
    expect(differences(commit(10, "0a", "1"), commit(10, "e7", "2"))).toEqual([]);
    const [first] = differences([exec(10, "git")], commit(10, "e7", "2"));
    expect(first).toBe("create only in B: /w/.git/objects/e7");
    const reads = (digit: string) => [
      exec(10, "cat"),
      open(10, `/w/.git/objects/e7/${hash(digit)}`),
    ];
    expect(differences(reads("1"), reads("2"))).not.toEqual([]);
  });

  test("is a name with a pid, whichever process has that pid in the other run", () => {
    const make = (one: number, other: number) => [
      ...[exec(10, "make"), fork(10, 11), fork(10, 12), exec(one, "a"), exec(other, "b")],
      ...[one, other].flatMap((pid) => [create(pid, `/tmp/l.${pid}`), open(pid, `/tmp/l.${pid}`)]),
    ];
    expect(differences(make(11, 12), make(12, 11))).toEqual([]);
    const look = (pid: number) => [
      ...[exec(10, "git"), fork(10, pid), exec(pid, "pack")],
      open(pid, `/w/.tmp-${pid}-pack.rev`, ENOENT),
    ];
    expect(differences(look(4895), look(5483))).toEqual([]);
  });

  test("is a pid, a time or a port in an argument, and nothing else of digits", () => {
    const app = (pid: number, time: number, port: number, level: number) => [
      ...[exec(10, "make"), fork(10, pid)],
      exec(pid, "app", `--parent=${pid}`, `--at=${time}`, `--port=${port}`, `-O${level}`),
      { event: "connect", pid, name: `127.0.0.1:${port}`, path: null, result: 0 },
    ];
    const a = app(1234, 1_000_000_001, 8080, 100);
    expect(differences(a, app(2345, 1_000_000_009, 8090, 100))[0]).toStartWith("connect only in ");
    expect(differences(a, app(2345, 1_000_000_009, 8080, 100))).toEqual([]);
    expect(differences(a, app(2345, 1_000_000_009, 8080, 200))).toEqual([
      "arguments of app: -O100 in A, -O200 in B",
    ]);
  });

  test("is the name of a directory that is mapped, in paths and arguments", () => {
    const cc = (directory: string) => [
      exec(10, "cc", `-I${directory}/include`, `${directory}/a.c`),
      open(10, `${directory}/a.c`),
    ];
    const maps: DirectoryMap[] = [["/home/a", "/builds"]];
    expect(differences(cc("/home/a"), cc("/builds"), maps)).toEqual([]);
    expect(differences(cc("/home/a"), cc("/builds"))).not.toEqual([]);
    const cat = (path: string) => [exec(10, "cat"), open(10, path)];
    expect(differences(cat("/home/ab"), cat("/buildsb"), maps)).not.toEqual([]);
  });

  test("is a process in /proc, and a local port", () => {
    const app = (pid: number, port: number) => [
      exec(10, "app"),
      open(10, `/proc/${pid}/maps`),
      { event: "connect", pid: 10, name: `127.0.0.1:${port}`, path: null, result: 0 },
    ];
    expect(differences(app(10, 40001), app(12, 51000))).toEqual([]);
    expect(differences(app(10, 8080), app(12, 8081))).not.toEqual([]);
  });

  test("is an interrupted call", () => {
    expect(differences([exec(10, "a")], [exec(10, "a"), open(10, "/fifo", -512)])).toEqual([]);
  });
});

test("what only the second run did comes before what it led to in the first one", () => {
  const make = (...events: Event[]) => [
    ...[exec(10, "make"), open(10, "/w/Makefile"), fork(10, 11), exec(11, "cc", "a.c")],
    ...[...events, fork(10, 12), exec(12, "ld", "a.o"), open(12, "/w/a.o")],
  ];
  const a = [...make(open(11, "/a.h")), open(12, "/only-a")];
  const b = make(open(11, "/a.h"), open(11, "/cause.h"));
  expect(differences(a, b)).toEqual(["read only in B: /cause.h", "read only in A: /only-a"]);
});

describe("content", () => {
  const digest = (path: string, sha256: string | null, size = 5): FileDigest => ({
    ...{ role: "input", path, state: sha256 === null ? "changed" : "exact", sha256 },
    stamp: { dev: "8:1", ino: "1", size, mtime: "1.0", ctime: "1.0" },
  });

  test("differs when the file was read, before what follows from it", () => {
    const link: Event = { pid: 10, name: "/w/a.h", path: "/w/real.h" };
    const common = [exec(10, "cc"), open(10, "/w/a.c"), link];
    const [a, b] = [runOf(common), runOf([...common, open(10, "/w/b.h")])];
    a.digests.addAll([digest("/w/real.h", "1".repeat(64)), digest("/w/a.c", "3".repeat(64))]);
    b.digests.addAll([digest("/w/real.h", "2".repeat(64)), digest("/w/a.c", "3".repeat(64))]);
    const found = compareRuns(named(a), named(b));
    expect(found.map(differenceText)).toEqual([
      "content of /w/real.h: sha256 111111111111… in A, 222222222222… in B",
      "read only in B: /w/b.h",
    ]);
    expect([found[0].at, found[0].task?.argv]).toEqual([2e6, ["cc"]]);
  });

  test("of an output differs when it was written last, and of an input when it was read first", () => {
    const cc = (pid: number) => [fork(9, pid), exec(pid, "cc", String(pid))];
    const run = [exec(9, "make"), ...cc(10), ...cc(11), create(11, "/o"), create(10, "/o")];
    const events = [...run, create(11, "/o"), open(10, "/o"), open(11, "/o")];
    const [a, b] = [runOf(events), runOf(events)];
    for (const role of ["input", "output"] as const) {
      a.digests.addAll([{ ...digest("/o", "1".repeat(64)), role }]);
      b.digests.addAll([{ ...digest("/o", "2".repeat(64)), role }]);
    }
    const found = compareRuns(named(a), named(b));
    expect(found.map(({ at, task }) => [Math.round(at / 1e6), task?.argv[1]])).toEqual([
      [5, "11"],
      [7, "11"],
    ]);
  });

  test("is named by its size; a file without a digest is not compared", () => {
    const [a, b] = [runOf([exec(10, "cc")]), runOf([exec(10, "cc")])];
    a.digests.addAll([digest("/x", "1".repeat(64), 5), digest("/y", "1".repeat(64))]);
    b.digests.addAll([digest("/x", "2".repeat(64), 6), digest("/y", null)]);
    expect(compareRuns(named(a), named(b)).map(differenceText)).toEqual([
      "content of /x: 5 bytes in A, 6 in B",
    ]);
  });
});

test("the environment differs in what was set, and in values, not in the session's variables", () => {
  const a = { PATH: "1234", CFLAGS: "0001", TOKEN: "", SHLVL: "1111", "A\nB": "1" };
  const b = { PATH: "1234", CFLAGS: "0002", DEBUG: "0003", SHLVL: "2222" };
  expect(compareEnvironments(a, b).map(differenceText)).toEqual([
    "environment variable A\\x0aB: set only in A",
    "environment variable CFLAGS: differs",
    "environment variable DEBUG: set only in B",
    "environment variable TOKEN: set only in A",
  ]);
  expect(compareEnvironments(undefined, b)).toEqual([]);
  expect(compareEnvironments(a, ["x"])).toEqual([]);
});
