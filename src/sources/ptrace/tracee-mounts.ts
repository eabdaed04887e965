/** The mounts that paths of tracees are in: proc_pid_mountinfo(5), STX_MNT_ID in statx(2). */
import { readFileSync } from "node:fs";
import { type FileStat, Lookup } from "../../ffi/lookup.ts";
import { AT_FDCWD } from "../../kernel/fcntl.ts";
import { type Mount, parseMountinfo } from "../../kernel/mountinfo.ts";

/** The mount of a path. */
export interface PathMount {
  /** The file system's device. */
  readonly major: number;
  readonly minor: number;
  /** The mounted directory's path within the file system. */
  readonly root: string;
  /** The path below the mount point: "" or "/…". */
  readonly inside: string;
}

export class TraceeMounts {
  private readonly lookup = new Lookup();
  /** By mount id, which is unique among all mount namespaces. */
  private readonly mounts = new Map<string, Mount>();
  /** The roots of detached trees: open_tree(2). By mount id. */
  private readonly detached = new Map<bigint, PathMount>();

  /** Forgets everything: a mount was made, moved or removed. */
  clear(): void {
    this.mounts.clear();
  }

  /** Returns the mount of the file to which a link of /proc/PID leads, with its path. */
  ofLink(tid: number, link: string, path: string): PathMount | null {
    const file = this.lookup.stat(AT_FDCWD, `/proc/${tid}/${link}`, true);
    return file && this.ofFile(tid, file, path);
  }

  /**
   * Whether the file to which a link of /proc/PID leads is in a tree of our or the thread's mount
   * namespace; not in one that was detached, or never attached: open_tree(2).
   */
  isAttached(tid: number, link: string): boolean {
    const file = this.lookup.stat(AT_FDCWD, `/proc/${tid}/${link}`, true);
    return file === null || this.find(tid, file) !== undefined;
  }

  /**
   * Remembers a copy of a tree that open_tree(2) made.
   * @param link its root
   * @param source the directory that was copied
   */
  addDetached(tid: number, link: string, source: PathMount): void {
    const root = this.lookup.stat(AT_FDCWD, `/proc/${tid}/${link}`, true);
    if (root) this.detached.set(root.mountId, source);
  }

  /** Returns the place of a file in a detached tree; null if its tree is attached, or not known. */
  ofDetached(tid: number, link: string, path: string): PathMount | null {
    const file = this.lookup.stat(AT_FDCWD, `/proc/${tid}/${link}`, true);
    const source = file && this.detached.get(file.mountId);
    if (!source) return null;
    const { major, minor } = source;
    const root = source.root === "/" ? source.inside : source.root + source.inside;
    return { major, minor, root, inside: path };
  }

  ofFile(tid: number, { mountId }: FileStat, path: string): PathMount | null {
    const mount = this.find(tid, { mountId });
    if (!mount) return null;
    const { major, minor, root, mountPoint } = mount;
    const prefix = mountPoint === "/" ? "" : mountPoint;
    // The mount points of a thread with another root directory are relative to that.
    if (path !== mountPoint && !path.startsWith(`${prefix}/`)) return null;
    return { major, minor, root, inside: path === "/" ? "" : path.slice(prefix.length) };
  }

  private find(tid: number, { mountId }: Pick<FileStat, "mountId">): Mount | undefined {
    const id = String(mountId);
    return this.mounts.get(id) ?? this.read(tid, id);
  }

  /** Reads the mounts that we see, or else those that the thread sees. */
  private read(tid: number, id: string): Mount | undefined {
    for (const process of ["self", tid]) {
      try {
        for (const mount of parseMountinfo(readFileSync(`/proc/${process}/mountinfo`, "latin1")))
          this.mounts.set(mount.id, mount);
      } catch {
        continue; // the thread has ended
      }
      if (this.mounts.has(id)) break;
    }
    return this.mounts.get(id);
  }
}
