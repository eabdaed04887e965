/**
 * One run of a command under both tracers at once: strace runs within trace, so that both see the
 * very same calls and nothing that differs between them is the command's own doing.
 */
import { join } from "node:path";
import { runTrace, temporaryDirectory } from "../root/harness.ts";
import type { Fact } from "../strace/fact.ts";
import { readStrace, STRACE } from "../strace/facts.ts";
import { COLUMNS, type Recorded, readRecorded } from "./rows.ts";

export interface Traced {
  readonly trace: readonly Recorded[];
  readonly stdout: Buffer;
  /** What trace said of itself at the end. */
  readonly verdict: string;
}

export interface Both extends Traced {
  readonly strace: readonly Fact[];
}

export interface Options {
  readonly cwd: string;
  readonly env?: Record<string, string | undefined>;
  /** 0 unless told. */
  readonly status?: number;
}

/**
 * Runs a command under trace alone.
 * @throws Error where the command ends otherwise than told
 */
export function underTrace(command: readonly string[], options: Options): Traced {
  const { cwd, env, status = 0 } = options;
  using directory = temporaryDirectory();
  const rows = join(directory.path, "rows");
  const args = ["exec", "--events", "all", "--format", "ndjson", "--columns", COLUMNS, "-o", rows];
  const run = runTrace([...args, "--", ...command], { cwd, env });
  if (run.status !== status)
    throw new Error(`${command.join(" ")}: status ${run.status}: ${run.stderr}`);
  const verdict = run.stderr.match(/^trace: \d+ events, .*$/m)?.[0] ?? run.stderr;
  return { trace: readRecorded(rows), stdout: run.stdout, verdict };
}

/** @throws Error where the command ends otherwise than told */
export function underBoth(command: readonly string[], options: Options): Both {
  using directory = temporaryDirectory();
  const output = join(directory.path, "strace");
  const traced = underTrace([...STRACE, "-o", output, "--", ...command], options);
  const strace = readStrace(output, options.cwd);
  return { ...traced, strace, trace: ofCommand(traced.trace) };
}

/**
 * Leaves out what strace itself did: as the process that trace started, and as the processes that
 * it forked, until one of them became the command.
 */
function ofCommand(rows: readonly Recorded[]): Recorded[] {
  const strace = rows[0].pid;
  const forked = rows.filter(({ call, pid }) => call === "fork" && pid === strace);
  const helpers = new Set(forked.map(({ result }) => result));
  const begun = rows.findIndex(({ call, pid }) => call === "execve" && helpers.has(pid));
  if (begun < 0) throw new Error("strace did not start the command");
  const command = rows[begun].pid;
  return rows.filter(({ pid }, i) =>
    pid === command ? i >= begun : pid !== strace && !helpers.has(pid),
  );
}
