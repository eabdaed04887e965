/** Where the recording is written, and what happens if it cannot be. */
import { afterAll, expect, test } from "bun:test";
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, runTrace, TRACE, temporaryDirectory } from "./support/harness.ts";

const NOBODY = { uid: 65534, name: "nobody" };
const asNobody = { ...process.env, SUDO_UID: `${NOBODY.uid}`, SUDO_USER: NOBODY.name };
const MANY_OPENS = "i=0; while [ $i -lt 3000 ]; do : </dev/null; i=$((i+1)); done; echo done";

const disk = temporaryDirectory();
const full = join(disk.path, "full");
mkdirSync(full);
const mounted = run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", full]);
afterAll(() => {
  run(["umount", full]);
  disk[Symbol.dispose]();
});

test.each(["csv", "json", "ndjson", "text"])(
  "a full disk ends the record, whole as %s, and does not harm the command",
  (format) => {
    expect(mounted.status).toBe(0);
    const file = join(full, `record.${format}`);
    const args = ["exec", "--format", format, "-o", file, "--", "sh", "-c", MANY_OPENS];
    const { status, stdout, stderr } = runTrace(args);
    expect(status).toBe(125);
    expect(stdout.toString()).toBe("done\n");
    expect(stderr).toContain(`write(${file}): ENOSPC`);
    const [, written, missing] =
      stderr.match(/^trace: (\d+) events?, INCOMPLETE: (\d+) not written$/m) ?? [];
    expect(Number(written) + Number(missing)).toBeGreaterThanOrEqual(3000);
    const text = readFileSync(file, "utf8");
    expect(text === "" || text.endsWith("\n")).toBe(true);
    const rows = {
      csv: () => text.split("\n").length - 2,
      text: () => text.split("\n").length - 2,
      json: () => JSON.parse(text).length,
      ndjson: () =>
        text
          .split("\n")
          .slice(0, -1)
          .map((line) => JSON.parse(line)).length,
    }[format]?.();
    expect(rows).toBe(Number(written));
    run(["rm", file]);
  },
);

test("a full disk leaves room for the result of NDJSON, which counts what is not written", () => {
  const file = join(full, "record.ndjson");
  const format = ["--format", "ndjson", "--header"];
  const command = ["--", "sh", "-c", MANY_OPENS];
  const { status, stderr } = runTrace(["exec", ...format, "-o", file, ...command]);
  expect(status).toBe(125);
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const { result } = JSON.parse(lines.at(-1) as string);
  expect(result).toMatchObject({ status: 0, complete: false, events: lines.length - 2 });
  expect(result.losses).toEqual([{ what: "not written", count: expect.any(Number) }]);
  const [{ count }] = result.losses;
  expect(result.events + count).toBeGreaterThanOrEqual(3000);
  expect(stderr).toContain(`trace: ${result.events} events, INCOMPLETE: ${count} not written\n`);
  run(["rm", file]);
});

test("`all` ends quietly when its reader is gone", () => {
  const { stderr, stdout } = run([
    "bash",
    "-c",
    `${TRACE} all | head -n 1; echo "\${PIPESTATUS[0]}"`,
  ]);
  expect(stdout.toString()).toMatch(/^pid,cgid,.*\n0\n$/);
  expect(stderr).toBe("");
});

test("a symbolic link is not written through", () => {
  using directory = temporaryDirectory();
  const target = join(directory.path, "target");
  writeFileSync(target, "precious");
  symlinkSync(target, join(directory.path, "trace.csv"));
  const { status, stderr } = runTrace(["exec", "true"], { cwd: directory.path });
  expect(status).toBe(125);
  expect(stderr).toContain("symbolic link");
  expect(readFileSync(target, "utf8")).toBe("precious");
});

test("a file's old contents are lost only when the command has started", () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, "trace.csv");
  writeFileSync(file, "precious");
  runTrace(["exec", "no-such-command"], { cwd: directory.path });
  expect(readFileSync(file, "utf8")).toBe("precious");
  runTrace(["exec", "true"], { cwd: directory.path });
  expect(readFileSync(file, "utf8")).toStartWith("pid,cgid,");
});

test("under sudo the command runs as the invoking user, who owns the recording", () => {
  using directory = temporaryDirectory();
  run(["chmod", "777", directory.path]);
  const script = 'id -u; id -g; id -G; echo "$HOME $USER $LOGNAME"';
  const { status, stdout } = runTrace(["exec", "--", "sh", "-c", script], {
    cwd: directory.path,
    env: asNobody,
  });
  expect(status).toBe(0);
  expect(stdout.toString()).toBe("65534\n65534\n65534\n/nonexistent nobody nobody\n");
  const record = statSync(join(directory.path, "trace.csv"));
  expect(record.uid).toBe(NOBODY.uid);
});

test("under sudo the invoking user's rights decide where the recording can be written", () => {
  using directory = temporaryDirectory();
  run(["chmod", "755", directory.path]);
  const { status, stderr } = runTrace(["exec", "true"], { cwd: directory.path, env: asNobody });
  expect(status).toBe(125);
  expect(stderr).toContain("EACCES");
});

test("--user root keeps root under sudo", () => {
  using directory = temporaryDirectory();
  run(["chmod", "777", directory.path]);
  const args = ["exec", "--user", "root", "--", "id", "-u"];
  const { stdout } = runTrace(args, { cwd: directory.path, env: asNobody });
  expect(stdout.toString()).toBe("0\n");
});

test("a SUDO_UID that contradicts SUDO_USER is ignored", () => {
  using directory = temporaryDirectory();
  const env = { ...asNobody, SUDO_UID: "0" };
  const { status, stderr } = runTrace(["exec", "true"], { cwd: directory.path, env });
  expect(status).toBe(125);
  expect(stderr).toContain("do not agree");
});

test("-o - writes among the command's own output, -o /dev/fd/N to an open fd", () => {
  using directory = temporaryDirectory();
  const dash = runTrace(["exec", "-q", "-o", "-", "true"], { cwd: directory.path });
  expect(dash.stdout.toString()).toStartWith("pid,cgid,");
  const command = `${TRACE} exec -q -o /dev/fd/7 true 7>seven`;
  expect(run(["bash", "-c", command], { cwd: directory.path }).status).toBe(0);
  expect(readFileSync(join(directory.path, "seven"), "utf8")).toStartWith("pid,cgid,");
});

test("--quiet prints nothing when no event is missing", () => {
  using directory = temporaryDirectory();
  expect(runTrace(["exec", "-q", "true"], { cwd: directory.path }).stderr).toBe("");
});
