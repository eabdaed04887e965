/**
 * Passes on events with the SHA-256 of files that were closed after writing: `--digest`. The lines
 * wait for it, in order, for a while; files are read in steps between the rounds of the event loop.
 */
import type { Sink } from "../../core/sink.ts";
import type { Loss } from "../../events/loss.ts";
import { copyOf, type WatchEvent } from "../../events/watch-event.ts";
import { FileDigest } from "../../storage/file-digest.ts";

/** Bytes that are read in a round. */
const ROUND_BYTES = 4 << 20;
const MAX_FILES = 64;
const MAX_WAITING = 8192;
/** How long a line waits. */
const MAX_WAIT_MS = 1000;
const POLL_MS = 5;

interface Waiting {
  readonly event: WatchEvent;
  readonly digest: FileDigest | null;
  readonly since: number;
}

export class DigestSink implements Sink<WatchEvent> {
  private readonly sink: Sink<WatchEvent>;
  private readonly maxSize: number;
  private queue: Waiting[] = [];
  private open = 0;
  private missing = 0;

  /** @param maxSize of the files that are read, in bytes */
  constructor(sink: Sink<WatchEvent>, maxSize: number) {
    this.sink = sink;
    this.maxSize = maxSize;
  }

  /** Events that wait are not lost. */
  get delivered(): number {
    return this.sink.delivered + this.queue.length;
  }

  write(event: WatchEvent): void {
    const digest = this.openDigest(event);
    if (!digest && this.queue.length === 0) this.sink.write(event);
    else this.queue.push({ event: copyOf(event), digest, since: performance.now() });
  }

  /** Opens a file that is to be read. */
  private openDigest({ type, size, openFile }: WatchEvent): FileDigest | null {
    if (type !== "CLOSE_WRITE" || size === null || size > this.maxSize) return null;
    const isFull = this.open >= MAX_FILES || this.queue.length >= MAX_WAITING;
    const fd = isFull || !openFile ? -1 : openFile();
    if (fd < 0) {
      this.missing++;
      return null;
    }
    this.open++;
    return new FileDigest(fd, { size, trustsTimes: true });
  }

  flush(): void {
    let left = ROUND_BYTES;
    const now = performance.now();
    for (const { digest, since } of this.queue) {
      if (!digest || digest.outcome !== undefined) continue;
      if (left > 0) left -= digest.step(left);
      if (digest.outcome === undefined && now - since > MAX_WAIT_MS) digest.cancel();
    }
    this.release();
    this.sink.flush();
  }

  /** Passes on the events before the first that still waits. */
  private release(): void {
    let count = 0;
    for (const { event, digest } of this.queue) {
      if (digest && digest.outcome === undefined) break;
      count++;
      if (digest) this.open--;
      const isExact = digest?.outcome?.state === "exact";
      if (digest && !isExact) this.missing++;
      event.digest = (isExact && digest.outcome?.sha256) || "";
      this.sink.write(event);
    }
    this.queue = this.queue.slice(count);
  }

  close(): void {
    for (this.flush(); this.queue.length; this.flush()) Bun.sleepSync(POLL_MS);
    this.sink.close();
  }

  losses(): Loss[] {
    const what = "files without a digest";
    const reason = "open for writing, changed or gone before they were read, or not ours to read";
    return this.missing ? [{ what, count: this.missing, reason }] : [];
  }
}
