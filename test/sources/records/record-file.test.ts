/** Record files: what is written is read again, and nothing in a file is trusted. */

import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  EVENT_SYSCALL,
  NOTE_BASE,
  NOTE_PATH,
  NOTE_PATH2,
} from "../../../src/events/event-record.ts";
import { CALL_NAMES } from "../../../src/events/file-calls.ts";
import type { FileDigest } from "../../../src/events/file-digest.ts";
import type { RunHeader, RunTrailer } from "../../../src/events/run-info.ts";
import { RecordFileWriter } from "../../../src/sinks/formats/record.ts";
import { RecordFile } from "../../../src/sources/records/record-file.ts";
import {
  BLOCK,
  encodeBlock,
  FORMAT_VERSION,
  RecordFormatError,
  zstdFrameSize,
} from "../../../src/sources/records/record-format.ts";
import { buildRecord } from "../../fixtures/builders.ts";
import {
  type Cells,
  cellsOf,
  eventOf,
  FIXTURES,
  fixture,
  recordOf,
} from "../../fixtures/fixtures.ts";
import { RUN_HEADER } from "../../fixtures/run-header.ts";
import { Random } from "../../random.ts";
import { Collected } from "../../sinks/collected.ts";

const TRAILER: RunTrailer = {
  ended: "2026-11-29T20:00:01.000Z",
  status: 0,
  events: 0,
  complete: true,
  losses: [],
};

const recorded = FIXTURES.map((name) => recordOf(fixture(name))).filter(
  ({ type }) => type === EVENT_SYSCALL || type > 5,
);
const cells = recorded.map((record) => cellsOf(eventOf(record)));

function written(
  header = RUN_HEADER,
  trailer: RunTrailer | null = { ...TRAILER, events: recorded.length },
  digests: readonly FileDigest[] = [],
) {
  const output = new Collected();
  const writer = new RecordFileWriter(output, () => 0);
  writer.begin(header);
  for (const record of recorded) writer.write(eventOf(record));
  writer.close();
  writer.digests(digests);
  if (trailer) writer.conclude(trailer);
  return output.bytes;
}

const DIGEST: FileDigest = {
  role: "input",
  path: "/work/caf\xe9 \n'\"::error::",
  state: "exact",
  sha256: "0123456789abcdef".repeat(4),
  verity: `sha256:${"ab".repeat(32)}`,
  stamp: {
    dev: "8:1",
    ino: "18446744073709551615",
    size: 2 ** 40,
    mtime: "1764515471.123456789",
    ctime: "1764515471.123456789",
  },
};

/** Opens a file with these bytes. @throws RecordFormatError */
function withFile<T>(bytes: Uint8Array, work: (file: RecordFile) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "trace-record-"));
  try {
    const path = join(directory, "run.trace");
    writeFileSync(path, bytes);
    const file = new RecordFile(path);
    const result = work(file);
    file.close();
    return result;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Reads a file with these bytes. @throws RecordFormatError */
function read(bytes: Uint8Array) {
  return withFile(bytes, (file) => {
    const events: Cells[] = [];
    file.run((event) => events.push(cellsOf(event)));
    const { header, trailer, digests } = file;
    return { events, header, trailer, losses: file.losses(), digests };
  });
}

test("every event is read as it was written, with what the run is", () => {
  const { events, header, trailer, losses } = read(written());
  expect(events.length).toBeGreaterThan(10);
  expect(events).toEqual(cells);
  expect(header).toMatchObject(RUN_HEADER);
  expect(trailer).toEqual({ ...TRAILER, events: recorded.length });
  expect(losses).toEqual([]);
});

test("digests are read as they were written, also many, with names of any bytes", () => {
  const name = (i: number) => "\xff".repeat(i === 0 ? 4000 : 4);
  const many = Array.from({ length: 1100 }, (_, i) => ({ ...DIGEST, path: `/${i}${name(i)}` }));
  const changed: FileDigest = {
    role: "output",
    path: "/a",
    state: "changed",
    reason: "written",
    sha256: null,
  };
  const all = [DIGEST, changed, ...many];
  const { digests, losses, events } = read(written(RUN_HEADER, undefined, all));
  expect(digests).toEqual(all);
  expect(losses).toEqual([]);
  expect(events).toEqual(cells);
});

describe("a file that is decompressed ahead", () => {
  const directory = mkdtempSync(join(tmpdir(), "trace-record-"));
  afterAll(() => rmSync(directory, { recursive: true }));
  const many = Array.from({ length: 1100 }, (_, i) => ({ ...DIGEST, path: `/${i}` }));
  const bytes = written(RUN_HEADER, undefined, many);

  async function readAhead(content: Uint8Array) {
    const path = join(directory, "run.trace");
    writeFileSync(path, content);
    const file = new RecordFile(path);
    const events: Cells[] = [];
    await file.runAhead((event) => events.push(cellsOf(event)));
    const { header, trailer, digests } = file;
    const losses = file.losses();
    file.close();
    return { events, header, trailer, losses, digests };
  }

  test("is read as one that is not", async () => {
    expect(await readAhead(bytes)).toEqual(read(bytes));
  });

  test("that is cut or damaged is read as far as one that is not", async () => {
    const random = new Random(5);
    const header = 4096;
    for (let i = 0; i < 40; i++) {
      const cut = bytes.subarray(0, header + random.below(bytes.length - header));
      expect(await readAhead(cut)).toEqual(read(cut));
      const damaged = bytes.slice();
      damaged[header + random.below(bytes.length - header)] ^= 1 + random.below(255);
      expect(await readAhead(damaged)).toEqual(read(damaged));
    }
  });

  test("ends with the fault of what visits it", async () => {
    const path = join(directory, "cut.trace");
    writeFileSync(path, bytes.subarray(0, bytes.length - 1));
    const file = new RecordFile(path);
    const fail = () => {
      throw new RangeError("visit");
    };
    await expect(file.runAhead(fail)).rejects.toThrow(RangeError);
    file.close();
  });
});

test("a digest that cannot be one is not read, and is counted", () => {
  const bad = [
    { ...DIGEST, state: "changed" },
    { ...DIGEST, sha256: null },
    { ...DIGEST, sha256: DIGEST.sha256?.toUpperCase() ?? "" },
    { ...DIGEST, role: "toString" },
    { ...DIGEST, state: "surely" },
  ] as unknown as FileDigest[];
  const { digests, losses } = read(written(RUN_HEADER, undefined, [...bad, DIGEST]));
  expect(digests).toEqual([DIGEST]);
  expect(losses).toEqual([{ what: "damaged records", count: 5 }]);
});

const RENAME = NOTE_PATH | NOTE_BASE | NOTE_PATH2;

describe("what the machine says of paths", () => {
  const renamed = (name2: string) =>
    buildRecord(
      EVENT_SYSCALL,
      { call: CALL_NAMES.indexOf("rename"), notes: RENAME, dfd2: -100, mntns: 7 },
      { name: "/w/l/a", name2 },
    );

  /** Writes renames, before each of which /w/l leads to the next target. */
  function renames(targets: readonly string[]): Uint8Array {
    let target = "";
    const output = new Collected();
    const machine = {
      ...{ mntns: "7", isDirectory: () => false },
      symlinkTarget: (path: string) => (path === "/w/l" ? target : null),
    };
    const writer = new RecordFileWriter(output, () => 0, { machine });
    writer.begin(RUN_HEADER);
    for (const each of targets) {
      target = each;
      writer.write(eventOf(renamed("/w/l")));
    }
    writer.close();
    return output.bytes;
  }

  /** Returns the target that is known of /w/l when each event is visited. */
  function targetsIn(bytes: Uint8Array): unknown[] {
    return withFile(bytes, (file) => {
      const known: unknown[] = [];
      file.run(() => known.push([file.machine.mntns, file.machine.symlinkTarget("/w/l")]));
      return known;
    });
  }

  test("is known to whoever reads the events", () => {
    expect(targetsIn(renames(["x", "x", "\xff", "z"]))).toEqual(
      ["x", "x", "\xff", "z"].map((target) => ["7", target]),
    );
  });

  test("damaged notes are counted", () => {
    const file = renames([]);
    const notes = { notes: [null, { type: "link", path: "/a" }, { type: "other", path: "/b" }] };
    const info = { type: BLOCK.notes, count: 0, firstTime: 0n, lastTime: 0n };
    const block = encodeBlock(info, Buffer.from(JSON.stringify(notes)), file.length);
    const { losses } = read(Buffer.concat([file, block]));
    expect(losses.find(({ what }) => what === "damaged records")?.count).toBe(2);
  });
});

test("flags have the names of the machine where they were recorded", () => {
  const O_DIRECTORY_ARM64 = 0o40000;
  const record = buildRecord(EVENT_SYSCALL, { call: 1, flags: O_DIRECTORY_ARM64 }, { name: "d" });
  const flagsOn = (machine: string) => {
    const output = new Collected();
    const writer = new RecordFileWriter(output, () => 0);
    writer.begin({ ...RUN_HEADER, machine });
    writer.write(eventOf(record));
    writer.close();
    return read(output.bytes).events[0].flags_text;
  };
  expect(flagsOn("aarch64")).toBe("O_RDONLY|O_DIRECTORY");
  expect(flagsOn("x86_64")).toBe("O_RDONLY|O_DIRECT");
});

test("many events make many blocks", () => {
  const output = new Collected();
  const writer = new RecordFileWriter(output, () => 0);
  writer.begin(RUN_HEADER);
  const random = new Random(1);
  const names: string[] = [];
  for (let i = 0; i < 20_000; i++) {
    const name = `file${i}${"x".repeat(random.below(200))}`;
    names.push(name);
    writer.write(eventOf(buildRecord(EVENT_SYSCALL, { call: 1, time: i }, { name })));
    if (i % 100 === 0) writer.flush();
  }
  writer.close();
  const { events } = read(output.bytes);
  expect(events.map(({ filename }) => filename)).toEqual(names);
});

test("a block waits a second for more, not longer", () => {
  let now = 0;
  const output = new Collected();
  const writer = new RecordFileWriter(output, () => now);
  writer.begin(RUN_HEADER);
  const { length } = output.bytes;
  writer.write(eventOf(recorded[0]));
  writer.flush();
  expect(output.bytes.length).toBe(length);
  now = 1000;
  writer.flush();
  expect(output.bytes.length).toBeGreaterThan(length);
  expect(writer.delivered).toBe(1);
});

describe("a record that is not whole", () => {
  test("without its trailer is incomplete, and says so", () => {
    const { events, losses } = read(written(RUN_HEADER, null));
    expect(events).toEqual(cells);
    expect(losses).toEqual([{ what: "recording ended without its trailer", count: 1 }]);
  });

  test("cut anywhere is read up to the cut, and never complete", () => {
    const bytes = written();
    for (let length = 0; length < bytes.length; length += 3) {
      try {
        const { events, losses } = read(bytes.subarray(0, length));
        expect(losses.length).toBeGreaterThan(0);
        expect(cells.slice(0, events.length)).toEqual(events);
      } catch (error) {
        expect(error).toBeInstanceOf(RecordFormatError);
      }
    }
  });

  test("with a changed byte anywhere is never read as whole with other events", () => {
    const bytes = written();
    const random = new Random(2);
    for (let i = 0; i < 500; i++) {
      const changed = Buffer.from(bytes);
      changed[random.below(changed.length)] ^= 1 << random.below(8);
      try {
        const { events, losses } = read(changed);
        expect(losses.length).toBeGreaterThan(0);
        expect(cells.slice(0, events.length)).toEqual(events);
      } catch (error) {
        expect(error).toBeInstanceOf(RecordFormatError);
      }
    }
  });

  test("that lost events, or lacks some that it counts, says how many", () => {
    const loss = { what: "dropped", count: 3 };
    const trailer = { ...TRAILER, complete: false, losses: [loss], events: recorded.length + 2 };
    expect(read(written(RUN_HEADER, trailer)).losses).toEqual([
      loss,
      { what: "events missing from the record", count: 2 },
    ]);
  });
});

test("numbers of calls are those of the version that recorded", () => {
  const calls = [...CALL_NAMES].reverse();
  const { events } = read(written({ ...RUN_HEADER, calls }));
  const index = cells.findIndex(({ kind }) => kind === "openat");
  const record = recorded[index];
  expect(events[index].kind).toBe(calls[record.call]);
});

test("a file of a later format, of another kind or without a header is refused", () => {
  const later = Buffer.from(written({ ...RUN_HEADER, format: FORMAT_VERSION + 1 } as RunHeader));
  expect(() => read(later)).toThrow(`has format ${FORMAT_VERSION + 1}`);
  expect(() => read(Buffer.from("pid,comm\n"))).toThrow("is not a record file of trace");
  expect(() => read(written().subarray(0, 8))).toThrow("ends before its header");
});

describe("zstd content", () => {
  const pack = (size: number) => Bun.zstdCompressSync(new Uint8Array(size), { level: 1 });

  test("is one whole frame whose size is known before it is decoded", () => {
    for (const size of [1, 255, 256, 257, 65_791, 65_792, 1 << 20])
      expect(zstdFrameSize(pack(size))).toBe(size);
  });

  test("is refused when it is cut, longer, or two frames", () => {
    const frame = pack(1000);
    for (let length = 0; length < frame.length; length++)
      expect(zstdFrameSize(frame.subarray(0, length))).toBeNull();
    expect(zstdFrameSize(Buffer.concat([frame, frame]))).toBeNull();
    expect(zstdFrameSize(Buffer.concat([frame, new Uint8Array(1)]))).toBeNull();
  });
});
