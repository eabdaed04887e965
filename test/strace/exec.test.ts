/** The kernel's handling of scripts. */
import { expect, test } from "bun:test";
import { chmodSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "../root/support/harness.ts";
import { executed } from "./exec.ts";

test("a script is run by its interpreter, which may be a script too", () => {
  using directory = temporaryDirectory();
  const [inner, outer] = ["inner", "outer"].map((name) => join(directory.path, name));
  writeFileSync(inner, "#! /bin/sh  -e x \nls -l /proc/$$/exe\n");
  writeFileSync(outer, `#!${inner}\n`);
  for (const file of [inner, outer]) chmodSync(file, 0o755);
  expect(executed(outer, "given", ["dropped", "a", "b"])).toEqual({
    path: realpathSync("/bin/sh"),
    argv: ["/bin/sh", "-e x", inner, "given", "a", "b"],
  });
});

test("a program gets its arguments, and always at least one", () => {
  const path = realpathSync("/bin/true");
  expect(executed("/bin/true", "x", ["a", ""])).toEqual({ path, argv: ["a", ""] });
  expect(executed("/bin/true", "x", [])).toEqual({ path, argv: [""] });
});
