/**
 * Tries the executable of a release, and nothing else of ours, in several user lands:
 *
 *   bun test/dist/run.ts [NAME…]
 *
 * Prints a table, and exits with status 1 if a check fails.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../src/build/run.ts";
import { CHECKS, type Check } from "./checks.ts";
import { rootOf, USER_LANDS, type UserLand } from "./user-lands.ts";

const TIMEOUT_S = 60;

/** Unpacks the release for x86-64; returns the executable. */
function unpack(directory: string): string {
  const archive = readdirSync("dist").find((name) => name.endsWith("-linux-x64.tar.xz"));
  if (!archive) throw new Error("dist has no release for x86-64: run make dist");
  run(["tar", "-xJf", join("dist", archive), "-C", directory, "--strip-components=1"]);
  return join(directory, "trace");
}

/** Runs a check in the root, in mount and cgroup namespaces of its own; returns what it printed. */
function attempt(root: string, executable: string, script: string): string {
  const setUp = `
    mount --make-rprivate /
    mount -t tmpfs none "$0/tmp" && cp "$1" "$0/tmp/trace"
    mount -t proc none "$0/proc"
    for part in dev sys; do mount --rbind "/$part" "$0/$part"; done
    exec timeout -k 1 ${TIMEOUT_S} chroot "$0" sh -c "cd /tmp; $2" 2>&1`;
  const command = ["unshare", "-m", "sh", "-c", setUp, root, executable, script];
  const { stdout, stderr } = Bun.spawnSync(command, { stdin: null });
  return stdout.toString() + stderr.toString();
}

function tryCheck(root: string, executable: string, { script, expected }: Check): string | null {
  const output = attempt(root, executable, script);
  return expected.test(output) ? null : output;
}

/** Returns the number of failures. */
function tryUserLand(land: UserLand, executable: string): number {
  const root = rootOf(land);
  let failures = 0;
  for (const check of CHECKS) {
    const output = tryCheck(root, executable, check);
    console.log(`${output === null ? "pass" : "FAIL"}  ${land.name.padEnd(10)} ${check.name}`);
    if (output !== null) console.log(output);
    failures += +(output !== null);
  }
  return failures;
}

const names = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), "trace-dist-"));
try {
  const executable = unpack(directory);
  let failures = 0;
  for (const land of USER_LANDS)
    if (!names.length || names.includes(land.name)) failures += tryUserLand(land, executable);
  process.exitCode = +(failures > 0);
} finally {
  rmSync(directory, { recursive: true });
}
