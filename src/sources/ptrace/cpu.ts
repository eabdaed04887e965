/** Moves the tracer to the CPU of a tracee: sched_setaffinity(2), proc_pid_stat(5). */
import { readFileSync } from "node:fs";
import { libc } from "../../ffi/libc.ts";
import { allocate, type Memory } from "../../ffi/memory.ts";

/** Enough for 8192 CPUs, the kernel's maximum. */
const CPU_SET_SIZE = 1024;
/** The index of "processor" after the name of the command. */
const PROCESSOR = 36;

let cpuSets: { readonly own: Memory; readonly one: Memory } | undefined;

/** Returns the CPU on which a thread ran last; null if it has ended. */
export function cpuOf(tid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${tid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[PROCESSOR]);
  } catch {
    return null;
  }
}

/**
 * Moves the calling thread to the CPU on which a thread ran last. It may leave it again: its affinity
 * remains what it was.
 */
export function joinCpuOf(tid: number): void {
  cpuSets ??= { own: allocate(CPU_SET_SIZE), one: allocate(CPU_SET_SIZE) };
  const { own, one } = cpuSets;
  const cpu = cpuOf(tid);
  if (cpu === null || libc.sched_getaffinity(0, CPU_SET_SIZE, own.address) < 0) return;
  one.bytes.fill(0);
  one.bytes[cpu >> 3] = 1 << (cpu & 7);
  // Not one of ours: nothing changes.
  if (!(own.bytes[cpu >> 3] & one.bytes[cpu >> 3])) return;
  libc.sched_setaffinity(0, CPU_SET_SIZE, one.address);
  libc.sched_setaffinity(0, CPU_SET_SIZE, own.address);
}
