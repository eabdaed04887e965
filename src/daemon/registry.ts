/**
 * Which daemons are running: each has a file with its pid and what it does, PID.json, in the runtime
 * directory. A pid alone says little: it is of that process only where the start time is the same,
 * proc_pid_stat(5), and the boot.
 */

import {
  closeSync,
  constants,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { isRunning, readProcStat } from "../attribution/procfs.ts";
import { TraceError } from "../errors.ts";
import { withDirectoryLock } from "../storage/file-lock.ts";

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;

/** What a daemon says of itself, as JSON. */
export interface Daemon {
  readonly pid: number;
  /** Nanoseconds since boot when the process began. */
  readonly started: number;
  /** The kernel's name for this boot: random(4). */
  readonly boot: string;
  /** For whom it watches. */
  readonly user: string;
  /** Absolute, sorted. */
  readonly paths: readonly string[];
  readonly log: string;
  /** Where it says what it has to say. */
  readonly messages: string;
  /** When it began to watch: ISO 8601. */
  readonly since: string;
}

/** What is to be done cannot be done because of daemons that there are. */
export class DaemonError extends TraceError {
  override readonly name = "DaemonError";
  override readonly code = "DAEMON";
}

/** A daemon is already running for the same user and paths. */
export class DaemonRunningError extends DaemonError {}

const bootId = () => readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();

/** What is there to know of our own process. */
export function selfRecord(): Pick<Daemon, "pid" | "started" | "boot"> {
  const { pid } = process;
  return { pid, started: readProcStat(pid)?.started ?? 0, boot: bootId() };
}

/** Whether it is still that process. */
export function isAlive({ pid, started, boot }: Daemon): boolean {
  return isRunning(pid) && readProcStat(pid)?.started === started && boot === bootId();
}

/** What a file holds; null where that is no daemon's. */
function readRecord(path: string): Daemon | null {
  let text: string;
  try {
    const fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    text = readFileSync(fd, "utf8");
    closeSync(fd);
    const daemon: Daemon = JSON.parse(text);
    const texts = [daemon.boot, daemon.user, daemon.log, daemon.messages, daemon.since];
    const numbers = [daemon.pid, daemon.started];
    const whole =
      texts.every((each) => typeof each === "string") &&
      numbers.every((each) => Number.isSafeInteger(each) && each > 0) &&
      daemon.paths.every((each) => typeof each === "string");
    return whole ? daemon : null;
  } catch {
    return null;
  }
}

/** The daemons that are alive. The files of others are removed. */
function liveDaemons(directory: string): Daemon[] {
  return readdirSync(directory)
    .filter((name) => /^\d+\.json$/.test(name))
    .flatMap((name) => {
      const path = `${directory}/${name}`;
      const daemon = readRecord(path);
      if (daemon && name === `${daemon.pid}.json` && isAlive(daemon)) return daemon;
      rmSync(path, { force: true, recursive: true });
      return [];
    })
    .sort((a, b) => a.pid - b.pid);
}

export function runningDaemons(directory: string): Daemon[] {
  return withDirectoryLock(directory, () => liveDaemons(directory));
}

/**
 * Leaves word of a daemon.
 * @returns what takes it back
 * @throws DaemonRunningError where one is running for the same user that watches the same paths
 */
export function register(directory: string, daemon: Daemon): () => void {
  const path = `${directory}/${daemon.pid}.json`;
  const paths = daemon.paths.join("\0");
  withDirectoryLock(directory, () => {
    const other = liveDaemons(directory).find(
      (each) => each.user === daemon.user && each.paths.join("\0") === paths,
    );
    if (other) {
      const what = `process ${other.pid} watches ${other.paths.join(", ")} already`;
      throw new DaemonRunningError(what);
    }
    const fd = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    writeFileSync(fd, `${JSON.stringify(daemon)}\n`);
    closeSync(fd);
  });
  return () => rmSync(path, { force: true });
}
