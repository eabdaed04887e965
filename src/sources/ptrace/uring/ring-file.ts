/** The file of a ring, by which it is known wherever its fd goes: dup(2), fork(2), SCM_RIGHTS. */
import { closeSync, fstatSync, readFileSync } from "node:fs";
import { libc } from "../../../ffi/libc.ts";
import { Lookup } from "../../../ffi/lookup.ts";
import { AT_FDCWD, O_CLOEXEC } from "../../../kernel/fcntl.ts";

export class RingFiles {
  private readonly lookup = new Lookup();
  private sharedInode: bigint | null = null;

  /** The inode that most anonymous files share; before Linux 5.16 rings too. */
  private get shared(): bigint {
    if (this.sharedInode === null) {
      const fd = libc.epoll_create1(O_CLOEXEC);
      this.sharedInode = fd < 0 ? 0n : fstatSync(fd, { bigint: true }).ino;
      if (fd >= 0) closeSync(fd);
    }
    return this.sharedInode;
  }

  /**
   * Returns what identifies the file of a thread's fd: the inode number; where rings share one, the
   * fd of the process. Null if there is no such fd.
   */
  identify(tid: number, tgid: number, fd: number): string | null {
    const file = this.lookup.stat(AT_FDCWD, `/proc/${tid}/fd/${fd}`, true);
    if (!file) return null;
    return file.ino === this.shared ? `${tgid}:${fd}` : String(file.ino);
  }
}

const DELETED = " (deleted)";

/**
 * Returns the path of a file that is registered with a ring, from the ring's fdinfo; null if it is
 * not known, as on Linux 6.12, which has only the last component there.
 */
export function registeredFile(tid: number, fd: number, slot: number): string | null {
  try {
    return parseRegisteredFile(readFileSync(`/proc/${tid}/fdinfo/${fd}`, "latin1"), slot);
  } catch {
    return null;
  }
}

/** @param fdinfo what io_uring_show_fdinfo() prints: paths with octal escapes */
export function parseRegisteredFile(fdinfo: string, slot: number): string | null {
  const files = fdinfo.slice(fdinfo.indexOf("\nUserFiles:"));
  const line = files.match(new RegExp(`^ *${slot}: (/.*)$`, "m"))?.[1];
  if (line === undefined) return null;
  const path = line.replace(/\\([0-7]{3})/g, (_, digits) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
  return path.endsWith(DELETED) ? path.slice(0, -DELETED.length) : path;
}
