/** Events that repeat a lookup lead to the same model as if each were decoded. */
import { expect, setDefaultTimeout, test } from "bun:test";
import * as abi from "../../../../src/events/event-record.ts";
import { CALL_NAMES } from "../../../../src/events/file-calls.ts";
import { Run } from "../../../../src/model/run.ts";
import { EventFeeder } from "../../../../src/sinks/reports/summary/event-feeder.ts";
import { toSummaryEvent } from "../../../../src/sinks/reports/summary/from-events.ts";
import { EventPacker, EventUnpacker } from "../../../../src/sources/records/packed-events.ts";
import { sliceToLatin1 } from "../../../../src/text/latin1.ts";
import { buildRecord, components } from "../../../fixtures/builders.ts";
import { eventOf } from "../../../fixtures/fixtures.ts";
import { Random } from "../../../random.ts";

setDefaultTimeout(60_000);

const SEEDS = 8;

const EINVAL = -22;
const ENOENT = -2;
const EEXIST = -17;
const S_IFREG = 0o100000;
const RENAME_EXCHANGE = 2;

/** What happens to paths: the call, and its result. */
const DEEDS: readonly (readonly [call: string, result: number, fields?: Fields])[] = [
  ["readlink", EINVAL],
  ["readlink", 4],
  ["newfstatat", 0],
  ["newfstatat", ENOENT],
  ["access", 0],
  ["access", ENOENT],
  ["openat", ENOENT],
  ["mkdir", EEXIST],
  ["inotify_add_watch", 1],
  ["execve", ENOENT],
  ["openat", 3, { i_mode: S_IFREG, ino: 7 }],
  ["openat", 4, { i_mode: S_IFREG, ino: 7 }],
  ["openat", 3, { i_mode: S_IFREG, ino: 9 }],
  ["openat", 3, { i_mode: S_IFREG, ino: 7, flags: 2 }],
  ["openat", 3, { i_mode: S_IFREG, ino: 8, flags: 0o101, notes: abi.NOTE_CREATED }],
  ["unlink", 0],
  ["mkdir", 0],
  ["rmdir", 0],
  ["chdir", 0],
  ["rename", 0],
  ["renameat2", 0, { flags: RENAME_EXCHANGE }],
  ["symlink", 0],
  ["link", 0, { ino: 7 }],
];
/** Calls with two names, of which a record has the second path too. */
const TWO_NAMES = ["rename", "renameat2", "symlink", "link"];
type Fields = NonNullable<Parameters<typeof buildRecord>[1]>;

const PATHS = ["/a", "/a/b", "/a/b/c", "/m", "/m/d", "/m/d/e", "/f"];
const COMMS = ["sh", "cc1", "make"];

/** Returns the records of a random run. */
function randomRecords(random: Random, count: number): abi.EventRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const [call, ret, fields = {}] = random.pick(DEEDS);
    const path = random.pick(PATHS);
    const isIn = (each: string) => path.startsWith(`${each}/`);
    const directory = random.pick(["", "/a", "/m"].filter(isIn));
    // A file system is mounted at /m at times, as far as events show.
    const isMounted = directory === "/m" && random.below(4) > 0;
    const base = components(directory);
    const hasTwo = TWO_NAMES.includes(call);
    const other = random.pick(PATHS);
    const record = buildRecord(
      abi.EVENT_SYSCALL,
      {
        ...fields,
        call: CALL_NAMES.indexOf(call),
        ret,
        notes:
          Number(fields.notes ?? 0) | abi.NOTE_PATH | abi.NOTE_BASE | (hasTwo ? abi.NOTE_PATH2 : 0),
        time: index * 1e6,
        tgid: 10 + random.below(3),
        mount_dev: isMounted ? 2 : 1,
        mount_len: isMounted ? 0 : base.length,
        mntns: 1,
      },
      {
        name: directory === "" ? path : path.slice(directory.length + 1),
        path: base,
        ...(hasTwo ? { name2: other, path2: components("") } : {}),
      },
    );
    record.bytes.set(Buffer.from(random.pick(COMMS)), abi.EVENT.comm);
    return record;
  });
}

/** Returns what later events may hide: the names that are known, and the working directories. */
function state({ files, processes }: Run): string {
  const names = Array.from(files.entries(), ([, { path }]) => path);
  return [...names, ...processes.all.map(({ cwdPath }) => cwdPath)].join(" ");
}

/** Returns what a run knows at its end. */
function contents(run: Run): unknown {
  const { files, processes } = run;
  return {
    events: run.events,
    processes: processes.all.map(({ pid, comm, first, last, cwdPath }) => [
      pid,
      comm,
      first,
      last,
      cwdPath,
    ]),
    failed: [...run.failedLookups].map(([key, { times, first }]) => [key, times, first]),
    edges: processes.all.map((process) =>
      Array.from(run.edges.from(process), ({ action, target, times, first, last }) => {
        const name = "path" in target ? target.path : "origin" in target ? target.origin : "";
        return [action, name, times, first, last];
      }),
    ),
    accesses: Array.from(run.accesses ?? [], ({ kind, path, times, process, time }) => {
      return [kind, path, times, process.pid, time];
    }),
    entries: Array.from(files.entries(), ([{ placed }, { path, mounted }]) => {
      return [path, mounted, placed];
    }),
    removed: Array.from(files.removed(), ([{ path }, { times }]) => [path, times]),
    read: Array.from(files.readFiles(), ([{ path }, { times }]) => [path, times]),
    temporary: files.temporary,
  };
}

test("a run whose lookups repeat has the same contents as if each event were decoded", () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const records = randomRecords(new Random(seed), 250);
    const expected = new Run(undefined, { accesses: true });
    const actual = new Run(undefined, { accesses: true });
    const feeder = new EventFeeder(actual);
    for (const record of records) {
      expected.add(toSummaryEvent(eventOf(record)));
      feeder.add(eventOf(record));
      expect(state(actual)).toBe(state(expected));
    }
    expect(contents(actual)).toEqual(contents(expected));
  }
});

test("a run from a record file has the same contents, whatever of the file is packed", () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const records = randomRecords(new Random(seed), 250);
    const expected = new Run(undefined, { accesses: true });
    for (const record of records) expected.add(toSummaryEvent(eventOf(record)));
    for (const whole of [0, 125, 250]) {
      const packer = new EventPacker(1024, whole);
      for (const record of records) packer.add(record);
      const actual = new Run(undefined, { accesses: true });
      const feeder = new EventFeeder(actual);
      const unpacker = new EventUnpacker(Uint8Array.from({ length: 256 }, (_, call) => call));
      const event = eventOf(unpacker.record);
      unpacker.run(packer.take().content, () => feeder.add(event));
      expect(contents(actual)).toEqual(contents(expected));
    }
  }
});

test("which events are wanted is asked once for those that do the same", () => {
  const made = (name: string, time: number) =>
    buildRecord(
      abi.EVENT_SYSCALL,
      { call: CALL_NAMES.indexOf("openat"), ret: ENOENT, time, notes: abi.NOTE_PATH },
      { name, path: components(name) },
    );
  const packer = new EventPacker(1024, 0);
  for (let time = 1; time <= 6; time++) packer.add(made(time % 2 ? "/wanted" : "/other", time));
  const run = new Run();
  const asked: string[] = [];
  const feeder = new EventFeeder(run, ({ name }) => {
    asked.push(sliceToLatin1(name!));
    return asked.at(-1) === "/wanted";
  });
  const unpacker = new EventUnpacker(Uint8Array.from({ length: 256 }, (_, call) => call));
  const event = eventOf(unpacker.record);
  unpacker.run(packer.take().content, () => feeder.add(event));
  expect(asked).toEqual(["/wanted", "/other"]);
  expect(Array.from(run.failedLookups.values(), ({ path, times }) => [path, times])).toEqual([
    ["/wanted", 3],
  ]);
});
