/** Decides which part of each file of a history is retained. */
import type { Time } from "../../events/column.ts";
import type { HistoryFile } from "./history-file.ts";
import { HistoryIndex } from "./history-index.ts";
import { LineReader } from "./line-reader.ts";
import { TimeSearch } from "./time-search.ts";

export interface RetentionPolicy {
  /** Events before this time are dropped; null for no age limit. */
  readonly since: Time | null;
  /** Max bytes of all files together; null for no size limit. */
  readonly size: number | null;
}

/**
 * Computes where the retained part of each file begins.
 * @param files oldest first
 * @returns the offset of the first retained line of each file; its size if none is retained
 */
export function retentionOffsets(
  files: readonly HistoryFile[],
  { since, size }: RetentionPolicy,
): number[] {
  const search = new TimeSearch();
  const reader = new LineReader();
  const index = new HistoryIndex(files);
  const firstSince = (file: HistoryFile, time: Time) => {
    // The times may go back: the first part that has something to retain decides.
    for (const { from, to } of index.segments(file)) {
      const start = search.position(file, time, from, to);
      if (start < to) return start;
    }
    return file.size;
  };
  const starts = files.map((file) => (since ? firstSince(file, since) : 0));
  let remaining = size ?? Infinity;
  for (let i = files.length - 1; i >= 0; i--) {
    const file = files[i];
    const fits = file.size - starts[i] <= remaining;
    if (!fits) starts[i] = reader.nextLineStart(file, file.size - remaining);
    // Once a line is dropped, all older ones are.
    remaining = fits ? remaining - (file.size - starts[i]) : 0;
  }
  return starts;
}
