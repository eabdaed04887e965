/** `trace watch` with real programs: the changes it reports, its log, and how it ends. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { LOG_COLUMNS } from "../../src/events/watch-columns.ts";
import { run, TRACE, temporaryDirectory, until } from "./support/harness.ts";
import { besideWatch, type Change, changesIn, NDJSON, type WatchOptions } from "./support/watch.ts";

setDefaultTimeout(120_000);

/** Runs a shell script in an empty watched directory and returns the changes. */
async function changesOf(script: string, args: readonly string[] = [], options: WatchOptions = {}) {
  using directory = temporaryDirectory();
  chmodSync(directory.path, 0o777);
  const work = () => run(["sh", "-c", script], { cwd: directory.path });
  const format = args.includes("--columns") ? ["--format", "ndjson"] : NDJSON;
  const result = await besideWatch([...format, ...args, directory.path], work, options);
  return { ...result, changes: result.changes, path: directory.path };
}

/** Formats changes as "CREATE a", with paths relative to the directory. */
const lines = (changes: readonly Change[], below: string) =>
  changes.map(({ type, path }) => `${type} ${path?.replace(`${below}/`, "") ?? "-"}`);

describe("file changes", () => {
  test("are reported in order, with the process", async () => {
    const { changes, path, stderr, status } = await changesOf("echo hello >a; mv a b; rm b");
    expect(lines(changes, path)).toEqual([
      "CREATE a",
      "CLOSE_WRITE a",
      "MOVED_FROM a",
      "MOVED_TO b",
      "MOVE_SELF b",
      "ATTRIB b",
      "DELETE_SELF b",
      "DELETE b",
    ]);
    const [created, , moved] = changes;
    expect(created).toMatchObject({ comm: "sh", user: "root", uid: 0, ftype: "file" });
    expect(moved).toMatchObject({ comm: "mv", argv: ["mv", "a", "b"], ppid: created.pid });
    expect(changes.at(-1)).toMatchObject({ comm: "rm", argv: ["rm", "b"] });
    expect(stderr).toEndWith("\ntrace: 8 events, complete\n");
    expect(status).toBe(0);
  });

  test("have sizes and the change of the size", async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, "a");
    const args = [...NDJSON, "--types", "CLOSE_WRITE", directory.path];
    const { changes } = await besideWatch(args, async (_, soFar) => {
      const scripts = ["echo hello >$0", "echo more >>$0", ": >$0", "echo x >>$0"];
      for (const [index, script] of scripts.entries()) {
        run(["sh", "-c", script, file]);
        // The size is read when the event is read.
        await until(() => soFar().length > index);
      }
    });
    expect(changes.map(({ size, change }) => [size, change])).toEqual([
      [6, 6],
      [11, 5],
      [0, -11],
      [2, 2],
    ]);
  });

  test("are reported for a directory's entries, and with -r for all below", async () => {
    const script = "mkdir d; echo x >d/a; mkdir -p e/f/g; echo x >e/f/g/a";
    const flat = await changesOf(script, ["--types", "CREATE"]);
    expect(lines(flat.changes, flat.path)).toEqual(["CREATE d", "CREATE e"]);
    const deep = await changesOf(script, ["-r", "--types", "CREATE"]);
    const all = ["d", "d/a", "e", "e/f", "e/f/g", "e/f/g/a"].map((name) => `CREATE ${name}`);
    expect(lines(deep.changes, deep.path)).toEqual(all);
  });

  test("are reported for one file", async () => {
    using directory = temporaryDirectory();
    const [file, other] = ["a", "b"].map((name) => join(directory.path, name));
    writeFileSync(file, "x");
    const { changes } = await besideWatch([...NDJSON, file], () => {
      const script = 'echo y >"$0"; echo z >>"$1"';
      run(["sh", "-c", script, other, file]);
    });
    expect(lines(changes, directory.path)).toEqual(["CLOSE_WRITE a"]);
  });

  test("are reported for the target of a symbolic link at the start", async () => {
    using directory = temporaryDirectory();
    const [real, link] = ["real", "link"].map((name) => join(directory.path, name));
    mkdirSync(real);
    symlinkSync(real, link);
    const { changes } = await besideWatch([...NDJSON, "--types", "CREATE", link], () =>
      run(["touch", join(link, "a")]),
    );
    expect(changes.map(({ path }) => path)).toEqual([join(real, "a")]);
  });

  test("are reported by the requested types", async () => {
    const { changes, path } = await changesOf("echo x >a; cat a; mv a b", [
      "--types",
      "rename,open",
    ]);
    expect(lines(changes, path)).toEqual(["OPEN a", "OPEN a", "RENAME b"]);
    expect(changes[2].old_path).toBe(join(path, "a"));
  });

  test("are not reported if filtered out", async () => {
    const script = "head -c 5000 /dev/zero >a.big; echo x >a.tmp; echo x >b; mv b b.big";
    const of = async (...args: string[]) => {
      const { changes, path } = await changesOf(script, [
        "--types",
        "CLOSE_WRITE,MOVED_TO",
        ...args,
      ]);
      return lines(changes, path);
    };
    expect(await of("--exclude", "*.tmp", "--exclude", "*.big")).toEqual(["CLOSE_WRITE b"]);
    expect(await of("--include", "re:g$")).toEqual(["CLOSE_WRITE a.big", "MOVED_TO b.big"]);
    expect(await of("--min-size", "4K")).toEqual(["CLOSE_WRITE a.big"]);
    const few = ["--columns", "type,path"];
    expect(await of("--min-size", "4K", ...few)).toEqual(["CLOSE_WRITE a.big"]);
    expect(await of("--exclude-comm", "head,sh")).toEqual(["MOVED_TO b.big"]);
    expect(await of("--user", "nobody")).toEqual([]);
  });
});

/** Starts a thousand short processes of another user, each of which creates a file. */
const TOUCHES = `setpriv --reuid=nobody --clear-groups \\
  sh -c 'i=0; while [ $i -lt 1000 ]; do touch f$i; i=$((i+1)); done'`;
const CREATED = ["--types", "CREATE"];

/** Returns the changes whose process is not the one that created the file. */
const misnamed = (changes: readonly Change[]) =>
  changes.filter(
    ({ comm, user, argv, path }) =>
      comm !== "touch" ||
      user !== "nobody" ||
      argv.join(" ") !== `touch ${path?.split("/").at(-1)}`,
  );

describe("the process", () => {
  test("is identified for each of 1000 short processes of another user", async () => {
    const { changes } = await changesOf(TOUCHES, CREATED);
    expect(changes.length).toBe(1000);
    expect(misnamed(changes)).toEqual([]);
    expect(new Set(changes.map(({ origin }) => origin))).toEqual(new Set(["bpf"]));
  });

  test("is identified even if the event is read much later", async () => {
    using directory = temporaryDirectory();
    chmodSync(directory.path, 0o777);
    const { changes } = await besideWatch([...NDJSON, ...CREATED, directory.path], (trace) => {
      process.kill(trace.pid, "SIGSTOP");
      run(["sh", "-c", TOUCHES], { cwd: directory.path });
      process.kill(trace.pid, "SIGCONT");
    });
    expect(changes.length).toBe(1000);
    expect(misnamed(changes)).toEqual([]);
  });

  test("has its parent's name if it executes nothing", async () => {
    const { changes } = await changesOf("echo x >a; (: >b)", CREATED);
    const [shell, child] = changes;
    expect(child.pid).not.toBe(shell.pid);
    expect(child).toMatchObject({ comm: "sh", argv: shell.argv, ppid: shell.pid });
    expect(child.origin).toBe("inherited");
  });

  test("has its new user if it changed it", async () => {
    const script = "perl -e '$<=65534; $>=65534; open(F, \">x\")'";
    const { changes } = await changesOf(script, CREATED);
    expect(changes.length).toBe(1);
    expect(changes[0]).toMatchObject({ comm: "perl", user: "nobody", uid: 65534 });
  });

  test("is unknown if it is in another pid namespace than trace", async () => {
    const under = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];
    const signal = null;
    const { changes } = await changesOf("touch a", [...CREATED, "--count", "1"], { under, signal });
    expect(changes[0]).toMatchObject({ pid: null, comm: null, user: null, origin: "unknown" });
  });

  test("is not confused with another one of a pid namespace that trace is not in", async () => {
    const under = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];
    // One that is still running, one that executes at the same time, one that has just ended.
    const script = `sleep 1 & perl -e 'sleep(1) until -e "c"; open(F, ">stays"); close(F)' &
      touch a; (: >b; sleep 0.2); mv a c; wait`;
    const args = ["--types", "CREATE,MOVED_TO", "--count", "4"];
    const { changes, path } = await changesOf(script, args, { under, signal: null });
    const names = ["CREATE a", "CREATE b", "MOVED_TO c", "CREATE stays"];
    expect(lines(changes, path)).toEqual(names);
    const unknown = { pid: null, ppid: null, comm: null, argv: [], user: null, uid: null };
    for (const change of changes) expect(change).toMatchObject({ ...unknown, origin: "unknown" });
  });
});

describe("the process, with limited privileges:", () => {
  /** Runs trace and the script in a new pid namespace, which has no process connector. */
  function inside(script: string, args: readonly string[]) {
    using directory = temporaryDirectory();
    using beside = temporaryDirectory();
    chmodSync(directory.path, 0o777);
    const whole = `
      "$0" watch "$@" >out 2>err & trace=$!
      out=$PWD/out
      i=0; until grep -q Ctrl-C err || [ $i -gt 200 ]; do sleep 0.1; i=$((i+1)); done
      (cd '${directory.path}'; ${script})
      kill -TERM $trace; wait $trace`;
    const unshare = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];
    const watch = [TRACE, ...NDJSON, ...CREATED, ...args, directory.path];
    const { status } = run([...unshare, "sh", "-c", whole, ...watch], { cwd: beside.path });
    const [out, err] = ["out", "err"].map((name) => readFileSync(join(beside.path, name), "utf8"));
    return { status, err, changes: changesIn(out) };
  }

  test("eBPF alone identifies each of 1000", () => {
    const { changes, status, err } = inside(TOUCHES, []);
    expect([status, changes.length]).toEqual([0, 1000]);
    expect(misnamed(changes)).toEqual([]);
    expect(new Set(changes.map(({ origin }) => origin))).toEqual(new Set(["bpf"]));
    expect(err).toEndWith("trace: 1000 events, complete\n");
  });

  test("with eBPF alone a child has its parent's name, or that in /proc", () => {
    // The first has ended when trace reads its event, the second has not.
    const ended = "kill -STOP $trace; (: >a); kill -CONT $trace";
    const reported = `i=0; until grep -q '/b"' "$out" || [ $i -gt 200 ]; do sleep 0.1; i=$((i+1)); done`;
    const { changes } = inside(`${ended}; (: >b; ${reported}; :)`, []);
    expect(changes.map(({ comm, uid }) => [comm, uid])).toEqual([
      ["sh", 0],
      ["sh", 0],
    ]);
    expect(changes.map(({ origin }) => origin)).toEqual(["inherited", "proc"]);
  });

  test("the connector alone identifies none wrongly, and one that is still running rightly", async () => {
    const script = `${TOUCHES}; perl -e 'open(F, ">last"); close(F); sleep(1)'`;
    const { changes } = await changesOf(script, [...CREATED, "--no-ebpf"]);
    expect(changes.length).toBe(1001);
    const last = changes.find(({ path }) => path?.endsWith("/last"));
    expect(last).toMatchObject({ comm: "perl", user: "root", origin: "proc" });
    const touched = changes.filter((change) => change !== last);
    for (const { comm, user, origin } of touched)
      expect([`${comm} ${origin}`, user]).toEqual([
        expect.stringMatching(/^(touch proc|null unknown)$/),
        "nobody",
      ] as never);
  });

  test("/proc alone identifies none wrongly, and one that is still running rightly", () => {
    const { changes } = inside(`touch a; perl -e 'open(F, ">b"); close(F); sleep(1)'`, [
      "--no-ebpf",
    ]);
    const [touched, stayed] = changes;
    expect(`${touched.comm} ${touched.origin}`).toMatch(/^(touch proc|sh proc|null unknown)$/);
    expect(stayed).toMatchObject({
      comm: "perl",
      argv: ["perl", "-e", expect.anything()] as never,
    });
    expect(stayed.origin).toBe("proc");
  });

  test("an ordinary user gets changes, and a note of what is missing", async () => {
    const under = ["setpriv", "--reuid=nobody", "--clear-groups"];
    const { changes, path, stderr } = await changesOf("mkdir d; sleep 0.5; touch d/a", ["-r"], {
      under,
    });
    expect(stderr).toMatch(/^trace: cannot identify the process \(needs CAP_SYS_ADMIN\)$/m);
    expect(lines(changes, path)).toContain("CREATE d/a");
    for (const { pid, comm, origin } of changes)
      expect([pid, comm, origin]).toEqual([null, null, "unknown"]);
  });
});

describe("the log", () => {
  const asNobody = { ...process.env, SUDO_UID: "65534", SUDO_USER: "nobody" };

  test("has the shown events as NDJSON after its old contents, and none about itself", async () => {
    using directory = temporaryDirectory();
    chmodSync(directory.path, 0o777);
    const log = join(directory.path, "log");
    const args = ["-r", "-o", log, "--types", "CREATE,MODIFY,CLOSE_WRITE", directory.path];
    const env = asNobody;
    const touch = (name: string) => () => run(["touch", join(directory.path, name)]);
    const first = await besideWatch(args, touch("a"), { env });
    await besideWatch([...args, "--format", "csv", "--columns", "path"], touch("b"), { env });
    const rows = changesIn(readFileSync(log, "utf8"));
    expect(lines(rows, directory.path)).toEqual([
      "CREATE a",
      "CLOSE_WRITE a",
      "CREATE b",
      "CLOSE_WRITE b",
    ]);
    // Sparse columns are there only with a value.
    const keys = Object.keys(rows[0]);
    const columns = LOG_COLUMNS.filter(({ sparse, key }) => !sparse || keys.includes(key));
    expect(keys).toEqual(columns.map(({ key }) => key));
    expect(statSync(log).uid).toBe(65534);
    expect(first.stdout.split("\n").length).toBe(4);
    expect(first.stdout).toStartWith("time ");
    expect(first.stderr).toEndWith("\ntrace: 2 events, complete\n");
  });

  test("is rotated, and the rotation is not reported either", async () => {
    using directory = temporaryDirectory();
    const log = join(directory.path, "log");
    const args = ["--rotate", "4K", "--keep", "2", "-o", log, "--all-events", directory.path];
    const { stderr } = await besideWatch(args, () =>
      run(["sh", "-c", "for i in $(seq 50); do echo x >$i; done"], { cwd: directory.path }),
    );
    expect(stderr).toMatch(/\ntrace: \d+ events, complete\n$/);
    const names = readdirSync(directory.path).filter((name) => name.startsWith("log"));
    expect(names.sort()).toEqual(["log", "log.1", "log.2"]);
    const texts = names.reverse().map((name) => readFileSync(join(directory.path, name), "utf8"));
    for (const text of texts) expect(text.length).toBeLessThanOrEqual(4096);
    const rows = changesIn(texts.join(""));
    expect(rows.filter(({ path }) => path?.includes("/log"))).toEqual([]);
    expect(rows.at(-1)?.path).toBe(join(directory.path, "50"));
  });

  test("is not written through a symbolic link", async () => {
    using directory = temporaryDirectory();
    const link = join(directory.path, "link");
    symlinkSync("/etc/trace-test", link);
    const { status, stderr } = run([TRACE, "watch", "-o", link, directory.path]);
    expect([status, existsSync("/etc/trace-test")]).toEqual([125, false]);
    expect(stderr).toMatch(/^trace: open\(.*\): ELOOP: .*symbolic link.*\n$/);
  });

  describe("on a full disk", () => {
    let disk: ReturnType<typeof temporaryDirectory>;
    beforeAll(() => {
      disk = temporaryDirectory();
      expect(run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", disk.path]).status).toBe(0);
    });
    afterAll(() => {
      run(["umount", disk.path]);
      disk[Symbol.dispose]();
    });

    test("ends trace, with whole lines only", async () => {
      using directory = temporaryDirectory();
      const log = join(disk.path, "log");
      const script = "for i in $(seq 300); do echo x >$i; done";
      const work = () => run(["sh", "-c", script], { cwd: directory.path });
      const args = ["-o", log, directory.path];
      const { status, stderr } = await besideWatch(args, work, { signal: null });
      expect(status).toBe(125);
      expect(stderr).toContain(`write(${log}): ENOSPC`);
      const rows = changesIn(readFileSync(log, "utf8"));
      expect(stderr).toContain(`\ntrace: ${rows.length} events, INCOMPLETE: `);
    });
  });
});

describe("a missing path", () => {
  test("is an error", () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, "none");
    const { status, stderr } = run([TRACE, "watch", directory.path, path]);
    const expected = `trace: ${path}: no such file; use --wait to wait for it\n`;
    expect([status, stderr]).toEqual([2, expected]);
  });

  test("is watched from its creation with --wait, and so are its contents", async () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, "later");
    const args = [...NDJSON, "--wait", "-r", "--types", "CREATE,MOVED_TO,CLOSE_WRITE"];
    const script = `mkdir beside later; echo x >later/a; mkdir -p later/d/e; echo x >later/d/e/f
      rm -r later; echo x >beside/b; mv beside later; echo x >later/c`;
    const { changes, stderr } = await besideWatch([...args, `${path}/`], () =>
      run(["sh", "-c", script], { cwd: directory.path }),
    );
    expect(stderr).toStartWith(`trace: watching ${path}/ (once it exists) and all descendants; `);
    const below = ["/a", "/d", "/d/e", "/d/e/f"].map((name) => `CREATE later${name}`);
    expect(lines(changes, directory.path).filter((line) => !line.startsWith("CLOSE"))).toEqual([
      ...["CREATE later", "PATH_BACK later"],
      ...below,
      ...["PATH_GONE later", "PATH_BACK later", "MOVED_TO later"],
      "CREATE later/c",
    ]);
    expect(changes[0]).toMatchObject({ comm: "mkdir", ftype: "dir", origin: "bpf" });
  });

  test("is watched for an ordinary user, too", async () => {
    using directory = temporaryDirectory();
    chmodSync(directory.path, 0o777);
    const under = ["setpriv", "--reuid=nobody", "--clear-groups"];
    const path = join(directory.path, "later");
    const args = [...NDJSON, "--wait", "-r", "--types", "CREATE", path];
    const work = () =>
      run(["sh", "-c", "mkdir -p later/d; echo x >later/d/a"], { cwd: directory.path });
    const { changes } = await besideWatch(args, work, { under });
    const expected = ["CREATE later", "PATH_BACK later", "CREATE later/d", "CREATE later/d/a"];
    expect(lines(changes, directory.path)).toEqual(expected);
  });

  test("is watched if even its directory is created later", async () => {
    using directory = temporaryDirectory();
    const above = join(directory.path, "above");
    const path = join(above, "later");
    const args = [...NDJSON, "--wait", "--types", "CREATE"];
    const { changes } = await besideWatch([...args, path], async (_, soFar) => {
      mkdirSync(above);
      await until(() => {
        writeFileSync(path, "");
        rmSync(path);
        return soFar().length > 0;
      });
    });
    expect(changes[0].path).toBe(path);
  });
});

describe("lost events", () => {
  test("are reported in the stream and in the completeness report", async () => {
    using directory = temporaryDirectory();
    const args = [...NDJSON, "--buffer", "64K", "--require-complete", directory.path];
    const { changes, stderr, status } = await besideWatch(args, (trace) => {
      process.kill(trace.pid, "SIGSTOP");
      for (let i = 0; i < 2000; i++) mkdirSync(join(directory.path, `${i}`));
      process.kill(trace.pid, "SIGCONT");
    });
    expect(status).toBe(3);
    const [lost, ...rest] = changes;
    expect(lost).toMatchObject({ type: "Q_OVERFLOW", path: null, pid: null });
    expect(rest.at(-1)?.path).toBe(join(directory.path, "1999"));
    const [, left] = stderr.match(/INCOMPLETE: (\d+) events dropped/) ?? [];
    // Other programs' events on the same file system are in the same queue.
    expect(Number(left) + rest.length).toBeGreaterThanOrEqual(2000);
  });
});

describe("it ends", () => {
  const ended = async (args: readonly string[], signal: NodeJS.Signals | null = null) => {
    using directory = temporaryDirectory();
    const work = () => run(["touch", join(directory.path, "a")]);
    const { status, stderr, stdout } = await besideWatch([...args, directory.path], work, {
      signal,
    });
    return [status, stderr.split("\n").at(-2), stdout.split("\n").length - 2];
  };

  test("by a signal, after a time, or after a number of events", async () => {
    const whole = [0, "trace: 3 events, complete", 3];
    expect(await ended([], "SIGINT")).toEqual(whole);
    expect(await ended([], "SIGHUP")).toEqual(whole);
    expect(await ended(["--duration", "3s"])).toEqual(whole);
    expect(await ended(["--count", "2"])).toEqual([0, "trace: 2 events, complete", 2]);
  });

  test("when its reader is gone", () => {
    using directory = temporaryDirectory();
    const pipe = `(sleep 1; touch "$1/a") & "$0" watch "$1" | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout } = run(["bash", "-c", pipe, TRACE, directory.path]);
    expect(stdout.toString()).toMatch(/^time .*\n0\n$/);
  });
});

describe("a usage error", () => {
  test.each([
    [[], "trace: watch: expected a PATH, such as . for this directory\n"],
    [["--types", "CREAT", "/"], "trace: --types CREAT: unknown value; did you mean CREATE?\n"],
    [["--exclude", "a[", "/"], "trace: bad pattern: [ without ]\n  a[\n   ^\n"],
    [["-o", "-", "/"], "trace: -o -: events are always written to standard output\n"],
    [["--rotate", "1M", "/"], "trace: --rotate: requires -o FILE\n"],
    [
      ["--rotate", "1M", "-o", "/dev/null", "/"],
      "trace: --rotate: /dev/null is not a regular file and cannot be rotated\n",
    ],
    [["--recursiv", "/"], "trace: --recursiv: unknown option; did you mean --recursive?\n"],
  ])("%p is named", (args, message) => {
    const { status, stderr } = run([TRACE, "watch", ...args]);
    expect([status, stderr]).toEqual([2, message]);
  });

  test("is found before anything is written", () => {
    using directory = temporaryDirectory();
    const log = join(directory.path, "log");
    const { status } = run([TRACE, "watch", "-o", log, "--pid", "x", directory.path]);
    expect([status, existsSync(log)]).toEqual([2, false]);
  });
});
