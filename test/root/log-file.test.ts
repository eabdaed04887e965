/** The name of a log comes to refer to a file of another file system. */
import { expect, test } from "bun:test";
import { readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LogFile } from "../../src/storage/log-file.ts";
import { temporaryDirectory } from "./support/harness.ts";
import { mounted } from "./support/mounts.ts";

test("a file with the same inode number on another device is another file", () => {
  using one = mounted("tmpfs");
  using other = mounted("tmpfs");
  using directory = temporaryDirectory();
  // The first file of a new tmpfs has the same inode number on each.
  const [old, next] = [one, other].map(({ path }) => join(path, "log"));
  for (const path of [old, next]) writeFileSync(path, "");
  expect(statSync(next).ino).toBe(statSync(old).ino);

  const current = join(directory.path, "current");
  const lead = (to: string) => {
    rmSync(current, { force: true });
    symlinkSync(to, current);
  };
  lead(one.path);
  const log = new LogFile({ path: join(current, "log"), user: null, maxBackups: 1 });
  log.write(Buffer.from("a\n"), 2);
  lead(other.path);
  log.write(Buffer.from("b\n"), 2);
  const written = [old, next].map((path) => readFileSync(path, "utf8"));
  // It keeps a file open, so that neither file system can be unmounted.
  lead(directory.path);
  log.reopen();
  expect(written).toEqual(["a\n", "b\n"]);
});
