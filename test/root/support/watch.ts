/** Runs `trace watch` while files are changed, and reads its events. */
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { WATCH_COLUMNS } from "../../../src/events/watch-columns.ts";
import { isLogNote } from "../../../src/events/watch-event.ts";
import { TRACE, temporaryDirectory, until } from "./harness.ts";

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
  readonly ruser: string | null;
  readonly ruid: number | null;
  readonly origin: string;
  readonly ftype: string;
  readonly link: string | null;
}

export interface WatchRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The events on standard output, if that is NDJSON. */
  readonly changes: Change[];
}

export interface WatchOptions {
  /** The command that runs trace: `setpriv …`, `unshare …`. */
  readonly under?: readonly string[];
  readonly env?: Record<string, string | undefined>;
  /** The signal that ends it; null if it ends by itself. */
  readonly signal?: NodeJS.Signals | null;
}

const ALL = WATCH_COLUMNS.map(({ name }) => name).join(",");
export const NDJSON = ["--format", "ndjson", "--columns", ALL];

/** Returns the events of NDJSON, without the notes of a log. */
export const changesIn = (text: string): Change[] =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line))
    .filter(({ type }) => !isLogNote(type));

/**
 * Runs `trace watch ARGS` during `work`, which begins when trace is watching.
 * @param work receives trace's process and a function that returns the events so far
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
  const messages = () => readFileSync(err, "utf8");
  await until(() => messages().includes("; press Ctrl-C to stop\n") || trace.exitCode !== null);
  if (trace.exitCode !== null) throw new Error(messages());
  try {
    await work(trace, () => changesIn(readFileSync(out, "utf8")));
  } catch (error) {
    trace.kill("SIGKILL");
    throw error;
  }
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
