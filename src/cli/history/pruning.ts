/** Plans which part of a history `trace clean` drops, so that the rest can still be verified. */
import type { Time } from "../../events/column.ts";
import { cleanedLine, timeNow } from "../../sinks/watch/log-notes.ts";
import { chainStateAt } from "../../sources/records/chain-cut.ts";
import type { HistoryFile } from "../../sources/records/history-file.ts";
import { HistoryLineParser } from "../../sources/records/history-line-parser.ts";
import { HistoryStream } from "../../sources/records/history-stream.ts";
import { type RetentionPolicy, retentionOffsets } from "../../sources/records/retention.ts";
import { typeOfLine } from "../../storage/hash-chain.ts";

/** One file of a history, and the offset before which its events are dropped. */
export interface Pruned {
  readonly from: number;
  /** The line that takes the place of what is dropped; empty for none. */
  readonly head: Uint8Array;
}

const NO_HEAD = new Uint8Array(0);

/** @param files oldest first */
export function planPruning(files: readonly HistoryFile[], policy: RetentionPolicy): Pruned[] {
  const stream = new HistoryStream(files);
  let cut = cutOf(stream, files, policy);
  const { size } = policy;
  if (size !== null && cut.head.length > 0) {
    // The note needs room too.
    cut = cutOf(stream, files, { ...policy, size: Math.max(0, size - cut.head.length) });
  }
  return cut.starts.map((from, i) => ({ from, head: i === cut.index ? cut.head : NO_HEAD }));
}

interface Cut {
  readonly starts: readonly number[];
  /** The first file that is not dropped as a whole. */
  readonly index: number;
  readonly head: Uint8Array;
}

function cutOf(stream: HistoryStream, files: readonly HistoryFile[], policy: RetentionPolicy): Cut {
  const starts = retentionOffsets(files, policy);
  const kept = files.findIndex(({ size }, i) => starts[i] < size);
  const index = kept < 0 ? files.length - 1 : kept;
  const offset = stream.offsetOf(index, starts[index]);
  if (starts[index] === 0) return { starts, index, head: NO_HEAD };
  // Only the note of the last time would be dropped.
  if (index === 0 && offset === endOfNote(stream))
    return { starts: starts.map(() => 0), index, head: NO_HEAD };
  const state = chainStateAt(stream, offset);
  const head = state ? cleanedLine({ ...state, bytes: offset }, timeAt(stream, offset)) : NO_HEAD;
  return { starts, index, head };
}

/** Returns where a note of trace clean at the beginning ends; -1 if there is none. */
function endOfNote(stream: HistoryStream): number {
  let end = -1;
  stream.visit(0, 1, (line) => {
    if (typeOfLine(line.bytes, line.start, line.end) === "CLEANED") end = line.next;
    return false;
  });
  return end;
}

/** Returns the time of the first event that is left, or the present. */
function timeAt(stream: HistoryStream, offset: number): Time {
  let time = timeNow();
  const parser = new HistoryLineParser();
  stream.visit(offset, stream.size, ({ bytes, start, end }) => {
    if (!parser.parse(bytes, start, end)) return true;
    time = { ...parser.event.time };
    return false;
  });
  return time;
}
