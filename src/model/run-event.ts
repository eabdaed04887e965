/** What the model of a run needs to know of an event: from the kernel, or from a recorded file. */
import type { FileId } from "./file.ts";
import type { Mount } from "./view.ts";

/** A standard stream of a process that executes a program. */
export interface StandardStream {
  readonly id: string;
  /** As in the column `ftype`: "fifo" for a pipe. */
  readonly type: string;
}

export interface ProcessExit {
  /** Null if a signal killed the process. */
  readonly status: number | null;
  readonly signal: number | null;
  /** When the process started, as `RunEvent.time`; null if it is not known. */
  readonly started: number | null;
}

/** Names and paths are latin1: one character per byte, so that no byte is lost. */
export interface RunEvent {
  readonly event: string;
  /** The name of the system call or operation. */
  readonly call: string;
  readonly pid: number;
  readonly comm: string;
  /** 0 if the call takes none. */
  readonly flags: number;
  /** As passed; an address as text. */
  readonly name: string;
  readonly name2: string;
  /** The fds of the directories in which the names start: AT_FDCWD for the working directory. */
  readonly dfd?: number | null;
  readonly dfd2?: number;
  readonly path: string | null;
  readonly path2: string | null;
  /** Whether all symbolic links of the path, and of the second, are followed already. */
  readonly followed: boolean;
  readonly followed2: boolean;
  /** The directories in which the names start; null if they are not known. */
  readonly directory: string | null;
  readonly directory2: string | null;
  /** The mounts of the path, if it is followed, or of these directories; null if not known. */
  readonly mount: Mount | null;
  readonly mount2: Mount | null;
  /** The process's mount namespace; "" if it is not known. */
  readonly mntns: string;
  /** The result or -errno; 0 if only success is known. */
  readonly result: number;
  /** Whether the open created the file. */
  readonly created: boolean;
  /** As in the column `ftype`; null if unknown. */
  readonly fileType: string | null;
  /** Where an open file is that no path leads to: its file system's device, and its path there. */
  readonly detached?: { readonly dev: string; readonly path: string } | null;
  /** Device and inode of the file, where they are known. */
  readonly id: FileId;
  readonly argv: readonly string[] | null;
  /** Nanoseconds since 1970, to a fraction of a microsecond; undefined if the record has no times. */
  readonly time?: number;
  /** Working directory of a process that executes a program. */
  readonly cwd?: string | null;
  /** Its fds 0, 1 and 2; null for one that is closed. */
  readonly stdio?: readonly (StandardStream | null)[] | null;
  /** Of the event `exit`. */
  readonly exit?: ProcessExit | null;
  /** Whether it may be reported after the exit of its process: io_uring completes requests later. */
  readonly isLate?: boolean;
}
