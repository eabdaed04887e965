/** The kernel's handling of scripts. */
import { expect, test } from "bun:test";
import { chmodSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, temporaryDirectory } from "../root/support/harness.ts";
import { program } from "../root/support/programs.ts";
import { executed } from "./exec.ts";

/** Returns the real path of a program's ELF interpreter, as ldd(1) tells. */
function loaderOf(path: string): string {
  const { stdout } = run(["ldd", path]);
  const [loader] = stdout.toString().match(/\/\S*\/ld-\S+/) ?? [];
  return realpathSync(loader ?? "");
}

test("a script is run by its interpreter, which may be a script too", () => {
  using directory = temporaryDirectory();
  const [inner, outer] = ["inner", "outer"].map((name) => join(directory.path, name));
  writeFileSync(inner, "#! /bin/sh  -e x \nls -l /proc/$$/exe\n");
  writeFileSync(outer, `#!${inner}\n`);
  for (const file of [inner, outer]) chmodSync(file, 0o755);
  expect(executed(outer, "given", ["dropped", "a", "b"])).toEqual({
    path: realpathSync("/bin/sh"),
    argv: ["/bin/sh", "-e x", inner, "given", "a", "b"],
    scripts: ["given", inner],
    elfInterpreter: loaderOf("/bin/sh"),
  });
});

test("a program gets its arguments, and always at least one", () => {
  const path = realpathSync("/bin/true");
  const read = { scripts: [], elfInterpreter: loaderOf("/bin/true") };
  expect(executed("/bin/true", "x", ["a", ""])).toEqual({ path, argv: ["a", ""], ...read });
  expect(executed("/bin/true", "x", [])).toEqual({ path, argv: [""], ...read });
});

test("a static program has no ELF interpreter", () => {
  const static_ = program("hello");
  expect(executed(static_, static_, [static_]).elfInterpreter).toBeNull();
});
