/** The command's own cgroup: cgroups(7), Documentation/admin-guide/cgroup-v2.rst. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync } from "node:fs";
import { TraceError } from "../errors.ts";
import { nodeErrorText, SystemError } from "../ffi/errno.ts";
import { close, openAt } from "../ffi/fd.ts";
import { libc } from "../ffi/libc.ts";
import { O_DIRECTORY } from "../ffi/machine.ts";
import { LOCK_EX, LOCK_NB } from "../kernel/fcntl.ts";
import { parseMountinfo } from "../kernel/mountinfo.ts";

const PREFIX = "trace-";

/** cgroup v2 is not mounted or cannot be used. */
export class CgroupError extends TraceError {
  override readonly name = "CgroupError";
  override readonly code = "CGROUP";
}

/**
 * Returns the writable mount point of cgroup v2, with the directory of the hierarchy mounted there.
 * @throws CgroupError
 */
export function cgroupMount(): { readonly mountPoint: string; readonly root: string } {
  const mounts = parseMountinfo(readFileSync("/proc/self/mountinfo", "utf8"));
  const found = mounts.filter((mount) => mount.fsType === "cgroup2");
  const writable = found.find((mount) => !mount.options.includes("ro"));
  if (writable) return writable;
  const problem = found[0]
    ? `is mounted read-only at ${found[0].mountPoint}; remount it writable`
    : "is not mounted; mount -t cgroup2 none /sys/fs/cgroup";
  throw new CgroupError(`cgroup v2 (a mount of type cgroup2 in /proc/self/mountinfo) ${problem}`);
}

/** Returns the directory of our own cgroup. */
function ownDirectory(): string {
  const { mountPoint, root } = cgroupMount();
  const own = readFileSync("/proc/self/cgroup", "utf8").match(/^0::(.*)$/m)?.[1] ?? "/";
  const below = root === "/" ? own : own.startsWith(root) ? own.slice(root.length) : "/";
  const outside = below.startsWith("/..");
  return `${mountPoint}${outside || below === "/" ? "" : below}`;
}

/** Removes a cgroup and those in it. Returns false if processes are left in one. */
function removeEmpty(directory: string): boolean {
  try {
    for (const entry of readdirSync(directory, { withFileTypes: true }))
      if (entry.isDirectory()) removeEmpty(`${directory}/${entry.name}`);
    rmdirSync(directory);
    return true;
  } catch {
    return false;
  }
}

/** Returns the pids of a cgroup and of those in it; none of one that is removed meanwhile. */
function processesBelow(directory: string): number[] {
  try {
    const own = readFileSync(`${directory}/cgroup.procs`, "utf8").split("\n").slice(0, -1);
    const nested = readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => processesBelow(`${directory}/${name}`));
    return [...own.map(Number), ...nested];
  } catch {
    return [];
  }
}

/** Returns why a path is no cgroup. */
function openProblem(path: string): string {
  try {
    const isDirectory = statSync(path).isDirectory();
    return `not a cgroup v2 directory: ${isDirectory ? "no cgroup.procs in it" : "not a directory"}`;
  } catch (error) {
    return nodeErrorText(error);
  }
}

function tryLockDirectory(fd: number): boolean {
  return libc.flock(fd, LOCK_EX | LOCK_NB) === 0;
}

/** Removes the cgroups of trace processes that were killed: their locks are released. */
function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(PREFIX)) continue;
    const directory = `${parent}/${name}`;
    try {
      const fd = openAt(-1, directory, O_DIRECTORY);
      if (tryLockDirectory(fd)) removeEmpty(directory);
      close(fd);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
    }
  }
}

export class Cgroup {
  readonly path: string;
  /** An open fd of the directory. */
  readonly fd: number;

  private constructor(path: string, fd: number) {
    this.path = path;
    this.fd = fd;
  }

  /**
   * Creates a cgroup below our own, so that our limits apply to the command.
   * @throws CgroupError
   */
  static create(): Cgroup {
    const parent = ownDirectory();
    try {
      removeLeftovers(parent);
      const path = `${parent}/${PREFIX}${process.pid}-${Date.now().toString(36)}`;
      mkdirSync(path, 0o755);
      const fd = openAt(-1, path, O_DIRECTORY);
      tryLockDirectory(fd);
      // Another trace process may have removed it as a leftover before we locked it.
      return existsSync(path) ? new Cgroup(path, fd) : Cgroup.create();
    } catch (error) {
      const reason = error instanceof TraceError ? error.message : nodeErrorText(error);
      throw new CgroupError(`cannot create a cgroup in ${parent}: ${reason}`, { cause: error });
    }
  }

  /** Opens an existing cgroup v2 directory. @throws CgroupError */
  static open(path: string): Cgroup {
    try {
      statSync(`${path}/cgroup.procs`);
    } catch (error) {
      throw new CgroupError(`${path}: ${openProblem(path)}`, { cause: error });
    }
    return new Cgroup(path, openAt(-1, path, O_DIRECTORY));
  }

  /** Returns the pids of its processes and of those in nested cgroups. */
  pids(): number[] {
    return processesBelow(this.path);
  }

  /** Removes it. If processes are left in it, the next create() does. */
  remove(): void {
    removeEmpty(this.path);
    close(this.fd);
  }
}
