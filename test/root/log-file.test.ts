/** Logs whose files and directories others use. */
import { expect, test } from "bun:test";
import {
  chmodSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { LogFile } from "../../src/storage/log-file.ts";
import { run, TRACE, temporaryDirectory } from "./support/harness.ts";
import { foreignLocks } from "./support/locks.ts";
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
  // Otherwise it keeps a file open, so that its file system cannot be unmounted.
  log.close();
  expect(written).toEqual(["a\n", "b\n"]);
});

/** Watches a directory while 300 files are made in it, with a log that is rotated at 4 KB. */
async function watchWithRotation(log: string): Promise<{ status: number; stderr: string }> {
  using watched = temporaryDirectory();
  const args = ["watch", "-o", log, "--rotate", "4K", "--count", "600", watched.path];
  const child = Bun.spawn(["timeout", "40", TRACE, ...args], { stdout: "ignore", stderr: "pipe" });
  const reader = child.stderr.getReader();
  const decoder = new TextDecoder();
  let stderr = "";
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    stderr += decoder.decode(chunk.value);
    if (/watching .*\n/.test(stderr))
      for (let i = 0; i < 300; i++) writeFileSync(join(watched.path, `f${i}`), "");
  }
  return { status: await child.exited, stderr };
}

test.each([
  ["a private log", 0o600],
  ["a log that others can read", 0o644],
])("locks of other users do not keep %s from being rotated", async (_, mode) => {
  using directory = temporaryDirectory();
  chmodSync(directory.path, 0o755);
  const log = join(directory.path, "log");
  writeFileSync(log, "", { mode });
  const locked = mode === 0o600 ? [directory.path] : [directory.path, log];
  using _locks = await foreignLocks(locked);
  const { status, stderr } = await watchWithRotation(log);
  expect([status, stderr]).toEqual([0, expect.stringMatching(/\d+ events, complete\n$/)]);
  expect(readdirSync(directory.path).sort()).toEqual([
    "log",
    ...[1, 2, 3, 4, 5].map((number) => `log.${number}`),
  ]);
  for (const name of readdirSync(directory.path))
    expect(statSync(join(directory.path, name)).size).toBeLessThanOrEqual(4096);
});

test("a log that cannot be rotated grows, and the verdict says so", async () => {
  using directory = temporaryDirectory();
  const log = join(directory.path, "log");
  writeFileSync(log, "");
  // A mount point cannot be renamed.
  expect(run(["mount", "--bind", log, log]).status).toBe(0);
  try {
    writeFileSync(`${log}.1`, "old\n");
    const { status, stderr } = await watchWithRotation(log);
    expect(status).toBe(0);
    expect(stderr).toContain(`trace: ${log} is not rotated: rename(log): EBUSY`);
    expect(stderr).toMatch(
      / events, complete; \S+ was not rotated \d+ times: rename\(log\): EBUSY/,
    );
    expect(statSync(log).size).toBeGreaterThan(8192);
    // It is not renamed again and again until it is lost.
    expect(readFileSync(`${log}.2`, "utf8")).toBe("old\n");
  } finally {
    run(["umount", log]);
  }
});
