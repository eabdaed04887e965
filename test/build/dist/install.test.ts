/** make install and make uninstall, of the executable that was built. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesBelow } from "../../../src/build/dist/files.ts";
import { run } from "../../../src/build/run.ts";

const prefix = mkdtempSync(join(tmpdir(), "trace-prefix-"));
afterAll(() => rmSync(prefix, { recursive: true }));

const make = (action: string, to = prefix) =>
  Bun.spawnSync([process.execPath, "src/build/dist/install.ts", action, to]);
const installed = () => filesBelow(prefix).map((path) => path.slice(prefix.length + 1));

test("what is installed is removed again, and nothing else", () => {
  writeFileSync(join(prefix, "other"), "");
  expect(make("install").exitCode).toBe(0);
  expect(installed()).toContain("bin/trace");
  expect(installed()).toContain("share/doc/trace/LICENSE");
  expect(statSync(join(prefix, "bin/trace")).mode & 0o777).toBe(0o755);
  expect(run([join(prefix, "bin/trace"), "--version"])).toStartWith("trace ");
  expect(make("uninstall").exitCode).toBe(0);
  expect(installed()).toEqual(["other"]);
});

test("a prefix that cannot be written is said in one line", () => {
  const { exitCode, stderr } = make("install", join(prefix, "other"));
  expect(exitCode).toBe(1);
  expect(stderr.toString()).toMatch(/^make install: ENOTDIR.*\n$/);
});
