/** Reads the kernel's clocks: clock_gettime(2). */
import { CLOCK_BOOTTIME, CLOCK_REALTIME } from "../kernel/time.ts";
import { libc } from "./libc.ts";
import { allocate, type Memory } from "./memory.ts";

/** How often two clocks are compared: a process may have to wait for its processor in between. */
const TRIES = 5;

let timespec: Memory | undefined;

/** Returns a clock's time in nanoseconds. @param id CLOCK_* */
export function clockNanoseconds(id: number): bigint {
  timespec ??= allocate(16);
  libc.clock_gettime(id, timespec.address);
  return timespec.view.getBigInt64(0, true) * 1_000_000_000n + timespec.view.getBigInt64(8, true);
}

/** Returns the wall-clock time at which CLOCK_BOOTTIME was 0, in nanoseconds. */
export function bootTimeNanoseconds(): bigint {
  return zeroOf(CLOCK_BOOTTIME);
}

/** Returns the wall-clock time at which a clock was 0. Of a few tries, that with the least pause counts. */
function zeroOf(id: number): bigint {
  let zero = 0n;
  let least: bigint | null = null;
  for (let i = 0; i < TRIES; i++) {
    const before = clockNanoseconds(id);
    const now = clockNanoseconds(CLOCK_REALTIME);
    const pause = clockNanoseconds(id) - before;
    if (least !== null && pause >= least) continue;
    least = pause;
    zero = now - before - pause / 2n;
  }
  return zero;
}

/**
 * Returns the wall-clock time at which a clock was 0, to convert its times to wall-clock times.
 * @param id CLOCK_BOOTTIME or CLOCK_MONOTONIC
 */
export function bootTime(id: number): { seconds: number; nanoseconds: number } {
  const zero = zeroOf(id);
  return { seconds: Number(zero / 1_000_000_000n), nanoseconds: Number(zero % 1_000_000_000n) };
}
