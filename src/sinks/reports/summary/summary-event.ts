import type { FileId } from "../../../model/file.ts";
import type { Mount } from "../../../model/view.ts";

/**
 * The part of an event that a summary needs, from the kernel or from a recorded file. Names and paths
 * are latin1: one character per byte, so that no byte is lost.
 */
export interface SummaryEvent {
  readonly event: string;
  readonly pid: number;
  readonly comm: string;
  /** 0 if the call takes none. */
  readonly flags: number;
  /** As passed; an address as text. */
  readonly name: string;
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
  /** Device and inode of the file, where they are known. */
  readonly id: FileId;
  readonly argv: readonly string[] | null;
}
