/** What a record file says of its run: the JSON of its header and its trailer. */
import type { Loss } from "../../events/loss.ts";
import type { RecordedProcess } from "../../events/recorded-processes.ts";

/** Known when the run starts. */
export interface RunHeader {
  /** trace's version. */
  readonly trace: string;
  /** The traced command; empty for the whole machine. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly user: { readonly uid: number; readonly name: string };
  readonly host: string;
  /** uname(2): release and machine. */
  readonly kernel: string;
  readonly machine: string;
  /** /proc/sys/kernel/random/boot_id. */
  readonly boot: string;
  /** ISO 8601, UTC. */
  readonly started: string;
  /** When CLOCK_BOOTTIME was 0, on the wall clock; the events' times count from it. */
  readonly bootTime: { readonly seconds: number; readonly nanoseconds: number };
  readonly backend: "bpf" | "ptrace";
  /** Kinds of events that were recorded. */
  readonly events: readonly string[];
  /** WANT_* bits of bpf/interface.h: the optional parts that the records have. */
  readonly want: number;
  /** Names of system calls by the records' field `call`. */
  readonly calls: readonly string[];
  /** The pid of trace itself. */
  readonly pid?: number;
  /** Processes that were there before: trace and those that led to it, or all of the machine. */
  readonly processes?: readonly RecordedProcess[];
}

/** Known when the run ends. */
export interface RunTrailer {
  /** ISO 8601, UTC. */
  readonly ended: string;
  /** Exit status of the command, 128+N after signal N; null for the whole machine. */
  readonly status: number | null;
  readonly events: number;
  readonly complete: boolean;
  readonly losses: readonly Loss[];
}
