/**
 * What histories and daemons meet in months: logrotate in all its ways, damaged files, a spoofed
 * registry, the hour of the change to and from summer time.
 */
import { describe, expect, test } from "bun:test";
import {
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "bun";
import { isRunning } from "../../src/attribution/procfs.ts";
import { selfRecord } from "../../src/daemon/registry.ts";
import { linesOf, noteOf } from "../sources/records/builders.ts";
import { run, runTrace, TRACE, temporaryDirectory, until } from "./support/harness.ts";
import { besideWatch } from "./support/watch.ts";

const NOBODY = 65534;

/** Returns the paths of the events of histories, and the report. */
function query(files: readonly string[], args: readonly string[] = [], env = process.env) {
  const options = ["--format", "%{path}", ...args];
  const { status, stdout, stderr } = runTrace(["query", ...options, ...files], { env });
  return { status, paths: stdout.toString().split("\n").slice(0, -1), stderr };
}

describe("logrotate", () => {
  /** The ways of logrotate.conf(5). */
  const WAYS: Readonly<Record<string, (log: string) => void>> = {
    copytruncate(log) {
      copyFileSync(log, `${log}.1`);
      truncateSync(log);
    },
    create(log) {
      renameSync(log, `${log}.1`);
      writeFileSync(log, "", { mode: 0o640 });
    },
    nocreate(log) {
      renameSync(log, `${log}.1`);
    },
  };

  test("loses and repeats nothing, whichever way it takes", async () => {
    using directory = temporaryDirectory();
    using beside = temporaryDirectory();
    const ways = Object.keys(WAYS);
    const logs = ways.map((way) => join(beside.path, way));
    const watched = (count: number) => Array.from({ length: count }, (_, i) => `f${i}`);
    const recorded = (file: string) =>
      query([file], ["-e", "create"]).paths.map((path) => path.split("/").at(-1)!);
    const touch = (names: string[]) => {
      for (const name of names) writeFileSync(join(directory.path, name), "");
    };
    const all = watched(30);
    let work = async () => {
      for (const third of [all.slice(0, 10), all.slice(10, 20), all.slice(20)]) {
        touch(third);
        await until(() =>
          logs.every((log) => readFileSync(log, "latin1").includes(`/${third.at(-1)}"`)),
        );
        if (third.at(-1) === "f9") for (const [i, way] of ways.entries()) WAYS[way](logs[i]);
      }
    };
    // Each writes its own log, all at the same time.
    for (const log of logs.slice(1)) {
      const inner = work;
      work = async () => {
        await besideWatch(["-e", "create", "-o", log, directory.path], inner);
      };
    }
    await besideWatch(["-e", "create", "-o", logs[0], directory.path], work);
    for (const log of logs) {
      expect(recorded(`${log}.1`).length).toBeGreaterThan(0);
      // The rotated file is read with the log.
      expect(recorded(log)).toEqual(all);
      expect(query([log]).stderr).toContain("30 events, complete");
    }
  });
});

describe("a damaged history", () => {
  const lines = (...paths: string[]) => linesOf(paths.map((path) => ({ path })));
  const good = lines("/a", "/b");
  const DAMAGES: Readonly<Record<string, Buffer>> = {
    "a hole of zeros, as after a crash": Buffer.concat([good, Buffer.alloc(70_000), good]),
    "half a line at the start and at the end": Buffer.concat([
      good.subarray(40),
      good,
      good.subarray(0, 30),
    ]),
    "another program's lines": Buffer.concat([
      good,
      Buffer.from("Jan  1 host cron[1]: (root) CMD\n{}\n[1]\n"),
      good,
    ]),
    "a compressed part": Buffer.concat([good, gzipSync(lines("/c")), Buffer.from("\n"), good]),
    "a line of a megabyte": Buffer.concat([
      good,
      Buffer.alloc(1 << 20, "x"),
      Buffer.from("\n"),
      good,
    ]),
    "deeply nested JSON": Buffer.concat([good, Buffer.from(`{"a":${"[".repeat(100_000)}\n`), good]),
  };

  test.each(Object.entries(DAMAGES))("with %s gives what is left, and says so", (_, content) => {
    using directory = temporaryDirectory();
    const log = join(directory.path, "log");
    writeFileSync(log, content);
    const { status, paths, stderr } = query([log]);
    expect(status).toBe(0);
    expect(paths.filter((path) => path === "/b").length).toBeGreaterThanOrEqual(1);
    expect(new Set(paths).isSubsetOf(new Set(["/a", "/b"]))).toBe(true);
    expect(stderr).toMatch(/^trace: \d events?, INCOMPLETE: .*(?:malformed|truncated|unreadable)/);
    const changes = runTrace(["changes", "--format", "%{path}", log]);
    expect([changes.status, changes.stdout.toString().split("\n").slice(0, -1).sort()]).toEqual([
      0,
      [...new Set(paths)].sort(),
    ]);
  });
});

test("files in the registry that are stale or spoofed never end another process", () => {
  using directory = temporaryDirectory();
  const runtime = join(directory.path, "trace");
  mkdirSync(runtime, { mode: 0o700 });
  const victim = Bun.spawn(["setpriv", `--reuid=${NOBODY}`, "sleep", "1000"]);
  try {
    const { boot, started } = selfRecord();
    const daemon = { user: "nobody", paths: ["/x"], log: "/l", messages: "/m", since: "" };
    const spoofed = [
      { ...daemon, pid: victim.pid, boot, started: started - 1e9 },
      { ...daemon, pid: victim.pid, boot: "another", started },
      { ...daemon, pid: 2 ** 22 + 1, boot, started },
      { ...daemon, pid: -1, boot, started },
      { ...daemon, pid: "1 2", boot, started },
    ];
    for (const [i, each] of spoofed.entries()) {
      writeFileSync(join(runtime, `${victim.pid}.json`), JSON.stringify(each));
      writeFileSync(join(runtime, `${i}.json`), JSON.stringify(each));
      for (const path of [
        directory.path,
        runtime,
        ...readdirSync(runtime).map((name) => join(runtime, name)),
      ])
        chownSync(path, NOBODY, NOBODY);
      const env = { ...process.env, XDG_RUNTIME_DIR: directory.path };
      const as = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
      for (const option of ["--status", "--stop"])
        expect(run([...as, TRACE, "watch", option], { env }).status).toBe(1);
      expect(isRunning(victim.pid)).toBe(true);
    }
  } finally {
    victim.kill();
  }
});

test("a local time is found on days with 23 and 25 hours", () => {
  using directory = temporaryDirectory();
  const log = join(directory.path, "log");
  const at = (time: string) => Date.parse(time) / 1000;
  const TIMES = [
    ...["2025-03-30T00:30Z", "2025-03-30T01:30Z", "2025-10-26T00:30Z", "2025-10-26T01:30Z"],
    "2025-10-26T02:30Z",
  ];
  const events = TIMES.map((time) => ({ path: `/${time}`, seconds: at(time) }));
  writeFileSync(
    log,
    linesOf([
      noteOf("WATCH_START", at("2025-03-01")),
      ...events,
      noteOf("WATCH_END", at("2025-12-01")),
    ]),
  );
  const ask = (...args: string[]) =>
    query([log], ["--timefmt", "%F %T %Z", "--format", "%T", ...args], {
      ...process.env,
      TZ: "Europe/Berlin",
    }).paths;
  expect(ask()).toEqual([
    ...["2025-03-30 01:30:00 CET", "2025-03-30 03:30:00 CEST", "2025-10-26 02:30:00 CEST"],
    ...["2025-10-26 02:30:00 CET", "2025-10-26 03:30:00 CET"],
  ]);
  // 02:30 does not exist in March, and comes twice in October: the first one counts.
  expect(ask("--since", "2025-03-30T02:30", "--until", "2025-03-31")).toEqual([
    "2025-03-30 03:30:00 CEST",
  ]);
  expect(ask("--since", "2025-10-26T02:30", "--until", "2025-10-26T03:30").length).toBe(2);
  expect(ask("--since", "2025-10-26T02:30+01:00").length).toBe(2);
  expect(ask("--since", "2025-10-26", "--until", "2025-10-27").length).toBe(3);
  expect(ask("--since", "2025-03-30", "--until", "2025-03-31").length).toBe(2);
});
