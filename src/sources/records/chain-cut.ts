/** Finds from which hash a history can be verified whose beginning is dropped: storage/hash-chain.ts. */
import {
  anchorOfLine,
  LineHash,
  NO_HASH,
  type SegmentDetails,
  typeOfLine,
} from "../../storage/hash-chain.ts";
import type { HistoryStream } from "./history-stream.ts";

/** Where the hash of lines is known. */
interface KnownHash {
  readonly offset: number;
  readonly segment: number;
  readonly hash: string;
}

/** The state of the chain before a line. */
export type ChainState = Pick<SegmentDetails, "segment" | "previous">;

/** Returns the state of the chain at an offset; null if the lines there are in no chain. */
export function chainStateAt(stream: HistoryStream, offset: number): ChainState | null {
  const known =
    lastBefore(stream, offset) ?? startOfSegment(stream, offset) ?? startOfChain(stream);
  if (!known || known.offset > offset) return null;
  const hash = new LineHash();
  hash.hex = known.hash;
  stream.visit(known.offset, offset, ({ bytes, start, end }) => {
    hash.add(bytes, start, end);
    return true;
  });
  return { segment: known.segment, previous: hash.hex };
}

/** Finds the last anchor before an offset. */
function lastBefore(stream: HistoryStream, to: number): KnownHash | null {
  let known: KnownHash | null = null;
  const hash = new LineHash();
  stream.visit(0, to, ({ bytes, start, end, offset, next }) => {
    const anchor = anchorOfLine(bytes, start, end);
    if (!anchor || (anchor.type === "CLEANED" && offset > 0)) return true;
    hash.pass(anchor, bytes, start, end);
    const segment = anchor.details.segment + (anchor.type === "SEGMENT" ? 1 : 0);
    known = { offset: next, segment, hash: hash.hex };
    return true;
  });
  return known;
}

/** Finds the beginning of the segment that an offset is in, by the segment's end. */
function startOfSegment(stream: HistoryStream, from: number): KnownHash | null {
  let known: KnownHash | null = null;
  stream.visit(from, stream.size, ({ bytes, start, end, offset }) => {
    const anchor = anchorOfLine(bytes, start, end);
    if (anchor?.type !== "SEGMENT") return true;
    const { segment, bytes: size, previous } = anchor.details;
    if (size <= offset) known = { offset: offset - size, segment, hash: previous };
    return false;
  });
  return known;
}

/** The beginning of a log whose first segment has not ended. */
function startOfChain(stream: HistoryStream): KnownHash | null {
  let isStart = false;
  stream.visit(0, 1, ({ bytes, start, end }) => {
    isStart = typeOfLine(bytes, start, end) === "WATCH_START";
    return false;
  });
  return isStart ? { offset: 0, segment: 1, hash: NO_HASH } : null;
}
