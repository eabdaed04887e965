/** What is found in a new directory by reading it is not told again by the kernel's event. */
import { expect, test } from "bun:test";
import * as fan from "../../../src/kernel/fanotify.ts";
import { CreateDeduplicator } from "../../../src/sources/fanotify/create-dedup.ts";
import { DirectoryTree } from "../../../src/sources/fanotify/directory-tree.ts";
import { directoryOf, type Entry, made } from "./builders.ts";

const NEW = 1;
const { FAN_CREATE, FAN_DELETE, FAN_CLOSE_WRITE, FAN_MOVED_FROM, FAN_RENAME } = fan;

/** A new directory in which "a" was found. */
function machine() {
  const tree = new DirectoryTree();
  const appeared = new CreateDeduplicator(tree);
  const directory = directoryOf(tree, NEW);
  directoryOf(tree, 2);
  appeared.add(directory, Buffer.from("a"));
  const rest = (mask: number, dfid: Entry) =>
    appeared.unreportedMask(made(mask, { fid: 100, dfid }));
  return { appeared, rest };
}

test("that it was created is not told, but what else its event says", () => {
  expect(machine().rest(FAN_CREATE, [NEW, "a"])).toBe(0);
  const both = FAN_CREATE | FAN_CLOSE_WRITE;
  expect(machine().rest(both, [NEW, "a"])).toBe(FAN_CLOSE_WRITE);
});

test("that another one is created is told: of another name, elsewhere, or later", () => {
  const { rest } = machine();
  expect(rest(FAN_CREATE, [NEW, "b"])).toBe(FAN_CREATE);
  expect(rest(FAN_CREATE, [2, "a"])).toBe(FAN_CREATE);
  expect(rest(FAN_CLOSE_WRITE, [NEW, "a"])).toBe(FAN_CLOSE_WRITE);
  expect(rest(FAN_CREATE, [NEW, "a"])).toBe(0);
  expect(rest(FAN_CREATE, [NEW, "a"])).toBe(FAN_CREATE);
});

test("once it has gone, what is created in its place is told", () => {
  for (const mask of [FAN_DELETE, FAN_MOVED_FROM]) {
    const { rest } = machine();
    expect(rest(mask, [NEW, "a"])).toBe(mask);
    expect(rest(FAN_CREATE, [NEW, "a"])).toBe(FAN_CREATE);
  }
  const { appeared, rest } = machine();
  const move = made(FAN_RENAME, { fid: 100, oldDfid: [NEW, "a"], newDfid: [2, "a"] });
  expect(appeared.unreportedMask(move)).toBe(FAN_RENAME);
  expect(rest(FAN_CREATE, [NEW, "a"])).toBe(FAN_CREATE);
});

test("when the directories' events have been read, nothing is left out any more", () => {
  const { appeared, rest } = machine();
  appeared.clear();
  expect(rest(FAN_CREATE, [NEW, "a"])).toBe(FAN_CREATE);
});
