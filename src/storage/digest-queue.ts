/** Files whose digests are wanted: they are opened at once, as long as few are open, and read in turn. */

import type { User } from "../process/user.ts";
import type { DigestWorkers } from "./digest-workers.ts";
import { type DigestOutcome, type Doubt, FileDigest, type Stamp } from "./file-digest.ts";
import { openRegular } from "./open-regular.ts";

const MAX_OPEN = 128;
/** Bytes of one file before the next one has its turn. */
const TURN_BYTES = 4 << 20;

export interface DigestRequest {
  /** Bytes. */
  readonly path: Uint8Array;
  /** Device and inode as the model has them; null for any. */
  readonly id: string | null;
  readonly judge: (stamp: Stamp) => Doubt | null;
  /** Whether it is read in `step`, not by a worker. */
  readonly isInline?: boolean;
}

/** A file whose digest is wanted. */
export class DigestJob {
  /** Undefined until it is known; null for what is no regular file. */
  outcome: DigestOutcome | null | undefined;
  private readonly request: DigestRequest;
  private digest: FileDigest | null = null;

  constructor(request: DigestRequest) {
    this.request = request;
  }

  /** Returns a job that is over: the file is not read. */
  static unread(reason: string): DigestJob {
    const job = new DigestJob({ path: new Uint8Array(0), id: null, judge: () => null });
    job.outcome = { state: "unread", reason, sha256: null };
    return job;
  }

  get isOpen(): boolean {
    return this.digest !== null && this.outcome === undefined;
  }

  /** Opens the file, if it was not yet. */
  open(user: User | null, workers: DigestWorkers | null): void {
    if (this.digest || this.outcome !== undefined) return;
    const { path, id, judge, isInline } = this.request;
    const opened = openRegular(path, id, user);
    switch (opened.kind) {
      case "file":
        this.digest = new FileDigest(opened.fd, {
          judge,
          openReader: workers && !isInline ? (fd, size) => workers.open(fd, size) : undefined,
        });
        break;
      case "other":
        this.outcome = null;
        break;
      case "replaced":
        this.outcome = { state: "changed", reason: "another file has its name", sha256: null };
        break;
      case "error":
        this.outcome = { state: "unread", reason: opened.errno, sha256: null };
    }
  }

  /** @returns how many bytes were read */
  step(bytes: number): number {
    const read = this.digest?.step(bytes) ?? 0;
    this.outcome ??= this.digest?.outcome;
    return read;
  }

  /** Gives up. */
  cancel(reason: string): void {
    this.digest?.cancel(reason);
    this.outcome ??= this.digest?.outcome ?? { state: "unread", reason, sha256: null };
  }
}

export class DigestQueue {
  private readonly user: User | null;
  private readonly workers: DigestWorkers | null;
  private waiting: DigestJob[] = [];
  private open: DigestJob[] = [];

  /** @param user with whose rights files are opened; null for our own */
  constructor(user: User | null, workers: DigestWorkers | null = null) {
    this.user = user;
    this.workers = workers;
  }

  get isEmpty(): boolean {
    return this.waiting.length + this.open.length === 0;
  }

  get length(): number {
    return this.waiting.length + this.open.length;
  }

  add(request: DigestRequest): DigestJob {
    const job = new DigestJob(request);
    this.waiting.push(job);
    this.openWaiting();
    return job;
  }

  private openWaiting(): void {
    while (this.waiting.length > 0 && this.open.length < MAX_OPEN) {
      const job = this.waiting.shift() as DigestJob;
      job.open(this.user, this.workers);
      if (job.isOpen) this.open.push(job);
    }
  }

  /** Reads up to about `bytes`. @returns how many were read; 0 if all files have to be waited for */
  step(bytes: number): number {
    let read = 0;
    for (const job of this.open) {
      if (read >= bytes) break;
      read += job.step(Math.min(TURN_BYTES, bytes - read));
    }
    this.open = this.open.filter(({ isOpen }) => isOpen);
    this.openWaiting();
    return read;
  }

  cancel(reason: string): void {
    for (const job of [...this.open, ...this.waiting]) job.cancel(reason);
    this.open = [];
    this.waiting = [];
  }
}
