/**
 * Runs a command once under two tracers, one within the other, so that both see the same calls and
 * the command cannot cause differences: strace within trace by eBPF, or trace by ptrace within
 * trace by eBPF.
 */
import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { FILE_CALLS } from "../../src/events/file-calls.ts";
import { URING_OPS } from "../../src/events/io-uring-ops.ts";
import { linkPolicy } from "../../src/events/link-policy.ts";
import { openFlags } from "../../src/kernel/fcntl.ts";
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
  readonly backend?: "bpf" | "ptrace";
}

function recording(backend: "bpf" | "ptrace", output: string): string[] {
  const format = ["--format", "ndjson", "--columns", COLUMNS];
  return ["exec", "--backend", backend, "--events", "all", ...format, "-o", output, "--"];
}

const verdictsOf = (stderr: string) => stderr.match(/^trace: \d+ events, .*$/gm) ?? [stderr];

/**
 * Runs a command under trace alone, by eBPF unless another backend is given.
 * @throws Error if the status is not the expected one
 */
export function underTrace(command: readonly string[], options: Options): Traced {
  const { cwd, env, status = 0, backend = "bpf" } = options;
  using directory = temporaryDirectory();
  const rows = join(directory.path, "rows");
  const run = runTrace([...recording(backend, rows), ...command], { cwd, env });
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
  return {
    bpf: ofCommand(trace).map(withRealPaths),
    ptrace: readRecorded(output).map(withRealPaths),
    verdict: verdictsOf(stderr)[0],
  };
}

/** Where such a name leads can be told only while the process has the fd, as ptrace does. */
const THROUGH_FD = /^\/(?:proc\/(?:self|thread-self|\d+)|dev)\/fd\/\d/;

/** Resolves the paths of names through symbolic links that are still there, as only ptrace does. */
function withRealPaths(event: Recorded): Recorded {
  const { pid, path, path2 } = event;
  const call = [...FILE_CALLS, ...URING_OPS].find(({ name }) => name === event.call);
  const policy = call && linkPolicy(call, event.flags ?? 0, openFlags("x64").O_NOFOLLOW);
  return {
    ...event,
    path: THROUGH_FD.test(event.name ?? "")
      ? null
      : path && realPath(path, pid, policy === "always"),
    path2: path2 && realPath(path2, pid, false),
  };
}

function realPath(path: string, pid: number, follows: boolean): string {
  const own = path.replace(/^\/proc\/self(?=\/|$)/, `/proc/${pid}`);
  const parent = join(realDirectory(dirname(own)), basename(own));
  const real = (follows && tryRealPath(parent)) || parent;
  return real.replace(`/proc/${process.pid}/`, `/proc/${pid}/`);
}

/** Resolves a directory as far as it exists. */
function realDirectory(path: string): string {
  return tryRealPath(path) ?? join(realDirectory(dirname(path)), basename(path));
}

function tryRealPath(path: string): string | null {
  try {
    return realpathSync.native(path);
  } catch {
    return null;
  }
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
