/** Reads /proc for a stopped tracee: proc_pid_fd(5), proc_pid_cgroup(5). */
import { lstatSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { cgroupMount } from "../../process/cgroup.ts";

const DELETED = " (deleted)";
/** The prefix of a memfd's link, which is not a path: memfd_create(2). */
const MEMFD = "/memfd:";
/** The end of the link of a file without a name, with its inode number: O_TMPFILE in open(2). */
const NAMELESS = /\/#(\d+) \(deleted\)$/;

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
  const [, inode] = target.match(NAMELESS) ?? [];
  if (inode && inode === tryOrNull(() => `${statSync(path, { bigint: true }).ino}`)) return null;
  if (!target.endsWith(DELETED) || tryOrNull(() => statSync(Buffer.from(target, "latin1"))))
    return target;
  return target.slice(0, -DELETED.length);
}

export function fdPath(pid: number, fd: number): string | null {
  return readProcLink(`/proc/${pid}/fd/${fd}`);
}

export function cwdPath(pid: number): string | null {
  return readProcLink(`/proc/${pid}/cwd`);
}

export function rootPath(pid: number): string | null {
  return readProcLink(`/proc/${pid}/root`);
}

export function exePath(pid: number): string | null {
  return readProcLink(`/proc/${pid}/exe`);
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

/** Whether no file of that name exists; a dangling link counts as a file. */
export function isAbsent(path: string): boolean {
  return tryOrNull(() => lstatSync(Buffer.from(path, "latin1"))) === null;
}
