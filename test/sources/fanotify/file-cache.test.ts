/** What is remembered of files: where they are, and for how long. */
import { expect, test } from "bun:test";
import * as fan from "../../../src/kernel/fanotify.ts";
import { DirectoryTree } from "../../../src/sources/fanotify/directory-tree.ts";
import { FileCache } from "../../../src/sources/fanotify/file-cache.ts";
import { directoryOf, made } from "./builders.ts";

const TOP = 1;
/** More than are remembered at a time. */
const MANY = 70_000;

function machine() {
  const files = new FileCache();
  const directory = directoryOf(new DirectoryTree(), TOP);
  return {
    files,
    create(number: number): void {
      const event = made(fan.FAN_CREATE, { fid: number, dfid: [TOP, `file-${number}`] });
      files.observe(event, directory, event.dfid);
    },
    nameOf(number: number): string | null {
      const place = files.locationOf(made(fan.FAN_ATTRIB, { fid: number }));
      return place && Buffer.from(place.name).toString();
    },
  };
}

test("a file that is told of now and then keeps its name, whatever comes between", () => {
  const { files, create, nameOf } = machine();
  create(1);
  files.get(made(fan.FAN_MODIFY, { fid: 1 }))!.size = 7;
  for (let round = 0; round < 4; round++) {
    for (let number = 2; number < MANY; number++) create(round * MANY + number);
    expect(nameOf(1)).toBe("file-1");
    expect(files.get(made(fan.FAN_MODIFY, { fid: 1 }))?.size).toBe(7);
  }
});

test("files that are not told of any more are forgotten when many others are", () => {
  const { create, nameOf } = machine();
  create(1);
  for (let number = 2; number < 2 * MANY; number++) create(number);
  expect([1, MANY, 2 * MANY - 1].map(nameOf)).toEqual([
    null,
    `file-${MANY}`,
    `file-${2 * MANY - 1}`,
  ]);
});
