/** Writes the paths of a record, with their files and mounts. */
import * as abi from "../../events/event-record.ts";
import type { ResolvedName } from "./name-resolver.ts";
import * as procfs from "./procfs.ts";
import type { RecordWriter } from "./record-writer.ts";
import type { SyscallStop } from "./syscall-stop.ts";
import { TraceeMounts } from "./tracee-mounts.ts";

export class PathWriter {
  private readonly mounts = new TraceeMounts();
  private readonly writer: RecordWriter;
  private readonly want: number;

  /** @param want WANT_* bits */
  constructor(writer: RecordWriter, want: number) {
    this.writer = writer;
    this.want = want;
  }

  private isRequested(bit: number): boolean {
    return (this.want & bit) !== 0;
  }

  /** Forgets the mounts: one was made, moved or removed. */
  mountsChanged(): void {
    this.mounts.clear();
  }

  /** Writes the file to which a link of /proc/PID leads: "fd/3". */
  writeLink(tid: number, link: string): void {
    const { writer } = this;
    if (this.isRequested(abi.WANT_INODE)) writer.inode(procfs.statLink(tid, link));
    if (this.isRequested(abi.WANT_PATH)) this.writePathOf(tid, link, false);
  }

  /**
   * Writes the path to which a link of /proc/PID leads, and its mount.
   * @param base as in RecordWriter.path
   * @param second whether it is the second path
   */
  writePathOf(tid: number, link: string, base: boolean, second = false): void {
    const { writer } = this;
    const path = procfs.linkPath(tid, link);
    if (path === null) {
      if (procfs.isPathTooLong(tid, link)) writer.longPath(second);
      return;
    }
    if (!this.mounts.isAttached(tid, link)) {
      if (!base) this.writeDetached(tid, link, path);
      return;
    }
    if (second) writer.path2(path, base);
    else writer.path(path, base);
    if (this.isRequested(abi.WANT_MOUNT)) writer.mount(this.mounts.ofLink(tid, link, path), second);
  }

  private writeDetached(tid: number, link: string, path: string): void {
    const place = this.isRequested(abi.WANT_MOUNT) && this.mounts.ofDetached(tid, link, path);
    if (place) this.writer.detached(place);
  }

  /** Remembers what open_tree(2) copies: files that are opened in the copy have no path. */
  rememberTree(stop: SyscallStop, tid: number, { path, file }: ResolvedName): void {
    if (!file || path === null || !this.isRequested(abi.WANT_MOUNT)) return;
    const source = this.mounts.ofFile(tid, file, path);
    if (source) this.mounts.addDetached(tid, `fd/${stop.result}`, source);
  }

  /** Writes a path that was resolved, and its mount if it leads to a file. */
  writeResolved(tid: number, { path, file }: ResolvedName, second: boolean): void {
    const { writer } = this;
    if (path === null) return;
    if (second) writer.path2(path, false);
    else writer.path(path, false);
    if (file && this.isRequested(abi.WANT_MOUNT))
      writer.mount(this.mounts.ofFile(tid, file, path), second);
  }

  /** @param base the link of /proc/PID to the directory in which the name starts */
  writeFirst(tid: number, resolved: ResolvedName | null, base: string | null): void {
    const { writer } = this;
    if (this.isRequested(abi.WANT_INODE)) writer.file(resolved?.file ?? null);
    if (!this.isRequested(abi.WANT_PATH)) return;
    if (resolved?.path != null && this.startsAttached(tid, base))
      this.writeResolved(tid, resolved, false);
    else if (base !== null) this.writePathOf(tid, base, true);
  }

  /** Whether a name starts in a tree that is mounted somewhere. */
  startsAttached(tid: number, base: string | null): boolean {
    return base === null || base === "root" || this.mounts.isAttached(tid, base);
  }
}
