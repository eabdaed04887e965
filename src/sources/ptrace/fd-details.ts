/** Reads what is behind the fds of tracees: strace's -yy. proc_pid_fd(5), proc_pid_fdinfo(5). */
import { readFileSync, statSync } from "node:fs";
import { AT_FDCWD } from "../../kernel/fcntl.ts";
import type { FdDetailKinds, FdDetails } from "../../syscalls/fd-details.ts";
import { FdPathReader } from "./fd-links.ts";
import { SocketReader } from "./socket-reader.ts";
import { threadDirectory } from "./thread-directory.ts";

/** The longest major and minor numbers that makedev(3) packs: 12 and 20 bits. */
function deviceText(kind: "char" | "block", device: number): string {
  const number = BigInt(device);
  const major = (number >> 8n) & 0xfffn;
  const minor = (number & 0xffn) | ((number >> 12n) & 0xfff00n);
  return `${kind} ${major}:${minor}`;
}

export const NO_DETAILS: FdDetailKinds = new Set();

export class FdDetailsReader {
  private readonly links = new FdPathReader();
  private readonly sockets: SocketReader | null;
  private readonly devices: boolean;
  private readonly processes: boolean;

  /** @param kinds what to read besides the path */
  constructor(kinds: FdDetailKinds) {
    this.sockets = kinds.has("socket") ? new SocketReader() : null;
    this.devices = kinds.has("dev");
    this.processes = kinds.has("pidfd");
  }

  /** Returns the path of an fd, or the working directory. */
  pathOf(tid: number, fd: number): string | undefined {
    return this.links.pathOf(tid, fd);
  }

  /** @param fd AT_FDCWD for the working directory */
  detailsOf(tgid: number, tid: number, fd: number): FdDetails {
    const path = this.links.pathOf(tid, fd);
    if (path === undefined) return {};
    if (fd === AT_FDCWD) return { path };
    return { path, ...this.more(tgid, tid, fd, path) };
  }

  /** Returns the process that a pidfd refers to; undefined if it has ended, or for another fd. */
  pidfdTarget(tid: number, fd: number): number | undefined {
    return pidfdTarget(tid, fd);
  }

  private more(tgid: number, tid: number, fd: number, path: string): FdDetails {
    const inode = this.sockets && /^socket:\[(\d+)\]$/.exec(path)?.[1];
    if (inode) return { socket: this.sockets?.describe(tgid, tid, fd, inode) ?? path };
    if (this.processes && /^(?:anon_inode:\[pidfd\]|pidfd:)/.test(path))
      return { process: pidfdTarget(tid, fd) };
    if (this.devices && path.startsWith("/") && !path.endsWith(" (deleted)"))
      return { device: deviceOf(tid, fd) };
    return {};
  }
}

function deviceOf(tid: number, fd: number): string | undefined {
  const stat = statSync(`${threadDirectory(tid)}/fd/${fd}`, { throwIfNoEntry: false });
  if (stat?.isCharacterDevice()) return deviceText("char", stat.rdev);
  return stat?.isBlockDevice() ? deviceText("block", stat.rdev) : undefined;
}

function pidfdTarget(tid: number, fd: number): number | undefined {
  try {
    const info = readFileSync(`${threadDirectory(tid)}/fdinfo/${fd}`, "latin1");
    const pid = Number(/^Pid:\s*(-?\d+)/m.exec(info)?.[1] ?? 0);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
