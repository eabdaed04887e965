/** Directories with one mark each: plain overlayfs, and ordinary users. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { chownSync } from "node:fs";
import { join } from "node:path";
import { run } from "./support/harness.ts";
import { mounted } from "./support/mounts.ts";
import { program } from "./support/programs.ts";
import { type Outcome, stepwise } from "./support/stepwise.ts";
import { lineOf, watching } from "./support/watch-source.ts";

setDefaultTimeout(120_000);

const NOBODY = 65534;
const AS_NOBODY = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];

test("on overlayfs every operation is reported, except events of files themselves", async () => {
  using fs = mounted("overlay");
  const { differences, limits, losses, pids } = await stepwise(fs.path);
  expect(differences.slice(0, 2)).toEqual([]);
  expect(losses).toEqual([]);
  expect(pids.length).toBeGreaterThan(100);
  expect(limits).toEqual([expect.stringContaining(`${join(fs.path, "in")}: `)]);
});

for (const type of ["ext4", "tmpfs", "overlay"] as const)
  test(`an ordinary user gets the same on ${type}, except the process`, () => {
    using fs = mounted(type);
    chownSync(fs.path, NOBODY, NOBODY);
    program("treeops");
    const script = join(import.meta.dir, "support/stepwise.ts");
    const { stdout, stderr, status } = run([...AS_NOBODY, process.execPath, script, fs.path]);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const { differences, limits, losses, pids } = JSON.parse(stdout.toString()) as Outcome;
    expect(differences.slice(0, 2)).toEqual([]);
    expect(losses).toEqual([]);
    expect(pids).toEqual([0]);
    expect(limits).toContain("cannot identify the process (needs CAP_SYS_ADMIN)");
  });

test("a subvolume of btrfs has one mark, by which all operations are reported", async () => {
  using fs = mounted("subvolume");
  const { differences, limits, losses } = await stepwise(fs.path, true);
  expect(differences.slice(0, 2)).toEqual([]);
  expect(losses).toEqual([]);
  expect(limits).toEqual([]);
});

test("a subvolume that is created below a watched directory is watched", () => {
  using fs = mounted("subvolume");
  using watch = watching([fs.path], { types: new Set(["CREATE", "CLOSE_WRITE", "DELETE_SELF"]) });
  const script = `btrfs -q subvolume create new; echo >new/f; mkdir new/d; echo >new/d/g
    rm new/f`;
  expect(run(["sh", "-ec", script], { cwd: fs.path }).stderr).toBe("");
  const lines = watch.drained().map((event) => lineOf(event).replace(`${fs.path}/`, ""));
  expect(lines).toEqual([
    "CREATE new",
    ...["CREATE new/f", "CLOSE_WRITE new/f", "CREATE new/d", "CREATE new/d/g"],
    ...["CLOSE_WRITE new/d/g", "DELETE_SELF new/f"],
  ]);
  expect(watch.source.limitations).toEqual([]);
});
