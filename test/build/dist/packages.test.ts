/** Makes a small Debian package and a small archive. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packDirectory } from "../../../src/build/dist/archive.ts";
import { makeDebianPackage } from "../../../src/build/dist/debian-package.ts";
import { installedFiles } from "../../../src/build/dist/files.ts";
import { MACHINES } from "../../../src/build/dist/machines.ts";
import { run } from "../../../src/build/run.ts";

const TIME = 1_700_000_000;
const directory = mkdtempSync(join(tmpdir(), "trace-packages-"));
afterAll(() => rmSync(directory, { recursive: true }));
const program = join(directory, "program");
writeFileSync(program, "#!/bin/sh\n");

/** Returns the path of the package. */
function makePackage(name: string): string {
  const output = join(directory, name);
  const [machine] = MACHINES;
  const files = installedFiles(program, null);
  const maintainer = "Somebody <somebody@example.org>";
  const options = { machine, version: "1.2.3", time: TIME, files, notices: "NOTICES", maintainer };
  makeDebianPackage(options, join(directory, "root"), output);
  return output;
}

test("a Debian package installs the executable, and its control files agree with that", () => {
  const file = makePackage("a.deb");
  const root = join(directory, "unpacked");
  run(["dpkg-deb", "-x", file, root]);
  run(["dpkg-deb", "-e", file, join(root, "DEBIAN")]);
  expect(readFileSync(join(root, "usr/bin/trace"), "utf8")).toBe("#!/bin/sh\n");
  expect(statSync(join(root, "usr/bin/trace")).mode & 0o7777).toBe(0o755);
  expect(readFileSync(join(root, "usr/share/doc/trace/copyright"), "utf8")).toContain("NOTICES");
  expect(run(["md5sum", "--check", "--quiet", "DEBIAN/md5sums"], root)).toBe("");
  expect(run(["dpkg-deb", "-f", file, "Package", "Version", "Architecture"])).toBe(
    "Package: trace\nVersion: 1.2.3\nArchitecture: amd64\n",
  );
});

test("everything in a Debian package is root's, and of the time of the release", () => {
  const lines = run(["dpkg-deb", "-c", makePackage("b.deb")])
    .trim()
    .split("\n");
  const date = new Date(TIME * 1000).toISOString().slice(0, 10);
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.filter((line) => !line.includes(" root/root "))).toEqual([]);
  expect(lines.filter((line) => !line.includes(` ${date} `))).toEqual([]);
  expect(lines.filter((line) => /^.{5}w|^.{8}w/.test(line))).toEqual([]);
});

test("the bytes of packages and archives depend on their files alone", async () => {
  const read = (path: string) => Bun.hash(readFileSync(path));
  const first = makePackage("c.deb");
  const archives = ["a.tar.xz", "b.tar.xz"].map((name) => join(directory, name));
  packDirectory("src/launcher", "launcher", archives[0], TIME);
  await Bun.sleep(1100); // the times of files have seconds
  expect(read(makePackage("d.deb"))).toBe(read(first));
  packDirectory("src/launcher", "launcher", archives[1], TIME);
  expect(read(archives[1])).toBe(read(archives[0]));
});
