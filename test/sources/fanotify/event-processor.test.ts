/** The steps of the event processor, with events in memory and without a file system. */
import { expect, test } from "bun:test";
import { unknownProcess } from "../../../src/events/process-info.ts";
import { WATCH_TYPES } from "../../../src/events/watch-event.ts";
import * as fan from "../../../src/kernel/fanotify.ts";
import type { FanotifyEvent } from "../../../src/kernel/fanotify-event.ts";
import { CreateDeduplicator } from "../../../src/sources/fanotify/create-dedup.ts";
import { type Directory, DirectoryTree } from "../../../src/sources/fanotify/directory-tree.ts";
import { Discovery } from "../../../src/sources/fanotify/discovery.ts";
import {
  EventProcessor,
  type EventProcessorParts,
} from "../../../src/sources/fanotify/event-processor.ts";
import type { EventReader } from "../../../src/sources/fanotify/event-reader.ts";
import { EventScope } from "../../../src/sources/fanotify/event-scope.ts";
import { FileCache } from "../../../src/sources/fanotify/file-cache.ts";
import { NameFollower } from "../../../src/sources/fanotify/name-follower.ts";
import { NameResolver } from "../../../src/sources/fanotify/name-resolver.ts";
import { PathResolver } from "../../../src/sources/fanotify/path-resolver.ts";
import type { PathWalker } from "../../../src/sources/fanotify/path-walker.ts";
import { EventReporter, type WatchVisitor } from "../../../src/sources/fanotify/reporter.ts";
import type { EntryVisitor, Scanner } from "../../../src/sources/fanotify/scanner.ts";
import { TreeUpdater } from "../../../src/sources/fanotify/tree-updater.ts";
import type { Unmarker } from "../../../src/sources/fanotify/unmarker.ts";
import { directoryOf, makeEvent } from "./builders.ts";

const [TOP, NEW] = [1, 2];
const FILE = 100;
const OTHER_PID = 10;
const OUR_PID = process.pid;

/** A queue of events in memory. */
class FakeReader {
  readonly queue: FanotifyEvent[] = [];
  event = makeEvent(0, {});

  get bytes(): Uint8Array {
    return this.event.bytes;
  }
  get isAtEnd(): boolean {
    return this.queue.length === 0;
  }
  next(): boolean {
    const next = this.queue.shift();
    if (next) this.event = next;
    return next !== undefined;
  }
  pushBack(): void {
    this.queue.unshift(this.event);
  }
  following(): IterableIterator<FanotifyEvent> {
    return this.queue.values();
  }
}

/** A processor of the events below /top, all types of which are reported. */
function setUp() {
  const fakeReader = new FakeReader();
  const reader = fakeReader as unknown as EventReader;
  const tree = new DirectoryTree();
  const top = directoryOf(tree, TOP);
  tree.attachAtPath(top, Buffer.from("/top"));
  tree.wanted.add(Buffer.from("/top")).scope = "all";
  tree.invalidate();

  const scans: (string | null)[] = [];
  const entries: string[] = [];
  const scanner = {
    markFiles() {},
    scanKnown(directory: Directory, onEntry: EntryVisitor) {
      const { path } = tree.resolve(directory);
      scans.push(path && Buffer.from(path).toString());
      const found = entries.map((name) => ({ name: Buffer.from(name), type: 8 }));
      onEntry(directory, -1, found);
    },
  } as unknown as Scanner;
  let rebuilds = 0;
  const roots = { rebuild: () => rebuilds++ } as unknown as EventProcessorParts["roots"];

  const scope = new EventScope(tree);
  const fileCache = new FileCache();
  const pathResolver = new PathResolver(tree, scanner);
  const options = { types: new Set(WATCH_TYPES), lookup: unknownProcess, sizes: false };
  const deduplicator = new CreateDeduplicator(tree);
  const reporter = new EventReporter(options, { reader, tree, scope, pathResolver, fileCache });
  const found = { isDirectory: false, size: null, links: 1, born: 1n, changed: 1n, modified: 1n };
  const times = { read: () => found, nameAddress: 0 };
  const processor = new EventProcessor({
    reader,
    scope,
    fileCache,
    scanner,
    roots,
    mounts: {} as EventProcessorParts["mounts"],
    follower: new NameFollower(tree, {} as PathWalker, {} as Unmarker),
    treeUpdater: new TreeUpdater(tree, scanner),
    nameResolver: new NameResolver(reader, tree, fileCache),
    deduplicator,
    reporter,
    discovery: new Discovery(reporter, deduplicator, times),
  });
  const reports: string[] = [];
  const visit: WatchVisitor = ({ type, path, processInfo }) => {
    const text = Buffer.from(path.bytes.subarray(path.start, path.start + path.length));
    reports.push(`${type} ${text} ${processInfo.pid}`);
  };
  return {
    processor,
    scans,
    entries,
    rebuilds: () => rebuilds,
    /** Queues events, processes all queued ones, and returns the reports as "TYPE path pid". */
    process(...events: FanotifyEvent[]): string[] {
      fakeReader.queue.push(...events);
      processor.process(fakeReader.queue.length, visit);
      return reports.splice(0);
    },
    /** Queues events, drops all queued ones, and returns the reports. */
    drop(...events: FanotifyEvent[]): string[] {
      fakeReader.queue.push(...events);
      processor.drop(fakeReader.queue.length, visit);
      return reports.splice(0);
    },
  };
}

test("an event is reported once per type, with its path and pid", () => {
  const { process } = setUp();
  const mask = fan.FAN_CLOSE_WRITE | fan.FAN_CREATE;
  expect(process(makeEvent(mask, { fid: FILE, dfid: [TOP, "a"] }))).toEqual([
    `CREATE /top/a ${OTHER_PID}`,
    `CLOSE_WRITE /top/a ${OTHER_PID}`,
  ]);
});

test("our own events are not reported, but update the tree", () => {
  const { process } = setUp();
  const mkdir = makeEvent(fan.FAN_CREATE | fan.FAN_ONDIR, {
    ...{ fid: NEW, dfid: [TOP, "d"] },
    pid: OUR_PID,
  });
  expect(process(mkdir)).toEqual([]);
  expect(process(makeEvent(fan.FAN_MODIFY, { fid: FILE, dfid: [NEW, "a"] }))).toEqual([
    `MODIFY /top/d/a ${OTHER_PID}`,
  ]);
});

test("a deletion that our open fd delayed is attributed to the process that removed the file", () => {
  const { process } = setUp();
  process(makeEvent(fan.FAN_DELETE, { fid: FILE, dfid: [TOP, "a"] }));
  const deletion = () => makeEvent(fan.FAN_DELETE_SELF, { fid: FILE, pid: OUR_PID });
  expect(process(deletion())).toEqual([`DELETE_SELF /top/a ${OTHER_PID}`]);
});

test("a deletion is attributed to a process in another pid namespace, too", () => {
  const { process } = setUp();
  process(makeEvent(fan.FAN_DELETE, { fid: FILE, dfid: [TOP, "b"], pid: 0 }));
  const deletion = makeEvent(fan.FAN_DELETE_SELF, { fid: FILE, pid: OUR_PID });
  expect(process(deletion)).toEqual(["DELETE_SELF /top/b 0"]);
});

test("a deletion that was reported is not reported again when we close a name that was removed earlier", () => {
  const { process } = setUp();
  const deletion = (pid: number) => makeEvent(fan.FAN_DELETE_SELF, { fid: FILE, pid });
  process(makeEvent(fan.FAN_DELETE, { fid: FILE, dfid: [TOP, "a"] }));
  process(makeEvent(fan.FAN_DELETE, { fid: FILE, dfid: [TOP, "b"] }));
  expect(process(deletion(OTHER_PID))).toEqual([`DELETE_SELF /top/b ${OTHER_PID}`]);
  expect(process(deletion(OUR_PID))).toEqual([]);
  process(makeEvent(fan.FAN_CREATE, { fid: FILE, dfid: [TOP, "c"] }));
  process(makeEvent(fan.FAN_DELETE, { fid: FILE, dfid: [TOP, "c"] }));
  expect(process(deletion(OUR_PID))).toEqual([`DELETE_SELF /top/c ${OTHER_PID}`]);
});

test("an event whose name may still come is processed again with the next ones", () => {
  const { process } = setUp();
  expect(process(makeEvent(fan.FAN_ATTRIB, { fid: FILE }))).toEqual([]);
  expect(process(makeEvent(fan.FAN_CREATE, { fid: FILE, dfid: [TOP, "hard"] }))).toEqual([
    `ATTRIB /top/hard ${OTHER_PID}`,
    `CREATE /top/hard ${OTHER_PID}`,
  ]);
});

test("a new directory is scanned, and its entries are reported once", () => {
  const { process, scans, entries } = setUp();
  entries.push("early");
  const mkdir = makeEvent(fan.FAN_CREATE | fan.FAN_ONDIR, { fid: NEW, dfid: [TOP, "d"] });
  const create = makeEvent(fan.FAN_CREATE, { fid: FILE, dfid: [NEW, "early"] });
  expect(process(mkdir, create)).toEqual([
    `CREATE /top/d ${OTHER_PID}`,
    `CREATE /top/d/early ${OTHER_PID}`,
  ]);
  expect(scans).toEqual(["/top/d"]);
});

test("an overflow is reported and counted, and the tree is rebuilt", () => {
  const { process, processor, rebuilds } = setUp();
  expect(process(makeEvent(fan.FAN_Q_OVERFLOW, { pid: 0 }))).toEqual(["Q_OVERFLOW  0"]);
  expect([processor.overflows, rebuilds()]).toEqual([1, 1]);
});

test("dropped events update the tree, and only an overflow is reported", () => {
  const { process, drop, processor } = setUp();
  const mkdir = makeEvent(fan.FAN_CREATE | fan.FAN_ONDIR, { fid: NEW, dfid: [TOP, "d"] });
  expect(drop(mkdir)).toEqual(["Q_OVERFLOW  0"]);
  expect(processor.dropped).toBe(1);
  expect(process(makeEvent(fan.FAN_CREATE, { fid: FILE, dfid: [NEW, "a"] }))).toEqual([
    `CREATE /top/d/a ${OTHER_PID}`,
  ]);
});
