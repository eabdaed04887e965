/** Where a file is of which an event says only which it is. */
import { expect, test } from "bun:test";
import * as fan from "../../../src/kernel/fanotify.ts";
import type { FanotifyEvent } from "../../../src/kernel/fanotify-event.ts";
import { Tree } from "../../../src/sources/fanotify/directory-tree.ts";
import type { Reader } from "../../../src/sources/fanotify/event-reader.ts";
import { Files } from "../../../src/sources/fanotify/file-cache.ts";
import { Nameless } from "../../../src/sources/fanotify/name-resolver.ts";
import { directoryOf, type Made, made } from "./builders.ts";

const TOP = 1;
const [FILE, OTHER] = [100, 101];
const MOVER = 10;

/** A directory that is watched, with what happens in it. */
function machine() {
  const tree = new Tree();
  const files = new Files();
  const directory = directoryOf(tree, TOP);
  const following: FanotifyEvent[] = [];
  const reader = { event: made(0, {}), stay() {}, following: () => following.values() };
  const nameless = new Nameless(reader as unknown as Reader, tree, files);
  return {
    /** What is there already of what comes later. */
    following,
    /** Something that has a name. */
    named(mask: number, how: Made) {
      const event = made(mask, how);
      nameless.saw(event);
      files.saw(event, directory, event.newDfid.present ? event.newDfid : event.dfid);
    },
    /** The name that is found for something that has none. */
    found(mask: number, fid: number, pid = MOVER): string {
      reader.event = made(mask, { fid, pid });
      const place = nameless.find();
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
