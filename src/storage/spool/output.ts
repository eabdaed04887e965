/**
 * Writes lines to a spool, many to a file. They are in the file at once, so that they outlive a killed
 * process; the file is sent when it is large or old enough.
 */
import { ftruncateSync, writeSync } from "node:fs";
import { SystemError } from "../../ffi/errno.ts";
import { close } from "../../ffi/fd.ts";
import { EDQUOT } from "../../kernel/errno.ts";
import type { SpoolDirectory } from "./directory.ts";

/** A file is complete at these numbers of lines and bytes: a request stays below a megabyte. */
const MAX_LINES = 500;
const MAX_BYTES = 256 << 10;
const NEWLINE = 0x0a;

/** The file that is written. */
interface Part {
  readonly id: string;
  readonly fd: number;
  readonly since: number;
  lines: number;
  size: number;
}

export interface SpoolLimits {
  /** Bytes of all files. */
  readonly maxSize: number;
  /** Returns how many bytes were removed since the start. */
  removed(): number;
  /** Returns after how many milliseconds a file is complete. */
  maxAge(): number;
  /** Called when a file is complete. */
  onSealed(): void;
}

export class SpoolOutput {
  /** Lines that were written, and those that were there before. */
  lines = 0;
  private readonly spool: SpoolDirectory;
  private readonly limits: SpoolLimits;
  private readonly run: string;
  private written = 0;
  private number = 0;
  private part: Part | null = null;

  constructor(spool: SpoolDirectory, limits: SpoolLimits) {
    this.spool = spool;
    this.limits = limits;
    const random = crypto.getRandomValues(Buffer.alloc(4)).toString("hex");
    this.run = `${String(Date.now()).padStart(13, "0")}-${random}`;
    for (const { size, events } of spool.list()) {
      this.written += size;
      this.lines += events;
    }
  }

  /** Bytes of all files. */
  get size(): number {
    return this.written - this.limits.removed();
  }

  /**
   * Writes whole lines, or nothing.
   * @throws SystemError if the spool is full; SystemError or Error of node:fs if its disk is
   */
  write(bytes: Uint8Array, length: number): void {
    if (this.size + length > this.limits.maxSize)
      throw new SystemError("write", this.spool.path, EDQUOT, "the spool is full");
    this.part ??= this.begin();
    const { part } = this;
    try {
      for (let done = 0; done < length; ) done += writeSync(part.fd, bytes, done, length - done);
    } catch (error) {
      this.removePartial(part);
      throw error;
    }
    part.size += length;
    this.written += length;
    for (
      let at = bytes.indexOf(NEWLINE);
      at >= 0 && at < length;
      at = bytes.indexOf(NEWLINE, at + 1)
    ) {
      part.lines++;
      this.lines++;
    }
    if (part.lines >= MAX_LINES || part.size >= MAX_BYTES) this.seal();
  }

  private begin(): Part {
    const id = `${this.run}-${String(this.number).padStart(8, "0")}`;
    const fd = this.spool.create(id);
    this.number++;
    return { id, fd, since: performance.now(), lines: 0, size: 0 };
  }

  private removePartial({ fd, size }: Part): void {
    try {
      ftruncateSync(fd, size);
    } catch {}
  }

  /** Completes the file if it is old enough. Call it often. */
  poll(): void {
    if (this.part && performance.now() - this.part.since >= this.limits.maxAge()) this.seal();
  }

  /** Completes the file that is written. */
  seal(): void {
    const { part } = this;
    if (!part) return;
    this.part = null;
    close(part.fd);
    // A file that cannot be renamed is completed at the next start.
    try {
      if (part.lines > 0) this.spool.seal(part.id, part.lines);
      else this.spool.remove(`${part.id}.part`);
    } catch {}
    this.limits.onSealed();
  }
}
