/** The output modes of `trace syscalls`, on real commands; they need no root. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { run, runTrace, TRACE, temporaryDirectory } from "./support/harness.ts";

setDefaultTimeout(120_000);

const syscalls = (args: readonly string[], command: readonly string[], cwd: string) =>
  runTrace(["syscalls", ...args, "--", ...command], { cwd });

test("each call is a sentence, as are signals and exits", () => {
  using directory = temporaryDirectory();
  const script = "echo hi >new; read x </absent; kill -TERM $$";
  const { stderr, status } = syscalls(["--mode", "human"], ["sh", "-c", script], directory.path);
  const lines = stderr.split("\n");
  expect(lines[0]).toMatch(/^Run \S+\/sh: sh -c "echo hi/);
  expect(lines).toContain(
    "Open new for writing, creating it, truncating it, with mode 0666: file descriptor 3",
  );
  expect(stderr).toMatch(/^Write 3 bytes to standard output \(\S+\/new\): "hi\\n"$/m);
  expect(stderr).toMatch(
    /^Open \/absent for reading: failed: no such file or directory \(ENOENT\)$/m,
  );
  expect(stderr).toMatch(
    /^Signal SIGTERM: sent by process \d+ \(user \d+\)\nProcess \d+ was killed by SIGTERM$/m,
  );
  expect(status).toBe(128 + 15);
});

test("--by-file counts the bytes that passed through pipes, copies and children", () => {
  using directory = temporaryDirectory();
  writeFileSync(join(directory.path, "in"), "x".repeat(5000));
  const out = join(directory.path, "files.json");
  const args = ["--by-file", "--format", "json", "-o", out];
  syscalls(args, ["sh", "-c", "cat <in | dd bs=100 of=out"], directory.path);
  const files = JSON.parse(readFileSync(out, "utf8"));
  const of = (name: string) => files.find((file: { path: string }) => file.path.endsWith(name));
  expect(of("/in")).toMatchObject({ read: 5000, written: 0 });
  expect(of("/out")).toMatchObject({ read: 0, written: 5000, done: { open: 1, write: 50 } });
  const pipe = files.find(({ path }: { path: string }) => path.startsWith("pipe:["));
  expect(pipe).toMatchObject({ read: 5000, written: 5000 });
  expect(files[0].read + files[0].written).toBe(10_000);
});

test("the table of files is printed to stderr, the biggest first", () => {
  using directory = temporaryDirectory();
  writeFileSync(join(directory.path, "in"), "x".repeat(100_000));
  const { stderr } = syscalls(["--by-file"], ["cat", "in"], directory.path);
  const [header, first] = stderr.split("\n");
  expect(header).toMatch(/read +written +calls +file: what was done/);
  expect(first).toMatch(/100 kB.* \S+\/in: open 1, stat 1/);
});

test("every call is an object, and the array is complete after Ctrl-C", async () => {
  using directory = temporaryDirectory();
  const out = join(directory.path, "calls.json");
  const command = [
    "sh",
    "-c",
    "trap '' INT; cat /absent; kill -INT $PPID; kill -INT $PPID; sleep 60",
  ];
  const child = Bun.spawn([TRACE, "syscalls", "--format", "json", "-o", out, "--", ...command], {
    stdio: ["ignore", "ignore", "ignore"],
  });
  await child.exited;
  const rows = JSON.parse(readFileSync(out, "utf8"));
  const absent = rows.find(
    (row: { args?: { filename?: string } }) => row.args?.filename === "/absent",
  );
  expect(absent).toMatchObject({
    event: "call",
    name: "openat",
    category: "file",
    result: -2,
    errno: "ENOENT",
  });
  expect(absent.args.flags.flags).toContain("O_RDONLY");
  expect(rows.map((row: { event: string }) => row.event)).toContain("signal");
});

test("CSV and NDJSON have the same calls", () => {
  using directory = temporaryDirectory();
  const printed = (format: string) =>
    syscalls(
      ["--format", format, "-o", "-", "-e", "trace=execve,chdir"],
      ["sh", "-c", "cd /"],
      directory.path,
    ).stdout.toString();
  const objects = printed("ndjson")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const rows = parse(printed("csv"), { columns: true }) as Record<string, string>[];
  expect(rows.map((row) => row.name)).toEqual(objects.map((each) => each.name ?? ""));
  const chdir = rows.find((row) => row.name === "chdir");
  expect(JSON.parse(chdir!.args)).toEqual({ filename: "/" });
});

/** Replaces what differs between runs. */
const plain = (text: string) => text.replaceAll(/\b(0x)?[0-9a-f]{6,}\b/g, "N");

test("-P selects the calls that strace selects", () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, "in");
  writeFileSync(file, "x");
  const trace = runTrace(["syscalls", "-P", file, "--", "cat", file]).stderr;
  const strace = run(["strace", "-P", file, "cat", file]).stderr;
  expect(plain(trace)).toBe(plain(strace));
  expect(trace.split("\n").length).toBeGreaterThan(4);
});

test("-y shows the paths of fds as strace does, even for names made to confuse", () => {
  using directory = temporaryDirectory();
  const script = "exec 5>'we<i>\"r\\\nd'; rm we*; echo hi >&5; exec 6>&5 5>&-; cd /; exec 7<.";
  const calls = "trace=openat,close,dup2,fcntl,write,newfstatat";
  const options = { cwd: directory.path };
  const command = ["sh", "-c", script];
  const trace = runTrace(["syscalls", "--no-follow", "-y", "-e", calls, "--", ...command], options);
  const strace = run(["strace", "-y", "-e", calls, ...command], options);
  const lines = ({ stderr }: { stderr: string }) =>
    stderr
      .replaceAll(/\[\d+\]/g, "[N]")
      .split("\n")
      .filter((line) => /we|[567]</.test(line));
  expect(lines(trace)).toEqual(lines(strace));
  expect(trace.stderr).toContain('we\\74i\\76\\"r\\\\\\nd>(deleted)');
});

test("-e mode= prints only calls of that severity, with custom rules as well", () => {
  using directory = temporaryDirectory();
  writeFileSync(join(directory.path, "rules"), "danger * changes in=./kept : is to be kept\n");
  const printed = (args: readonly string[]) =>
    syscalls(
      ["--mode", "human", ...args],
      ["sh", "-c", ": >kept; : >/tmp/trace-reported; rm /tmp/trace-reported"],
      directory.path,
    )
      .stderr.split("\n")
      .filter((line) => /\[(warning|danger): /.test(line));
  expect(printed(["-e", "mode=warning"]).join("\n")).toMatch(
    /^Open \/tmp\/trace-reported .* \[warning: changes a file outside of the working directory\]$/m,
  );
  expect(printed(["-e", "mode=danger", "--rules", "rules"])).toEqual([
    expect.stringMatching(/^Open kept .* \[danger: is to be kept\]$/),
  ]);
});

test("a user without rights gets all of it", () => {
  using directory = temporaryDirectory();
  const user = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  const { stderr, status } = syscalls(
    ["--mode", "human", ...user],
    ["cat", "/etc/hostname"],
    directory.path,
  );
  expect(status).toBe(0);
  expect(stderr).toMatch(/^Open \/etc\/hostname for reading: file descriptor \d$/m);
});

test("options that cannot be combined are refused, and nothing runs", () => {
  using directory = temporaryDirectory();
  const wrong: readonly (readonly [string[], string])[] = [
    [["-c", "--format", "json"], "-c: cannot be used with --format"],
    [["-c", "--by-file"], "-c: cannot be used with --by-file"],
    [["--mode", "human", "--by-file"], "--mode human: cannot be used with"],
    [["--mode", "humn"], "did you mean human?"],
    [["--columns", "pid"], "--columns: requires --format"],
    [["--format", "csv", "--columns", "pid,pid"], "--columns pid: named twice"],
    [["--by-file", "--sort", "byte"], "did you mean bytes?"],
    [["--rules", "r"], "--rules: requires --mode human"],
    [["--mode", "human", "--rules", "/absent"], "--rules /absent: ENOENT"],
    [["--mode", "human", "--rules", "/proc/self/comm"], "line 1: expected a reason after a colon"],
  ];
  for (const [args, message] of wrong) {
    const { status, stderr } = syscalls(args, ["touch", "made"], directory.path);
    expect({ args, status, stderr }).toEqual({
      args,
      status: 2,
      stderr: expect.stringContaining(message),
    });
  }
  expect(readdirSync(directory.path)).toEqual([]);
});
