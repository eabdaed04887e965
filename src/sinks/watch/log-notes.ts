/** Notes that a log gets besides those of its watching. */
import type { Time } from "../../events/column.ts";
import { unknownProcess } from "../../events/process-info.ts";
import { type NoteDetails, type NoteType, WatchEvent } from "../../events/watch-event.ts";
import type { SegmentDetails } from "../../storage/hash-chain.ts";
import { noteLine } from "../formats/note-line.ts";

export const NANOSECONDS_PER_MILLISECOND = 1e6;

/** @param milliseconds since 1970 */
export function timeOf(milliseconds: number): Time {
  const nanoseconds = (milliseconds % 1000) * NANOSECONDS_PER_MILLISECOND;
  return { seconds: Math.floor(milliseconds / 1000), nanoseconds };
}

export const timeNow = (): Time => timeOf(Date.now());

/** Returns a note about the present. */
export function noteOf(type: NoteType, details: NoteDetails): WatchEvent {
  const event = new WatchEvent();
  event.type = type;
  Object.assign(event.time, timeNow());
  event.processInfo = unknownProcess(process.pid);
  event.details = details;
  return event;
}

/** Returns the line of the end of a segment. */
export const segmentLine = (details: SegmentDetails): Uint8Array =>
  noteLine(noteOf("SEGMENT", { ...details }));

/**
 * Returns the first line of a log whose beginning was dropped.
 * @param time of the first line that is left, because readers expect times in order
 */
export function cleanedLine(details: Omit<SegmentDetails, "hash">, time: Time): Uint8Array {
  const event = noteOf("CLEANED", { ...details, cleaned: Date.now() });
  Object.assign(event.time, time);
  return noteLine(event);
}
