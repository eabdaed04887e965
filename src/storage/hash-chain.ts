/**
 * The chain of hashes that shows whether a log was changed: each line's hash is the SHA-256 of the
 * hash of the line before it, 32 bytes, and of the line without its newline. Notes of the type
 * SEGMENT record the hash of the line before them. The chain goes on from file to file.
 */

/** The hash before the first line of a chain. */
export const NO_HASH = "0".repeat(64);

const HASH_SIZE = 32;
const TYPE_KEY = Buffer.from(',"type":"');
const QUOTE = 0x22;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
/** `{"time":` */
const TIME_START = 8;
const MAX_TIME_LENGTH = 24;
const MAX_TYPE_LENGTH = 24;

/** What a SEGMENT records of the lines since the one before; CLEANED has no `hash`. */
export interface SegmentDetails {
  /** Counts from 1; 0 for the beginning of a chain after lines that have none. */
  readonly segment: number;
  readonly bytes: number;
  /** The hash before the segment's first line. */
  readonly previous: string;
  /** The hash of its last line. */
  readonly hash: string;
  /** 1 if another process than the one that wrote the lines ended the segment. */
  readonly late?: number;
  /** Where its notes are: note-index.ts. Missing for a segment with many. */
  readonly notes?: string;
}

/** The types of notes that a chain can be continued from. */
export type AnchorType = "SEGMENT" | "CLEANED";

export interface Anchor {
  readonly type: AnchorType;
  readonly details: SegmentDetails;
}

/** Returns the type of a recorded line, without parsing it as a whole; "" if it has none there. */
export function typeOfLine(bytes: Uint8Array, start: number, end: number): string {
  let at = start + TIME_START;
  const timeEnd = Math.min(end, at + MAX_TIME_LENGTH);
  while (at < timeEnd && (bytes[at] === DOT || (bytes[at] >= ZERO && bytes[at] <= NINE))) at++;
  for (const byte of TYPE_KEY) if (bytes[at++] !== byte) return "";
  const limit = Math.min(end, at + MAX_TYPE_LENGTH);
  let type = "";
  for (; at < limit && bytes[at] !== QUOTE; at++) type += String.fromCharCode(bytes[at]);
  return type;
}

const HASH = /^[0-9a-f]{64}$/;

/** Returns the anchor that a line is; null for other lines. */
export function anchorOfLine(bytes: Uint8Array, start: number, end: number): Anchor | null {
  const type = typeOfLine(bytes, start, end);
  if (type !== "SEGMENT" && type !== "CLEANED") return null;
  try {
    const { details } = JSON.parse(Buffer.from(bytes.subarray(start, end)).toString());
    const { segment, bytes: size, previous } = details;
    const numbers = [segment, size].every((each) => Number.isSafeInteger(each) && each >= 0);
    const hashes = type === "CLEANED" ? [previous] : [previous, details.hash];
    return numbers && hashes.every((each) => HASH.test(each)) ? { type, details } : null;
  } catch {
    return null;
  }
}

/** The hash of the last line that was added. */
export class LineHash {
  private readonly value = new Uint8Array(HASH_SIZE);
  private scratch = new Uint8Array(1 << 14);

  get hex(): string {
    return Buffer.from(this.value).toString("hex");
  }

  set hex(text: string) {
    this.value.set(Buffer.from(text, "hex"));
  }

  /** Adds the line `bytes[start, end)`, which has no newline. */
  add(bytes: Uint8Array, start: number, end: number): void {
    const length = HASH_SIZE + end - start;
    if (this.scratch.length < length) this.scratch = new Uint8Array(length * 2);
    this.scratch.set(this.value);
    this.scratch.set(bytes.subarray(start, end), HASH_SIZE);
    Bun.SHA256.hash(this.scratch.subarray(0, length), this.value);
  }

  /** Goes on from an anchor. */
  pass({ type, details }: Anchor, bytes: Uint8Array, start: number, end: number): void {
    this.hex = type === "CLEANED" ? details.previous : details.hash;
    if (type === "SEGMENT") this.add(bytes, start, end);
  }
}
