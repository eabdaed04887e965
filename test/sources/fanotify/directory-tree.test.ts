/** The directory tree: paths after moves, reported scopes, and impossible moves. */
import { expect, test } from "bun:test";
import { type Directory, DirectoryTree } from "../../../src/sources/fanotify/directory-tree.ts";
import { Random } from "../../random.ts";

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

/** Returns the directory with a number as its handle. */
function at(tree: DirectoryTree, number: number): Directory {
  const key = new DataView(new ArrayBuffer(16));
  key.setUint32(8, number, true);
  return tree.at(key, 0, 16);
}

function pathIn(tree: DirectoryTree, directory: Directory): string | null {
  const { path } = tree.resolve(directory);
  return path && Buffer.from(path).toString();
}

test("a path follows the moves of all its ancestors", () => {
  const tree = new DirectoryTree();
  tree.attachAtPath(at(tree, 0), bytes("/top"));
  for (const [number, parent, name] of [
    [1, 0, "a"],
    [2, 1, "b"],
    [3, 2, "c"],
  ] as const)
    tree.attach(at(tree, number), at(tree, parent), bytes(name));
  expect(pathIn(tree, at(tree, 3))).toBe("/top/a/b/c");
  tree.attach(at(tree, 1), at(tree, 0), bytes("A"));
  expect(pathIn(tree, at(tree, 3))).toBe("/top/A/b/c");
  tree.attach(at(tree, 2), at(tree, 9), bytes("away"));
  expect(pathIn(tree, at(tree, 3))).toBeNull();
  tree.attachAtPath(at(tree, 9), bytes("/"));
  expect(pathIn(tree, at(tree, 3))).toBe("/away/c");
  tree.detach(at(tree, 9));
  expect(pathIn(tree, at(tree, 3))).toBeNull();
});

test("the scope of a directory decides whether it, its entries or everything below is reported", () => {
  const tree = new DirectoryTree();
  tree.attachAtPath(at(tree, 0), bytes("/"));
  for (const [number, parent] of [
    [1, 0],
    [2, 1],
    [3, 2],
  ] as const)
    tree.attach(at(tree, number), at(tree, parent), bytes(`${number}`));
  const reported = () =>
    [0, 1, 2, 3].map((number) => {
      const { reportsSelf, reportsChildren } = tree.resolve(at(tree, number));
      return `${+reportsSelf}${+reportsChildren}`;
    });
  expect(reported()).toEqual(["00", "00", "00", "00"]);
  tree.wanted.add(bytes("/1")).scope = "children";
  tree.invalidate();
  expect(reported()).toEqual(["00", "11", "10", "00"]);
  tree.wanted.add(bytes("/1")).scope = "all";
  tree.invalidate();
  expect(reported()).toEqual(["00", "11", "11", "11"]);
});

test("random moves, including impossible ones, create no cycle", () => {
  const random = new Random(1);
  const tree = new DirectoryTree();
  tree.attachAtPath(at(tree, 0), bytes("/"));
  for (let step = 0; step < 20_000; step++) {
    const directory = at(tree, 1 + random.below(50));
    if (random.below(20) === 0) tree.detach(directory);
    else tree.attach(directory, at(tree, random.below(50)), bytes(`${random.below(10)}`));
    expect(pathIn(tree, at(tree, random.below(50))) ?? "").toMatch(/^(\/\d+)*$/);
  }
});

test("many unreported directories are evicted, reported ones and their ancestors are retained", () => {
  const tree = new DirectoryTree();
  tree.attachAtPath(at(tree, 0), bytes("/"));
  tree.attach(at(tree, 1), at(tree, 0), bytes("way"));
  tree.attach(at(tree, 2), at(tree, 1), bytes("watched"));
  tree.wanted.add(bytes("/way/watched")).scope = "all";
  tree.invalidate();
  tree.attach(at(tree, 3), at(tree, 2), bytes("in it"));
  const before = [0, 1, 2, 3].map((number) => at(tree, number));
  const other = at(tree, 4);
  for (let number = 5; number < 70_000; number++)
    tree.attach(at(tree, number), at(tree, 0), bytes(`${number}`));
  expect([0, 1, 2, 3].map((number) => at(tree, number))).toEqual(before);
  expect(pathIn(tree, at(tree, 3))).toBe("/way/watched/in it");
  expect(at(tree, 4)).not.toBe(other);
});
