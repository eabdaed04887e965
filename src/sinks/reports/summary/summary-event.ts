import type { FileId } from "../../../model/file.ts";

/**
 * What a summary needs of an event: the same whether it comes from the kernel or from a recorded
 * file. Names and paths are strings with one character a byte (latin1), so that every byte survives.
 */
export interface SummaryEvent {
  readonly event: string;
  readonly pid: number;
  readonly comm: string;
  /** 0 where the call takes none. */
  readonly flags: number;
  /** As the program passed it; an address as text. */
  readonly name: string;
  readonly path: string | null;
  readonly path2: string | null;
  /** The result or -errno; 0 where only success is known. */
  readonly result: number;
  /** The open made the file. */
  readonly created: boolean;
  /** As the column `ftype` has it; null where it is not known. */
  readonly fileType: string | null;
  /** Device and inode of an opened file. */
  readonly id: FileId;
  readonly argv: readonly string[] | null;
}
