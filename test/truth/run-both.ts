/**
 * Runs a command once under two tracers, one within the other, so that both see the same calls and
 * the command cannot cause differences: strace within trace by eBPF, or trace by ptrace within
 * trace by eBPF.
 */
import { join } from "node:path";
import { runTrace, TRACE, temporaryDirectory } from "../root/support/harness.ts";
import type { ObservedEvent } from "../strace/expectation.ts";
import { readStrace, STRACE } from "../strace/expectations.ts";
import { COLUMNS, type Recorded, readRecorded } from "./rows.ts";

export interface Traced {
  readonly trace: readonly Recorded[];
  readonly stdout: Buffer;
  /** trace's completeness report. */
  readonly verdict: string;
  readonly stderr: string;
}

export interface TracedByBoth extends Traced {
  readonly strace: readonly ObservedEvent[];
}

export interface Backends {
  readonly bpf: readonly Recorded[];
  readonly ptrace: readonly Recorded[];
  /** The completeness report by ptrace. */
  readonly verdict: string;
}

export interface Options {
  readonly cwd: string;
  readonly env?: Record<string, string | undefined>;
  /** The expected status, 0 by default. */
  readonly status?: number;
}

function recording(backend: "bpf" | "ptrace", output: string): string[] {
  const format = ["--format", "ndjson", "--columns", COLUMNS];
  return ["exec", "--backend", backend, "--events", "all", ...format, "-o", output, "--"];
}

const verdictsOf = (stderr: string) => stderr.match(/^trace: \d+ events, .*$/gm) ?? [stderr];

/**
 * Runs a command under trace alone, by eBPF.
 * @throws Error if the status is not the expected one
 */
export function underTrace(command: readonly string[], options: Options): Traced {
  const { cwd, env, status = 0 } = options;
  using directory = temporaryDirectory();
  const rows = join(directory.path, "rows");
  const run = runTrace([...recording("bpf", rows), ...command], { cwd, env });
  if (run.status !== status)
    throw new Error(`${command.join(" ")}: status ${run.status}: ${run.stderr}`);
  const { stdout, stderr } = run;
  return { trace: readRecorded(rows), stdout, stderr, verdict: verdictsOf(stderr).at(-1)! };
}

/** @throws Error if the status is not the expected one */
export function underBoth(command: readonly string[], options: Options): TracedByBoth {
  using directory = temporaryDirectory();
  const output = join(directory.path, "strace");
  const traced = underTrace([...STRACE, "-o", output, "--", ...command], options);
  const strace = readStrace(output, options.cwd);
  return { ...traced, strace, trace: ofCommand(traced.trace) };
}

/** @throws Error if the status is not the expected one */
export function underBackends(command: readonly string[], options: Options): Backends {
  using directory = temporaryDirectory();
  const output = join(directory.path, "ptrace");
  const { trace, stderr } = underTrace(
    [TRACE, ...recording("ptrace", output), ...command],
    options,
  );
  return { bpf: ofCommand(trace), ptrace: readRecorded(output), verdict: verdictsOf(stderr)[0] };
}

/**
 * Removes the events of the inner tracer: of the process that trace started, and of its children
 * until one of them executes the command.
 */
function ofCommand(rows: readonly Recorded[]): Recorded[] {
  const tracer = rows[0].pid;
  const forked = rows.filter(({ call, pid }) => call === "fork" && pid === tracer);
  const helpers = new Set(forked.map(({ result }) => result));
  const start = rows.findIndex(({ call, pid }) => call === "execve" && helpers.has(pid));
  if (start < 0) throw new Error("the inner tracer did not start the command");
  const command = rows[start].pid;
  return rows.filter(({ pid }, i) =>
    pid === command ? i >= start : pid !== tracer && !helpers.has(pid),
  );
}
