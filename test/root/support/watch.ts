/** Runs `trace watch` beside something that changes files, and reads what it told. */
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { WATCH_COLUMNS } from "../../../src/events/watch-event.ts";
import { TRACE, temporaryDirectory } from "./harness.ts";

/** A row of NDJSON with every column. */
export interface Change {
  readonly time: number;
  readonly type: string;
  readonly path: string | null;
  readonly old_path: string | null;
  readonly size: number | null;
  readonly change: number | null;
  readonly pid: number | null;
  readonly ppid: number | null;
  readonly comm: string | null;
  readonly argv: readonly string[];
  readonly user: string | null;
  readonly uid: number | null;
  readonly origin: string;
  readonly ftype: string;
}

export interface WatchRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What was written to standard output, where that is NDJSON. */
  readonly changes: Change[];
}

export interface WatchOptions {
  /** What trace is run by: `setpriv …`, `unshare …`. */
  readonly under?: readonly string[];
  readonly env?: Record<string, string | undefined>;
  /** How it is ended; null: it ends by itself. */
  readonly signal?: NodeJS.Signals | null;
}

const ALL = WATCH_COLUMNS.map(({ name }) => name).join(",");
export const NDJSON = ["--format", "ndjson", "--columns", ALL];
const LONGEST_MS = 20_000;

export const changesIn = (text: string): Change[] =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));

/** Waits, but not for ever, until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + LONGEST_MS;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`waited for ${isSo} in vain`);
    await Bun.sleep(5);
  }
}

/**
 * Runs `trace watch ARGS` beside `work`, which begins when all is watched.
 * @param work is given trace, and what shows what was told so far
 */
export async function besideWatch(
  args: readonly string[],
  work: (trace: Bun.Subprocess, soFar: () => Change[]) => unknown,
  { under = [], env = process.env, signal = "SIGTERM" }: WatchOptions = {},
): Promise<WatchRun> {
  using directory = temporaryDirectory();
  const [out, err] = ["out", "err"].map((name) => join(directory.path, name));
  const fds = [out, err].map((path) => openSync(path, "w"));
  const command = [...under, TRACE, "watch", ...args];
  const trace = Bun.spawn(command, { stdio: ["ignore", fds[0], fds[1]], env });
  for (const fd of fds) closeSync(fd);
  const said = () => readFileSync(err, "utf8");
  await until(() => said().includes("; press Ctrl-C to stop\n") || trace.exitCode !== null);
  if (trace.exitCode !== null) throw new Error(said());
  await work(trace, () => changesIn(readFileSync(out, "utf8")));
  if (signal) trace.kill(signal);
  const status = await trace.exited;
  const [stdout, stderr] = [out, err].map((path) => readFileSync(path, "utf8"));
  return {
    status,
    stdout,
    stderr,
    get changes() {
      return changesIn(stdout);
    },
  };
}
