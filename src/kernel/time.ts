/** Clocks: include/uapi/linux/time.h, clock_gettime(2). */
export const CLOCK_REALTIME = 0;
/** Since boot, but for the time that the machine slept. */
export const CLOCK_MONOTONIC = 1;
/** Since boot. */
export const CLOCK_BOOTTIME = 7;
