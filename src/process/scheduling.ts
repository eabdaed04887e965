/** Real-time scheduling: sched(7), sched_setscheduler(2). */
import { libc } from "../ffi/libc.ts";
import { allocate } from "../ffi/memory.ts";

const SCHED_RR = 2;
/** Children have the default policy. */
const SCHED_RESET_ON_FORK = 0x40000000;
const MIN_PRIORITY = 1;

/** Gives the calling thread real-time priority, if permitted. */
export function raisePriority(): void {
  const parameter = allocate(4);
  parameter.view.setInt32(0, MIN_PRIORITY, true);
  libc.sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, parameter.address);
}
