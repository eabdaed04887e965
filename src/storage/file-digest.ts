/**
 * The SHA-256 of a file, read in steps, and never a wrong one: there is none if the file is open for
 * writing at the start, or was changed before the end.
 */
import { closeSync, fstatSync, readSync } from "node:fs";
import { isFdOpenForWriting } from "../ffi/lease.ts";

/**
 * A file whose ctime is younger than the clock's tick may be changed without a new ctime: so it is
 * read later.
 */
const SETTLED_NS = 25_000_000n;
/** How often a file is read again whose attributes, but not its times of writing, have changed. */
const MAX_READS = 3;
const CHUNK = 256 << 10;

interface Stamp {
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

const chunk = new Uint8Array(CHUNK);

export class FileDigest {
  /** Hexadecimal; null if there is none; undefined as long as the file is read. */
  result: string | null | undefined;
  private readonly fd: number;
  private readonly size: bigint;
  private stamp: Stamp | null = null;
  private hash = new Bun.CryptoHasher("sha256");
  private at = 0;
  private reads = 0;

  /**
   * @param fd is closed at the end
   * @param size that the file must have
   */
  constructor(fd: number, size: number) {
    this.fd = fd;
    this.size = BigInt(size);
  }

  /** Reads up to about `bytes`. @returns how many bytes were read */
  step(bytes: number): number {
    if (this.result !== undefined) return 0;
    try {
      return this.proceed(bytes);
    } catch (error) {
      // An I/O error, or a file system that has gone.
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      this.end(null);
      return 0;
    }
  }

  private proceed(bytes: number): number {
    if (!this.stamp && !this.begin()) return 0;
    let read = 0;
    while (read < bytes) {
      const length = readSync(this.fd, chunk, 0, CHUNK, this.at);
      if (length === 0) {
        this.finish();
        break;
      }
      this.hash.update(chunk.subarray(0, length));
      this.at += length;
      read += length;
      // It grows.
      if (this.at > this.size) this.end(null);
      if (this.result === null) break;
    }
    return read;
  }

  private begin(): boolean {
    const stat = fstatSync(this.fd, { bigint: true });
    if (!stat.isFile() || stat.size !== this.size || this.reads++ === MAX_READS) {
      this.end(null);
      return false;
    }
    if (BigInt(Date.now()) * 1_000_000n - stat.ctimeNs < SETTLED_NS) {
      this.reads--;
      return false;
    }
    // Also a mapping can change a file, which its times do not tell at once.
    if (isFdOpenForWriting(this.fd) !== false) {
      this.end(null);
      return false;
    }
    this.stamp = stat;
    return true;
  }

  private finish(): void {
    const { stamp } = this;
    const now = fstatSync(this.fd, { bigint: true });
    const isWritten = now.mtimeNs !== stamp?.mtimeNs || now.size !== stamp.size;
    if (isWritten || BigInt(this.at) !== this.size) this.end(null);
    else if (now.ctimeNs === stamp.ctimeNs) this.end(this.hash.digest("hex"));
    else {
      this.stamp = null;
      this.hash = new Bun.CryptoHasher("sha256");
      this.at = 0;
    }
  }

  private end(result: string | null): void {
    if (this.result !== undefined) return;
    this.result = result;
    closeSync(this.fd);
  }

  /** Gives up. */
  cancel(): void {
    this.end(null);
  }
}
