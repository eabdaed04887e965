/** Names of this process, compared with what the kernel makes of them. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  realpathSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import type { LinkPolicy } from "../../../src/events/link-policy.ts";
import { pipe } from "../../../src/ffi/fd.ts";
import { AT_FDCWD } from "../../../src/kernel/fcntl.ts";
import { NameResolver } from "../../../src/sources/ptrace/name-resolver.ts";
import { Random } from "../../random.ts";

const passer = { tid: process.pid, tgid: process.pid };
const resolver = new NameResolver();
const directory = realpathSync(mkdtempSync(`${tmpdir()}/resolver-`));
let dfd: number;
beforeAll(() => {
  for (const path of ["d/e/f", "g"]) mkdirSync(`${directory}/${path}`, { recursive: true });
  writeFileSync(`${directory}/d/file`, "");
  const links = {
    link: "d/e",
    "d/up": "../g",
    "d/e/abs": `${directory}/d`,
    loop: "loop",
    dangling: "d/none/x",
    tofile: "./d/../d/file",
    twice: "link/abs/up",
  };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, `${directory}/${name}`);
  dfd = openSync(directory, "r");
});
afterAll(() => {
  closeSync(dfd);
  rmSync(directory, { recursive: true });
});

function resolve(name: string, policy: LinkPolicy = "always", from = dfd) {
  return resolver.resolve(passer, from, name, policy);
}

/** Returns the resolved path below the directory, and whether there is a file. */
function found(name: string, policy: LinkPolicy = "always") {
  const { path, file } = resolve(name, policy) ?? {};
  return [path?.replace(`${directory}/`, ""), file !== null];
}

/** The same names by the kernel's path and step by step: /proc/self/root needs the steps. */
const PREFIXES = ["", "/proc/self/root"];

describe.each(["relative", ...PREFIXES])("a name after %j", (prefix) => {
  const name = (rest: string) => (prefix === "relative" ? rest : `${prefix}${directory}/${rest}`);

  test.each([
    ["d/file", "d/file"],
    ["d/e/../file", "d/file"],
    ["link/../file", "d/file"],
    ["link/abs/up/../d/e", "d/e"],
    ["twice", "g"],
    ["./d//e/./f", "d/e/f"],
    ["d/e/f/..", "d/e"],
    ["d/e/f/.", "d/e/f"],
    ["d/e/f//", "d/e/f"],
    ["tofile", "d/file"],
  ])("%s is the file %s", (given, path) => {
    expect(found(name(given))).toEqual([path, true]);
  });

  test.each([
    ["none", "none"],
    ["link/none", "d/e/none"],
    ["link/none/a/../b", "d/e/none/a/../b"],
    ["d/file/x", "d/file/x"],
    ["dangling", "d/none/x"],
    ["loop", "loop"],
    ["loop/x", "loop/x"],
    ["d/file/", "d/file"],
    ["tofile/.", "d/file"],
  ])("%s is %s, which does not exist", (given, path) => {
    expect(found(name(given))).toEqual([path, false]);
  });

  test("that is a link is the link itself where the call says so", () => {
    expect(found(name("tofile"), "slash")).toEqual(["tofile", true]);
    expect(found(name("link"), "slash")).toEqual(["link", true]);
    expect(found(name("link/"), "slash")).toEqual(["d/e", true]);
    expect(found(name("link/"), "never")).toEqual(["link", false]);
    expect(found(name("link/."), "never")).toEqual(["d/e", true]);
    expect(found(name("link/up/"), "never")).toEqual(["d/e/up", false]);
    expect(found(name("link/abs"), "never")).toEqual(["d/e/abs", true]);
  });
});

test("a file has the device, inode and mode of stat(2)", () => {
  for (const prefix of PREFIXES)
    for (const [policy, stat] of [
      ["always", statSync],
      ["never", lstatSync],
    ] as const) {
      const { major, minor, ino, mode } = resolve(`${prefix}${directory}/tofile`, policy)!.file!;
      const expected = stat(`${directory}/tofile`, { bigint: true });
      const dev = (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
      expect([BigInt(dev), ino, BigInt(mode)]).toEqual([expected.dev, expected.ino, expected.mode]);
    }
});

test("an empty name is the file of the fd", () => {
  expect(resolve("")?.path).toBe(directory);
  expect(resolve("", "never", AT_FDCWD)?.path).toBe(process.cwd());
  expect(resolve("", "never", 999_999)).toBeNull();
  expect(resolve("x", "never", 999_999)).toBeNull();
});

test("a name in a directory that was removed is below its last path", () => {
  mkdirSync(`${directory}/gone`);
  const gone = openSync(`${directory}/gone`, "r");
  rmdirSync(`${directory}/gone`);
  expect(resolve("x", "never", gone)).toEqual({ path: `${directory}/gone/x`, file: null });
  expect(resolve("../d", "never", gone)?.path).toBe(`${directory}/d`);
  closeSync(gone);
});

test("a name that is not UTF-8 keeps its bytes", () => {
  expect(found("d/\xff\n")).toEqual(["d/\xff\n", false]);
});

describe("in /proc", () => {
  test("a file that was removed is found by its fd", () => {
    writeFileSync(`${directory}/removed`, "");
    const fd = openSync(`${directory}/removed`, "r");
    unlinkSync(`${directory}/removed`);
    for (const name of [`/proc/self/fd/${fd}`, `/dev/fd/${fd}`, `/proc/thread-self/fd/${fd}`])
      expect(resolve(name)).toMatchObject({ path: `${directory}/removed`, file: {} });
    closeSync(fd);
  });

  test("self is the process that passed the name, not ours", async () => {
    await using child = Bun.spawn(["sleep", "60"], { cwd: "/usr" });
    const { pid } = child;
    const of = (name: string, policy: LinkPolicy) =>
      resolver.resolve({ tid: pid, tgid: pid }, AT_FDCWD, name, policy)?.path;
    expect(of("/proc/self/cwd/bin", "always")).toBe(realpathSync("/usr/bin"));
    expect(of("/proc/self/cwd", "slash")).toBe(`/proc/${pid}/cwd`);
    expect(of("/proc/self", "always")).toBe(`/proc/${pid}`);
    expect(of("/proc/self", "never")).toBe("/proc/self");
    expect(of("/proc/thread-self/comm", "always")).toBe(`/proc/${pid}/task/${pid}/comm`);
    expect(of("/proc/mounts", "always")).toBe(`/proc/${pid}/mounts`);
    expect(of("../proc/self/status", "always")).toBe(`/proc/${pid}/status`);
    child.kill();
  });

  test("a pipe has a file but no path", () => {
    const { reader } = pipe();
    const resolved = resolve(`/dev/fd/${reader}`);
    expect(resolved?.path).toBeNull();
    expect(resolved?.file?.ino).toBe(statSync(`/proc/self/fd/${reader}`, { bigint: true }).ino);
  });
});

test("random names lead where realpath(3) leads", () => {
  const random = new Random(11);
  const parts = ["d", "e", "f", "g", "up", "abs", "link", "twice", "..", ".", "", "file", "tofile"];
  const kernel = (path: string) => {
    try {
      return realpathSync.native(path);
    } catch {
      return null;
    }
  };
  let existing = 0;
  for (let round = 0; round < 3000; round++) {
    const name = Array.from({ length: 1 + random.below(5) }, () => random.pick(parts)).join("/");
    if (name.startsWith("/") || name === "") continue;
    const expected = kernel(`${directory}/${name}`);
    if (expected) existing++;
    for (const given of [name, ...PREFIXES.map((prefix) => `${prefix}${directory}/${name}`)]) {
      const resolved = resolve(given);
      if (expected) expect(resolved?.path).toBe(expected);
      expect([given, resolved?.file !== null]).toEqual([given, expected !== null]);
    }
  }
  expect(existing).toBeGreaterThan(300);
});

test("no fd is left open", () => {
  const before = openSync("/dev/null", "r");
  closeSync(before);
  for (const name of ["twice", "link/abs/up/..", "/proc/self/cwd/x", "loop/x", "none/x", ""])
    for (const policy of ["always", "never"] as const) resolve(name, policy);
  const after = openSync("/dev/null", "r");
  closeSync(after);
  expect(after).toBe(before);
});
