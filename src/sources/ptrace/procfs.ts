/** Reads /proc for a stopped tracee: proc_pid_fd(5), proc_pid_cgroup(5). */
import { readFileSync, readlinkSync, statSync } from "node:fs";
import { AT_FDCWD } from "../../kernel/fcntl.ts";
import { S_IFREG } from "../../kernel/stat.ts";
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
  const inode = namelessInode(target);
  if (inode !== null && inode === tryOrNull(() => statSync(path, { bigint: true }).ino))
    return null;
  return withoutDeleted(target);
}

/**
 * Returns the inode number in the link of a file without a name; null for other links. A file of that
 * name may have been removed: its inode has another number.
 */
export function namelessInode(target: string): bigint | null {
  const [, inode] = target.match(NAMELESS) ?? [];
  return inode === undefined ? null : BigInt(inode);
}

/** Removes what the kernel appends to the path of a file that was removed: proc_pid_fd(5). */
function withoutDeleted(target: string): string {
  if (!target.endsWith(DELETED) || tryOrNull(() => statSync(Buffer.from(target, "latin1"))))
    return target;
  return target.slice(0, -DELETED.length);
}

/** Returns the path to which a link of /proc/PID leads: "fd/3", "exe"; null if it has none. */
export function linkPath(pid: number, link: string): string | null {
  return readProcLink(`/proc/${pid}/${link}`);
}

/** Whether a link of /proc/PID cannot be read because its path is longer than PATH_MAX. */
export function isPathTooLong(pid: number, link: string): boolean {
  try {
    readlinkSync(`/proc/${pid}/${link}`, "buffer");
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENAMETOOLONG";
  }
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

/** Returns what a standard stream refers to; null if it is closed. */
export function statStream(pid: number, fd: number): StandardStream | null {
  const inode = statLink(pid, `fd/${fd}`);
  return inode && { ...inode, isPipe: linkText(pid, `fd/${fd}`)?.startsWith("pipe:[") === true };
}

/** Returns the target of a link of /proc/PID as it is: "pipe:[1234]"; null if there is none. */
export function linkText(pid: number, link: string): string | null {
  return tryOrNull(() => readlinkSync(`/proc/${pid}/${link}`, "buffer").toString("latin1"));
}

/** Returns the name of a file that is in no directory, "memfd:NAME"; null for other files. */
export function memfdName(pid: number, link: string): string | null {
  const target = linkText(pid, link);
  if (!target?.startsWith(MEMFD) || !target.endsWith(DELETED)) return null;
  return target.slice(1, -DELETED.length);
}

/**
 * Returns the path by which we reach a file that a process names.
 * @param dfd AT_FDCWD for the working directory
 * @param name latin1; empty for the fd's own file
 */
export function pathThrough(pid: number, dfd: number, name: string): Buffer {
  const start = dfd === AT_FDCWD ? `/proc/${pid}/cwd` : `/proc/${pid}/fd/${dfd}`;
  const path = name.startsWith("/")
    ? `/proc/${pid}/root${name}`
    : name
      ? `${start}/${name}`
      : start;
  return Buffer.from(path, "latin1");
}

/** Returns the inode of a file; null if it does not exist. */
export function statFile(path: string | Buffer): Inode | null {
  const stat = tryOrNull(() => statSync(path, { bigint: true }));
  return stat ? { dev: Number(stat.dev), ino: stat.ino, mode: Number(stat.mode) } : null;
}

/** A line of /proc/PID/maps: address, perms, offset, device, inode, path. */
const MAPPING = /^\S+ \S+ \S+ (\w+):(\w+) (\d+) +(.*)$/gm;

export interface MappedFile {
  readonly path: string;
  readonly inode: Inode;
}

/**
 * Returns the file that a process has mapped besides its program. After an exec, that is the ELF
 * interpreter; null if there is none.
 */
export function otherMappedFile(pid: number): MappedFile | null {
  const maps = tryOrNull(() => readFileSync(`/proc/${pid}/maps`, "latin1")) ?? "";
  const exe = linkText(pid, "exe");
  for (const [, major, minor, ino, escaped] of maps.matchAll(MAPPING)) {
    const text = escaped.replaceAll("\\012", "\n");
    if (ino === "0" || text === exe) continue;
    const path = withoutDeleted(text);
    const inode = statFile(Buffer.from(path, "latin1"));
    if (inode?.ino === BigInt(ino)) return { path, inode };
    const dev = makeDev(Number.parseInt(major, 16), Number.parseInt(minor, 16));
    return { path, inode: { dev, ino: BigInt(ino), mode: S_IFREG } };
  }
  return null;
}

/** Encodes a device as in stat(2): makedev(3). */
function makeDev(major: number, minor: number): number {
  return ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

export interface Inode {
  /** In the encoding of st_dev. */
  readonly dev: number;
  readonly ino: bigint;
  readonly mode: number;
}

export interface StandardStream extends Inode {
  /** Whether it is a pipe without a name. */
  readonly isPipe: boolean;
}

/** Returns the inode of the file to which a link of /proc/PID leads: "fd/3", "exe". */
export function statLink(pid: number, link: string): Inode | null {
  return statFile(`/proc/${pid}/${link}`);
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
