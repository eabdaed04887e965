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
  /** The result or -errno; 0 if only success is known. */
  readonly result: number;
  /** Whether the open created the file. */
  readonly created: boolean;
  /** As in the column `ftype`; null if unknown. */
  readonly fileType: string | null;
  readonly argv: readonly string[] | null;
}
