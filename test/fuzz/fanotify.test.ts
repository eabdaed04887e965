/**
 * fanotify events, random or mutated from test/fixtures/fanotify. Each parses to an event within
 * its bytes or throws a documented error, and parsing always ends. `make fuzz`; see rounds.ts.
 */
import { FANOTIFY_METADATA, FANOTIFY_METADATA_SIZE } from "../../src/kernel/fanotify.ts";
import { type FanotifyEvent, UnknownVersionError } from "../../src/kernel/fanotify-event.ts";
import { TruncatedError } from "../../src/kernel/truncated-error.ts";
import { bytesOf, EVENTS, eventsOf } from "../fixtures/fanotify/fanotify.ts";
import { fuzzMessages } from "./messages.ts";

/** Throws if a part of the event is outside of it. */
function check(event: FanotifyEvent): void {
  for (const record of [event.fid, event.dfid, event.oldDfid, event.newDfid]) {
    if (!record.isPresent) continue;
    const ends = [record.keyStart + record.keyLength, record.nameStart + record.nameLength];
    if (record.keyStart < event.at + FANOTIFY_METADATA_SIZE || ends.some((end) => end > event.end))
      throw new RangeError(`a record to ${ends} of an event to ${event.end}`);
  }
  for (const { at, end } of event.unknownRecords)
    if (at >= end || end > event.end) throw new RangeError(`an unknown record to ${end}`);
}

/** @returns the number of events */
function readAndCheck(bytes: Uint8Array): number {
  let events = 0;
  let last = 0;
  try {
    for (const event of eventsOf(bytes)) {
      events++;
      if (event.end <= last) throw new RangeError("no way forward");
      last = event.end;
      check(event);
    }
  } catch (error) {
    if (!(error instanceof TruncatedError || error instanceof UnknownVersionError)) throw error;
  }
  return events;
}

fuzzMessages({
  message: "event",
  corpus: EVENTS.map(bytesOf),
  check: readAndCheck,
  repair(bytes, random) {
    if (bytes.length < FANOTIFY_METADATA_SIZE) return bytes;
    const view = new DataView(bytes.buffer);
    view.setUint32(FANOTIFY_METADATA.event_len, bytes.length, true);
    view.setUint8(FANOTIFY_METADATA.vers, 3);
    if (random.below(8))
      view.setUint16(FANOTIFY_METADATA.metadata_len, FANOTIFY_METADATA_SIZE, true);
    return bytes;
  },
  scatterLengths(bytes, random) {
    for (let at = FANOTIFY_METADATA_SIZE; at + 4 <= bytes.length; at += 4 * (1 + random.below(12)))
      if (random.below(2))
        bytes.set(
          [random.pick([1, 2, 3, 4, 5, 10, 12, 9]), 0, random.pick([4, 8, 12, 28, 48]), 0],
          at,
        );
  },
  repaired: { mutated: 4, random: 8 },
  minEvents: 5000,
});
