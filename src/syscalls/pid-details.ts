/** What is known of the number of a process: strace's --decode-pids. */

/** What a number refers to: a thread, a process, a process group or a session. */
export type PidRole = "tid" | "tgid" | "pgid" | "sid";

/** The kinds of details, in strace's words. */
export const PID_DETAIL_KINDS = ["comm", "pidns"] as const;
export type PidDetailKind = (typeof PID_DETAIL_KINDS)[number];

export interface PidDetails {
  /** The name of the thread, one character per byte. */
  readonly comm?: string;
  /** The number in our own pid namespace, if that is another one. */
  readonly translated?: number;
}

/** Returns what is known of a positive number; undefined for nothing. */
export type PidLookup = (role: PidRole, pid: number) => PidDetails | undefined;
