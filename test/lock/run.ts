/**
 * Locks of repeated runs must be the same, byte for byte: `run.ts [COUNT [NAME]]` runs each command, or
 * those with NAME in their names, COUNT times with each backend, in a directory that is cleaned between.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { difference, runTrace, temporaryDirectory } from "../root/support/harness.ts";
import { REPEATED, type Repeated } from "./commands.ts";

const [count = "10", name = ""] = process.argv.slice(2);
const { PATH } = process.env;

/** @returns the differences between the locks of runs */
function differences({ command, make, clean }: Repeated, backend: string): string[] {
  using directory = temporaryDirectory();
  using home = temporaryDirectory();
  const { path } = directory;
  make(path);
  const locks: string[] = [];
  for (let run = 0; run < Number(count); run++) {
    if (run > 0) clean(path);
    const args = ["lock", "-q", "--wait", "--backend", backend, "--", ...command];
    const { status, stderr } = runTrace(args, { cwd: path, env: { PATH, HOME: home.path } });
    if (status !== 0) throw new Error(`status ${status}: ${stderr}`);
    locks.push(readFileSync(join(path, "trace.lock"), "utf8"));
  }
  const lines = locks.map((text) => text.split("\n"));
  return lines.map((each) => difference(lines[0], each)).filter((text) => text !== "");
}

let failed = 0;
let passed = 0;
for (const repeated of REPEATED.filter((each) => each.name.includes(name)))
  for (const backend of ["bpf", "ptrace"]) {
    const found = differences(repeated, backend);
    if (found.length) failed++;
    else passed++;
    console.log(`${found.length ? "DIFFERS" : "same"}: ${repeated.name} (${backend})`);
    for (const text of found) console.log(text);
  }
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
