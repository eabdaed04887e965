/** Files by identity: what a run read, by the paths of its start. */
import { expect, test } from "bun:test";
import { Files } from "../../src/model/files.ts";

const ACTOR = { pid: 7, comm: "sh" };
const inputsOf = (files: Files) => Array.from(files.readFiles(), ([path]) => path);

test("a file that was written before it is read is no input", () => {
  const files = new Files();
  files.write("/a", "1:1", ACTOR, false);
  files.read("/a", "1:1", ACTOR);
  expect(inputsOf(files)).toEqual([]);
});

test("a file that was read stays an input when another file takes its name", () => {
  const files = new Files();
  files.read("/a", "1:1", ACTOR);
  files.write("/t", "1:2", ACTOR, true);
  files.rename("/t", "/a", ACTOR);
  files.read("/a", "1:2", ACTOR);
  expect(inputsOf(files)).toEqual(["/a"]);
});

test("a file in a renamed directory is known by its path at the start", () => {
  const files = new Files();
  files.rename("/d", "/x", ACTOR);
  files.read("/x/e/f", "1:3", ACTOR);
  expect(inputsOf(files)).toEqual(["/d/e/f"]);
  expect(Array.from(files.removed(), ([path]) => path)).toEqual(["/d"]);
});

test("symbolic links and .. are resolved as the run made them", () => {
  const files = new Files();
  files.create("/l", ACTOR, false, "d/e");
  expect(files.resolve("/l/../t", false)).toBe("/d/t");
  expect(files.resolve("/l", false)).toBe("/l");
  expect(files.resolve("/l", true)).toBe("/d/e");
});
