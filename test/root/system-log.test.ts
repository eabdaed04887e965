/** `trace watch --to journald|syslog`, with systemd's own journal. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, runTrace, TRACE, temporaryDirectory, until } from "./support/harness.ts";
import { bytesOf, Journald } from "./support/journald.ts";
import { besideWatch, NDJSON } from "./support/watch.ts";

setDefaultTimeout(60_000);

const HOSTILE = [
  "a\nPRIORITY=0\nMESSAGE=evil\n",
  "b\n<0>evil: x",
  'c" pid=1 user="x',
  "d\u202e##[error]",
];

test("the journal has who changed what, in fields and in lines, and names inject neither", async () => {
  using directory = temporaryDirectory();
  using beside = temporaryDirectory();
  using journald = await Journald.start();
  const rules = join(beside.path, "rules");
  writeFileSync(rules, "danger CREATE in=/ : new\n");
  const args = ["--types", "CREATE,MOVED_TO", "--rules", rules, directory.path];
  const { stderr, status } = await besideWatch(
    ["--to", "journald,syslog", "--require-complete", ...args],
    async () => {
      for (const name of HOSTILE) writeFileSync(join(directory.path, name), "");
      run(["sh", "-c", ": >\"$(printf 'e\\377')\""], { cwd: directory.path });
      await until(() => journald.entries().length === 10);
    },
    { under: journald.under },
  );
  expect([status, stderr]).toEqual([0, expect.stringContaining("5 events, complete")]);
  const entries = journald.entries();
  const native = entries.filter(({ _TRANSPORT }) => _TRANSPORT === "journal");
  const lines = entries.filter(({ _TRANSPORT }) => _TRANSPORT === "syslog");
  const expected = [
    ...HOSTILE.map((name) => Buffer.from(join(directory.path, name))),
    Buffer.concat([Buffer.from(join(directory.path, "e")), Buffer.of(0xff)]),
  ];
  expect(native.map((entry) => bytesOf(entry.TRACE_PATH))).toEqual(expected);
  for (const entry of native)
    expect(entry).toMatchObject({
      PRIORITY: "3",
      TRACE_TYPE: "CREATE",
      TRACE_USER: "root",
      TRACE_SEVERITY: "danger",
      TRACE_REASON: "new",
      TRACE_PID: expect.stringMatching(/^\d+$/),
      MESSAGE: expect.stringMatching(/^CREATE path="[^\n]*" pid=\d+ comm="[^"]*" user="root"$/),
    });
  expect(native[4]).toMatchObject({
    TRACE_COMM: "sh",
    TRACE_ARGV: expect.stringMatching(/^sh -c /),
  });
  expect(lines.length).toBe(5);
  for (const [index, { MESSAGE, PRIORITY, SYSLOG_FACILITY }] of lines.entries()) {
    expect([PRIORITY, SYSLOG_FACILITY]).toEqual(["3", "3"]);
    const [, path] =
      /^CREATE time=\d+\.\d{9} path=("(?:[^"\\]|\\.)*") size=/.exec(String(MESSAGE)) ?? [];
    if (index < 4) expect(JSON.parse(path)).toBe(join(directory.path, HOSTILE[index]));
  }
});

test("an entry that is larger than a datagram is passed as a file in memory", async () => {
  using journald = await Journald.start();
  const size = 1_000_000;
  const script = join(import.meta.dir, "support/send-to-journal.ts");
  const sent = run([...journald.under, process.execPath, script, String(size)]);
  expect(sent).toMatchObject({ status: 0, stderr: "" });
  await until(() => journald.entries().length === 1);
  expect(bytesOf(journald.entries()[0].TRACE_VALUE).length).toBe(size);
});

test("a journal that does not read stops nothing, and what it does not get is counted", async () => {
  using directory = temporaryDirectory();
  using journald = await Journald.start();
  const count = 800;
  const { changes, stderr, status } = await besideWatch(
    ["--to", "journald", "--types", "CREATE", "--require-complete", ...NDJSON, directory.path],
    async (_, soFar) => {
      journald.kill("SIGSTOP");
      for (let i = 0; i < count; i++) writeFileSync(join(directory.path, `f${i}`), "");
      await until(() => soFar().length === count);
    },
    { under: journald.under },
  );
  expect(changes.length).toBe(count);
  const [, lost] = /800 events, INCOMPLETE: (\d+) not sent to journald \(/.exec(stderr) ?? [];
  expect(Number(lost)).toBeGreaterThan(0);
  expect(status).toBe(3);
  journald.kill("SIGCONT");
  await until(() => journald.entries().length === count - Number(lost));
});

test("a machine without such a log is an error at the start", () => {
  using directory = temporaryDirectory();
  const script = 'mount --make-rprivate / && mount -t tmpfs run /run && exec "$0" "$@"';
  const under = ["unshare", "-m", "sh", "-c", script];
  const { status, stderr } = run([...under, TRACE, "watch", "--to", "journald", directory.path]);
  expect([status, stderr]).toEqual([
    125,
    "trace: connect(/run/systemd/journal/socket): ENOENT: No such file or directory\n",
  ]);
  expect(runTrace(["watch", "--to", "journal", directory.path])).toMatchObject({
    status: 2,
    stderr: "trace: --to journal: unknown value; did you mean journald?\n",
  });
});
