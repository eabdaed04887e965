/** `trace watch --otlp`: what a receiver of OpenTelemetry logs gets, and what waits for it. */
import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { isRunning } from "../../src/attribution/procfs.ts";
import { Manager } from "../daemon/service-manager.ts";
import { endStarted, start, textOf, workspace } from "./support/daemon.ts";
import { run, runTrace, TRACE, until } from "./support/harness.ts";
import { attributesOf, type LogRecord, OtlpReceiver } from "./support/otlp-receiver.ts";
import { besideWatch } from "./support/watch.ts";

setDefaultTimeout(60_000);
afterEach(endStarted);

const UID = 4_000_000;
const AS_USER = ["setpriv", `--reuid=${UID}`, `--regid=${UID}`, "--clear-groups"];

/** A user with a home directory, who runs daemons. */
function ofUser() {
  const at = workspace();
  const home = join(at.beside, "home");
  mkdirSync(home);
  for (const path of [home, at.watched, at.beside]) chownSync(path, UID, UID);
  chmodSync(join(at.beside, ".."), 0o755);
  // The thread that sends is never one of the working directory.
  const traps = join(at.beside, "sinks/watch/otlp");
  mkdirSync(traps, { recursive: true });
  for (const name of ["worker.ts", "worker.js"])
    writeFileSync(join(traps, name), 'require("node:fs").writeFileSync("obeyed", "")');
  const env = { PATH: process.env.PATH, HOME: home };
  const spools = join(home, ".local/state/trace/spool");
  return {
    ...at,
    home,
    env,
    spools,
    daemon: (...args: string[]) =>
      start([at.watched, "--types", "CREATE", ...args], { env, cwd: at.beside }, AS_USER),
    trace: (...args: string[]) => run([...AS_USER, TRACE, "watch", ...args], { env }),
    /** Does not block, so that the receiver answers meanwhile. */
    stop: () => Bun.spawn([...AS_USER, TRACE, "watch", "--stop"], { env, stderr: "ignore" }).exited,
    waiting: () =>
      existsSync(spools)
        ? readdirSync(spools).flatMap((spool) => readdirSync(join(spools, spool)))
        : [],
  };
}

const pathsOf = (records: readonly LogRecord[]) =>
  records.map((record) => attributesOf(record)["file.path"] as string);
const create = (at: { watched: string }, prefix: string, count: number) => {
  const paths = Array.from({ length: count }, (_, i) => join(at.watched, `${prefix}${i}`));
  for (const path of paths) writeFileSync(path, "");
  return paths;
};

test("every event arrives at a receiver that fails at first, is gone and comes back, and is not there for a killed daemon", async () => {
  using at = ofUser();
  using receiver = new OtlpReceiver();
  receiver.answers.push(503, { status: 429, headers: { "retry-after": "1" } });
  const first = at.daemon("--otlp", receiver.url);
  const expected = create(at, "a", 300);
  await until(() => receiver.records.length >= 300);
  expect(receiver.refusedAt[1] - receiver.refusedAt[0]).toBeGreaterThan(100);
  receiver.stop();
  expected.push(...create(at, "b", 200));
  const waits = () => JSON.parse(at.trace("--health", "--format", "json").stdout.toString())[0];
  await until(() => waits().deliveries[0].waiting === 200);
  expect(waits().deliveries[0]).toMatchObject({ to: `${receiver.url}v1/logs`, sent: 300 });
  process.kill(first, "SIGKILL");
  await until(() => !isRunning(first));
  expect(at.waiting().length).toBeGreaterThan(0);
  receiver.listen();
  at.daemon("--otlp", receiver.url);
  expected.push(...create(at, "c", 100));
  await until(() => receiver.records.length >= 600);
  expect(await at.stop()).toBe(0);
  expect(pathsOf(receiver.records).sort()).toEqual(expected.sort());
  expect(receiver.errors).toEqual([]);
  expect(receiver.requests).toBeLessThan(60);
  expect(at.waiting()).toEqual([]);
  const uids = receiver.records.map((record) => attributesOf(record)["log.record.uid"]);
  expect(new Set(uids).size).toBe(600);
  expect(existsSync(join(at.beside, "obeyed"))).toBe(false);
});

test("a service sends who did what, names as they are, and headers that nobody else sees", async () => {
  using at = workspace();
  using manager = new Manager(join(at.beside, "notify"));
  using receiver = new OtlpReceiver();
  const [headers, rules] = [join(at.beside, "headers"), join(at.beside, "rules")];
  writeFileSync(headers, "# for the receiver\nAuthorization: Bearer s3cret\n");
  writeFileSync(rules, "danger CREATE in=/ : new\n");
  const env = {
    ...process.env,
    NOTIFY_SOCKET: manager.path,
    STATE_DIRECTORY: at.beside,
    OTEL_EXPORTER_OTLP_HEADERS: "x-tenant=a%20b, authorization=unused",
    OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
  };
  const body = { partialSuccess: { rejectedLogRecords: "1", errorMessage: "too long" } };
  receiver.answers.push({ status: 200, body });
  const options = [
    "--types",
    "CREATE",
    "--rules",
    rules,
    "--on-event",
    "env",
    "--require-complete",
  ];
  const { status, stderr } = await besideWatch(
    [...options, "--otlp", receiver.url, "--otlp-headers", headers, at.watched],
    async (trace) => {
      expect(textOf(`/proc/${trace.pid}/cmdline`)).not.toContain("s3cret");
      run(["sh", "-c", `: >"$(printf 'a\\377')"; : >"$(printf 'b\n::error::')"`], {
        cwd: at.watched,
      });
      await until(() => receiver.records.length === 2);
    },
    { env },
  );
  expect(receiver.errors).toEqual([]);
  const sent = receiver.headers[0];
  expect([sent.get("authorization"), sent.get("x-tenant")]).toEqual(["Bearer s3cret", "a b"]);
  expect(stderr).not.toMatch(/s3cret|OTEL_EXPORTER_OTLP_HEADERS/);
  expect(receiver.resources[0]).toMatchObject({
    "service.name": "trace",
    "host.name": textOf("/proc/sys/kernel/hostname").trim(),
    "os.type": "linux",
    "deployment.environment.name": "test",
  });
  const [a, b] = receiver.records;
  expect(a).toMatchObject({
    severityNumber: 17,
    severityText: "ERROR",
    eventName: "trace.watch.create",
  });
  expect(attributesOf(a)).toMatchObject({
    "file.path": join(at.watched, "a\ufffd"),
    "trace.file.path.bytes": Buffer.concat([Buffer.from(join(at.watched, "a")), Buffer.of(0xff)]),
    "process.title": "sh",
    "process.command_args": expect.arrayContaining(["sh", "-c"]),
    "user.name": "root",
    "process.user.id": 0,
    "trace.rule.reason": "new",
  });
  expect(attributesOf(a)["process.pid"]).toBeGreaterThan(1);
  expect(attributesOf(b)["file.path"]).toBe(join(at.watched, "b\n::error::"));
  expect(b.body.stringValue).not.toContain("\n");
  expect(Number(BigInt(a.timeUnixNano) / 1_000_000n)).toBeWithin(
    Date.now() - 60_000,
    Date.now() + 1000,
  );
  expect(status).toBe(3);
  expect(stderr).toContain("2 events, INCOMPLETE: 1 refused by the OTLP receiver (too long)");
});

test("what a full spool has no room for is lost, said so everywhere, and nothing else is sent from it", async () => {
  using at = ofUser();
  using receiver = new OtlpReceiver();
  receiver.stop();
  at.daemon("--otlp", receiver.url, "--otlp-spool", "20K");
  const [spool] = readdirSync(at.spools).map((name) => join(at.spools, name));
  expect(statSync(spool).mode & 0o777).toBe(0o700);
  const secret = join(at.beside, "secret");
  writeFileSync(secret, '{"type":"CREATE","path":"/secret"}\n', { mode: 0o600 });
  symlinkSync(secret, join(spool, "0000000000000-00000000-00000000-1.ndjson"));
  for (let i = 0; i < 10; i++) {
    create(at, `${i}-`, 30);
    await Bun.sleep(30);
  }
  const health = () => JSON.parse(at.trace("--health", "--format", "json").stdout.toString())[0];
  await until(() => health().events === 300);
  const [{ waiting }] = health().deliveries;
  const lost: number = health().losses[0].count;
  expect(lost).toBeGreaterThan(100);
  expect(waiting).toBeGreaterThanOrEqual(300 - lost);
  const loss = "the spool was full or could not be written";
  expect(health().losses).toMatchObject([
    { what: "not sent to the OTLP receiver", count: lost, reason: loss },
  ]);
  expect(at.trace("--health").status).toBe(3);
  receiver.listen();
  const arrived = () => pathsOf(receiver.records).filter((path) => path !== undefined).length;
  await until(() => arrived() === 300 - lost);
  expect(await at.stop()).toBe(0);
  const messages = textOf(join(at.home, ".local/state/trace/history.ndjson.messages"));
  expect(messages).toContain(
    `300 events, INCOMPLETE: ${lost} not sent to the OTLP receiver (${loss})`,
  );
  // The receiver gets a note of it.
  const notes = receiver.records.filter(({ eventName }) => eventName === "trace.watch.not_written");
  const counts = notes.map((note) => attributesOf(note)["trace.note.count"] as number);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(lost);
  expect(JSON.stringify(receiver.records)).not.toContain("/secret");
  expect(readFileSync(secret, "utf8")).toContain("/secret");
});

test("a bad URL, header or spool is an error that does not show secrets", () => {
  using at = workspace();
  const headers = join(at.beside, "headers");
  writeFileSync(headers, "s3cret\n");
  const cases: [string[], string][] = [
    [["--otlp", "ftp://x/"], "--otlp: expected a URL such as http://localhost:4318"],
    [["--otlp", "http://me:s3cret@x/"], "--otlp: the URL has a user name or password"],
    [["--otlp", "http://x", "--otlp-headers", headers], "line 1: expected NAME: VALUE"],
    [["--otlp-headers", headers], "--otlp-headers: requires --otlp URL"],
    [["--otlp", "http://x", "--otlp-spool", "x"], "--otlp-spool x"],
  ];
  for (const [args, message] of cases) {
    const { status, stderr } = runTrace(["watch", at.watched, ...args]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).not.toContain("s3cret");
  }
});
