/** Events of the real kernel, truncated at every byte, and events that it could send one day. */
import { describe, expect, test } from "bun:test";
import * as fan from "../../src/kernel/fanotify.ts";
import { FanotifyEvent, UnknownVersionError } from "../../src/kernel/fanotify-event.ts";
import { TruncatedError } from "../../src/kernel/truncated-error.ts";
import {
  bytesOf,
  EVENTS,
  eventsOf,
  knownOf,
  valuesOf,
  valuesOfOne,
} from "../fixtures/fanotify/fanotify.ts";

const { FANOTIFY_METADATA, FANOTIFY_METADATA_SIZE } = fan;

/** Concatenates events. */
function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}

function changed(bytes: Uint8Array, change: (view: DataView) => void): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  change(new DataView(copy.buffer));
  return copy;
}

/** Appends a record to an event. */
function withRecord(bytes: Uint8Array, type: number, payload: number): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(fan.FANOTIFY_INFO_SIZE + payload);
  record[fan.FANOTIFY_INFO.info_type] = type;
  record[fan.FANOTIFY_INFO.len] = record.length;
  return changed(joined(bytes, record), (view) => view.setUint32(0, view.byteLength, true));
}

describe("an event of the kernel", () => {
  test("exists as a fixture of every kind", () => {
    const all = EVENTS.map(knownOf);
    for (const field of ["fid", "dfid", "oldDfid", "newDfid", "error", "hasPidfd", "unknown"])
      expect([field, all.some((known) => field in known)]).toEqual([field, true]);
  });

  for (const name of EVENTS) {
    test(`${name} has the known fields`, () => {
      expect(valuesOfOne(bytesOf(name))).toEqual(knownOf(name));
    });

    test(`${name} is refused if truncated at any byte`, () => {
      const bytes = bytesOf(name);
      for (let length = 1; length < bytes.length; length++)
        expect(() => valuesOfOne(bytes.slice(0, length))).toThrow(TruncatedError);
    });

    test(`${name} with a smaller length field lacks whole records or is refused`, () => {
      const bytes = bytesOf(name);
      for (let length = 0; length < bytes.length; length++) {
        const shorter = changed(bytes.slice(0, Math.max(length, 4)), (view) =>
          view.setUint32(FANOTIFY_METADATA.event_len, length, true),
        );
        const isWhole = recordEnds(bytes).includes(length);
        if (isWhole) expect(valuesOfOne(shorter)).toMatchObject({ mask: knownOf(name).mask });
        else expect(() => valuesOfOne(shorter)).toThrow(TruncatedError);
      }
    });
  }
});

/** Returns the ends of an event's metadata and of each record. */
function recordEnds(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const ends = [FANOTIFY_METADATA_SIZE];
  while (ends[ends.length - 1] < bytes.length) {
    const at = ends[ends.length - 1];
    ends.push(at + view.getUint16(at + fan.FANOTIFY_INFO.len, true));
  }
  return ends;
}

describe("a buffer", () => {
  test("of several events yields each in order", () => {
    const bytes = joined(...EVENTS.map(bytesOf));
    expect(Array.from(eventsOf(bytes), valuesOf)).toEqual(EVENTS.map(knownOf));
  });

  test("without events yields none", () => {
    expect([...eventsOf(new Uint8Array(0))]).toEqual([]);
  });

  test("with an event that is too short ends with an error", () => {
    for (const length of [0, 1, FANOTIFY_METADATA_SIZE - 1]) {
      const broken = changed(bytesOf("overflow"), (view) => view.setUint32(0, length, true));
      const all = eventsOf(joined(bytesOf("create-ext4"), broken, bytesOf("create-ext4")));
      expect(all.next().done).toBe(false);
      expect(() => all.next()).toThrow(TruncatedError);
    }
  });
});

describe("an event of a future kernel", () => {
  test("has its records of unknown types listed, and the others are parsed", () => {
    for (const type of [0, 6, 7, 11, 13, 255]) {
      const known = knownOf("create-ext4");
      const parsed = valuesOfOne(withRecord(bytesOf("create-ext4"), type, 20));
      expect(parsed).toEqual({ ...known, unknown: [type] });
    }
  });

  test("keeps unassigned bits", () => {
    const bytes = changed(bytesOf("create-ext4"), (view) => {
      view.setUint32(FANOTIFY_METADATA.mask, 0x80000101, true);
      view.setUint32(FANOTIFY_METADATA.mask + 4, 5, true);
    });
    const event = new FanotifyEvent();
    event.moveTo(new DataView(bytes.buffer), 0, bytes.length);
    expect([event.mask, event.upperMask]).toEqual([0x80000101, 5]);
  });

  test("can have longer metadata", () => {
    const bytes = bytesOf("create-ext4");
    const [head, records] = [
      bytes.slice(0, FANOTIFY_METADATA_SIZE),
      bytes.slice(FANOTIFY_METADATA_SIZE),
    ];
    const longer = changed(joined(head, new Uint8Array(8), records), (view) => {
      view.setUint32(FANOTIFY_METADATA.event_len, bytes.length + 8, true);
      view.setUint16(FANOTIFY_METADATA.metadata_len, FANOTIFY_METADATA_SIZE + 8, true);
    });
    expect(valuesOfOne(longer)).toEqual(knownOf("create-ext4"));
  });

  test("with another version is refused", () => {
    const bytes = changed(bytesOf("create-ext4"), (view) =>
      view.setUint8(FANOTIFY_METADATA.vers, 4),
    );
    expect(() => valuesOfOne(bytes)).toThrow(UnknownVersionError);
  });
});

describe("a record with a wrong", () => {
  const at = FANOTIFY_METADATA_SIZE;

  test("length is refused", () => {
    for (const length of [0, 3, 4, 19, 0xffff]) {
      const bytes = changed(bytesOf("create-ext4"), (view) =>
        view.setUint16(at + fan.FANOTIFY_INFO.len, length, true),
      );
      expect(() => valuesOfOne(bytes)).toThrow(TruncatedError);
    }
  });

  test("length of its handle is refused", () => {
    for (const length of [1000, 0x7fffffff, 0xffffffff]) {
      const bytes = changed(bytesOf("delete-self-ext4"), (view) =>
        view.setUint32(at + fan.FANOTIFY_INFO_FID.handle, length, true),
      );
      expect(() => valuesOfOne(bytes)).toThrow(TruncatedError);
    }
  });

  test("end of its name is refused", () => {
    const bytes = bytesOf("create-ext4");
    const end = recordEnds(bytes)[1];
    bytes.fill(0x61, end - 8, end);
    expect(() => valuesOfOne(bytes)).toThrow(TruncatedError);
  });
});
