/** What is known of a run besides its events: when it starts, and when it has ended. */
import type { Loss } from "./loss.ts";
import type { RecordedProcess } from "./recorded-processes.ts";

/** What events were chosen by, besides their kinds: the options as given. */
export interface EventChoice {
  /** Patterns, one of which has to match; relative ones start in the working directory. */
  readonly path?: readonly string[];
  /** Patterns, none of which may match. */
  readonly exclude?: readonly string[];
  /** Whether only failed calls were chosen. */
  readonly failed?: true;
  /** The expression that the flags of opens had to match; other events were not affected. */
  readonly flags?: string;
  /** The processes whose events were chosen. */
  readonly pids?: readonly number[];
  /** The real user whose processes were chosen. */
  readonly uid?: number;
  /** The name of the threads that were chosen. */
  readonly comm?: string;
  /** The cgroup, as given, whose processes and those of its descendants were chosen. */
  readonly cgroup?: string;
  /** False if the children of the command were not recorded. */
  readonly children?: false;
}

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
  /** How events were recorded; `proc-connector` for process events. */
  readonly backend: "bpf" | "ptrace" | "proc-connector";
  /** Kinds of events that were recorded. */
  readonly events: readonly string[];
  /** WANT_* bits of bpf/interface.h: the optional parts that the records have. */
  readonly want: number;
  /** Names of system calls by the records' field `call`. */
  readonly calls: readonly string[];
  /** If not all events were recorded: each of these chose them. */
  readonly filters?: readonly EventChoice[];
  /** Directories that a policy names apart: of the command's environment. */
  readonly directories?: {
    readonly home: string;
    readonly tmp: string;
    readonly cache: string;
  };
  /**
   * The variables of the command's environment: of each value four hexadecimal digits of a hash, ""
   * where nothing is kept.
   */
  readonly environment?: Readonly<Record<string, string>>;
  /** The pid of trace itself. */
  readonly pid?: number;
  /** Processes that were there before: trace and those that led to it, or all of the machine. */
  readonly processes?: readonly RecordedProcess[];
}

/** How a run ended. */
export interface RunEnding {
  /** ISO 8601, UTC; null for a run whose end was not recorded. */
  readonly ended: string | null;
  /** Exit status of the command, 128+N after signal N; null for the whole machine. */
  readonly status: number | null;
}

/** Known when the run ends. */
export interface RunTrailer extends RunEnding {
  readonly events: number;
  readonly complete: boolean;
  readonly losses: readonly Loss[];
}

/** The cause of events that the output did not take. */
export const NOT_WRITTEN = "not written";

/** Returns the result of a run of which so many more events are not written. */
export function lacking(result: RunTrailer, count: number): RunTrailer {
  if (count === 0) return result;
  const known = result.losses.find(({ what }) => what === NOT_WRITTEN)?.count ?? 0;
  const others = result.losses.filter(({ what }) => what !== NOT_WRITTEN);
  const losses = [...others, { what: NOT_WRITTEN, count: known + count }];
  return { ...result, events: result.events - count, complete: false, losses };
}
