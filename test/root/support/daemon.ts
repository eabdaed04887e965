/** Starts daemons of `trace watch`, and ends those that a test leaves. */
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRunning } from "../../../src/attribution/procfs.ts";
import { type RunOptions, run, TRACE, temporaryDirectory, until } from "./harness.ts";

export const NOBODY = { uid: 65534, name: "nobody" };
export const AS_NOBODY = [
  "setpriv",
  `--reuid=${NOBODY.uid}`,
  `--regid=${NOBODY.uid}`,
  "--clear-groups",
];
export const TIMEOUT_MS = 20_000;

/** Processes that a test may leave running. */
export const started: number[] = [];

/** Ends them: for afterEach. */
export function endStarted(): void {
  for (const pid of started.splice(0)) if (isRunning(pid)) process.kill(pid, "SIGKILL");
}

/** Creates a directory to watch, and another one beside it for the log. */
export function workspace() {
  const directory = temporaryDirectory();
  const watched = join(realpathSync(directory.path), "watched");
  const beside = join(realpathSync(directory.path), "beside");
  for (const path of [watched, beside]) mkdirSync(path);
  const log = join(beside, "log.ndjson");
  return { watched, beside, log, [Symbol.dispose]: () => directory[Symbol.dispose]() };
}

/** Starts a daemon and returns its pid. */
export function start(
  args: readonly string[],
  options: RunOptions = {},
  as: readonly string[] = [],
) {
  const { status, stderr } = run([...as, TRACE, "watch", "--daemon", ...args], options);
  const pid = Number(/process (\d+) records to/.exec(stderr)?.[1]);
  if (status !== 0 || !(pid > 0)) throw new Error(`status ${status}: ${stderr}`);
  started.push(pid);
  return pid;
}

export const textOf = (path: string) => (existsSync(path) ? readFileSync(path, "latin1") : "");
/** The lines of a log that are no notes. */
export const eventsIn = (log: string): string[] =>
  textOf(log)
    .split("\n")
    .filter((line) => line !== "" && !line.includes('"details":{'));
export const pathsIn = (log: string): string[] =>
  eventsIn(log).map((line) => JSON.parse(line).path);

/** Creates a file and waits until it is in the log. */
export async function touched(path: string, log: string): Promise<void> {
  writeFileSync(path, "");
  await until(() => pathsIn(log).includes(path));
}
