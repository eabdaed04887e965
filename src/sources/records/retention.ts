/** What of a history is to be kept: from where on of each of its files. */
import type { Time } from "../../events/column.ts";
import type { HistoryFile } from "./history-file.ts";
import { LineReader } from "./line-reader.ts";
import { TimeSearch } from "./time-search.ts";

export interface RetentionPolicy {
  /** What is before it goes; null: nothing does for its age. */
  readonly since: Time | null;
  /** Bytes that all files together may have; null: as many as they like. */
  readonly size: number | null;
}

/**
 * @param files the oldest first
 * @returns for each where the first line begins that is kept; its size where none is
 */
export function retentionOffsets(
  files: readonly HistoryFile[],
  { since, size }: RetentionPolicy,
): number[] {
  const search = new TimeSearch();
  const lines = new LineReader();
  const starts = files.map((file) => (since ? search.position(file, since) : 0));
  let room = size ?? Infinity;
  for (let i = files.length - 1; i >= 0; i--) {
    const file = files[i];
    const fits = file.size - starts[i] <= room;
    if (!fits) starts[i] = lines.nextLineStart(file, file.size - room);
    // Nothing is kept that is older than what had no room.
    room = fits ? room - (file.size - starts[i]) : 0;
  }
  return starts;
}
