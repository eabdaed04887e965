/** Entries that the scanner discovers in a new directory are not reported again. */
import { expect, test } from "bun:test";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fan from "../../../src/kernel/fanotify.ts";
import { CreateDeduplicator } from "../../../src/sources/fanotify/create-dedup.ts";
import { DirectoryTree } from "../../../src/sources/fanotify/directory-tree.ts";
import { temporaryDirectory } from "../../root/support/harness.ts";
import { directoryOf, type Entry, makeEvent } from "./builders.ts";

const NEW = 1;
const { FAN_CREATE, FAN_DELETE, FAN_CLOSE_WRITE, FAN_MOVED_FROM, FAN_RENAME } = fan;

/** A new directory in which "a" was discovered. */
function setUp() {
  const tree = new DirectoryTree();
  const deduplicator = new CreateDeduplicator(tree);
  const directory = directoryOf(tree, NEW);
  directoryOf(tree, 2);
  deduplicator.add(directory, Buffer.from("a"));
  const unreported = (mask: number, dfid: Entry) =>
    deduplicator.unreportedMask(makeEvent(mask, { fid: 100, dfid }));
  return { deduplicator, unreported };
}

test("the creation is not reported again, but the other types of its event are", () => {
  expect(setUp().unreported(FAN_CREATE, [NEW, "a"])).toBe(0);
  const both = FAN_CREATE | FAN_CLOSE_WRITE;
  expect(setUp().unreported(both, [NEW, "a"])).toBe(FAN_CLOSE_WRITE);
});

test("the creation of another file is reported: with another name, elsewhere, or later", () => {
  const { unreported } = setUp();
  expect(unreported(FAN_CREATE, [NEW, "b"])).toBe(FAN_CREATE);
  expect(unreported(FAN_CREATE, [2, "a"])).toBe(FAN_CREATE);
  expect(unreported(FAN_CLOSE_WRITE, [NEW, "a"])).toBe(FAN_CLOSE_WRITE);
  expect(unreported(FAN_CREATE, [NEW, "a"])).toBe(0);
  expect(unreported(FAN_CREATE, [NEW, "a"])).toBe(FAN_CREATE);
});

test("after its removal, the creation of a file with the same name is reported", () => {
  for (const mask of [FAN_DELETE, FAN_MOVED_FROM]) {
    const { unreported } = setUp();
    expect(unreported(mask, [NEW, "a"])).toBe(mask);
    expect(unreported(FAN_CREATE, [NEW, "a"])).toBe(FAN_CREATE);
  }
  const { deduplicator, unreported } = setUp();
  const move = makeEvent(FAN_RENAME, { fid: 100, oldDfid: [NEW, "a"], newDfid: [2, "a"] });
  expect(deduplicator.unreportedMask(move)).toBe(FAN_RENAME);
  expect(unreported(FAN_CREATE, [NEW, "a"])).toBe(FAN_CREATE);
});

test("after all queued events have been read, every creation is reported", () => {
  const { deduplicator, unreported } = setUp();
  deduplicator.clear();
  expect(unreported(FAN_CREATE, [NEW, "a"])).toBe(FAN_CREATE);
});

test("a write that was reported is not reported again, unless the file was modified since", () => {
  using there = temporaryDirectory();
  const path = join(there.path, "a");
  writeFileSync(path, "text");
  const { mtimeNs } = statSync(path, { bigint: true });
  const tree = new DirectoryTree();
  const directory = directoryOf(tree, NEW);
  tree.attachAtPath(directory, Buffer.from(there.path));
  const afterAdding = (modified: bigint | null) => {
    const deduplicator = new CreateDeduplicator(tree);
    deduplicator.add(directory, Buffer.from("a"), modified);
    return () => deduplicator.unreportedMask(makeEvent(FAN_CLOSE_WRITE, { dfid: [NEW, "a"] }));
  };
  const unreported = afterAdding(mtimeNs);
  expect([unreported(), unreported()]).toEqual([0, FAN_CLOSE_WRITE]);
  expect(afterAdding(mtimeNs - 1n)()).toBe(FAN_CLOSE_WRITE);
  expect(afterAdding(null)()).toBe(FAN_CLOSE_WRITE);
});
