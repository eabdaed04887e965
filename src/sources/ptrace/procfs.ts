/** Reads /proc for a stopped tracee: proc_pid_fd(5), proc_pid_cgroup(5). */
import { readFileSync, readlinkSync, statSync } from "node:fs";
import { cgroupMount } from "../../process/cgroup.ts";

const DELETED = " (deleted)";
/** The prefix of a memfd's link, which is not a path: memfd_create(2). */
const MEMFD = "/memfd:";

function tryOrNull<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

/** Reads a link of /proc, one character per byte (latin1); null if its target has no path. */
function readProcLink(path: string): string | null {
  const target = tryOrNull(() => readlinkSync(path, "buffer").toString("latin1"));
  if (!target?.startsWith("/")) return null;
  if (target.startsWith(MEMFD) && target.endsWith(DELETED)) return null;
  if (!target.endsWith(DELETED) || tryOrNull(() => statSync(Buffer.from(target, "latin1"))))
    return target;
  return target.slice(0, -DELETED.length);
}

/** Returns the path to which a link of /proc/PID leads: "fd/3", "exe"; null if it has none. */
export function linkPath(pid: number, link: string): string | null {
  return readProcLink(`/proc/${pid}/${link}`);
}

export function fdPath(pid: number, fd: number): string | null {
  return linkPath(pid, `fd/${fd}`);
}

export function cwdPath(pid: number): string | null {
  return linkPath(pid, "cwd");
}

export function rootPath(pid: number): string | null {
  return linkPath(pid, "root");
}

export function exePath(pid: number): string | null {
  return linkPath(pid, "exe");
}

export interface Inode {
  /** In the encoding of st_dev. */
  readonly dev: number;
  readonly ino: bigint;
  readonly mode: number;
}

/** Returns the inode of the file to which a link of /proc/PID leads: "fd/3", "exe". */
export function statLink(pid: number, link: string): Inode | null {
  const stat = tryOrNull(() => statSync(`/proc/${pid}/${link}`, { bigint: true }));
  return stat ? { dev: Number(stat.dev), ino: stat.ino, mode: Number(stat.mode) } : null;
}

/** Reads the arguments, each with its NUL. Those of a script include its interpreter's. */
export function readCmdline(pid: number): Buffer | null {
  return tryOrNull(() => readFileSync(`/proc/${pid}/cmdline`));
}

export interface ProcIds {
  readonly ppid: number;
  readonly uid: number;
  readonly gid: number;
}

export function readProcIds(pid: number): ProcIds | null {
  const text = tryOrNull(() => readFileSync(`/proc/${pid}/status`, "latin1"));
  if (text === null) return null;
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1]);
  return { ppid: field("PPid"), uid: field("Uid"), gid: field("Gid") };
}

/** Returns the pid or tid that a thread has in its own pid namespace. */
export function readNamespacePid(tid: number): number | null {
  const text = tryOrNull(() => readFileSync(`/proc/${tid}/status`, "latin1"));
  const pid = text?.match(/^NSpid:.*\t(\d+)$/m)?.[1];
  return pid === undefined ? null : Number(pid);
}

export interface CgroupInfo {
  /** The inode number of its directory; 0 if unknown. */
  readonly id: bigint;
  /** Relative to the cgroup v2 mount. */
  readonly path: string;
}

/** Parses the content of /proc/PID/cgroup. */
export function parseCgroup(content: Buffer): CgroupInfo {
  const line = content
    .toString("latin1")
    .split("\n")
    .find((each) => each.startsWith("0::"));
  const path = line?.slice(3) ?? "/";
  const stat = tryOrNull(() => statSync(`${cgroupMount().mountPoint}${path}`, { bigint: true }));
  return { id: stat?.ino ?? 0n, path };
}

/** Returns the inode number of the mount namespace; 0 if unknown. */
export function mountNamespaceId(pid: number): number {
  const link = tryOrNull(() => readlinkSync(`/proc/${pid}/ns/mnt`));
  return Number(link?.match(/\d+/)?.[0] ?? 0);
}
