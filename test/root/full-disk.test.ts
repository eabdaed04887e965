/** The log of `trace watch --daemon`, and of a service, on a disk that is full for some time. */
import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import {
  appendFileSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { isRunning } from "../../src/attribution/procfs.ts";
import { Manager } from "../daemon/service-manager.ts";
import { endStarted, started, textOf } from "./support/daemon.ts";
import { run, runTrace, TRACE, temporaryDirectory, until } from "./support/harness.ts";

setDefaultTimeout(60_000);

/** Runs its arguments where /dev has this system log. */
const WITH_SYSLOG = `set -e
mount --make-rprivate /
dev=$1 log=$2; shift 2
mount -t tmpfs none "$dev"
for name in null zero full random urandom; do cp -a /dev/$name "$dev/"; done
ln -s /proc/self/fd "$dev/fd"
touch "$dev/log"
mount --bind "$log" "$dev/log"
mount --move "$dev" /dev
exec "$@"`;

const mounted: string[] = [];
afterEach(() => {
  endStarted();
  for (const path of mounted.splice(0)) run(["umount", "-l", path]);
});

/** A directory to watch, a small disk, and a log on it. */
function workspace() {
  const directory = temporaryDirectory();
  const at = (name: string) => join(realpathSync(directory.path), name);
  for (const name of ["watched", "disk", "dev"]) mkdirSync(at(name));
  run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", at("disk")]);
  mounted.push(at("disk"));
  return {
    ...{ watched: at("watched"), disk: at("disk"), dev: at("dev"), syslog: at("syslog") },
    log: at("disk/log.ndjson"),
    [Symbol.dispose]: () => directory[Symbol.dispose](),
  };
}

function fill(disk: string): void {
  for (const bytes of [65536, 4096, 64, 1]) {
    try {
      for (;;) appendFileSync(join(disk, "fill"), Buffer.alloc(bytes));
    } catch {}
  }
}

/** Creates so many files. Each is at least one event. */
function create(directory: string, prefix: string, count: number): void {
  for (let i = 0; i < count; i++) writeFileSync(join(directory, `${prefix}${i}`), "");
}

const verdictOf = (log: string) => runTrace(["query", log]).stderr;
const lostIn = (verdict: string) =>
  Number(verdict.match(/INCOMPLETE: (\d+) events could not be written to the log/)?.[1] ?? 0);

test("a daemon goes on when its disk is full, tells syslog, and says what is missing", async () => {
  using at = workspace();
  using syslog = new Manager(at.syslog);
  const command = [TRACE, "watch", "--daemon", "-o", at.log, at.watched];
  const { stderr } = run([
    "unshare",
    "-m",
    "sh",
    "-c",
    WITH_SYSLOG,
    "sh",
    at.dev,
    at.syslog,
    ...command,
  ]);
  const pid = Number(/process (\d+) records to/.exec(stderr)?.[1]);
  started.push(pid);
  create(at.watched, "before", 1);
  await until(() => textOf(at.log).includes("before0"));

  // A note is to fit into the last block, whatever else still does.
  for (let i = 1; statSync(at.log).size % 4096 > 2048; i++) {
    create(at.watched, `more${i}-`, 1);
    await until(() => textOf(at.log).includes(`more${i}-0`));
  }
  fill(at.disk);
  create(at.watched, "lost", 400);
  await until(() => syslog.received().length > 0);
  expect(syslog.received()[0]).toMatch(
    new RegExp(`^<27>\\w+ .*: write\\(${at.log}\\): ENOSPC: [^\\n]*; events are dropped until `),
  );
  // The rest of the last block has room for a note.
  await until(() => lostIn(verdictOf(at.log)) >= 400);
  expect([isRunning(pid), textOf(`${at.log}.messages`)]).toEqual([true, ""]);

  rmSync(join(at.disk, "fill"));
  create(at.watched, "after", 1);
  await until(() => textOf(at.log).includes("after0"));
  await until(() => syslog.received().length > 1);
  expect(syslog.received()[1]).toMatch(
    /^<28>.* can be written again; \d+ events since \S+ are missing$/,
  );
  process.kill(pid, "SIGTERM");
  await until(() => !isRunning(pid));
  const lost = lostIn(verdictOf(at.log));
  const messages = textOf(`${at.log}.messages`);
  expect(messages).toContain(`${at.log}): ENOSPC`);
  expect(messages).toContain(` ${lost} events since `);
  expect(messages).toContain(`INCOMPLETE: ${lost} not written`);
  const events = textOf(at.log)
    .split("\n")
    .filter((line) => line.includes("NOT_WRITTEN"));
  const counts = events.map((line) => JSON.parse(line).details.count as number);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(lost);
});

test("a span of time before a note, but not before the loss, is incomplete as well", async () => {
  using at = workspace();
  const note = (time: number, since: number) =>
    `{"time":${time}.5,"type":"NOT_WRITTEN","path":null,"details":{"count":3,"since":${since}}}\n`;
  writeFileSync(at.log, note(1_700_000_050, 1_700_000_000_500));
  const until = (seconds: number) =>
    lostIn(runTrace(["query", at.log, "--until", new Date(seconds * 1000).toISOString()]).stderr);
  expect([1_699_999_999, 1_700_000_010, 1_700_000_060].map(until)).toEqual([0, 3, 3]);
});

test("a service goes on when its disk is full, and when its log's directory is away", async () => {
  using at = workspace();
  using manager = new Manager(join(at.watched, "..", "notify"));
  mkdirSync(join(at.disk, "logs"));
  const log = join(at.disk, "logs/log.ndjson");
  const messages = join(at.watched, "../messages");
  const child = Bun.spawn([TRACE, "watch", "-o", log, at.watched], {
    ...{ env: { ...process.env, NOTIFY_SOCKET: manager.path }, stdin: "ignore" as const },
    ...{ stdout: "ignore" as const, stderr: Bun.file(messages) },
  });
  started.push(child.pid);
  await until(() => manager.received().length > 0);
  fill(at.disk);
  create(at.watched, "lost", 400);
  await until(() => textOf(messages).includes("ENOSPC"));
  rmSync(join(at.disk, "fill"));
  create(at.watched, "between", 1);
  await until(() => textOf(messages).includes("can be written again"));
  renameSync(join(at.disk, "logs"), join(at.disk, "away"));
  create(at.watched, "away", 1);
  await until(() => textOf(messages).includes("ENOENT"));
  renameSync(join(at.disk, "away"), join(at.disk, "logs"));
  create(at.watched, "back", 1);
  await until(() => textOf(messages).split("again").length === 3);
  expect(textOf(log)).toContain("back0");
  child.kill("SIGTERM");
  expect(await child.exited).toBe(0);
  const stderr = textOf(messages);
  expect(stderr).toMatch(/^trace: write\(.*ENOSPC.*; events are dropped until /m);
  expect(stderr).toMatch(/^trace: open\(.*ENOENT.*; events are dropped until /m);
  expect(stderr.match(/can be written again; [1-9]\d* events since /g)).toHaveLength(2);
  expect(stderr).toMatch(/INCOMPLETE: [1-9]\d* not written\n$/);
});
