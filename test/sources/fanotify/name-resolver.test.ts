/** Where a file is of which an event says only which it is. */
import { expect, test } from "bun:test";
import * as fan from "../../../src/kernel/fanotify.ts";
import type { FanotifyEvent } from "../../../src/kernel/fanotify-event.ts";
import { DirectoryTree } from "../../../src/sources/fanotify/directory-tree.ts";
import type { EventReader } from "../../../src/sources/fanotify/event-reader.ts";
import { FileCache } from "../../../src/sources/fanotify/file-cache.ts";
import { NameResolver } from "../../../src/sources/fanotify/name-resolver.ts";
import { directoryOf, type Made, made } from "./builders.ts";

const TOP = 1;
const [FILE, OTHER] = [100, 101];
const MOVER = 10;

/** A directory that is watched, with what happens in it. */
function machine() {
  const tree = new DirectoryTree();
  const files = new FileCache();
  const directory = directoryOf(tree, TOP);
  const following: FanotifyEvent[] = [];
  const reader = { event: made(0, {}), pushBack() {}, following: () => following.values() };
  const nameless = new NameResolver(reader as unknown as EventReader, tree, files);
  return {
    /** What is there already of what comes later. */
    following,
    /** Something that has a name. */
    named(mask: number, how: Made) {
      const event = made(mask, how);
      nameless.observe(event);
      files.observe(event, directory, event.newDfid.isPresent ? event.newDfid : event.dfid);
    },
    /** The name that is found for something that has none. */
    found(mask: number, fid: number, pid = MOVER): string {
      reader.event = made(mask, { fid, pid });
      const place = nameless.resolve();
      if (typeof place === "string") return place;
      expect(place.directory).toBe(directory);
      return Buffer.from(place.name).toString();
    },
  };
}

const move = (fid: number, from: string, to: string, pid = MOVER): Made => ({
  ...{ fid, pid },
  oldDfid: [TOP, from],
  newDfid: [TOP, to],
});

test("what a move replaces has the name that the move gives, until the move ends", () => {
  const { named, found } = machine();
  named(fan.FAN_CREATE, { fid: OTHER, dfid: [TOP, "other"] });
  named(fan.FAN_RENAME, move(FILE, "a", "b"));
  expect(found(fan.FAN_ATTRIB, 102)).toBe("b");
  expect(found(fan.FAN_MOVE_SELF, FILE)).toBe("b");
  // The name that is removed of it has not been told yet.
  expect(found(fan.FAN_ATTRIB, OTHER)).toBe("other");
});

test("a move is that of its process, and ends when that does something else", () => {
  const { named, found } = machine();
  named(fan.FAN_CREATE, { fid: OTHER, dfid: [TOP, "other"] });
  named(fan.FAN_RENAME, move(FILE, "a", "b"));
  expect(found(fan.FAN_ATTRIB, OTHER, 11)).toBe("other");
  named(fan.FAN_MODIFY, { fid: FILE, dfid: [TOP, "b"], pid: 11 });
  expect(found(fan.FAN_ATTRIB, 102)).toBe("b");
  named(fan.FAN_MODIFY, { fid: FILE, dfid: [TOP, "b"], pid: MOVER });
  expect(found(fan.FAN_ATTRIB, OTHER)).toBe("other");
});

test("what follows a changed count of links tells the name, as far as it is there", () => {
  const { found, following } = machine();
  const link = made(fan.FAN_CREATE, { fid: FILE, dfid: [TOP, "hard"], pid: MOVER });
  expect(found(fan.FAN_ATTRIB, FILE)).toBe("later");
  following.push(link);
  expect(found(fan.FAN_ATTRIB, FILE)).toBe("hard");
  following.splice(0);
  following.push(made(fan.FAN_CREATE, { fid: OTHER, dfid: [TOP, "not it"], pid: MOVER }));
  expect(found(fan.FAN_ATTRIB, FILE)).toBe("hard");
  // It is waited for once only.
  expect(found(fan.FAN_ATTRIB, 102)).toBe("later");
  expect(found(fan.FAN_ATTRIB, 102)).toBe("elsewhere");
});
