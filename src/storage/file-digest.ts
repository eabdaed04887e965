/**
 * The SHA-256 of a file, with what is proven of it: docs/trace-exec.md, "Digests". A digest is exact
 * only if no process had the file open for writing when its reading began, and its times of change are
 * the same at the end. A write sets them before it changes the content: inode_update_time of the
 * kernel; a mapping sets them at its first write, and counts as open for writing.
 */
import { closeSync, fstatSync } from "node:fs";
import type { DigestState, FileStamp } from "../events/file-digest.ts";
import { isFdOpenForWriting } from "../ffi/lease.ts";
import { measureVerity } from "../ffi/verity.ts";
import { type ContentReader, InlineReader, ReadError } from "./content-reader.ts";
import { fileSystemOf } from "./file-system.ts";

/** How often a file is read again whose attributes, but not its times of writing, have changed. */
const MAX_READS = 3;
/**
 * A file whose ctime is younger than the clock's tick may be changed without a new ctime: ktime(9),
 * ktime_get_coarse_real_ts64.
 */
const TICK_NS = 25_000_000n;
/** File systems that count in seconds have no nanoseconds; FAT counts in two seconds. */
const COARSE_TICK_NS = 2_100_000_000n;
const SECOND_NS = 1_000_000_000n;

/** Returns the end of the time, in nanoseconds since 1970, in which a change got a time of change. */
export function changedBefore(ctimeNs: bigint): bigint {
  return ctimeNs + (ctimeNs % SECOND_NS === 0n ? COARSE_TICK_NS : TICK_NS);
}

export interface Stamp {
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** A reason for a digest that is not exact. */
export interface Doubt {
  readonly state: Exclude<DigestState, "exact">;
  readonly reason: string;
}

export interface DigestOutcome {
  readonly state: DigestState;
  readonly reason?: string;
  readonly sha256: string | null;
  readonly verity?: string;
  readonly stamp?: FileStamp;
}

export interface DigestOptions {
  /** What the file must have. */
  readonly size?: number;
  /** Returns what its times disprove; null for nothing. */
  readonly judge?: (stamp: Stamp) => Doubt | null;
  /** Whether to trust the times of every file system. */
  readonly trustsTimes?: boolean;
  /** Opens a reader of the content; by default it reads in `step`. */
  readonly openReader?: (fd: number, size: bigint) => ContentReader;
}

const WRITER: Doubt = { state: "changed", reason: "open for writing" };
const WRITTEN: Doubt = { state: "changed", reason: "changed while it was read" };
const UNKNOWN_WRITER: Doubt = {
  state: "unproven",
  reason: "whether it is open for writing is only known of one's own files",
};
const FUTURE: Doubt = { state: "unproven", reason: "its time of change is in the future" };

/** Returns device numbers as text: makedev(3) of glibc. */
export function deviceOf(dev: bigint): { readonly major: number; readonly minor: number } {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n);
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n);
  return { major: Number(major), minor: Number(minor) };
}

function timeText(ns: bigint): string {
  const nanoseconds = ((ns % SECOND_NS) + SECOND_NS) % SECOND_NS;
  return `${(ns - nanoseconds) / SECOND_NS}.${String(nanoseconds).padStart(9, "0")}`;
}

export class FileDigest {
  /** Undefined as long as the file is read. */
  outcome: DigestOutcome | undefined;
  private readonly fd: number;
  private readonly options: DigestOptions;
  private stamp: Stamp | null = null;
  private described: FileStamp | undefined;
  private doubt: Doubt | null = null;
  private verity: string | null = null;
  private reader: ContentReader | null = null;
  private reads = 0;

  /** @param fd of a regular file, open for reading; it is closed at the end */
  constructor(fd: number, options: DigestOptions = {}) {
    this.fd = fd;
    this.options = options;
  }

  /**
   * Reads on, up to about `bytes`.
   * @returns how many bytes were read; 0 too where there is something to wait for
   */
  step(bytes: number): number {
    if (this.outcome !== undefined) return 0;
    try {
      return this.proceed(bytes);
    } catch (error) {
      // An I/O error, or a file system that has gone.
      const { syscall, code = "" } = error as NodeJS.ErrnoException;
      if (syscall === undefined && !(error instanceof ReadError)) throw error;
      this.end({ state: "unread", reason: error instanceof ReadError ? error.message : code });
      return 0;
    }
  }

  private proceed(bytes: number): number {
    if (!this.reader && !this.begin()) return 0;
    const reader = this.reader as ContentReader;
    const read = reader.step(bytes);
    if (reader.result) this.finish(reader.result.length, reader.result.sha256);
    return read;
  }

  private begin(): boolean {
    const stat = fstatSync(this.fd, { bigint: true });
    const { size } = this.options;
    this.describe(stat);
    if (this.reads++ === MAX_READS || (size !== undefined && stat.size !== BigInt(size))) {
      this.end(WRITTEN);
      return false;
    }
    const now = BigInt(Date.now()) * 1_000_000n;
    const isFuture = stat.ctimeNs > now + TICK_NS;
    if (!isFuture && now < changedBefore(stat.ctimeNs)) {
      this.reads--;
      return false;
    }
    this.doubt = this.doubtOf(stat, isFuture);
    if (this.doubt && this.doubt.state !== "unproven") {
      this.end(this.doubt);
      return false;
    }
    this.stamp = stat;
    this.reader = (this.options.openReader ?? inlineReader)(this.fd, stat.size);
    return true;
  }

  private describe(stat: Stamp & { readonly dev: bigint; readonly ino: bigint }): void {
    const { major, minor } = deviceOf(stat.dev);
    this.described = {
      dev: `${major}:${minor}`,
      ino: String(stat.ino),
      size: Number(stat.size),
      mtime: timeText(stat.mtimeNs),
      ctime: timeText(stat.ctimeNs),
    };
  }

  private doubtOf(stat: Stamp, isFuture: boolean): Doubt | null {
    this.verity = measureVerity(this.fd);
    const times = this.options.judge?.(stat) ?? null;
    if (times && times.state !== "unproven") return times;
    // Nothing can change the content of a file with fs-verity.
    if (this.verity !== null) return times;
    // Also a mapping can change a file, which its times do not tell at once.
    const isOpen = isFdOpenForWriting(this.fd);
    if (isOpen) return WRITER;
    const doubt = this.options.trustsTimes ? null : fileSystemOf(this.fd).doubt;
    if (doubt !== null) return { state: "unproven", reason: doubt };
    return times ?? (isFuture ? FUTURE : isOpen === null ? UNKNOWN_WRITER : null);
  }

  private finish(length: bigint, sha256: string): void {
    const { stamp } = this;
    const now = fstatSync(this.fd, { bigint: true });
    const isWritten = now.mtimeNs !== stamp?.mtimeNs || now.size !== stamp.size;
    this.reader = null;
    if (isWritten || length !== stamp.size) this.end(WRITTEN);
    else if (now.ctimeNs === stamp.ctimeNs) this.end(this.doubt, sha256);
  }

  private end(doubt: Doubt | null, sha256: string | null = null): void {
    if (this.outcome !== undefined) return;
    const { verity, described } = this;
    const canClose = this.reader?.cancel() ?? true;
    this.outcome = {
      state: doubt?.state ?? "exact",
      ...(doubt ? { reason: doubt.reason } : {}),
      sha256,
      ...(verity !== null && sha256 !== null ? { verity } : {}),
      ...(described ? { stamp: described } : {}),
    };
    if (canClose) closeSync(this.fd);
  }

  /** Gives up. */
  cancel(reason = "too late"): void {
    this.end({ state: "unread", reason });
  }
}

const inlineReader = (fd: number, size: bigint) => new InlineReader(fd, size);
