/**
 * A spool: a directory of files that wait to be sent. Each file has whole lines of NDJSON, one an
 * event. Its name has what it is sorted by, and the number of its lines, so that what is dropped unread
 * is counted. A file that is still written has a name without that number.
 *
 * The directory is private and locked by the process that fills it. Files are opened by the directory's
 * fd, never through a link, and only if they are ordinary files of its owner without other names, so
 * that nothing else is ever sent.
 */
import { fstatSync, ftruncateSync, readSync, renameSync, type Stats, unlinkSync } from "node:fs";
import { openRelative, readEntries } from "../../ffi/directory.ts";
import { SystemError } from "../../ffi/errno.ts";
import { close } from "../../ffi/fd.ts";
import { O_NOFOLLOW } from "../../ffi/machine.ts";
import {
  O_APPEND,
  O_CREAT,
  O_EXCL,
  O_NOCTTY,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
} from "../../kernel/fcntl.ts";
import { asUser } from "../../process/as-user.ts";
import type { User } from "../../process/user.ts";
import { inDirectory } from "../trusted-path.ts";

/** A file that is complete: RUN-NUMBER-LINES.ndjson. */
const SEALED = /^(\d{13}-[0-9a-f]{8}-\d{8})-(\d{1,9})\.ndjson$/;
/** A file that is written, or whose writer was killed. */
const PART = /^(\d{13}-[0-9a-f]{8}-\d{8})\.part$/;
const NEWLINE = 0x0a;
/** No file of ours is larger. */
const MAX_FILE = 64 << 20;

const encoder = new TextEncoder();

/** A complete file of a spool. */
export interface SpoolFile {
  readonly name: string;
  /** What the names of its events begin with. */
  readonly id: string;
  /** Number of its lines. */
  readonly events: number;
  /** In bytes. */
  readonly size: number;
}

export class SpoolDirectory {
  readonly fd: number;
  readonly path: string;
  private readonly user: User | null;

  /**
   * @param fd of the open directory
   * @param path names it in errors
   * @param user whose rights apply; null: ours
   */
  constructor(fd: number, path: string, user: User | null) {
    this.fd = fd;
    this.path = path;
    this.user = user;
  }

  /** Returns the complete files, the oldest first. @throws SystemError */
  list(): SpoolFile[] {
    return this.names()
      .sort()
      .flatMap((name) => {
        const [, id, events] = SEALED.exec(name) ?? [];
        const size = id === undefined ? null : this.sizeOf(name);
        return id === undefined || size === null ? [] : { name, id, events: Number(events), size };
      });
  }

  private names(): string[] {
    const fd = this.open(".", O_RDONLY);
    try {
      return readEntries(fd, this.path).map(({ name }) => Buffer.from(name).toString("latin1"));
    } finally {
      close(fd);
    }
  }

  /** Opens a file with the user's rights. @throws SystemError */
  private open(name: string, flags: number): number {
    const all = flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    const fd = asUser(this.user, () => openRelative(this.fd, encoder.encode(name), all, 0o600));
    if (fd < 0) throw new SystemError("open", `${this.path}/${name}`, -fd);
    return fd;
  }

  private isOurs(file: Stats): boolean {
    const { uid } = fstatSync(this.fd);
    return file.isFile() && file.uid === uid && file.nlink === 1 && file.size <= MAX_FILE;
  }

  /** Creates a file that is to be written. @throws SystemError */
  create(id: string): number {
    return this.open(`${id}.part`, O_RDWR | O_CREAT | O_EXCL | O_APPEND);
  }

  /** Ends the writing of a file. @throws Error of node:fs */
  seal(id: string, lines: number): void {
    this.within(() => renameSync(this.at(`${id}.part`), this.at(`${id}-${lines}.ndjson`)));
  }

  /** Removes a file. @throws Error of node:fs */
  remove(name: string): void {
    this.within(() => unlinkSync(this.at(name)));
  }

  private at(name: string): string {
    return inDirectory(this.fd, name);
  }

  private within<T>(work: () => T): T {
    return asUser(this.user, work);
  }

  /** Returns the bytes of a file; null if it is not one of ours. @throws SystemError */
  read(name: string): Buffer | null {
    const fd = this.open(name, O_RDONLY);
    try {
      const stat = fstatSync(fd);
      if (!this.isOurs(stat)) return null;
      const bytes = Buffer.alloc(stat.size);
      return bytes.subarray(0, readSync(fd, bytes));
    } finally {
      close(fd);
    }
  }

  /** Returns the size of a file in bytes; null if it is gone or not ours. */
  private sizeOf(name: string): number | null {
    try {
      const fd = this.open(name, O_RDONLY);
      const stat = fstatSync(fd);
      close(fd);
      return this.isOurs(stat) ? stat.size : null;
    } catch (error) {
      if (error instanceof SystemError) return null;
      throw error;
    }
  }

  /** Completes files whose writer was killed. Call it before others are created. */
  recover(): void {
    for (const name of this.names()) {
      const [, id] = PART.exec(name) ?? [];
      if (id !== undefined && this.sizeOf(name) !== null) this.recoverPart(name, id);
    }
  }

  private recoverPart(name: string, id: string): void {
    const fd = this.open(name, O_RDWR);
    try {
      const bytes = Buffer.alloc(fstatSync(fd).size);
      const length = readSync(fd, bytes);
      // A line that was cut has no newline.
      const end = bytes.lastIndexOf(NEWLINE, length) + 1;
      ftruncateSync(fd, end);
      const lines = bytes.subarray(0, end).reduce((sum, byte) => sum + Number(byte === NEWLINE), 0);
      if (lines === 0) this.remove(name);
      else this.seal(id, lines);
    } finally {
      close(fd);
    }
  }

  /** Takes the complete files of another spool of the same receiver. @throws Error of node:fs */
  adopt(other: SpoolDirectory): void {
    other.recover();
    for (const { name } of other.list())
      this.within(() => renameSync(other.at(name), this.at(name)));
  }

  close(): void {
    close(this.fd);
  }
}
