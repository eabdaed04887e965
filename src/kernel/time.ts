/** Clocks: include/uapi/linux/time.h, clock_gettime(2). */
export const CLOCK_REALTIME = 0;
/** Since boot, without suspend. */
export const CLOCK_MONOTONIC = 1;
/** Since boot, with suspend. */
export const CLOCK_BOOTTIME = 7;
