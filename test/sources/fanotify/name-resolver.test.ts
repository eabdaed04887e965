/** Names of files whose events have only a handle. */
import { expect, test } from "bun:test";
import * as fan from "../../../src/kernel/fanotify.ts";
import type { FanotifyEvent } from "../../../src/kernel/fanotify-event.ts";
import { DirectoryTree } from "../../../src/sources/fanotify/directory-tree.ts";
import type { EventReader } from "../../../src/sources/fanotify/event-reader.ts";
import { FileCache } from "../../../src/sources/fanotify/file-cache.ts";
import { NameResolver } from "../../../src/sources/fanotify/name-resolver.ts";
import { directoryOf, type EventFields, makeEvent } from "./builders.ts";

const TOP = 1;
const [FILE, OTHER] = [100, 101];
const MOVER = 10;

/** A watched directory and its events. */
function setUp() {
  const tree = new DirectoryTree();
  const fileCache = new FileCache();
  const directory = directoryOf(tree, TOP);
  const following: FanotifyEvent[] = [];
  const reader = { event: makeEvent(0, {}), pushBack() {}, following: () => following.values() };
  const clock = { now: 0 };
  const now = () => clock.now;
  const resolver = new NameResolver(reader as unknown as EventReader, tree, fileCache, now);
  return {
    resolver,
    /** Lets the time pass after which no event waits for its name any more. */
    waitLong() {
      clock.now += 1000;
    },
    /** The events that are queued after the current one. */
    following,
    /** Observes an event that has a name. */
    observe(mask: number, fields: EventFields) {
      const event = makeEvent(mask, fields);
      resolver.observe(event);
      fileCache.observe(event, directory, event.newDfid.isPresent ? event.newDfid : event.dfid);
    },
    /** Resolves the name of an event that has none. */
    resolve(mask: number, fid: number, pid = MOVER): string {
      reader.event = makeEvent(mask, { fid, pid });
      const resolution = resolver.resolve();
      if (typeof resolution === "string") return resolution;
      expect(resolution.directory).toBe(directory);
      return Buffer.from(resolution.name).toString();
    },
  };
}

const move = (fid: number, from: string, to: string, pid = MOVER): EventFields => ({
  ...{ fid, pid },
  oldDfid: [TOP, from],
  newDfid: [TOP, to],
});

test("a replaced file has the target name of the move, until the move ends", () => {
  const { observe, resolve } = setUp();
  observe(fan.FAN_CREATE, { fid: OTHER, dfid: [TOP, "other"] });
  observe(fan.FAN_RENAME, move(FILE, "a", "b"));
  expect(resolve(fan.FAN_ATTRIB, 102)).toBe("b");
  expect(resolve(fan.FAN_MOVE_SELF, FILE)).toBe("b");
  expect(resolve(fan.FAN_ATTRIB, OTHER)).toBe("pending");
});

test("a move belongs to its process, and ends with the next event of that process", () => {
  const { observe, resolve, waitLong } = setUp();
  observe(fan.FAN_CREATE, { fid: OTHER, dfid: [TOP, "other"] });
  observe(fan.FAN_RENAME, move(FILE, "a", "b"));
  expect(resolve(fan.FAN_ATTRIB, OTHER, 11)).toBe("pending");
  observe(fan.FAN_MODIFY, { fid: FILE, dfid: [TOP, "b"], pid: 11 });
  expect(resolve(fan.FAN_ATTRIB, 102)).toBe("b");
  observe(fan.FAN_MODIFY, { fid: FILE, dfid: [TOP, "b"], pid: MOVER });
  waitLong();
  expect(resolve(fan.FAN_ATTRIB, OTHER)).toBe("pending");
  waitLong();
  expect(resolve(fan.FAN_ATTRIB, OTHER)).toBe("other");
});

test("the event after a changed link count has the name, once it is queued", () => {
  const { resolve, following } = setUp();
  const link = makeEvent(fan.FAN_CREATE, { fid: FILE, dfid: [TOP, "hard"], pid: MOVER });
  expect(resolve(fan.FAN_ATTRIB, FILE)).toBe("pending");
  following.push(link);
  expect(resolve(fan.FAN_ATTRIB, FILE)).toBe("hard");
  // Another name of the file is known, but not the one that was removed.
  following.splice(0);
  expect(resolve(fan.FAN_ATTRIB, FILE)).toBe("pending");
  following.push(makeEvent(fan.FAN_DELETE, { fid: FILE, dfid: [TOP, "gone"], pid: MOVER }));
  expect(resolve(fan.FAN_ATTRIB, FILE)).toBe("gone");
});

test("an event of another file has not the name", () => {
  const { resolve, following } = setUp();
  following.push(makeEvent(fan.FAN_CREATE, { fid: OTHER, dfid: [TOP, "not it"], pid: MOVER }));
  expect(resolve(fan.FAN_ATTRIB, FILE)).toBe("pending");
  // Without handles, only the pid says whose name it is; 0 may be another process.
  following.push(makeEvent(fan.FAN_CREATE, { dfid: [TOP, "other"], pid: 0 }));
  expect(resolve(fan.FAN_ATTRIB, FILE, 0)).toBe("pending");
  following.push(makeEvent(fan.FAN_CREATE, { dfid: [TOP, "its"], pid: MOVER }));
  expect(resolve(fan.FAN_ATTRIB, FILE)).toBe("its");
});

test("an event waits for its name for a short time, and not behind many others or at the end", () => {
  const { resolve, following, resolver, waitLong } = setUp();
  expect(resolve(fan.FAN_ATTRIB, 102)).toBe("pending");
  expect(resolve(fan.FAN_ATTRIB, 102)).toBe("pending");
  waitLong();
  expect(resolve(fan.FAN_ATTRIB, 102)).toBe("unwatched");
  const other = makeEvent(fan.FAN_CREATE, { fid: OTHER, dfid: [TOP, "not it"], pid: MOVER });
  following.push(...Array(64).fill(other));
  expect(resolve(fan.FAN_ATTRIB, 102)).toBe("unwatched");
  following.splice(0);
  resolver.isFinishing = true;
  expect(resolve(fan.FAN_ATTRIB, 102)).toBe("unwatched");
});
