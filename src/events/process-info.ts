/** The information about a process that events have; src/attribution fills it in. */

/** Source of the information about a process. */
export type ProcessOrigin = "bpf" | "proc" | "inherited" | "unknown";

export interface ProcessInfo {
  /** 0 if unknown: outside our pid namespace, or not reported by the kernel. */
  readonly pid: number;
  readonly ppid: number;
  /** One character per byte (latin1), as in `argv`. */
  readonly comm: string;
  readonly argv: readonly string[];
  /** -1 if unknown. */
  readonly uid: number;
  /** Nanoseconds since boot; 0 if unknown. */
  readonly started: number;
  readonly origin: ProcessOrigin;
}

/** Returns the information about a process of which only the pid is known. */
export function unknownProcess(pid: number): ProcessInfo {
  return { pid, ppid: 0, comm: "", argv: [], uid: -1, started: 0, origin: "unknown" };
}

/** A process of which not even the pid is known. */
export const UNKNOWN_PROCESS = unknownProcess(0);
