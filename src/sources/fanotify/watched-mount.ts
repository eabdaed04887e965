/** A mount that a requested path is on, or leads through. */
import { openDirectory } from "../../ffi/directory.ts";
import { SystemError } from "../../ffi/errno.ts";
import { close } from "../../ffi/fd.ts";
import type { HandleReader } from "../../ffi/handle.ts";
import { ENOENT, ESTALE } from "../../kernel/errno.ts";

export class WatchedMount {
  /** Mount id of name_to_handle_at(2). */
  readonly mountId: number;
  /** File system id as in events, 8 bytes. */
  readonly fsid: Uint8Array;
  /**
   * Whether one filesystem mark covers it; otherwise each directory has an inode mark. Null if that
   * is not known, because nothing on it has been requested yet.
   */
  filesystemMark: boolean | null = null;
  /** Whether `fsid` is one that we have given it, because the file system has none. */
  readonly hasOwnFsid: boolean;
  private fd: number | null = null;
  private readonly handles: HandleReader;
  private readonly path: () => Uint8Array | null;

  /**
   * @param handles has just read a handle on the mount
   * @param fsid as the kernel reports it; all zero if the file system has none
   * @param path returns the current path of a directory on the mount
   */
  constructor(handles: HandleReader, fsid: Uint8Array, path: () => Uint8Array | null) {
    this.handles = handles;
    this.mountId = handles.mountId;
    this.hasOwnFsid = fsid.every((byte) => byte === 0);
    this.fsid = this.hasOwnFsid ? ownFsid(handles.mountId) : fsid;
    this.path = path;
  }

  get hasFilesystemMark(): boolean {
    return this.filesystemMark === true;
  }

  /** Whether directories have another file system id than in events. */
  get hasOtherFsid(): boolean {
    return this.hasOwnFsid || this.hasFilesystemMark;
  }

  /**
   * Opens a directory on the mount, for open_by_handle_at(2). The fd is valid until `release`: an fd
   * that stayed open would block unmounting and the final deletion of the directory.
   * @returns an fd, or -errno
   */
  open(): number {
    if (this.fd !== null) return this.fd;
    const path = this.path();
    if (!path) return -ENOENT;
    const fd = openDirectory(-1, path.length ? path : Buffer.from("/"));
    if (fd < 0) return fd;
    if (this.isOnMount(fd)) {
      this.fd = fd;
      return fd;
    }
    close(fd);
    return -ESTALE;
  }

  private isOnMount(fd: number): boolean {
    try {
      this.handles.read(fd, "a mount");
      return this.handles.mountId === this.mountId;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return false;
    }
  }

  /** Closes the fd that `open` returned. */
  release(): void {
    if (this.fd !== null) close(this.fd);
    this.fd = null;
  }
}

/** Returns a file system id that no file system has. */
function ownFsid(mountId: number): Uint8Array {
  const fsid = new Uint8Array(8).fill(0xff);
  new DataView(fsid.buffer).setInt32(0, mountId, true);
  return fsid;
}
