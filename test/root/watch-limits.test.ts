/** What watch and procs cannot know, and what they say about it. */
import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { allPids, tidsOf } from "../../src/attribution/proc-pids.ts";
import { run, runTrace, TRACE, temporaryDirectory } from "./support/harness.ts";
import { besideWatch, NDJSON } from "./support/watch.ts";

const NOBODY = 65534;
const AS_NOBODY = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];

/** The largest pid that nobody has. */
function unusedPid(): number {
  const max = Number(readFileSync("/proc/sys/kernel/pid_max", "latin1")) - 1;
  const used = new Set(allPids());
  for (let pid = max; ; pid--) if (!used.has(pid)) return pid;
}

describe("a process that does not exist", () => {
  const pid = String(unusedPid());
  test.each([
    [["procs", "--tree", pid]],
    [["procs", "--pid", `1,${pid}`]],
    [["watch", "--pid", pid, "/"]],
    [["all", "--pid", pid]],
  ])("is an error: %j", (args) => {
    const { status, stderr } = runTrace(args);
    const [command, option] = args;
    expect([command, status, stderr]).toEqual([
      command,
      2,
      `trace: ${option} ${pid}: no such process\n`,
    ]);
  });

  test("may be a thread, which is named", () => {
    const thread = tidsOf(process.pid).find((tid) => tid !== process.pid)!;
    const { status, stderr } = runTrace(["procs", "--tree", String(thread)]);
    expect([status, stderr]).toEqual([
      2,
      `trace: --tree ${thread}: is a thread of process ${process.pid}; name that\n`,
    ]);
  });
});

test("the user is the effective one of a set-user-ID program, and the real one is known too", async () => {
  using directory = temporaryDirectory();
  chmodSync(directory.path, 0o777);
  const touch = join(directory.path, "touch");
  copyFileSync(Bun.which("touch")!, touch);
  chmodSync(touch, 0o4755);
  const watched = join(directory.path, "watched");
  mkdirSync(watched);
  chownSync(watched, 0, 0);
  const log = join(directory.path, "log");
  const work = () => {
    expect(run([...AS_NOBODY, touch, join(watched, "by-nobody")]).status).toBe(0);
    expect(run(["touch", join(watched, "by-root")]).status).toBe(0);
  };
  const args = ["--types", "CREATE", ...NDJSON, "-o", log];
  const { changes } = await besideWatch([...args, watched], work);
  expect(changes).toMatchObject([
    { path: join(watched, "by-nobody"), user: "root", uid: 0, ruser: "nobody", ruid: NOBODY },
    { path: join(watched, "by-root"), user: "root", uid: 0, ruser: null, ruid: null },
  ]);
  const query = (user: string) =>
    runTrace(["query", log, "--user", user, "--format", "csv", "--columns", "path,ruser"]).stdout;
  expect(query("nobody").toString()).toBe(`path,ruser\n"${watched}/by-nobody","nobody"\n`);
  expect(query("root").toString().split("\n").length).toBe(4);
  const selected = await besideWatch(["--user", "nobody", ...NDJSON, watched], () => {
    run([...AS_NOBODY, touch, join(watched, "by-nobody")]);
    run(["touch", join(watched, "by-root")]);
  });
  expect(new Set(selected.changes.map(({ path }) => path))).toEqual(
    new Set([join(watched, "by-nobody")]),
  );
});

describe("more than 64 KiB of arguments", () => {
  const words = Array.from({ length: 2000 }, (_, i) => `${i}-${"x".repeat(100)}`);
  const execOf = (script: string) => {
    using directory = temporaryDirectory();
    const output = join(directory.path, "procs");
    const format = ["--format", "ndjson", "--columns", "event,comm,argv,detail", "-o", output];
    const { stderr } = runTrace(["procs", ...format, "--", "sh", "-c", script, "sh", ...words]);
    const rows = readFileSync(output, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    return { rows, stderr };
  };

  test("are read whole while the process runs", () => {
    const { rows, stderr } = execOf("sleep 0.5");
    const exec = rows.find(({ event, comm }) => event === "exec" && comm === "sh");
    expect(exec).toEqual({
      ...exec,
      argv: ["sh", "-c", "sleep 0.5", "sh", ...words],
      detail: null,
    });
    expect(stderr).toMatch(/events, complete\n$/);
  });

  test("are never cut without a mark", () => {
    const { rows, stderr } = execOf('true "$@"; exec /bin/true "$@"');
    const execs = rows.filter(({ event, argv }) => event === "exec" && argv.length > 100);
    expect(execs.length).toBe(2);
    for (const { argv, detail } of execs)
      expect(argv.length < words.length).toBe(detail === "arguments truncated");
    const cut = execs.filter(({ detail }) => detail !== null).length;
    if (cut > 0) expect(stderr).toContain("INCOMPLETE: ");
    if (cut > 0) expect(stderr).toMatch(/\d+ processes with truncated arguments/);
  });
});

test("a truncation by name is reported as MODIFY, not among the default types", async () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, "file");
  const truncate = () => run(["python3", "-c", `import os; os.truncate("${path}", 3)`]);
  const during = async (...args: string[]) => {
    writeFileSync(path, "content");
    const { changes } = await besideWatch([...args, ...NDJSON, path], truncate);
    return changes.map(({ type, size }) => [type, size]);
  };
  expect(await during()).toEqual([]);
  expect(await during("--types", "MODIFY")).toEqual([["MODIFY", 3]]);
});

test("no rotated files to keep is an error, with and without rotation", () => {
  for (const more of [[], ["-o", "/dev/null"]])
    expect(run([TRACE, "watch", "--keep", "0", ...more, "/"])).toMatchObject({
      status: 2,
      stderr: "trace: --keep 0: expected a whole number from 1\n",
    });
});

test("a file system of the kernel is said to be one, and what processes write is reported", async () => {
  const path = "/proc/sys/vm/swappiness";
  const value = readFileSync(path, "latin1");
  const { stderr, changes } = await besideWatch(["--format", "ndjson", path], () =>
    run(["sh", "-c", `echo ${value.trim()} >${path}`]),
  );
  expect(stderr).toContain(
    `trace: ${path} is on proc: only what processes write is reported, not what the kernel changes\n`,
  );
  expect(changes.map(({ type }) => type)).toContain("CLOSE_WRITE");
});
