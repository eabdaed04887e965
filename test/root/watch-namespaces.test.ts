/** Which process caused an event: pid namespaces, pids that are used again, and kernel threads. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { allPids, readProcStat } from "../../src/attribution/procfs.ts";
import { ProcessSource } from "../../src/sources/proc-connector/process-source.ts";
import { run, TRACE, temporaryDirectory } from "./support/harness.ts";
import { mounted } from "./support/mounts.ts";
import { besideWatch, type Change, changesIn, NDJSON } from "./support/watch.ts";

setDefaultTimeout(60_000);

const UNKNOWN = { pid: null, comm: null, argv: [], user: null, origin: "unknown" };
const CREATED = ["--types", "CREATE"];

/** Runs `trace watch` and then a script in the directory, both in a new pid namespace. */
function inside(script: string, args: readonly string[], unshare: readonly string[]) {
  using directory = temporaryDirectory();
  using beside = temporaryDirectory();
  const whole = `
    "$0" watch "$@" >out 2>err & trace=$!
    i=0; until grep -q Ctrl-C err || [ $i -gt 200 ]; do sleep 0.1; i=$((i+1)); done
    (cd '${directory.path}'; ${script})
    kill -TERM $trace; wait $trace`;
  const command = ["unshare", "--pid", "--fork", "--kill-child", ...unshare, "sh", "-c", whole];
  run([...command, TRACE, ...NDJSON, ...CREATED, ...args, directory.path], { cwd: beside.path });
  const [out, err] = ["out", "err"].map((name) => readFileSync(join(beside.path, name), "utf8"));
  return { err, changes: changesIn(out) };
}

const named = (changes: readonly Change[], name: string) =>
  changes.find(({ path }) => path?.endsWith(`/${name}`));

describe.each([[["--no-ebpf"]], [[]]])("with %p", (args) => {
  test("a /proc of another pid namespace does not name an unrelated process", () => {
    // Its shell is older than trace, so that only /proc has its name.
    const script = "echo >a; sh -c 'echo >b; sleep 0.3; :' & wait";
    const { changes } = inside(script, args, []);
    expect(named(changes, "a")).toMatchObject({ comm: "sh", argv: expect.arrayContaining(["-c"]) });
    expect(named(changes, "b")?.argv.slice(0, 2)).toEqual(["sh", "-c"]);
    expect(named(changes, "b")?.ppid).toBe(named(changes, "a")!.pid);
  });

  test("a process without a pid in our namespace is unknown, also one of its threads", async () => {
    using directory = temporaryDirectory();
    const under = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];
    const thread = `import threading; t = threading.Thread(target=lambda: open("t", "w"));
t.start(); t.join()`;
    const { changes, stderr } = await besideWatch(
      [...NDJSON, ...CREATED, ...args, "--count", "2", directory.path],
      () => {
        run(["sh", "-c", "echo >s"], { cwd: directory.path });
        run(["python3", "-c", thread], { cwd: directory.path });
      },
      { under, signal: null },
    );
    expect(changes.length).toBe(2);
    for (const change of changes) expect(change).toMatchObject(UNKNOWN);
    expect(stderr).toContain("processes outside of this pid namespace cannot be identified\n");
  });

  test("of two processes that had the same pid, none is taken for the other", () => {
    // Trace reads both events at once, when both processes have exited.
    const script = `
      kill -STOP $trace
      sh -c 'echo >old; echo $$ >pid'; pid=$(cat pid)
      until [ "$now" = "$pid" ]; do
        echo $((pid - 1)) >/proc/sys/kernel/ns_last_pid
        perl -e 'open(F, ">new$$"); print $$' >now; now=$(cat now)
      done
      mv new$pid new; kill -CONT $trace`;
    const { changes } = inside(script, args, ["--mount-proc"]);
    const old = named(changes, "old")!;
    const next = changes.find(({ path, pid }) => path?.includes("/new") && pid === old.pid)!;
    expect([old, next].map(({ origin, comm }) => [origin, comm])).toEqual([
      ["unknown", null],
      ["unknown", null],
    ]);
  });
});

test("a kernel thread has its own name, not that of the thread that started it", () => {
  const source = new ProcessSource({ ebpf: true, threads: false });
  using _fs = mounted("ext4");
  source.drain(() => {});
  const journals = allPids().filter((pid) => readProcStat(pid)?.comm.startsWith("jbd2/loop"));
  expect(journals.length).toBeGreaterThan(0);
  for (const pid of journals) expect(source.lookup(pid).comm).toStartWith("jbd2/loop");
  source.close();
});
