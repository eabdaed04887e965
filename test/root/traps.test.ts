/** Other users prepare traps where an output is going to be written. */
import { expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { run, runTrace, TRACE, temporaryDirectory } from "./support/harness.ts";

const NOBODY = 65534;
/** Ends a trace that waits for ever, so that the test fails instead. */
const LIMITED = ["timeout", "-k", "1", "20"];

/** A directory that everyone can write to, like /tmp, and a directory of root that is not to change. */
function place() {
  const directory = temporaryDirectory();
  const open = join(directory.path, "public");
  const precious = join(directory.path, "precious");
  mkdirSync(open);
  chmodSync(open, 0o1777);
  chmodSync(directory.path, 0o755);
  mkdirSync(precious);
  writeFileSync(join(precious, "file"), "precious");
  return {
    open,
    precious,
    path: directory.path,
    [Symbol.dispose]: () => directory[Symbol.dispose](),
  };
}

/** Makes a symbolic link of another user. */
function foreignLink(target: string, path: string): string {
  symlinkSync(target, path);
  lchownSync(path, NOBODY, NOBODY);
  return path;
}

const trace = (args: readonly string[], cwd?: string) => run([...LIMITED, TRACE, ...args], { cwd });

const OUTPUTS: readonly (readonly [string, (file: string) => string[]])[] = [
  ["exec", (file) => ["exec", "-o", file, "true"]],
  ["exec --summary", (file) => ["exec", `--summary=json:${file}`, "true"]],
  ["all", (file) => ["all", "-o", file, "--count", "1"]],
  ["watch", (file) => ["watch", "-o", file, "--duration", "1ms", "/nonexistent", "--wait"]],
  ["watch --daemon", (file) => ["watch", "--daemon", "-o", file, "/nonexistent", "--wait"]],
  ["procs", (file) => ["procs", "-o", file, "true"]],
  ["syscalls", (file) => ["syscalls", "-o", file, "true"]],
];

test.each(OUTPUTS)("%s does not follow another user's link to a directory", (_, args) => {
  using at = place();
  const link = foreignLink(at.precious, join(at.open, "link"));
  const { status, stderr } = trace(args(join(link, "file")));
  expect(stderr).toContain(`${link} is a symbolic link of nobody, which is not followed`);
  expect(status).toBe(125);
  expect(readdirSync(at.precious)).toEqual(["file"]);
  expect(readFileSync(join(at.precious, "file"), "utf8")).toBe("precious");
});

test("readers of histories and records do not follow another user's link to their output", () => {
  using at = place();
  const link = foreignLink(at.precious, join(at.open, "link"));
  const record = join(at.path, "run.trace");
  expect(trace(["exec", "-o", record, "true"]).status).toBe(0);
  const history = join(at.path, "history");
  writeFileSync(history, "");
  for (const args of [
    ["show", record, "-o", join(link, "file")],
    ["summary", record, "--format", `json:${join(link, "file")}`],
    ["query", history, "-o", join(link, "file")],
    ["changes", history, "-o", join(link, "file")],
  ])
    expect(trace(args)).toMatchObject({
      status: 125,
      stderr: expect.stringContaining(`${link} is a symbolic link of nobody`),
    });
  expect(readFileSync(join(at.precious, "file"), "utf8")).toBe("precious");
});

test("links of root are followed: absolute, relative, several, and in targets", () => {
  using at = place();
  symlinkSync(at.precious, join(at.path, "absolute"));
  symlinkSync("absolute/../precious", join(at.path, "relative"));
  const file = join(at.path, "relative/.//../relative/new");
  expect(trace(["exec", "-q", "-o", file, "true"])).toMatchObject({ status: 0, stderr: "" });
  expect(readFileSync(join(at.precious, "new"), "utf8")).toStartWith("pid,");
});

test("a link of root's whose target leads through another user's link is not followed", () => {
  using at = place();
  foreignLink(at.precious, join(at.open, "link"));
  symlinkSync(join(at.open, "link"), join(at.path, "own"));
  const { status, stderr } = trace(["exec", "-o", join(at.path, "own/file"), "true"]);
  expect([status, stderr]).toEqual([125, expect.stringContaining("symbolic link of nobody")]);
});

test("under sudo the user's own links are followed, with the user's rights", () => {
  using at = place();
  const env = { ...process.env, SUDO_UID: `${NOBODY}`, SUDO_USER: "nobody" };
  const link = foreignLink(at.open, join(at.open, "own"));
  const file = (name: string) => ["exec", "-q", "-o", join(link, name), "true"];
  expect(runTrace(file("new"), { env })).toMatchObject({ status: 0, stderr: "" });
  lchownSync(link, 1, 1);
  expect(runTrace(file("other"), { env }).status).toBe(125);
  expect(existsSync(join(at.open, "other"))).toBe(false);
  // Rights are those of the user, not root's, also where root could follow.
  foreignLink(at.precious, join(at.open, "precious"));
  const refused = runTrace(["exec", "-o", join(at.open, "precious/file"), "true"], { env });
  expect([refused.status, refused.stderr]).toEqual([125, expect.stringContaining("EACCES")]);
});

test.each([["show"], ["summary"]])("%s writes with the rights of the caller of sudo", (command) => {
  using at = place();
  const record = join(at.path, "run.trace");
  expect(trace(["exec", "-o", record, "true"]).status).toBe(0);
  const file = join(at.precious, "file");
  const output = command === "show" ? ["-o", file] : ["--format", `json:${file}`];
  const env = { ...process.env, SUDO_UID: `${NOBODY}`, SUDO_USER: "nobody" };
  const { status, stderr } = runTrace([command, record, ...output], { env });
  expect([status, stderr]).toEqual([125, expect.stringContaining("EACCES")]);
  expect(readFileSync(file, "utf8")).toBe("precious");
});

test("in a directory of everyone, neither another user's file nor a hard link is written to", () => {
  using at = place();
  const planted = join(at.open, "planted");
  writeFileSync(planted, "planted");
  chownSync(planted, NOBODY, NOBODY);
  chmodSync(planted, 0o666);
  const linked = join(at.open, "linked");
  linkSync(join(at.precious, "file"), linked);
  for (const file of [planted, linked])
    expect(trace(["exec", "-o", file, "true"])).toMatchObject({
      status: 125,
      stderr: expect.stringContaining("EACCES"),
    });
  expect(readFileSync(planted, "utf8")).toBe("planted");
  expect(readFileSync(linked, "utf8")).toBe("precious");
  // One's own file there is.
  const own = join(at.open, "own");
  writeFileSync(own, "old");
  expect(trace(["exec", "-q", "-o", own, "true"]).status).toBe(0);
});

const fifo = (path: string) => {
  expect(run(["mkfifo", path]).status).toBe(0);
  return path;
};

test("a FIFO in place of the default file is refused at once", () => {
  using at = place();
  fifo(join(at.path, "trace.csv"));
  const { status, stderr } = trace(["exec", "true"], at.path);
  expect(status).toBe(125);
  expect(stderr).toContain(
    "open(trace.csv): EEXIST: File exists; it is a FIFO, not a regular file",
  );
});

test("a FIFO in place of the default file of syscalls is refused", () => {
  using at = place();
  fifo(join(at.path, "syscalls.json"));
  const { status, stderr } = trace(["syscalls", "--format", "json", "true"], at.path);
  expect([status, stderr]).toEqual([125, expect.stringContaining("it is a FIFO, not a regular")]);
});

test("a FIFO of another user is refused, also with a reader", async () => {
  using at = place();
  const path = fifo(join(at.open, "fifo"));
  chownSync(path, NOBODY, NOBODY);
  chmodSync(path, 0o666);
  const reader = Bun.spawn(["cat", path], { stdout: "pipe" });
  await Bun.sleep(100);
  const { status, stderr } = trace(["exec", "-o", path, "true"]);
  expect([status, stderr]).toEqual([125, expect.stringContaining("EACCES")]);
  reader.kill();
  await reader.exited;
});

test.each([
  ["exec", (file: string) => ["exec", "-q", "-o", file, "true"], /^pid,/],
  ["watch", (file: string) => ["watch", "-o", file, "-q", "--count", "1", "."], /"type":"CREATE"/],
])("%s waits for the reader of a FIFO that was named, and says so", async (_, args, content) => {
  using at = place();
  const path = fifo(join(at.path, "fifo"));
  const child = Bun.spawn([...LIMITED, TRACE, ...args(path)], {
    cwd: at.path,
    stderr: "pipe",
    stdout: "ignore",
  });
  const message = new TextDecoder().decode((await child.stderr.getReader().read()).value);
  expect(message).toBe(`trace: ${path}: waiting for a reader of the FIFO, for 10 seconds\n`);
  const reader = Bun.spawn(["cat", path], { stdout: "pipe" });
  const touch = setInterval(() => writeFileSync(join(at.path, `${performance.now()}`), ""), 50);
  expect(await child.exited).toBe(0);
  clearInterval(touch);
  expect(await new Response(reader.stdout).text()).toMatch(content);
});

test("devices can be named, not planted; a full device is an error", () => {
  using at = place();
  expect(trace(["exec", "-q", "-o", "/dev/null", "true"])).toMatchObject({ status: 0, stderr: "" });
  const full = trace(["exec", "-o", "/dev/full", "true"]);
  expect([full.status, full.stderr]).toEqual([125, expect.stringContaining("ENOSPC")]);
  expect(run(["mknod", join(at.path, "trace.csv"), "c", "1", "3"]).status).toBe(0);
  const planted = trace(["exec", "true"], at.path);
  expect(planted.status).toBe(125);
  expect(planted.stderr).toContain("it is a device, not a regular file");
});

test.each(["/dev/stdout", "/proc/self/fd/1", "/dev/fd/1", "-"])("%s is standard output", (path) => {
  const { status, stdout } = trace(["exec", "-q", "-o", path, "true"]);
  expect(status).toBe(0);
  expect(stdout.toString()).toStartWith("pid,");
});

test("a directory and a socket are no outputs", () => {
  using at = place();
  const socket = join(at.path, "socket");
  using _server = Bun.listen({ unix: socket, socket: { data() {} } }) as unknown as Disposable;
  for (const [path, reason, status] of [
    [at.precious, "EISDIR", 2],
    [`${at.precious}/`, "EISDIR", 2],
    [socket, "it is a socket", 125],
    [join(at.precious, "file/below"), "ENOTDIR", 2],
  ] as const)
    expect(trace(["exec", "-o", path, "true"])).toMatchObject({
      status,
      stderr: expect.stringContaining(reason),
    });
});
