import { expect, test } from "bun:test";
import { lstatSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RotatedError, truncateHead } from "../../src/storage/truncate-head.ts";
import { atPlace } from "../../src/storage/trusted-path.ts";
import { mounted } from "./support/mounts.ts";

test("a log replaced by another file system's file with the same inode number is left unchanged", async () => {
  using logs = mounted("tmpfs");
  using others = mounted("tmpfs");
  const [log, other] = [join(logs.path, "log"), join(others.path, "log")];
  writeFileSync(log, "one\ntwo\n", { mode: 0o600 });
  writeFileSync(other, "other\n");
  expect(lstatSync(log).ino).toBe(lstatSync(other).ino);
  const replace = `echo locked; until [ -e ${log}.clean ]; do sleep 0.01; done; mount --bind ${other} ${log}`;
  const locker = Bun.spawn(["flock", log, "sh", "-c", replace], { stdout: "pipe" });
  await locker.stdout.getReader().read();
  try {
    const truncate = () =>
      atPlace(log, null, (place) => {
        const part = { ...place, path: log, user: null };
        truncateHead(part, part, 4, false);
      });
    expect(truncate).toThrow(new RotatedError(`${log}: was just rotated; try again`));
    expect(await locker.exited).toBe(0);
    expect(readFileSync(log, "utf8")).toBe("other\n");
  } finally {
    Bun.spawnSync(["umount", log]);
  }
  expect(readFileSync(log, "utf8")).toBe("one\ntwo\n");
});
