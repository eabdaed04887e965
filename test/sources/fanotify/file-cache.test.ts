/** The cache of file locations and sizes, and how long it retains them. */
import { expect, test } from "bun:test";
import * as fan from "../../../src/kernel/fanotify.ts";
import { DirectoryTree } from "../../../src/sources/fanotify/directory-tree.ts";
import { FileCache } from "../../../src/sources/fanotify/file-cache.ts";
import { directoryOf, makeEvent } from "./builders.ts";

const TOP = 1;
/** More cache than a generation has. */
const MANY = 70_000;

function setUp() {
  const cache = new FileCache();
  const directory = directoryOf(new DirectoryTree(), TOP);
  return {
    cache,
    create(number: number): void {
      const event = makeEvent(fan.FAN_CREATE, { fid: number, dfid: [TOP, `file-${number}`] });
      cache.observe(event, directory, event.dfid);
    },
    nameOf(number: number): string | null {
      const location = cache.locationOf(makeEvent(fan.FAN_ATTRIB, { fid: number }));
      return location && Buffer.from(location.name).toString();
    },
  };
}

test("a file with occasional events keeps its name and size among many others", () => {
  const { cache, create, nameOf } = setUp();
  create(1);
  cache.get(makeEvent(fan.FAN_MODIFY, { fid: 1 }))!.size = 7;
  for (let round = 0; round < 4; round++) {
    for (let number = 2; number < MANY; number++) create(round * MANY + number);
    expect(nameOf(1)).toBe("file-1");
    expect(cache.get(makeEvent(fan.FAN_MODIFY, { fid: 1 }))?.size).toBe(7);
  }
});

test("files without further events are forgotten after many others", () => {
  const { create, nameOf } = setUp();
  create(1);
  for (let number = 2; number < 2 * MANY; number++) create(number);
  expect([1, MANY, 2 * MANY - 1].map(nameOf)).toEqual([
    null,
    `file-${MANY}`,
    `file-${2 * MANY - 1}`,
  ]);
});

test("files that are gone make room, without those that are there", () => {
  const { cache, create, nameOf } = setUp();
  const remove = (number: number) => {
    const event = makeEvent(fan.FAN_DELETE, { fid: number, dfid: [TOP, `file-${number}`] });
    cache.observe(event, directoryOf(new DirectoryTree(), TOP), event.dfid);
  };
  const isKnown = (number: number) => nameOf(number) !== null;
  for (let number = 1; number < 1000; number++) create(number);
  for (let number = 1000; number < 3 * MANY; number++) {
    create(number);
    remove(number);
  }
  // They have never filled a generation.
  for (let number = 1; number < 1000; number++) expect(nameOf(number)).toBe(`file-${number}`);
  const gone = Array.from({ length: 3 * MANY }, (_, number) => number).filter(isKnown);
  expect(gone.length).toBeLessThan(20_000);
  // The last ones may have further events.
  for (let number = 3 * MANY - 1000; number < 3 * MANY; number++)
    expect(nameOf(number)).toBe(`file-${number}`);
});
