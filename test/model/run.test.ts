/** The model of a run: processes, what they did to files, pipes between them, addresses. */
import { describe, expect, test } from "bun:test";
import type { Process } from "../../src/model/process.ts";
import { MAX_EXECS } from "../../src/model/process.ts";
import { Run } from "../../src/model/run.ts";
import type { RunEvent } from "../../src/model/run-event.ts";
import { RUN_EVENT } from "./run-event.ts";

const O_CREAT_WRONLY = 0o101;
const BASE: RunEvent = { ...RUN_EVENT, followed: false, followed2: false };

/** Adds events, one second after another unless they say when. */
function runOf(...events: readonly Partial<RunEvent>[]): Run {
  const run = new Run();
  for (const [index, event] of events.entries())
    run.add({ ...BASE, time: (index + 1) * 1e9, ...event });
  return run;
}

const fork = (pid: number, child: number) => ({ event: "fork", pid, result: child });
const exec = (pid: number, path: string, ...argv: string[]) => ({ event: "exec", pid, path, argv });
const exit = (pid: number, status = 0, started: number | null = null) => ({
  ...{ event: "exit", pid },
  exit: { status, signal: null, started },
});
const open = (pid: number, path: string) => ({ event: "open", pid, path });

/** The processes of a run as text: pid, parent's pid, status. */
const listed = (run: Run) =>
  run.processes.all.map(({ pid, parent, status }) => `${pid} of ${parent?.pid ?? "-"} ${status}`);
const deeds = (run: Run, process: Process | undefined) =>
  Array.from(run.edges.from(process!), ({ action, target, times }) => {
    const name =
      "origin" in target ? (target.origin ?? "new") : "path" in target ? target.path : target.name;
    return `${action} ${name}${times > 1 ? ` ${times} times` : ""}`;
  });

describe("processes", () => {
  test("have the parent that forked them, each exec with its directory, and their exit", () => {
    const run = runOf(
      fork(10, 11),
      { ...exec(11, "/bin/sh", "sh", "-c", ""), cwd: "/d" },
      exec(11, "/bin/make", "make"),
      fork(11, 12),
      exit(11, 3),
      { event: "exit", pid: 12, exit: { status: null, signal: 9, started: null } },
    );
    expect(listed(run)).toEqual(["10 of - null", "11 of 10 3", "12 of 11 null"]);
    const [, make, child] = run.processes.all;
    expect(make.execs.map(({ path, argv, cwd, time }) => [path, argv, cwd, time])).toEqual([
      ["/bin/sh", ["sh", "-c", ""], "/d", 2e9],
      ["/bin/make", ["make"], null, 3e9],
    ]);
    expect(make).toMatchObject({ started: 1e9, first: 1e9, last: 5e9, ended: 5e9 });
    expect([...child.ancestors()].map(({ pid }) => pid)).toEqual([11, 10]);
    expect(child.signal).toBe(9);
  });

  test("with the same pid are several: a fork begins one, also where an exit is missing", () => {
    const run = runOf(fork(10, 11), open(11, "/a"), exit(11, 1), fork(10, 11), open(11, "/b"));
    expect(listed(run)).toEqual(["10 of - null", "11 of 10 1", "11 of 10 null"]);
    expect(deeds(run, run.processes.all[1])).toEqual(["read /a"]);
    expect(deeds(run, run.processes.find(11))).toEqual(["read /b"]);
    const withoutExit = runOf(fork(10, 11), fork(12, 11), open(11, "/b"));
    expect(listed(withoutExit)).toEqual([
      "10 of - null",
      "11 of 10 null",
      "12 of - null",
      "11 of 12 null",
    ]);
  });

  test("whose fork is missing have no parent, and are told apart by their start", () => {
    const run = runOf(
      open(11, "/a"),
      exit(11, 1, 0.5e9),
      open(11, "/b"),
      // Its fork and the exit of the one before are missing: it started after that was seen.
      exit(11, 2, 3.5e9),
    );
    expect(listed(run)).toEqual(["11 of - 1", "11 of - null", "11 of - 2"]);
  });

  test("that exit twice, because two last threads do, and io_uring requests after it, are one", () => {
    const run = runOf(fork(10, 11), exit(11, 0, 0.9e9), exit(11, 0, 0.9e9), {
      ...open(11, "/late"),
      isLate: true,
    });
    expect(listed(run)).toEqual(["10 of - null", "11 of 10 0"]);
    expect(deeds(run, run.processes.find(11))).toEqual(["read /late"]);
  });

  test("outside the pid namespace are no parents, and their children have none", () => {
    const run = runOf(fork(0, 11), fork(10, 0), exit(0), open(0, "/a"), open(11, "/b"));
    expect(listed(run)).toEqual(["0 of - null", "11 of - null", "10 of - null"]);
    expect(run.forks).toBe(2);
    expect(deeds(run, run.processes.find(0))).toEqual(["read /a"]);
  });

  test("of a record without times have no times, and the order of its rows", () => {
    const run = runOf(
      ...[fork(10, 11), exit(11), open(11, "/a")].map((each) => ({ ...each, time: undefined })),
    );
    expect(listed(run)).toEqual(["10 of - null", "11 of 10 0", "11 of - null"]);
    expect(run.processes.all[1].started).toBeNull();
  });

  test("that execute in a loop keep the first programs and the last", () => {
    const run = runOf(
      ...Array.from({ length: 1000 }, (_, i) => exec(10, `/bin/${i}`, "x", `${i}`)),
    );
    const { execs, execCount } = run.processes.all[0];
    expect([execs.length, execCount]).toEqual([MAX_EXECS, 1000]);
    expect([execs[0].path, execs[MAX_EXECS - 1].argv[1]]).toEqual(["/bin/0", "999"]);
  });
});

test("each kind of action is an edge from the process to the file, which keeps its identity", () => {
  const run = runOf(
    exec(10, "/bin/sh", "sh"),
    { event: "interp", path: "/lib/ld.so" },
    { ...open(10, "/t"), flags: O_CREAT_WRONLY, created: true },
    { event: "stat", path: "/old" },
    { event: "rename", path: "/t", path2: "/old" },
    open(10, "/x"),
    open(10, "/x"),
    { event: "list", path: "/d" },
    { event: "unlink", path: "/x" },
    { event: "mkdir", path: "/n" },
    { event: "link", path: "/old", path2: "/l" },
    { event: "symlink", name: "x", path2: "/s" },
    { event: "truncate", path: "/l" },
  );
  expect(deeds(run, run.processes.find(10))).toEqual([
    "executed /bin/sh",
    "interpreter /lib/ld.so",
    "created new 2 times",
    "written new 2 times",
    "moved new",
    "removed /old",
    "read /x 2 times",
    "listed /d",
    "removed /x",
    "created new",
    "created new",
  ]);
  const unknown = { mntns: "", mount: null, directory: null, followed: false };
  const { file } = run.files.found(run.files.locate({ path: "/l", ...unknown }), false);
  expect(Array.from(run.edges.to(file), ({ action }) => action)).toEqual([
    "created",
    "written",
    "moved",
  ]);
});

test("failed lookups are edges in the order of their first times, as is what was found instead", () => {
  const lookup = (path: string) => ({ path, result: -2 });
  const run = runOf(lookup("/a/x.h"), lookup("/b/x.h"), lookup("/a/x.h"), open(10, "/c/x.h"));
  const edges = [...run.edges.from(run.processes.all[0])];
  expect(edges.map(({ action, times, first, last }) => [action, times, first, last])).toEqual([
    ["failed", 2, 1e9, 3e9],
    ["failed", 1, 2e9, 2e9],
    ["read", 1, 4e9, 4e9],
  ]);
  const failed = [...run.failedLookups.values()].find(({ path }) => path === "/b/x.h");
  expect(Array.from(run.edges.to(failed!), ({ source }) => source.pid)).toEqual([10]);
});

test("processes with one pipe at fd 1 and at fd 0 are linked by it", () => {
  const pipe = { id: "14:5", type: "fifo" };
  const file = { id: "8:5", type: "file" };
  const run = runOf(
    { ...exec(11, "/bin/cat", "cat"), stdio: [file, pipe, null] },
    { ...exec(12, "/bin/sort", "sort"), stdio: [pipe, file, file] },
    { ...exec(0, "/bin/x", "x"), stdio: [pipe, pipe, pipe] },
  );
  const pids = (processes: Iterable<Process>) => Array.from(processes, ({ pid }) => pid);
  expect(run.pipes.size).toBe(1);
  const [{ writers, readers }] = run.pipes.values();
  expect([pids(writers), pids(readers)]).toEqual([[11], [12]]);
});

test("addresses are edges of the processes that connect or bind to them", () => {
  const run = runOf(
    { event: "connect", name: "192.0.2.1:80", result: -115 },
    { event: "bind", name: "[::]:80" },
    { event: "bind", name: "/run/s", path: "/run/s" },
  );
  expect(deeds(run, run.processes.all[0])).toEqual([
    "connected 192.0.2.1:80",
    "bound [::]:80",
    "bound /run/s",
  ]);
});

test("events of unknown kinds and without a path are counted and change nothing", () => {
  const run = runOf({ event: "future", path: "/a" }, { event: "unlink" }, { event: "exit" });
  expect([run.events, deeds(run, run.processes.all[0]).length]).toEqual([3, 0]);
});

test("an open file that no path leads to is known by its place in the file system", () => {
  const mount = { dev: "8:1", root: "/", point: "/" };
  const run = runOf(
    { path: "/bin/sh", followed: true, mount, id: "1:1" },
    { path: null, detached: { dev: "8:1", path: "/d/f" }, id: "1:2" },
  );
  const inputs = Array.from(run.files.readFiles(), ([{ path }]) => path);
  expect(inputs).toEqual(["/bin/sh", "/d/f"]);
});

describe("a rename that moves its own working directory starts where that was before", () => {
  const AT_FDCWD = -100;
  // After the rename, the working directory is that of the target.
  const rename = { event: "rename", dfd: AT_FDCWD, name: "../../d", directory: "/p/c/e" };
  test.each([
    {
      path: "/p/d",
      dfd2: AT_FDCWD,
      name2: "../../p/c",
      path2: "/p/p/c",
      directory2: "/p/c/e",
    },
    // Where the first name leads afterwards, by chance, is the second path.
    { path: "/p/c", dfd2: 3, name2: "c", path2: "/p/c", directory2: "/p" },
  ])("to $name2", (names) => {
    const run = runOf(
      { event: "chdir", call: "chdir", path: "/d/e", followed: true },
      { ...rename, ...names },
      { path: "/p/c/e/f", followed: true, id: "1:7" },
    );
    const inputs = Array.from(run.files.readFiles(), ([{ path }]) => path);
    const removed = Array.from(run.files.removed(), ([{ path }]) => path);
    expect([inputs, removed]).toEqual([["/d/e/f"], ["/d"]]);
  });
});

test("a rename to the same file moves nothing", () => {
  const run = runOf({ event: "rename", name: "a", path: "/a", name2: "./a", path2: "/./a" });
  expect(deeds(run, run.processes.all[0])).toEqual([]);
});

describe("a call that is about a symbolic link, or about what it leads to", () => {
  const AT_SYMLINK_NOFOLLOW = 0x100;
  const AT_SYMLINK_FOLLOW = 0x400;
  const symlink = { event: "symlink", name: "a", path2: "/s" };

  test.each([
    [{ event: "chown", call: "lchown" }, "/s"],
    [{ event: "chown", call: "chown" }, "/a"],
    [{ event: "chown", call: "fchownat", flags: AT_SYMLINK_NOFOLLOW }, "/s"],
    [{ event: "chmod", call: "fchmodat2", flags: AT_SYMLINK_NOFOLLOW }, "/s"],
    [{ event: "utimes", call: "utimensat" }, "/a"],
    [{ event: "utimes", call: "utimensat", flags: AT_SYMLINK_NOFOLLOW }, "/s"],
  ])("%j changes the attributes of %s", (event, changed) => {
    const run = runOf(symlink, { ...event, path: "/s" });
    const paths = Array.from(run.files.entries()).filter(([{ file }]) => file.changed);
    expect(paths.map(([, { path }]) => path)).toEqual([changed]);
  });

  test.each([
    [AT_SYMLINK_FOLLOW, ["/a", "/h"]],
    [0, ["/s", "/h"]],
  ])("a hard link with the flags %d gives a name to the one of %j", (flags, names) => {
    const run = runOf(symlink, { event: "link", flags, path: "/s", path2: "/h" });
    const paths = new Map(Array.from(run.files.entries(), ([{ file }, { path }]) => [path, file]));
    expect(paths.get(names[0])).toBe(paths.get(names[1])!);
  });
});
