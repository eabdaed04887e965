/** Reads the kernel's clocks: clock_gettime(2). */
import { CLOCK_BOOTTIME, CLOCK_REALTIME } from "../kernel/time.ts";
import { libc } from "./libc.ts";
import { allocate, type Memory } from "./memory.ts";

let timespec: Memory | undefined;

/** Returns a clock's time in nanoseconds. @param id CLOCK_* */
export function clockNanoseconds(id: number): bigint {
  timespec ??= allocate(16);
  libc.clock_gettime(id, timespec.address);
  return timespec.view.getBigInt64(0, true) * 1_000_000_000n + timespec.view.getBigInt64(8, true);
}

/** Returns the wall-clock time at which CLOCK_BOOTTIME was 0, in nanoseconds. */
export function bootTimeNanoseconds(): bigint {
  return clockNanoseconds(CLOCK_REALTIME) - clockNanoseconds(CLOCK_BOOTTIME);
}

/**
 * Returns the wall-clock time at which a clock was 0, to convert its times to wall-clock times.
 * @param id CLOCK_BOOTTIME or CLOCK_MONOTONIC
 */
export function bootTime(id: number): { seconds: number; nanoseconds: number } {
  const zero = clockNanoseconds(CLOCK_REALTIME) - clockNanoseconds(id);
  return { seconds: Number(zero / 1_000_000_000n), nanoseconds: Number(zero % 1_000_000_000n) };
}
