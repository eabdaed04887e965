/**
 * Tries the executable of a release, and nothing else of ours, in several user lands:
 *
 *   bun test/dist/run.ts [NAME…]
 *
 * Prints a table, and exits with status 1 if a check fails.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { run } from "../../src/build/run.ts";
import { CHECKS, type Check } from "./checks.ts";
import { GUESTS, type Guest, runInGuest } from "./guests.ts";
import { SANDBOXES, type Sandbox } from "./sandboxes.ts";
import { rootOf, USER_LANDS, type UserLand } from "./user-lands.ts";

const TIMEOUT_S = 240;

/** Unpacks the release for a machine; returns the executable. */
function unpack(machine: "x64" | "arm64", directory: string): string {
  const archive = readdirSync("dist").find((name) => name.endsWith(`-linux-${machine}.tar.xz`));
  if (!archive) throw new Error(`dist has no release for ${machine}: run make dist`);
  const into = join(directory, machine);
  mkdirSync(into);
  run(["tar", "-xJf", join("dist", archive), "-C", into, "--strip-components=1"]);
  return join(into, "trace");
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

/** Prints what came of the checks. Returns the number of failures. */
function judge(where: string, checks: readonly Check[], outputs: readonly string[]): number {
  let failures = 0;
  for (const [index, { name, expected }] of checks.entries()) {
    const passes = expected.test(outputs[index]);
    console.log(`${passes ? "pass" : "FAIL"}  ${where.padEnd(12)} ${name}`);
    if (!passes) console.log(outputs[index]);
    failures += +!passes;
  }
  return failures;
}

/** Returns the root; null, with a line that says why, if there is none and need not be. */
function findRoot(land: UserLand): string | null {
  try {
    return rootOf(land);
  } catch (error) {
    if (!land.isOptional) throw error;
    console.log(`none  ${land.name}: ${(error as Error).message}`);
    return null;
  }
}

function tryUserLand(land: UserLand, executable: string): number {
  const root = findRoot(land);
  if (root === null) return 0;
  return judge(
    land.name,
    CHECKS,
    CHECKS.map(({ script }) => attempt(root, executable, script)),
  );
}

async function tryGuest(guest: Guest, executable: string): Promise<number> {
  const scripts = CHECKS.map(({ script }) => script);
  return judge(guest.name, CHECKS, await runInGuest(guest, executable, scripts));
}

function trySandbox(sandbox: Sandbox, executable: string): number {
  const { name, checks, directory = dirname(executable) } = sandbox;
  const outputs = checks.map(({ script }) => {
    const shell = ["timeout", `${TIMEOUT_S}`, "sh", "-c", `cd ${directory}; exec 2>&1; ${script}`];
    return Bun.spawnSync([...sandbox.command(executable), ...shell], { stdin: null });
  });
  return judge(
    name,
    checks,
    outputs.map(({ stdout, stderr }) => stdout.toString() + stderr.toString()),
  );
}

const names = process.argv.slice(2);
const isSelected = ({ name }: { readonly name: string }) => !names.length || names.includes(name);
const directory = mkdtempSync(join(tmpdir(), "trace-dist-"));
try {
  let failures = 0;
  const lands = USER_LANDS.filter(isSelected);
  const sandboxes = SANDBOXES.filter(isSelected);
  if (lands.length || sandboxes.length) {
    const executable = unpack("x64", directory);
    for (const sandbox of sandboxes) failures += trySandbox(sandbox, executable);
    for (const land of lands) failures += tryUserLand(land, executable);
  }
  const guests = GUESTS.filter(isSelected);
  if (guests.length) {
    const executable = unpack("arm64", directory);
    for (const guest of guests) failures += await tryGuest(guest, executable);
  }
  process.exitCode = +(failures > 0);
} finally {
  rmSync(directory, { recursive: true });
}
