/** A mount that something watched is found by. */

export interface Mounted {
  /** An fd of something on it. */
  readonly fd: number;
  /** As name_to_handle_at(2) tells it. */
  readonly mountId: number;
  /** As events have it, 8 bytes. */
  readonly fsid: Uint8Array;
  /** Whether one mark is for all of it; else every directory has its own. */
  readonly isWhole: boolean;
}
