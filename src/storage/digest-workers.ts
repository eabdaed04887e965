/** The threads that read files for their digests, seen from the main thread: digest-worker.ts. */
import { errnoName } from "../kernel/errno.ts";
import { type ContentReader, InlineReader, ReadError } from "./content-reader.ts";
import { DIGEST_BYTES, SHARED, SHARED_SIZE, SLOT, SLOTS, STATE, slotAt } from "./digest-slots.ts";

/** Smaller files are read by the main thread: that costs less than to pass them on. */
const MIN_SIZE = 64n << 10n;
const MAX_WORKERS = 4;
/** How long a worker may need for the chunk that it reads. */
const MAX_CHUNK_MS = 2000;

/** The worker in the executable, where paths start at its root, or in the sources. */
const WORKER = import.meta.url.includes("/$bunfs/")
  ? "./storage/digest-worker.ts"
  : new URL("./digest-worker.ts", import.meta.url).href;

export class DigestWorkers {
  /** Set when the command has ended: the main thread reads too. */
  isHurried = false;
  private readonly memory = new SharedArrayBuffer(SHARED_SIZE);
  private readonly words = new Int32Array(this.memory);

  constructor() {
    this.words[SHARED.isGentle] = 1;
    const count = Math.max(1, Math.min(MAX_WORKERS, navigator.hardwareConcurrency >> 2));
    for (let i = 0; i < count; i++) new Worker(WORKER).postMessage(this.memory);
  }

  /** Returns a reader of a file: a worker, if one has room and the file is not small. */
  open(fd: number, size: bigint): ContentReader {
    const slot = size < MIN_SIZE ? -1 : this.freeSlot();
    return slot < 0 ? new InlineReader(fd, size) : new WorkerReader(this, slotAt(slot), fd, size);
  }

  private freeSlot(): number {
    for (let slot = 0; slot < SLOTS; slot++)
      if (Atomics.load(this.words, slotAt(slot)) === STATE.free) return slot;
    return -1;
  }

  /** Reads at full speed: the command has ended. */
  hurry(): void {
    this.isHurried = true;
    Atomics.store(this.words, SHARED.isGentle, 0);
    Atomics.notify(this.words, SHARED.isGentle);
  }

  /** Ends the workers. */
  close(): void {
    Atomics.store(this.words, SHARED.isOver, 1);
    this.wake();
  }

  request(at: number, fd: number, size: bigint): void {
    this.words[at + SLOT.fd] = fd;
    new BigUint64Array(this.memory, (at + SLOT.size) * 4, 1)[0] = size;
    Atomics.store(this.words, at, STATE.ready);
    this.wake();
  }

  private wake(): void {
    Atomics.add(this.words, SHARED.requests, 1);
    Atomics.notify(this.words, SHARED.requests);
  }

  /** Takes a file back that no worker has begun. @returns whether it is not read by a worker */
  takeBack(at: number): boolean {
    return Atomics.compareExchange(this.words, at, STATE.ready, STATE.free) === STATE.ready;
  }

  /** Returns the result of a slot that is done, and frees it. @throws ReadError */
  resultOf(at: number): ContentReader["result"] {
    const { words, memory } = this;
    const state = Atomics.load(words, at);
    if (state !== STATE.done && state !== STATE.failed) return undefined;
    const [length] = new BigUint64Array(memory, (at + SLOT.length) * 4, 1);
    const digest = new Uint8Array(memory, (at + SLOT.digest) * 4, DIGEST_BYTES);
    const sha256 = Buffer.from(digest).toString("hex");
    const errno = words[at + SLOT.errno];
    Atomics.store(words, at, STATE.free);
    if (state === STATE.failed) throw new ReadError(errnoName(errno));
    return { sha256, length };
  }

  /** Has a worker give up a file. @returns whether it does not read it any more */
  cancel(at: number): boolean {
    const { words } = this;
    if (this.takeBack(at)) return true;
    const state = Atomics.compareExchange(words, at, STATE.busy, STATE.cancelled);
    if (state !== STATE.busy) {
      Atomics.store(words, at, STATE.free);
      return true;
    }
    const deadline = performance.now() + MAX_CHUNK_MS;
    while (Atomics.load(words, at) === STATE.cancelled && performance.now() < deadline)
      Bun.sleepSync(1);
    return Atomics.load(words, at) !== STATE.cancelled;
  }
}

/** A file that a worker reads, or that waits for it. */
class WorkerReader implements ContentReader {
  result: ContentReader["result"];
  private readonly workers: DigestWorkers;
  private readonly at: number;
  private readonly fd: number;
  private readonly size: bigint;
  /** Reads the file instead of a worker. */
  private inline: InlineReader | null = null;

  constructor(workers: DigestWorkers, at: number, fd: number, size: bigint) {
    this.workers = workers;
    this.at = at;
    this.fd = fd;
    this.size = size;
    workers.request(at, fd, size);
  }

  step(bytes: number): number {
    const { workers, at } = this;
    if (!this.inline && workers.isHurried && workers.takeBack(at))
      this.inline = new InlineReader(this.fd, this.size);
    if (!this.inline) {
      this.result = workers.resultOf(at);
      return 0;
    }
    const read = this.inline.step(bytes);
    this.result = this.inline.result;
    return read;
  }

  cancel(): boolean {
    return this.inline !== null || this.result !== undefined || this.workers.cancel(this.at);
  }
}
