/** Directories with one mark each: plain overlayfs, and ordinary users. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { chownSync } from "node:fs";
import { join } from "node:path";
import { run } from "./support/harness.ts";
import { mounted } from "./support/mounts.ts";
import { program } from "./support/programs.ts";
import { type Outcome, stepwise } from "./support/stepwise.ts";

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
