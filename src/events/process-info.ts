/** The information about a process that events have; src/attribution fills it in. */
import { cutArguments, ProcessChain } from "./process-chain.ts";

/**
 * Source of the information about a process. `directory`: the event was not reported by the kernel,
 * but found in a new directory, and the process is the one that created the directory.
 */
export type ProcessOrigin = "bpf" | "proc" | "inherited" | "directory" | "unknown";

export interface ProcessInfo {
  /** 0 if unknown: outside our pid namespace, or not reported by the kernel. */
  readonly pid: number;
  readonly ppid: number;
  /** One character per byte (latin1), as in `argv`. */
  readonly comm: string;
  readonly argv: readonly string[];
  /** The real user; -1 if unknown. */
  readonly uid: number;
  /** The effective user, whose rights apply; undefined if it is not known to be another. */
  readonly euid?: number;
  /** Whether the arguments are not all that the process was given. */
  readonly isArgvCut?: boolean;
  /** Nanoseconds since boot; 0 if unknown. */
  readonly started: number;
  readonly origin: ProcessOrigin;
  /**
   * The chain of the process that forked it, as it was then; undefined if that is not known, null if
   * a record has no chains.
   */
  readonly above?: ProcessChain | null;
}

/** Returns the information about a process of which only the pid is known. */
export function unknownProcess(pid: number): ProcessInfo {
  return { pid, ppid: 0, comm: "", argv: [], uid: -1, started: 0, origin: "unknown" };
}

/** Returns the user whose rights apply; -1 if unknown. */
export function effectiveUid({ uid, euid }: ProcessInfo): number {
  return euid ?? uid;
}

/** Returns the real user if that is another than the effective one; else null. */
export function otherRealUid({ uid, euid }: ProcessInfo): number | null {
  return euid === undefined || euid === uid || uid < 0 ? null : uid;
}

/** A process of which not even the pid is known. */
export const UNKNOWN_PROCESS = unknownProcess(0);

const chains = new WeakMap<ProcessInfo, ProcessChain | null>();

/** Returns the chain of a process, always the same object; null if it is not known. */
export function chainOf(info: ProcessInfo): ProcessChain | null {
  let chain = chains.get(info);
  if (chain === undefined) {
    chain = makeChain(info);
    chains.set(info, chain);
  }
  return chain;
}

function makeChain(info: ProcessInfo): ProcessChain | null {
  const { pid, comm, argv, above } = info;
  const isUnknown = comm === "" && argv.length === 0 && above === undefined;
  if (pid === 0 || above === null || isUnknown) return null;
  const self = { pid, comm, argv: cutArguments(argv) };
  return new ProcessChain([self, ...(above?.links ?? [])], above?.isCut);
}
