import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readProcStat } from "../../src/attribution/procfs.ts";
import {
  type Daemon,
  DaemonRunningError,
  register,
  runningDaemons,
  selfRecord,
} from "../../src/daemon/registry.ts";
import { terminateProcess } from "../../src/daemon/terminate.ts";
import { Random } from "../random.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "trace-test-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const daemon = (more: Partial<Daemon> = {}): Daemon => ({
  ...selfRecord(),
  user: "alice",
  paths: ["/etc"],
  log: "/home/alice/history.ndjson",
  messages: "/home/alice/watch.log",
  since: "2026-05-01T12:00:00.000Z",
  ...more,
});

/** Identifies another running process. */
const parent = () => ({ pid: process.ppid, started: readProcStat(process.ppid)!.started });

const put = (name: string, content: unknown) =>
  writeFileSync(
    join(directory, name),
    typeof content === "string" ? content : JSON.stringify(content),
  );

test("a daemon is listed until it is removed", () => {
  const remove = register(directory, daemon());
  expect(runningDaemons(directory)).toEqual([daemon()]);
  expect(statSync(join(directory, `${process.pid}.json`)).mode & 0o777).toBe(0o600);
  remove();
  expect(readdirSync(directory)).toEqual([]);
});

test("a second daemon for the same user and paths is refused with the first one's pid", () => {
  register(directory, daemon());
  expect(() => register(directory, daemon())).toThrow(
    new DaemonRunningError(`process ${process.pid} watches /etc already`),
  );
});

test("a daemon of another user or for other paths is accepted", () => {
  register(directory, daemon());
  const other = { ...daemon(), ...parent() };
  for (const more of [{ user: "bob" }, { paths: ["/etc", "/srv"] }])
    register(directory, { ...other, ...more })();
});

test("the file of a process that has exited or whose pid was reused is removed", () => {
  put(`${2 ** 22 + 1}.json`, daemon({ pid: 2 ** 22 + 1 }));
  put(`${process.pid}.json`, daemon({ started: selfRecord().started + 10_000_000 }));
  put(`${process.ppid}.json`, daemon({ ...parent(), boot: "another" }));
  expect(runningDaemons(directory)).toEqual([]);
  expect(readdirSync(directory)).toEqual([]);
  register(directory, daemon());
});

test("the file of a running process of this boot stays", () => {
  put(`${process.ppid}.json`, daemon(parent()));
  expect(runningDaemons(directory)).toEqual([daemon(parent())]);
});

test("anything that is not a daemon's file is removed, whatever it is", () => {
  put("1.json", "");
  put("2.json", "null");
  put("3.json", '{"pid":3');
  put("4.json", daemon({ paths: "/" as never }));
  put("5.json", daemon()); // under the wrong name
  mkdirSync(join(directory, "6.json"));
  const target = join(directory, "target");
  writeFileSync(target, JSON.stringify(daemon()));
  symlinkSync(target, join(directory, `${process.pid}.json`));
  Bun.spawnSync(["mkfifo", join(directory, "7.json")]);
  expect(runningDaemons(directory)).toEqual([]);
  expect(readdirSync(directory)).toEqual(["target"]);
  expect(existsSync(target)).toBe(true);
});

test("a corrupted file is read as a daemon or skipped", () => {
  const random = new Random(1);
  register(directory, daemon());
  const path = join(directory, `${process.pid}.json`);
  const whole = readFileSync(path);
  for (let round = 0; round < 500; round++) {
    writeFileSync(path, random.changed(whole));
    expect(runningDaemons(directory).length).toBeLessThanOrEqual(1);
  }
});

test("a process is terminated, but not another one with its pid", async () => {
  const sleeper = Bun.spawn(["sleep", "1000"]);
  expect(terminateProcess(sleeper.pid, () => false, 10)).toBe(true);
  expect(sleeper.exitCode).toBeNull();
  expect(terminateProcess(sleeper.pid, () => true, 10_000)).toBe(true);
  expect([await sleeper.exited, sleeper.signalCode]).toEqual([143, "SIGTERM"]);
  expect(terminateProcess(2 ** 22 + 1, () => true, 10)).toBe(true);
});
