/**
 * The thread that reads files for their digests: an entry of its own in the executable. It gets files
 * through shared memory, because the main thread does not return to Bun's event loop. While the traced
 * command runs, it has a lower priority, and rests as long as it reads.
 */
import { readSync } from "node:fs";
import { syscall } from "../ffi/libc.ts";
import { SYS } from "../ffi/machine.ts";
import { SHARED, SLOT, SLOTS, STATE, slotAt } from "./digest-slots.ts";

declare const self: { onmessage: (event: MessageEvent<SharedArrayBuffer>) => void };

const CHUNK = 1 << 20;
const IDLE_MS = 1000;
/** Of the calling thread: setpriority(2), ioprio_set(2). */
const PRIO_PROCESS = 0;
const NICE = 10;
const IOPRIO_WHO_PROCESS = 1;
/** IOPRIO_CLASS_BE, the lowest level. */
const LOW_IO = (2 << 13) | 7;

const chunk = new Uint8Array(CHUNK);

/** Takes files until the memory says that it is over. */
function work(words: Int32Array, bytes: Uint8Array): void {
  for (;;) {
    const seen = Atomics.load(words, SHARED.requests);
    let taken = false;
    for (let slot = 0; slot < SLOTS; slot++) {
      if (Atomics.load(words, SHARED.isOver)) return;
      const at = slotAt(slot);
      if (Atomics.compareExchange(words, at, STATE.ready, STATE.busy) !== STATE.ready) continue;
      taken = true;
      read(words, bytes, at);
    }
    if (!taken) Atomics.wait(words, SHARED.requests, seen, IDLE_MS);
  }
}

/** Reads the file of a slot. */
function read(words: Int32Array, bytes: Uint8Array, at: number): void {
  const hash = new Bun.CryptoHasher("sha256");
  const fd = words[at + SLOT.fd];
  const [size] = new BigUint64Array(words.buffer, (at + SLOT.size) * 4, 1);
  let state: number = STATE.done;
  let length = 0;
  try {
    for (let count = -1; count !== 0 && length <= size; length += count) {
      if (Atomics.load(words, at) !== STATE.busy) break;
      count = readChunk(words, fd, length);
      hash.update(chunk.subarray(0, count));
    }
  } catch (error) {
    words[at + SLOT.errno] = Math.abs((error as NodeJS.ErrnoException).errno ?? 0);
    state = STATE.failed;
  }
  new BigUint64Array(words.buffer, (at + SLOT.length) * 4, 1)[0] = BigInt(length);
  bytes.set(hash.digest(), (at + SLOT.digest) * 4);
  // One that was cancelled is free, as nothing reads it any more.
  if (Atomics.compareExchange(words, at, STATE.busy, state) !== STATE.busy)
    Atomics.store(words, at, STATE.free);
}

function readChunk(words: Int32Array, fd: number, position: number): number {
  const start = performance.now();
  const count = readSync(fd, chunk, 0, CHUNK, position);
  const isGentle = Atomics.load(words, SHARED.isGentle) === 1;
  // Nothing is ever written there: the wait is a pause.
  if (isGentle) Atomics.wait(words, SHARED.isGentle, 1, performance.now() - start);
  return count;
}

function lowerPriority(): void {
  syscall(SYS.setpriority, PRIO_PROCESS, 0, NICE);
  syscall(SYS.ioprio_set, IOPRIO_WHO_PROCESS, 0, LOW_IO);
}

self.onmessage = ({ data }) => {
  lowerPriority();
  work(new Int32Array(data), new Uint8Array(data));
};
