/** Runs us before others: sched(7), sched_setscheduler(2). */
import { libc } from "../ffi/libc.ts";
import { allocate } from "../ffi/memory.ts";

const SCHED_RR = 2;
/** What we start runs as others do. */
const SCHED_RESET_ON_FORK = 0x40000000;
const MIN_PRIORITY = 1;

/** Lets the calling thread run as soon as it can. Where that is not permitted all stays as it is. */
export function raisePriority(): void {
  const parameter = allocate(4);
  parameter.view.setInt32(0, MIN_PRIORITY, true);
  libc.sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, parameter.address);
}
