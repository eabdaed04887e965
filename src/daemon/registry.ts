/**
 * The registry of running daemons: each has a file PID.json in the runtime directory. A pid can be
 * reused, so the file also has the boot and the process's start time: proc_pid_stat(5).
 */

import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { isRunning, readProcStat } from "../attribution/procfs.ts";
import { TraceError } from "../errors.ts";
import { O_NOFOLLOW } from "../ffi/machine.ts";
import { O_CREAT, O_EXCL, O_NONBLOCK, O_RDONLY, O_WRONLY } from "../kernel/fcntl.ts";
import { withDirectoryLock } from "../storage/file-lock.ts";

/** A daemon's record, stored as JSON. */
export interface Daemon {
  readonly pid: number;
  /** Start time of the process, in nanoseconds since boot. */
  readonly started: number;
  /** The boot id: random(4). */
  readonly boot: string;
  /** Name of the user on whose behalf it runs. */
  readonly user: string;
  /** Absolute, sorted. */
  readonly paths: readonly string[];
  /** Path of its log; "" for none. */
  readonly log: string;
  /** Path of the file that has its messages; "" if the service manager has them. */
  readonly messages: string;
  /** When it started to watch: ISO 8601. */
  readonly since: string;
  /** Whether a service manager runs it, which then starts and stops it. */
  readonly isService?: boolean;
}

/** The running daemons, or their absence, do not permit what was requested. */
export class DaemonError extends TraceError {
  override readonly name = "DaemonError";
  override readonly code = "DAEMON";
}

/** A daemon is already running for the same user and paths. */
export class DaemonRunningError extends DaemonError {}

const bootId = () => readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();

/** Returns the identity of our own process. */
export function selfRecord(): Pick<Daemon, "pid" | "started" | "boot"> {
  const { pid } = process;
  return { pid, started: readProcStat(pid)?.started ?? 0, boot: bootId() };
}

/** Whether the pid of a daemon, or of another process, still belongs to the same process. */
export function isAlive({ pid, started, boot }: Pick<Daemon, "pid" | "started" | "boot">): boolean {
  return isRunning(pid) && readProcStat(pid)?.started === started && boot === bootId();
}

/** Reads a daemon's record; returns null if the file is not one. */
function readRecord(path: string): Daemon | null {
  let text: string;
  try {
    const fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    text = readFileSync(fd, "utf8");
    closeSync(fd);
    const daemon: Daemon = JSON.parse(text);
    const texts = [daemon.boot, daemon.user, daemon.log, daemon.messages, daemon.since];
    const numbers = [daemon.pid, daemon.started];
    const isValid =
      texts.every((each) => typeof each === "string") &&
      numbers.every((each) => Number.isSafeInteger(each) && each > 0) &&
      daemon.paths.every((each) => typeof each === "string");
    return isValid ? daemon : null;
  } catch {
    return null;
  }
}

/** Returns the running daemons. Removes stale files and sockets. */
function liveDaemons(directory: string): Daemon[] {
  const names = readdirSync(directory);
  const daemons = names
    .filter((name) => /^\d+\.json$/.test(name))
    .flatMap((name) => {
      const path = `${directory}/${name}`;
      const daemon = readRecord(path);
      if (daemon && name === `${daemon.pid}.json` && isAlive(daemon)) return daemon;
      rmSync(path, { force: true, recursive: true });
      return [];
    });
  const isStale = (pid: string) => daemons.every((each) => pid !== String(each.pid));
  for (const name of names) {
    const [, pid] = /^(\d+)\.(?:sock|json\.new)$/.exec(name) ?? [];
    if (pid !== undefined && isStale(pid))
      rmSync(`${directory}/${name}`, { force: true, recursive: true });
  }
  return daemons.sort((a, b) => a.pid - b.pid);
}

/** Returns the running daemons, sorted by pid. @throws LockTimeoutError */
export function runningDaemons(directory: string): Daemon[] {
  return withDirectoryLock(directory, () => liveDaemons(directory));
}

/** @throws DaemonRunningError if another daemon of the same user watches the same paths */
function checkUnique(others: readonly Daemon[], daemon: Daemon): void {
  const paths = daemon.paths.join("\0");
  const other = others.find((each) => each.user === daemon.user && each.paths.join("\0") === paths);
  if (other) {
    const what = `process ${other.pid} watches ${other.paths.join(", ")} already`;
    throw new DaemonRunningError(what);
  }
}

function writeRecord(path: string, daemon: Daemon): void {
  const fd = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  writeFileSync(fd, `${JSON.stringify(daemon)}\n`);
  closeSync(fd);
}

/**
 * Adds a daemon to the registry.
 * @returns a function that removes it
 * @throws DaemonRunningError if a daemon of the same user already watches the same paths
 */
export function register(directory: string, daemon: Daemon): () => void {
  const path = `${directory}/${daemon.pid}.json`;
  withDirectoryLock(directory, () => {
    checkUnique(liveDaemons(directory), daemon);
    writeRecord(path, daemon);
  });
  return () => rmSync(path, { force: true });
}

/**
 * Replaces the record of a daemon: its paths have changed.
 * @throws DaemonRunningError if another daemon of the same user watches the same paths
 */
export function updateRecord(directory: string, daemon: Daemon): void {
  const path = `${directory}/${daemon.pid}.json`;
  withDirectoryLock(directory, () => {
    checkUnique(
      liveDaemons(directory).filter(({ pid }) => pid !== daemon.pid),
      daemon,
    );
    rmSync(`${path}.new`, { force: true });
    writeRecord(`${path}.new`, daemon);
    renameSync(`${path}.new`, path);
  });
}
