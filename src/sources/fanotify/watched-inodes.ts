/**
 * The files that have, or had last, a requested path. A question about a file is about its inode: it
 * is reported too if it is changed through another hard link, or after it was renamed, until another
 * file gets the requested path. The events have its handle; where no filesystem mark covers it, the
 * file itself is marked: fanotify_mark(2).
 */
import { fanotifyMarkPath } from "../../ffi/fanotify.ts";
import { ENOENT, ENOTDIR } from "../../kernel/errno.ts";
import * as fan from "../../kernel/fanotify.ts";
import type { FanotifyEvent } from "../../kernel/fanotify-event.ts";
import type { WantedPath } from "./directory.ts";
import { HandleMap } from "./handle-map.ts";
import type { WatchedMount } from "./watched-mount.ts";

/** Events about a file, not about one of its names. */
export const FILE_EVENTS =
  fan.FAN_ACCESS |
  fan.FAN_MODIFY |
  fan.FAN_CLOSE_WRITE |
  fan.FAN_CLOSE_NOWRITE |
  fan.FAN_OPEN |
  fan.FAN_OPEN_EXEC |
  fan.FAN_ATTRIB;

const NAME_REMOVALS = fan.FAN_DELETE | fan.FAN_MOVED_FROM;
const FSID_SIZE = 8;
/** Replaced files that are kept before they are forgotten. */
const MAX_REPLACED = 256;
/** Errors of a file that is no longer there. */
const REMOVAL_ERRNOS = [ENOENT, ENOTDIR];

interface Inode {
  readonly wanted: WantedPath;
}

export class WatchedInodes {
  /** The number of files that could not be marked, by errno. */
  readonly failures = new Map<number, number>();
  /** By file handle, without the file system id. */
  private readonly inodes = new HandleMap<Inode>();
  private readonly latest = new Map<WantedPath, Inode>();
  private unmarked: WantedPath[] = [];

  /** Notes the file that has a requested path now. @param key its file system id and handle */
  add(wanted: WantedPath, key: Uint8Array): void {
    this.addAt(wanted, new DataView(key.buffer, key.byteOffset, key.length), 0, key.length);
  }

  /**
   * Notes the file of an event that has a requested name. On overlayfs a file that is copied up gets
   * another handle.
   */
  observe(wanted: WantedPath, { view, mask, fid }: FanotifyEvent): void {
    if (fid.isPresent && (mask & (NAME_REMOVALS | fan.FAN_ONDIR)) === 0)
      this.addAt(wanted, view, fid.keyStart, fid.keyLength);
  }

  private addAt(wanted: WantedPath, view: DataView, keyStart: number, keyLength: number): void {
    const [start, length] = [keyStart + FSID_SIZE, keyLength - FSID_SIZE];
    const known = this.inodes.get(view, start, length);
    if (known?.wanted === wanted && this.latest.get(wanted) === known) return;
    const inode = { wanted };
    this.inodes.set(view, start, length, inode);
    this.latest.set(wanted, inode);
    this.unmarked.push(wanted);
    if (this.inodes.size > this.latest.size + MAX_REPLACED)
      this.inodes.retain((each) => this.latest.get(each.wanted) === each);
  }

  /** Returns the requested path of an event's file; null if it has none. */
  find({ view, bytes, fid }: FanotifyEvent): WantedPath | null {
    if (this.inodes.size === 0 || !fid.isPresent) return null;
    const { keyStart, keyLength } = fid;
    const inode = this.inodes.get(view, keyStart + FSID_SIZE, keyLength - FSID_SIZE);
    if (!inode || this.latest.get(inode.wanted) !== inode) return null;
    const fsid = inode.wanted.parent?.directory?.mount?.fsid;
    const isSame = fsid?.every((byte, i) => byte === bytes[keyStart + i]) ?? false;
    return isSame ? inode.wanted : null;
  }

  /**
   * Marks the new files that no filesystem mark covers.
   * @param groupFor returns the fd of a mount's group
   */
  mark(groupFor: (mount: WatchedMount) => number, mask: number): void {
    const events = mask & FILE_EVENTS;
    if (this.unmarked.length === 0) return;
    for (const wanted of this.unmarked.splice(0)) {
      const mount = wanted.parent?.directory?.mount;
      if (!mount || mount.hasFilesystemMark || events === 0) continue;
      const errno = -fanotifyMarkPath(groupFor(mount), fan.FAN_MARK_ADD, events, wanted.path);
      if (errno && !REMOVAL_ERRNOS.includes(errno))
        this.failures.set(errno, (this.failures.get(errno) ?? 0) + 1);
    }
  }
}
