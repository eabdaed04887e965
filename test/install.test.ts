/** Tests src/install.sh with a small release in a directory and behind a server. */
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { run } from "../src/build/run.ts";

const SCRIPT = resolve("src/install.sh");
const MACHINE = process.arch;
const NAME = `trace-9.9.9-linux-${MACHINE}`;
const ARCHIVE = `${NAME}.tar.xz`;
const PROGRAM = "#!/bin/sh\necho trace 9.9.9\n";

const directory = mkdtempSync(join(tmpdir(), "trace-install-"));
const release = join(directory, "release");
const prefix = join(directory, "prefix");
afterAll(() => rmSync(directory, { recursive: true }));

/** Makes a release whose executable is a script. */
function makeRelease(program = PROGRAM): void {
  const root = join(directory, NAME);
  for (const path of [release, join(root, "man"), join(root, "completions")])
    mkdirSync(path, { recursive: true });
  writeFileSync(join(root, "trace"), program, { mode: 0o755 });
  const files = ["LICENSE", "THIRD-PARTY-NOTICES", "man/trace.1", "man/trace-formats.5"];
  for (const file of [...files, "completions/_trace"]) writeFileSync(join(root, file), file);
  run(["tar", "-cJf", join(release, ARCHIVE), "-C", directory, NAME]);
  writeFileSync(join(release, "SHA256SUMS"), run(["sha256sum", ARCHIVE], release));
  rmSync(root, { recursive: true });
}

beforeEach(() => {
  for (const path of [release, prefix]) rmSync(path, { recursive: true, force: true });
  makeRelease();
});

interface Options {
  readonly shell?: readonly string[];
  readonly from?: string;
  readonly env?: Record<string, string>;
}

/** Installs; returns what was said on standard error. The server of a test needs the event loop. */
async function install({ shell = ["sh"], from = release, env = {} }: Options = {}) {
  const command = [...shell, SCRIPT, "--from", from, "--prefix", prefix];
  const temporary = join(directory, "tmp");
  mkdirSync(temporary, { recursive: true });
  const child = Bun.spawn(command, {
    env: { ...process.env, TMPDIR: temporary, ...env },
    stdout: "ignore",
    stderr: "pipe",
  });
  const [stderr, status] = [await child.stderr.text(), await child.exited];
  expect(readdirSync(temporary)).toEqual([]);
  const lines = stderr.split("\n").filter((line) => line && !line.endsWith("is not in PATH"));
  return { status, lines };
}

const installed = () =>
  existsSync(prefix)
    ? readdirSync(prefix, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(prefix.length + 1))
        .sort()
    : [];

const ALL = [
  "bin/trace",
  "share/doc/trace/LICENSE",
  "share/doc/trace/THIRD-PARTY-NOTICES",
  "share/man/man1/trace.1",
  "share/man/man5/trace-formats.5",
  "share/zsh/site-functions/_trace",
];

/** A directory of programs for PATH, without some. */
function programsWithout(...missing: readonly string[]): string {
  const bin = join(directory, "bin");
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin);
  const names = "sh tar xz sha256sum curl wget sed id uname mktemp mkdir rm cp mv chmod cat".split(
    " ",
  );
  for (const name of names.filter((each) => !missing.includes(each))) {
    const path = Bun.which(name);
    if (path) symlinkSync(path, join(bin, name));
  }
  return bin;
}

describe.each([["dash"], ["busybox", "sh"], ["bash", "--posix"]])("%s", (...shell) => {
  test("installs all files of a release", async () => {
    expect(await install({ shell })).toEqual({ status: 0, lines: [] });
    expect(installed()).toEqual(ALL);
    expect(readFileSync(join(prefix, "bin/trace"), "utf8")).toBe(PROGRAM);
  });
});

test("what was installed before is replaced", async () => {
  await install();
  makeRelease("#!/bin/sh\necho trace 9.9.9 again\n");
  expect(await install()).toEqual({ status: 0, lines: [] });
  expect(run([join(prefix, "bin/trace")])).toBe("trace 9.9.9 again\n");
});

test("an archive with another checksum is refused, and what is installed stays", async () => {
  await install();
  writeFileSync(join(release, ARCHIVE), "something else");
  const { status, lines } = await install();
  expect(status).toBe(1);
  expect(lines).toEqual([
    `install.sh: ${ARCHIVE}: the checksum is not that of SHA256SUMS; nothing was installed`,
  ]);
  expect(run([join(prefix, "bin/trace")])).toBe("trace 9.9.9\n");
});

test("an executable that does not run here is not installed", async () => {
  makeRelease("#!/bin/sh\necho this processor is too old >&2; exit 125\n");
  const { status, lines } = await install();
  expect(status).toBe(1);
  expect(lines).toEqual(["install.sh: trace does not run here: this processor is too old"]);
  expect(installed()).toEqual([]);
});

test("a release without the machine, or with two versions of it, is refused", async () => {
  const sums = join(release, "SHA256SUMS");
  const line = readFileSync(sums, "utf8");
  writeFileSync(sums, line.replaceAll(MACHINE, "riscv64"));
  const none = await install();
  expect(none.lines).toEqual([
    `install.sh: SHA256SUMS of ${release} names no release for ${MACHINE}`,
  ]);
  writeFileSync(sums, line + line.replace("9.9.9", "9.9.8"));
  const several = await install();
  expect(several.lines).toEqual([
    `install.sh: SHA256SUMS of ${release} names several releases for ${MACHINE}`,
  ]);
  expect([none.status, several.status, installed()]).toEqual([1, 1, []]);
});

test("missing programs are named in one line", async () => {
  const env = { PATH: programsWithout("xz", "curl", "wget") };
  const local = await install({ env });
  expect(local.lines).toEqual(["install.sh: missing programs: xz"]);
  const remote = await install({ env, from: "http://localhost:1" });
  expect(remote.lines).toEqual(["install.sh: missing programs: xz, curl or wget"]);
  expect([local.status, remote.status]).toEqual([1, 1]);
});

test("a prefix that cannot be written is said, and no part of a file stays", async () => {
  mkdirSync(join(prefix, "bin/trace"), { recursive: true });
  chmodSync(prefix, 0o755);
  writeFileSync(join(prefix, "share"), "a file");
  const { status, lines } = await install();
  expect(status).toBe(1);
  expect(lines.at(-1)).toStartWith("install.sh: cannot create");
  expect(installed()).toEqual(["share"]);
});

test("a directory in the place of the executable is not filled", async () => {
  mkdirSync(join(prefix, "bin/trace"), { recursive: true });
  const { status, lines } = await install();
  expect([status, lines]).toEqual([1, [`install.sh: ${prefix}/bin/trace is a directory`]]);
  expect(installed()).toEqual(ALL.slice(1));
});

test("without a release, the message says how to name one", () => {
  const { TRACE_URL: _, ...env } = process.env;
  const { exitCode, stderr } = Bun.spawnSync(["sh", SCRIPT], { env });
  expect(exitCode).toBe(1);
  expect(stderr.toString()).toBe(
    "install.sh: say where the release is: --from URL, or the variable TRACE_URL\n",
  );
});

describe("from a server", () => {
  let cutOff = false;
  const server = Bun.serve({
    port: 0,
    fetch(request) {
      const file = Bun.file(join(release, new URL(request.url).pathname));
      if (!file.size) return new Response("", { status: 404 });
      return new Response(cutOff && file.size > 1000 ? file.slice(0, 500) : file);
    },
  });
  afterAll(() => server.stop(true));
  const from = String(server.url);

  test.each(["curl", "wget"])("%s downloads the release", async (program) => {
    if (!Bun.which(program)) throw new Error(`${program} is not installed`);
    cutOff = false;
    const env = { PATH: programsWithout(program === "curl" ? "wget" : "curl") };
    expect(await install({ from, env })).toEqual({ status: 0, lines: [] });
    expect(installed()).toEqual(ALL);
  });

  test("a download that was cut off is refused", async () => {
    makeRelease(`${PROGRAM}# ${"x".repeat(10)}${Array.from({ length: 2000 }, (_, i) => i * i)}\n`);
    cutOff = true;
    const { status, lines } = await install({ from });
    expect([status, lines.length, installed()]).toEqual([1, 1, []]);
    expect(lines[0]).toContain("the checksum is not that of SHA256SUMS");
  });

  test("a file that is not there is named", async () => {
    rmSync(join(release, ARCHIVE));
    const { status, lines } = await install({ from });
    expect([status, lines]).toEqual([1, [`install.sh: cannot get ${from}${ARCHIVE}`]]);
  });
});

test("a script that was cut off does nothing", () => {
  const text = readFileSync(SCRIPT, "utf8");
  const cut = text.slice(0, text.lastIndexOf("main"));
  const { exitCode } = Bun.spawnSync(["sh", "-s", "--", "--from", release, "--prefix", prefix], {
    stdin: Buffer.from(cut),
  });
  expect([exitCode, installed()]).toEqual([0, []]);
});
