/** Compares a random program of test/programs/lifespan.c with itself under a tracer. */
import { readdirSync, readlinkSync } from "node:fs";
import { difference, run, TRACE, temporaryDirectory } from "../root/support/harness.ts";
import { program } from "../root/support/programs.ts";

const RECORD = ["-o", "record"];
export const TRACERS: Readonly<Record<string, readonly string[]>> = {
  "trace exec": ["exec", "--backend", "ptrace", "-e", "all", ...RECORD],
  "trace syscalls": ["syscalls", ...RECORD],
  "trace syscalls -e openat": ["syscalls", "-e", "openat", ...RECORD],
};
const TIME_LIMIT = ["timeout", "-k", "1", "60"];
/** Natively a run may depend on scheduling too, although the programs avoid it. */
const NATIVE_RUNS = 3;

interface Outcome {
  readonly status: number | null;
  /** Sorted: processes write at the same time. */
  readonly lines: readonly string[];
  readonly stderr: string;
  /** Processes that still run. */
  readonly left: readonly number[];
}

function processesIn(directory: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      try {
        return pid > 0 && readlinkSync(`/proc/${pid}/cwd`) === directory;
      } catch {
        return false;
      }
    });
}

function outcome(command: readonly string[]): Outcome {
  using directory = temporaryDirectory();
  // A shell shows the status of a command that ended by a signal as trace does.
  const shell = ["sh", "-c", '"$@"; exit $?', "sh", ...TIME_LIMIT, ...command];
  const { status, stdout, stderr } = run(shell, { cwd: directory.path });
  const lines = stdout.toString().split("\n").sort();
  const left = processesIn(directory.path);
  for (const pid of left) process.kill(pid, "SIGKILL");
  return { status, lines, stderr, left };
}

function differenceOf(native: Outcome, traced: Outcome): string | null {
  if (traced.left.length > 0) return `left ${traced.left.length} processes`;
  if (traced.status !== native.status) return `status ${traced.status}, not ${native.status}`;
  return difference(native.lines, traced.lines) || null;
}

/** @returns how the program differs under a tracer of TRACERS; null if it does not */
export function compare(seed: number, tracer: string): string | null {
  const command = [program("lifespan"), `${seed}`];
  const traced = outcome([TRACE, ...TRACERS[tracer], "--", ...command]);
  if (/INCOMPLETE|bug in trace/.test(traced.stderr)) return traced.stderr;
  let problem: string | null = null;
  for (let round = 0; round < NATIVE_RUNS; round++) {
    problem = differenceOf(outcome(command), traced);
    if (problem === null) return null;
  }
  return problem;
}
