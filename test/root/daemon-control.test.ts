/** The socket of a daemon: `trace watch --add`, `--remove`, `--health`, and clients that misbehave. */
import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import healthSchema from "../../docs/schema/watch-health.schema.json";
import statusSchema from "../../docs/schema/watch-status.schema.json";
import { Manager } from "../daemon/service-manager.ts";
import { JsonSchema } from "../json-schema.ts";
import {
  AS_NOBODY,
  endStarted,
  NOBODY,
  pathsIn,
  start,
  started,
  textOf,
  touched,
  workspace,
} from "./support/daemon.ts";
import { run, runTrace, TRACE, until } from "./support/harness.ts";

setDefaultTimeout(120_000);
afterEach(endStarted);

/** A workspace of nobody, with a registry of its own, and a function that runs `trace watch` there. */
function ofNobody() {
  const at = workspace();
  const runtime = join(at.beside, "runtime");
  mkdirSync(runtime, { mode: 0o700 });
  for (const path of [at.watched, at.beside, runtime]) chownSync(path, NOBODY.uid, NOBODY.uid);
  chmodSync(join(at.beside, ".."), 0o755);
  const env = { ...process.env, XDG_RUNTIME_DIR: runtime };
  return {
    ...at,
    runtime: join(runtime, "trace"),
    start: (...args: string[]) => start(args, { env }, AS_NOBODY),
    watch: (...args: string[]) => run([...AS_NOBODY, TRACE, "watch", ...args], { env }),
    directory(name: string) {
      const path = join(at.beside, name);
      mkdirSync(path);
      chownSync(path, NOBODY.uid, NOBODY.uid);
      return path;
    },
    [Symbol.dispose]: () => at[Symbol.dispose](),
  };
}

/** Connects to a daemon's socket. */
function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(path, () => resolve(socket));
    socket.on("error", reject);
  });
}

/** Returns everything that a socket sends until it is closed. */
async function received(socket: Socket): Promise<string> {
  const parts: Buffer[] = [];
  socket.on("data", (part: Buffer) => parts.push(part));
  await new Promise((resolve) => socket.on("close", resolve));
  return Buffer.concat(parts).toString();
}

test("root's daemon watches a path that is added, and not one that is removed", async () => {
  using at = workspace();
  const [other, third] = ["other", "third"].map((name) => join(at.beside, name));
  for (const path of [other, third]) mkdirSync(path);
  const pid = start(["-r", at.watched, third, "-o", at.log]);
  const which = ["--which", String(pid)];
  mkdirSync(join(third, "below"));
  expect(runTrace(["watch", "--add", ...which, other])).toMatchObject({
    status: 0,
    stderr: `trace: process ${pid} watches ${other}, ${third}, ${at.watched}\n`,
  });
  mkdirSync(join(other, "below"));
  await touched(join(other, "below", "a"), at.log);
  expect(runTrace(["watch", "--remove", ...which, third]).status).toBe(0);
  expect(runTrace(["watch", "--remove", ...which, other]).status).toBe(0);
  writeFileSync(join(other, "below", "b"), "");
  writeFileSync(join(third, "below", "b"), "");
  await touched(join(at.watched, "c"), at.log);
  expect(pathsIn(at.log)).not.toContain(join(other, "below", "b"));
  expect(pathsIn(at.log)).not.toContain(join(third, "below", "b"));
  // What moved while nobody looked has its new path.
  run(["mv", join(other, "below"), join(other, "renamed")]);
  expect(runTrace(["watch", "--add", ...which, other]).status).toBe(0);
  await touched(join(other, "renamed", "d"), at.log);
  const status = ["watch", "--status", "--format", "json", at.watched, other];
  const daemons = JSON.parse(runTrace(status).stdout.toString());
  expect(new JsonSchema(statusSchema, true).errors(daemons)).toEqual([]);
  const [listed] = daemons;
  expect(listed).toMatchObject({ pid, paths: [other, at.watched], missing: [] });
});

test("a service of systemd is asked and told as a daemon is, and left to systemd by --stop", async () => {
  using at = workspace();
  using manager = new Manager(join(at.beside, "notify"));
  const other = join(at.beside, "other");
  mkdirSync(other);
  const watch = Bun.spawn([TRACE, "watch", at.watched, "-o", at.log], {
    env: { ...process.env, NOTIFY_SOCKET: manager.path },
    stdio: ["ignore", "ignore", "ignore"],
  });
  started.push(watch.pid);
  await until(() => manager.received().length === 1);
  const which = ["--which", String(watch.pid)];
  expect(runTrace(["watch", "--add", ...which, other])).toMatchObject({
    status: 0,
    stderr: `trace: process ${watch.pid} watches ${other}, ${at.watched}\n`,
  });
  await touched(join(other, "a"), at.log);
  const health = runTrace(["watch", "--health", "--format", "json", at.watched, other]);
  expect(JSON.parse(health.stdout.toString())).toMatchObject([{ pid: watch.pid, log: at.log }]);
  const status = runTrace(["watch", "--status", at.watched, other]).stdout.toString();
  expect(status).toContain("  messages  in the journal\n");
  expect(runTrace(["watch", "--stop", at.watched, other])).toMatchObject({
    status: 1,
    stderr: `trace: process ${watch.pid} is a service; stop it with systemctl\n`,
  });
  expect(runTrace(["watch", "--remove", ...which, other]).status).toBe(0);
  watch.kill("SIGTERM");
  expect(await watch.exited).toBe(0);
  expect(runTrace(["watch", "--status", at.watched]).status).toBe(1);
});

test("a second service of the same paths watches too, and says that it cannot be reached", async () => {
  using at = workspace();
  const pid = start([at.watched, "-o", at.log]);
  using manager = new Manager(join(at.beside, "notify"));
  const watch = Bun.spawn([TRACE, "watch", "--count", "1", at.watched], {
    env: { ...process.env, NOTIFY_SOCKET: manager.path },
    stdio: ["ignore", "ignore", "pipe"],
  });
  started.push(watch.pid);
  await until(() => manager.received().length === 1);
  writeFileSync(join(at.watched, "a"), "");
  expect(await watch.exited).toBe(0);
  const said = await new Response(watch.stderr).text();
  expect(said).toContain(`process ${pid} watches ${at.watched} already`);
  expect(said).toContain("; --add, --remove and --health do not reach this service\n");
});

test("a path is removed from below another that stays watched, and the other way round", async () => {
  using at = workspace();
  const below = join(at.watched, "below");
  mkdirSync(below);
  const pid = start(["-r", at.watched, below, "-o", at.log]);
  const which = ["--which", String(pid)];
  expect(runTrace(["watch", "--remove", ...which, below]).status).toBe(0);
  await touched(join(below, "a"), at.log);
  expect(runTrace(["watch", "--add", ...which, below]).status).toBe(0);
  expect(runTrace(["watch", "--remove", ...which, at.watched]).status).toBe(0);
  writeFileSync(join(at.watched, "b"), "");
  await touched(join(below, "c"), at.log);
  expect(pathsIn(at.log)).not.toContain(join(at.watched, "b"));
});

test("an ordinary user adds and removes paths, which have marks of their own", async () => {
  using at = ofNobody();
  const other = at.directory("other");
  const pid = at.start("-r", at.watched, "-o", at.log);
  const marks = () =>
    textOf(`/proc/${pid}/fdinfo/${groupFd(pid)}`).match(/^fanotify ino/gm)?.length ?? 0;
  const before = marks();
  run(["mkdir", "-p", join(other, "x/y")]);
  for (let round = 0; round < 2; round++) {
    expect(at.watch("--add", other)).toMatchObject({ status: 0 });
    await touched(join(other, "x/y", `a${round}`), at.log);
    expect(marks()).toBeGreaterThan(before + 2);
    expect(at.watch("--remove", other)).toMatchObject({ status: 0 });
    expect(marks()).toBe(before);
    writeFileSync(join(other, "x/y", `b${round}`), "");
    await touched(join(at.watched, `c${round}`), at.log);
    expect(pathsIn(at.log)).not.toContain(join(other, "x/y", `b${round}`));
  }
});

/** Returns the fd of a daemon's fanotify group. */
function groupFd(pid: number): string {
  const { stdout } = run(["sh", "-c", 'grep -l "^fanotify" /proc/$0/fdinfo/*', String(pid)]);
  return stdout.toString().trim().split("/").at(-1) ?? "";
}

test("a path that is missing, known or the last one is answered as at the start", () => {
  using at = ofNobody();
  const pid = at.start(at.watched, "-o", at.log);
  const missing = join(at.beside, "missing");
  const cases: [string[], number, string][] = [
    [["--add", missing], 2, `trace: ${missing}: no such file; use --wait to wait for it\n`],
    [["--add", at.watched], 0, `trace: process ${pid} watches ${at.watched}\n`],
    [["--add"], 2, "trace: --add: expected a PATH\n"],
    [
      ["--add", "-r", at.beside],
      2,
      `trace: process ${pid} watches without -r; start another daemon with -r\n`,
    ],
    [
      ["--remove", `${at.watched}x`],
      2,
      `trace: ${at.watched}x: not watched by process ${pid}; did you mean ${at.watched}?\n`,
    ],
    [
      ["--remove", at.watched],
      2,
      `trace: process ${pid} watches nothing else; stop it with trace watch --stop\n`,
    ],
    [["--which", "1", at.watched], 2, "trace: --which: requires --add or --remove\n"],
  ];
  for (const [args, status, stderr] of cases) {
    const result = at.watch(...args);
    expect([args, result.status, result.stderr]).toEqual([args, status, stderr]);
  }
  // All paths of a request, or none.
  expect(at.watch("--add", at.beside, missing).status).toBe(2);
  expect(at.watch("--status").stdout.toString()).toStartWith(
    `process ${pid} of nobody watches ${at.watched}\n`,
  );
});

test("a path that does not exist yet is waited for, and listed as missing", async () => {
  using at = ofNobody();
  at.start(at.watched, "-o", at.log);
  const later = join(at.beside, "not/yet");
  expect(at.watch("--add", "--wait", later).status).toBe(0);
  expect(at.watch("--status").stdout.toString()).toContain(`${later} (does not exist)`);
  run(["mkdir", "-p", later]);
  await until(() => {
    writeFileSync(join(later, "a"), "");
    return pathsIn(at.log).includes(join(later, "a"));
  });
  expect(at.watch("--status").stdout.toString()).not.toContain("(does not exist)");
});

test("of several daemons, the one is meant that watches the path, or that is chosen", () => {
  using at = ofNobody();
  const other = at.directory("other");
  const [first, second] = [at.watched, other].map((path) => at.start(path, "-o", at.log));
  const listed = `${first} (${at.watched}); ${second} (${other})`;
  expect(at.watch("--add", at.beside)).toMatchObject({
    status: 2,
    stderr: `trace: several daemons are running; choose with --which PID|PATH: ${listed}\n`,
  });
  expect(at.watch("--add", "--which", other, at.beside).stderr).toEndWith(
    `trace: process ${second} watches ${at.beside}, ${other}\n`,
  );
  expect(at.watch("--remove", at.beside).stderr).toBe(
    `trace: process ${second} watches ${other}\n`,
  );
  expect(at.watch("--add", "--which", `${other}x`, at.beside)).toMatchObject({
    status: 2,
    stderr: `trace: --which ${other}x: no such daemon; did you mean ${other}?\n`,
  });
  // The same paths as another daemon's are refused, and nothing changes.
  expect(at.watch("--add", "--which", other, at.watched).status).toBe(0);
  expect(at.watch("--remove", "--which", String(second), other)).toMatchObject({ status: 125 });
  expect(at.watch("--status", at.watched, other).stdout.toString()).toContain(String(second));
});

test("health has the figures of a daemon, and its status says whether events are missing", async () => {
  using at = ofNobody();
  expect(at.watch("--health")).toMatchObject({ status: 1 });
  const pid = at.start(at.watched, "-o", at.log, "--buffer", "64K");
  await touched(join(at.watched, "a"), at.log);
  const health = () => JSON.parse(at.watch("--health", "--format", "json").stdout.toString());
  await until(() => health()[0].events >= 2);
  const [first] = health();
  const schema = new JsonSchema(healthSchema, true);
  expect(schema.errors([first])).toEqual([]);
  expect(first).toMatchObject({
    ...{ pid, user: "nobody", recursive: false, paths: [at.watched], missing: [] },
    ...{ losses: [], log: at.log, log_size: statSync(at.log).size },
  });
  expect(first.queue.max).toBe(Math.floor((64 << 10) / 107));
  expect(Date.parse(first.last_event)).toBeGreaterThanOrEqual(Date.parse(first.since));
  expect(first.memory).toBeGreaterThan(1 << 20);
  expect(first.fds).toBeGreaterThan(3);
  expect(at.watch("--health").status).toBe(0);
  expect(at.watch("--health").stdout.toString()).toContain("\n  losses      none\n");
  // More than the queue may hold.
  process.kill(pid, "SIGSTOP");
  for (let i = 0; i < 2000; i++) writeFileSync(join(at.watched, `f${i}`), "");
  process.kill(pid, "SIGCONT");
  await until(() => health()[0].losses.length > 0);
  expect(schema.errors(health())).toEqual([]);
  const { status, stdout } = at.watch("--health");
  expect([status, stdout.toString()]).toEqual([3, expect.stringContaining("events dropped")]);
});

test("a client that stalls, floods or talks nonsense does not hold up the daemon", async () => {
  using at = ofNobody();
  const pid = at.start(at.watched, "-o", at.log);
  const socket = join(at.runtime, `${pid}.sock`);
  expect(statSync(socket).mode & 0o777).toBe(0o600);
  const stalled = await Promise.all(Array.from({ length: 4 }, () => connected(socket)));
  for (const each of stalled) each.write('{"command":');
  await touched(join(at.watched, "a"), at.log);
  const flood = await connected(socket);
  flood.on("error", () => {});
  flood.write("x".repeat(200_000));
  expect(await received(flood)).toContain("the request has more than 65536 bytes");
  const answers = {
    "nonsense\n": "the request is not JSON",
    '{"command":"stop"}\n': "the request is not understood",
    "null\n": "the request is not understood",
    '{"command":"add","paths":["relative"]}\n': "the request is not understood",
    '{"command":"add","paths":"/"}\n': "the request is not understood",
  };
  for (const [request, answer] of Object.entries(answers)) {
    const client = await connected(socket);
    client.write(request);
    expect(JSON.parse(await received(client)).error).toBe(answer);
  }
  expect(at.watch("--health").status).toBe(0);
  await touched(join(at.watched, "b"), at.log);
  // The stalled ones are dropped.
  await Promise.all(stalled.map((each) => received(each)));
  expect(at.watch("--health").status).toBe(0);
});

test("another user is not served, even where the directory lets him in", async () => {
  using at = ofNobody();
  const pid = at.start(at.watched, "-o", at.log);
  const socket = join(at.runtime, `${pid}.sock`);
  for (const path of [join(at.runtime, ".."), at.runtime]) chmodSync(path, 0o755);
  chmodSync(socket, 0o666);
  const script = `
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
try:
    s.sendall(b'{"command":"health"}\\n')
    print(len(s.recv(65536)))
except ConnectionError:
    print(0)`;
  const as = (uid: number) =>
    run(["setpriv", `--reuid=${uid}`, "--clear-groups", "/usr/bin/python3", "-c", script, socket]);
  expect(as(4_000_000)).toMatchObject({ status: 0, stderr: "", stdout: Buffer.from("0\n") });
  expect(Number(as(0).stdout.toString())).toBeGreaterThan(100);
  expect(Number(as(NOBODY.uid).stdout.toString())).toBeGreaterThan(100);
});

test("what a killed daemon leaves is removed, and does not hinder the next one", async () => {
  using at = ofNobody();
  const pid = at.start(at.watched, "-o", at.log);
  process.kill(pid, "SIGKILL");
  const socket = join(at.runtime, `${pid}.sock`);
  await until(() => !existsSync(`/proc/${pid}/stat`) || /\) [ZX]/.test(statOf(pid)));
  expect(existsSync(socket)).toBe(true);
  const next = at.start(at.watched, "-o", at.log);
  expect(existsSync(socket)).toBe(false);
  expect(at.watch("--health").stdout.toString()).toContain(`process ${next} of nobody`);
  // Nor does a socket without a daemon, and a daemon without a socket is reported.
  rmSync(join(at.runtime, `${next}.sock`));
  expect(at.watch("--health")).toMatchObject({
    status: 125,
    stderr: expect.stringContaining(`process ${next} cannot be reached`),
  });
  expect(at.watch("--stop").status).toBe(0);
});

const statOf = (pid: number) => textOf(`/proc/${pid}/stat`);

test("a daemon in a deep runtime directory has a socket, too", () => {
  using at = workspace();
  const runtime = join(at.beside, "d".repeat(60), "e".repeat(60));
  mkdirSync(runtime, { recursive: true, mode: 0o700 });
  for (const path of [at.watched, at.beside, join(runtime, ".."), runtime])
    chownSync(path, NOBODY.uid, NOBODY.uid);
  chmodSync(join(at.beside, ".."), 0o755);
  const env = { ...process.env, XDG_RUNTIME_DIR: runtime };
  start([at.watched, "-o", at.log], { env }, AS_NOBODY);
  expect(run([...AS_NOBODY, TRACE, "watch", "--health"], { env }).status).toBe(0);
});
