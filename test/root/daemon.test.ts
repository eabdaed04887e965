/** `trace watch --daemon` from its start to its end, and its log. */
import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { isRunning } from "../../src/attribution/procfs.ts";
import { lockWithTimeout } from "../../src/storage/file-lock.ts";
import { Manager } from "../daemon/service-manager.ts";
import { linesOf } from "../sources/records/builders.ts";
import {
  AS_NOBODY,
  endStarted,
  eventsIn,
  NOBODY,
  pathsIn,
  start,
  started,
  TIMEOUT_MS,
  textOf,
  touched,
  workspace,
} from "./support/daemon.ts";
import { run, runTrace, TRACE, until } from "./support/harness.ts";

setDefaultTimeout(120_000);
afterEach(endStarted);

const stopped = (pid: number) => until(() => !isRunning(pid));
const stateOf = (pid: number) => `/run/trace/${pid}.json`;

test("a daemon detaches from its caller, records, is listed and can be stopped", async () => {
  using at = workspace();
  const pid = start([at.watched, "-o", at.log]);
  expect(readFileSync(`/proc/${pid}/stat`, "latin1").split(" ")[5]).toBe(String(pid)); // the session id
  expect(realpathSync(`/proc/${pid}/cwd`)).toBe("/");
  await touched(join(at.watched, "a"), at.log);
  const daemons = JSON.parse(
    runTrace(["watch", "--status", "--format", "json", at.watched]).stdout.toString(),
  );
  expect(daemons).toEqual([
    expect.objectContaining({ pid, user: "root", paths: [at.watched], log: at.log }),
  ]);
  const text = runTrace(["watch", "--status", at.watched]).stdout.toString();
  expect(text).toStartWith(`process ${pid} of root watches ${at.watched}\n`);
  expect(statSync(stateOf(pid)).mode & 0o777).toBe(0o600);
  expect(statSync("/run/trace").mode & 0o777).toBe(0o700);
  expect(statSync(at.log).mode & 0o777).toBe(0o600);
  expect(runTrace(["watch", "--stop", at.watched])).toMatchObject({
    status: 0,
    stderr: `trace: process ${pid} has exited; it watched ${at.watched}\n`,
  });
  expect(isRunning(pid)).toBe(false);
  expect(existsSync(stateOf(pid))).toBe(false);
  expect(textOf(`${at.log}.messages`)).toMatch(
    /^\d{4}-\d\d-\d\dT[\d:.]+Z trace: \d+ events?, complete\n$/,
  );
  expect(runTrace(["watch", "--status", at.watched])).toMatchObject({
    status: 1,
    stderr: "trace: no daemon is running\n",
  });
});

test("a reader of the caller's output gets end-of-file too", () => {
  using at = workspace();
  const script = `"$0" watch --daemon "$1" -o "$2" 2>&1 </dev/null | cat`;
  const { stdout } = run(["timeout", "20", "sh", "-c", script, TRACE, at.watched, at.log]);
  const pid = Number(/process (\d+) records/.exec(stdout.toString())?.[1]);
  expect(isRunning(pid)).toBe(true);
  started.push(pid);
  for (const fd of readdirSync(`/proc/${pid}/fd`).filter((fd) => Number(fd) < 2))
    expect(realpathSync(`/proc/${pid}/fd/${fd}`)).toBe("/dev/null");
});

test("a second daemon for the same paths, however spelled, is refused with the first one's pid", () => {
  using at = workspace();
  const pid = start([at.watched, at.beside, "-o", at.log]);
  const again = ["watch", "--daemon", "beside/.", at.watched, "watched", "-o", at.log];
  expect(runTrace(again, { cwd: join(at.watched, "..") })).toMatchObject({
    status: 125,
    stderr: `trace: process ${pid} watches ${at.beside}, ${at.watched} already; to stop it: trace watch --stop\n`,
  });
});

test("of several daemons started at once, one runs", async () => {
  using at = workspace();
  const starts = [1, 2, 3, 4].map(() =>
    Bun.spawn([TRACE, "watch", "--daemon", at.watched, "-o", at.log], { stderr: "pipe" }),
  );
  const messages = await Promise.all(starts.map(({ stderr }) => new Response(stderr).text()));
  const statuses = await Promise.all(starts.map(({ exited }) => exited));
  for (const text of messages) started.push(Number(/process (\d+)/.exec(text)?.[1]));
  expect(statuses.sort((a, b) => a - b)).toEqual([0, 125, 125, 125]);
  expect(new Set(started).size).toBe(1);
});

test("two daemons with different paths may share a log", async () => {
  using at = workspace();
  const [first, second] = [at.watched, at.beside].map((path) =>
    start([path, "-o", at.log, "--exclude", at.log]),
  );
  await touched(join(at.watched, "a"), at.log);
  await touched(join(at.beside, "b"), at.log);
  expect(runTrace(["watch", "--stop", at.watched]).stderr).toContain(`process ${first} has exited`);
  expect(isRunning(second)).toBe(true);
});

test.each([
  [["/nonexistent/path"], 2, "/nonexistent/path: no such file; use --wait to wait for it"],
  [[], 2, "watch: expected a PATH, such as . for this directory"],
  [["/", "--types", "NONE"], 2, "--types NONE: unknown value"],
  [["/", "-o", "/nonexistent/log"], 2, "open(/nonexistent/log): ENOENT"],
])("an error at the start is printed to the caller: %j", (args, status, message) => {
  const result = runTrace(["watch", "--daemon", ...args]);
  expect([result.status, result.stderr]).toEqual([status, expect.stringContaining(message)]);
});

test("the next daemon continues the log of one that was killed", async () => {
  using at = workspace();
  const pid = start([at.watched, "-o", at.log]);
  await touched(join(at.watched, "a"), at.log);
  process.kill(pid, "SIGKILL");
  await stopped(pid);
  expect(existsSync(stateOf(pid))).toBe(true);
  const whole = pathsIn(at.log).length;
  appendFileSync(at.log, '{"time":177'); // as after a crash of the machine
  start([at.watched, "-o", at.log]);
  expect(existsSync(stateOf(pid))).toBe(false);
  writeFileSync(join(at.watched, "b"), "");
  await until(() => textOf(at.log).includes(join(at.watched, "b")));
  const { stdout, stderr } = runTrace(["query", at.log, "--format", "ndjson"]);
  const read = stdout.toString().split("\n").filter(Boolean);
  expect(read.length).toBeGreaterThan(whole);
  const missing =
    /^trace: (\d+) events, INCOMPLETE: 1 malformed lines; 1 gaps: nobody watched from \S+ or later to \S+\n$/;
  expect(missing.exec(stderr)?.[1]).toBe(String(read.length));
});

test("a time in which no daemon ran is reported, also across rotation and pruning", async () => {
  using at = workspace();
  const query = (...args: string[]) =>
    runTrace(["query", at.log, ...args]).stderr.replaceAll(/ \S+T[0-9:]+/g, " TIME");
  const gap = "INCOMPLETE: 1 gaps: nobody watched";
  const args = ["-r", at.watched, "-o", at.log, "--rotate", "4K", "--keep", "50"];
  start(args);
  for (let i = 0; i < 20; i++) writeFileSync(join(at.watched, `f${i}`), "");
  await touched(join(at.watched, "last"), at.log);
  expect(readdirSync(at.beside).length).toBeGreaterThan(3);
  expect(query()).toMatch(/ events, complete\n$/); // it still runs
  expect(runTrace(["watch", "--stop", at.watched]).status).toBe(0);
  expect(query()).toMatch(/ events, complete\n$/);
  const stopped = Math.ceil(Date.now() / 1000);
  await until(() => Date.now() / 1000 > stopped);
  expect(query("--since", `@${stopped}`)).toEndWith(`${gap} from TIME to TIME\n`);
  const pid = start(args);
  expect(query()).toEndWith(`${gap} from TIME to TIME\n`);
  const restarted = Math.ceil(Date.now() / 1000);
  await until(() => Date.now() / 1000 > restarted);
  expect(query("--since", `@${restarted}`)).toMatch(/: 0 events, complete\n$/);
  expect(query("--path", "/nonexistent")).toContain("nobody watched /nonexistent from");
  // What is pruned is not said to be unwatched.
  expect(runTrace(["clean", at.log, "--max-size", "1"]).status).toBe(0);
  await touched(join(at.watched, "after"), at.log);
  expect(query()).toMatch(/ events, complete\n$/);
  const removed = "1 times that are no longer in the history (it begins at TIME)";
  expect(query("--since", `@${restarted}`)).toEndWith(`INCOMPLETE: ${removed}\n`);
  expect(runTrace(["watch", "--stop", at.watched]).stderr).toContain(`process ${pid} has exited`);
});

test("SIGHUP reopens the log, as logrotate needs it", async () => {
  using at = workspace();
  const pid = start([at.watched, "-o", at.log]);
  await touched(join(at.watched, "a"), at.log);
  renameSync(at.log, `${at.log}.1`);
  process.kill(pid, "SIGHUP");
  await until(() => existsSync(at.log));
  await touched(join(at.watched, "b"), at.log);
  expect(pathsIn(at.log)).not.toContain(join(at.watched, "a"));
  expect(isRunning(pid)).toBe(true);
});

test("SIGTERM ends it after all earlier events are written", async () => {
  using at = workspace();
  const pid = start([at.watched, "-o", at.log]);
  for (let i = 0; i < 500; i++) writeFileSync(join(at.watched, `f${i}`), "");
  process.kill(pid, "SIGTERM");
  await stopped(pid);
  const created = pathsIn(at.log).filter((path) => /\/f\d+$/.test(path));
  expect(new Set(created).size).toBe(500);
  expect(existsSync(stateOf(pid))).toBe(false);
});

test("no event is lost or duplicated when the log is pruned while it grows", async () => {
  using at = workspace();
  // Old lines, which are dropped.
  const old = Array.from({ length: 20_000 }, (_, i) => ({ seconds: 1_600_000_000 + i }));
  writeFileSync(at.log, linesOf(old), { mode: 0o600 });
  const pid = start([at.watched, "-o", at.log]);
  // It writes until the log was pruned a few times, however slow that is.
  const enough = join(at.beside, "enough");
  const script =
    'i=0; while [ $i -lt 4000 ] || [ ! -e "$1" ]; do : >"$0/f$i"; i=$((i+1)); done; echo $i';
  const writer = Bun.spawn(["sh", "-c", script, at.watched, enough]);
  started.push(writer.pid);
  for (let cuts = 1; writer.exitCode === null; await Bun.sleep(1), cuts++) {
    const { status, stderr } = runTrace(["clean", at.log, "--older", "1d"]);
    expect([status, stderr]).toEqual([0, expect.stringContaining(" dropped: ")]);
    if (cuts === 3) writeFileSync(enough, "");
    // Add lines to drop again.
    prepend(at.log, linesOf(old.slice(0, 100)));
  }
  rmSync(enough, { force: true });
  const count = Number(await new Response(writer.stdout).text());
  await until(() => textOf(at.log).includes(join(at.watched, `f${count - 1}`)));
  expect(runTrace(["watch", "--stop", at.watched]).status).toBe(0);
  expect(runTrace(["clean", at.log, "--older", "1d"]).status).toBe(0);
  expect(isRunning(pid)).toBe(false);
  const created = textOf(at.log)
    .split("\n")
    .filter((line) => line.includes('"type":"CREATE"'))
    .map((line) => JSON.parse(line).path);
  expect(created).toEqual(Array.from({ length: count }, (_, i) => join(at.watched, `f${i}`)));
  expect(readdirSync(at.beside).sort()).toEqual(["log.ndjson", "log.ndjson.messages"]);
  expect(count).toBeGreaterThanOrEqual(4000);
});

test("under sudo the log belongs to the invoking user", async () => {
  using at = workspace();
  chownSync(at.beside, NOBODY.uid, NOBODY.uid);
  chmodSync(join(at.beside, ".."), 0o755);
  const env = { ...process.env, SUDO_UID: `${NOBODY.uid}`, SUDO_USER: NOBODY.name };
  const pid = start([at.watched, "-o", at.log], { env });
  await touched(join(at.watched, "a"), at.log);
  for (const path of [at.log, `${at.log}.messages`])
    expect([path, statSync(path).uid]).toEqual([path, NOBODY.uid]);
  expect(JSON.parse(readFileSync(stateOf(pid), "utf8")).user).toBe(NOBODY.name);
  // The user who invoked sudo can stop it.
  const other = { ...process.env, SUDO_UID: "1", SUDO_USER: "daemon" };
  expect(runTrace(["watch", "--stop", at.watched], { env: other }).status).toBe(1);
  expect(runTrace(["watch", "--stop", at.watched], { env }).status).toBe(0);
});

test("an ordinary user can run a daemon too, registered in a private directory", async () => {
  using at = workspace();
  const runtime = join(at.beside, "runtime");
  mkdirSync(runtime, { mode: 0o700 });
  for (const path of [at.watched, at.beside, runtime]) chownSync(path, NOBODY.uid, NOBODY.uid);
  chmodSync(join(at.beside, ".."), 0o755);
  const options = { env: { ...process.env, XDG_RUNTIME_DIR: runtime } };
  const pid = start([at.watched, "-o", at.log], options, AS_NOBODY);
  expect(readdirSync(join(runtime, "trace")).sort()).toEqual([`${pid}.json`, `${pid}.sock`]);
  await touched(join(at.watched, "a"), at.log);
  const trace = (...args: string[]) => run([...AS_NOBODY, TRACE, "watch", ...args], options);
  expect(trace("--status").stdout.toString()).toContain(`process ${pid} of nobody`);
  expect(trace("--stop")).toMatchObject({ status: 0 });
  expect(isRunning(pid)).toBe(false);
  // A registry that others can write to is ignored.
  chmodSync(join(runtime, "trace"), 0o777);
  expect(trace("--status")).toMatchObject({
    status: 125,
    stderr: `trace: ${runtime}/trace: is writable by others, so it cannot be used\n`,
  });
});

test("the user's own history is the default of trace query", async () => {
  using at = workspace();
  const home = join(at.beside, "home");
  mkdirSync(home);
  chownSync(home, 4_000_000, 4_000_000);
  chownSync(at.watched, 4_000_000, 4_000_000);
  chmodSync(join(at.beside, ".."), 0o755);
  const as = ["setpriv", "--reuid=4000000", "--regid=4000000", "--clear-groups"];
  const options = { env: { PATH: process.env.PATH, HOME: home } };
  const pid = start([at.watched], options, as);
  const log = join(home, ".local/state/trace/history.ndjson");
  await touched(join(at.watched, "a"), log);
  expect(statSync(join(home, ".local/state/trace")).mode & 0o777).toBe(0o700);
  const { stdout } = run([...as, TRACE, "query", "--format", "ndjson"], options);
  expect(stdout.toString()).toBe(`${eventsIn(log).join("\n")}\n`);
  expect(run([...as, TRACE, "watch", "--stop"], options).stderr).toContain(
    `process ${pid} has exited`,
  );
});

test("the service manager is notified of the start and the end", async () => {
  using at = workspace();
  using manager = new Manager(join(at.beside, "notify"));
  const watch = Bun.spawn([TRACE, "watch", at.watched, "-o", at.log], {
    env: { ...process.env, NOTIFY_SOCKET: manager.path },
    stdio: ["ignore", "ignore", "ignore"],
  });
  started.push(watch.pid);
  const ready = `READY=1\nMAINPID=${watch.pid}`;
  await until(() => manager.received().length === 1);
  await touched(join(at.watched, "a"), at.log);
  watch.kill("SIGHUP"); // a reload: it continues
  await touched(join(at.watched, "b"), at.log);
  watch.kill("SIGTERM");
  expect(await watch.exited).toBe(0);
  expect(manager.received()).toEqual([ready, "STOPPING=1"]);
});

test("the printed unit is valid, and its capabilities are sufficient", async () => {
  using at = workspace();
  const unit = runTrace(["watch", "--print-unit", "-r", at.watched]).stdout.toString();
  const file = join(at.beside, "trace-watch.service");
  writeFileSync(file, unit);
  if (Bun.which("systemd-analyze"))
    expect(run(["systemd-analyze", "verify", "--man=no", file])).toMatchObject({ status: 0 });
  const capabilities = /^CapabilityBoundingSet=(.*)$/m.exec(unit)![1];
  const capabilitySet = capabilities.toLowerCase().replaceAll("cap_", "+").replaceAll(" ", ",");
  const as = ["setpriv", `--bounding-set=-all,${capabilitySet}`, "--no-new-privs"];
  const pid = start(["-r", at.watched, "-o", at.log], {}, as);
  run(["sh", "-c", ': >"$0/a"', at.watched]);
  await until(() => pathsIn(at.log).includes(join(at.watched, "a")));
  expect(textOf(at.log)).toContain('"comm":"sh","user":"root","argv":["sh","-c"');
  process.kill(pid, "SIGTERM");
  await stopped(pid);
});

/** Prepends lines to a private log, under its lock, as trace clean does. */
function prepend(log: string, lines: Buffer): void {
  const fd = openSync(log, "r");
  expect(lockWithTimeout(fd, log, TIMEOUT_MS)).toBe(true);
  writeFileSync(`${log}.new`, Buffer.concat([lines, readFileSync(fd)]), { mode: 0o600 });
  renameSync(`${log}.new`, log);
  closeSync(fd);
}
