/** Reads the kernel's clocks: clock_gettime(2). */
import { libc } from "./libc.ts";
import { allocate, type Memory } from "./memory.ts";

let timespec: Memory | undefined;

/** Returns a clock's time in nanoseconds. @param id CLOCK_* */
export function clockNanoseconds(id: number): bigint {
  timespec ??= allocate(16);
  libc.clock_gettime(id, timespec.address);
  return timespec.view.getBigInt64(0, true) * 1_000_000_000n + timespec.view.getBigInt64(8, true);
}
