/**
 * What a report's page is made of, as JSON: `pageData` writes it, src/report-page reads it. Names are
 * as they may be shown: unsafe characters are escaped. Tables are columns of numbers, because a build
 * has a million edges.
 */

/** The lists of a page, in its order. */
export const LISTS = [
  "inputs",
  "outputs",
  "removed",
  "changed",
  "listed",
  "probes",
  "programs",
  "hosts",
  "listened",
] as const;
export type ListName = (typeof LISTS)[number];

/** What is known of a recorded run; null for what the record does not say. */
export interface PageRun {
  /** Quoted for a shell; "" for the whole machine. */
  readonly command: string | null;
  readonly cwd: string | null;
  readonly host: string | null;
  readonly kernel: string | null;
  /** ISO 8601. */
  readonly started: string | null;
  readonly ended: string | null;
  readonly status: number | null;
  readonly complete: boolean | null;
  /** What is missing. */
  readonly losses: readonly string[];
  /** What events were chosen by, in words. */
  readonly choices: readonly string[];
}

/** Paths as a tree in preorder: the names below a directory follow it, and are sorted. */
export interface PathColumns {
  /** Number of the directory; -1 for a root and for an address. */
  readonly parents: readonly number[];
  readonly names: readonly string[];
}

/** Times are microseconds since `PageData.start`; -1 for what is not known. */
export interface ProcessColumns {
  readonly pids: readonly number[];
  /** Number of the process that forked it. */
  readonly parents: readonly number[];
  /** Numbers of texts. */
  readonly comms: readonly number[];
  readonly started: readonly number[];
  /** Its first and last events. */
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly ended: readonly number[];
  readonly statuses: readonly number[];
  /** Signals that killed them. */
  readonly signals: readonly number[];
  /** How many programs each executed, of which `execs` may have fewer. */
  readonly execCounts: readonly number[];
  /** Four numbers for each: time, and the texts of its path, command line and directory (or -1). */
  readonly execs: readonly (readonly number[])[];
}

/** Bits of `TargetColumns.kinds`. */
export const TARGET_LOOKUP = 1;
export const TARGET_ADDRESS = 2;
/** The file was there when the run started. */
export const TARGET_ORIGINAL = 4;
/** The file has a name at the end. */
export const TARGET_EXISTS = 8;
export const TARGET_DIRECTORY = 16;

/** Files, failed lookups and addresses. */
export interface TargetColumns {
  readonly kinds: readonly number[];
  /** Number of the path, or -1. */
  readonly paths: readonly number[];
  /** Of a failed lookup, the text of its error; of a file that was moved, its path at the start. */
  readonly notes: readonly number[];
}

/** Set in the first number of an edge that has the numbers `times` and `last - first` too. */
export const EDGE_REPEATED = 1;

/** Rows of a list. */
export interface ListColumns {
  /** Numbers of paths. */
  readonly paths: readonly number[];
  readonly times: readonly number[];
  /** Text of the first process. */
  readonly who: readonly number[];
  /** Number of the target, or -1. */
  readonly targets: readonly number[];
  /** Text of an error or a command line, or -1. */
  readonly notes: readonly number[];
}

export interface PageData {
  readonly format: 1;
  /** trace's version. */
  readonly trace: string;
  /** The run; several if records were joined. */
  readonly runs: readonly PageRun[];
  /** Whether no event of any run is missing; null if it is not known. */
  readonly complete: boolean | null;
  readonly events: number;
  /** Null if their events were not all recorded. */
  readonly processCount: number | null;
  readonly temporary: number;
  /** Microseconds since 1970; null for a record without times. */
  readonly start: number | null;
  /** Microseconds since `start`. */
  readonly end: number;
  /** Number of the path of the working directory, or -1. */
  readonly cwd: number;
  /** By the codes of edges. */
  readonly actions: readonly string[];
  readonly texts: readonly string[];
  readonly paths: PathColumns;
  readonly processes: ProcessColumns;
  readonly targets: TargetColumns;
  /** The critical path: the process, begin and end of each part. Empty for the whole machine. */
  readonly critical: readonly number[];
  /**
   * For each process: twice the code of the action, target, microseconds since the edge before, and with
   * EDGE_REPEATED the number of times and the microseconds from the first to the last.
   */
  readonly edges: readonly (readonly number[])[];
  /** Processes whose output, and those whose input, was a pipe. */
  readonly pipes: readonly (readonly [readonly number[], readonly number[]])[];
  readonly lists: Readonly<Record<ListName, ListColumns>>;
}
