/** A mount that something watched is found by. */
import { openDirectory } from "../../ffi/directory.ts";
import { SystemError } from "../../ffi/errno.ts";
import { close } from "../../ffi/fd.ts";
import type { HandleReader } from "../../ffi/handle.ts";

const ESTALE = 116;

export class WatchedMount {
  /** As name_to_handle_at(2) tells it. */
  readonly mountId: number;
  /** As events have it, 8 bytes. */
  readonly fsid: Uint8Array;
  /** Whether one mark is for all of it; else every directory has its own. */
  readonly hasFilesystemMark: boolean;
  /** Of its highest directory that we know. */
  path: Uint8Array = new Uint8Array(0);
  private fd: number | null = null;
  private readonly handles: HandleReader;

  constructor(handles: HandleReader, fsid: Uint8Array, isWhole: boolean) {
    this.handles = handles;
    this.mountId = handles.mountId;
    this.fsid = fsid;
    this.hasFilesystemMark = isWhole;
  }

  /**
   * An fd of something on it, good until `release`: one that stayed open would keep it from being
   * unmounted, and a directory from going for good.
   * @returns -errno where there is none
   */
  open(): number {
    if (this.fd !== null) return this.fd;
    const fd = openDirectory(-1, this.path);
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

  release(): void {
    if (this.fd !== null) close(this.fd);
    this.fd = null;
  }
}
