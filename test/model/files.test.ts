/** Files by identity: what a run read, by the paths of its start. */
import { expect, test } from "bun:test";
import { Files } from "../../src/model/files.ts";
import type { MachineFiles, SeenPath } from "../../src/model/known-files.ts";
import { isBack } from "../../src/model/volume.ts";

const ACTOR = { pid: 7, comm: "sh" };

/** Files with methods that take paths, of a run whose mounts are not known unless given. */
function setUp(machine?: MachineFiles) {
  const files = new Files(machine);
  const at = (path: string, seen: Partial<SeenPath> = {}) =>
    files.locate({ path, mntns: "1", mount: null, directory: null, followed: false, ...seen });
  return {
    files,
    at,
    inputs: () => Array.from(files.readFiles(), ([{ path }]) => path),
    removed: () => Array.from(files.removed(), ([{ path }]) => path),
  };
}

test("a file that was written before it is read is no input", () => {
  const { files, at, inputs } = setUp();
  files.write(at("/a"), "1:1", ACTOR, false);
  files.read(at("/a"), "1:1", ACTOR);
  expect(inputs()).toEqual([]);
});

test("a file that was read stays an input when another file takes its name", () => {
  const { files, at, inputs } = setUp();
  files.read(at("/a"), "1:1", ACTOR);
  files.write(at("/t"), "1:2", ACTOR, true);
  files.rename(at("/t"), at("/a"), ACTOR);
  files.read(at("/a"), "1:2", ACTOR);
  expect(inputs()).toEqual(["/a"]);
});

test("a file in a renamed directory is known by its path at the start", () => {
  const { files, at, inputs, removed } = setUp();
  files.rename(at("/d"), at("/x"), ACTOR);
  files.read(at("/x/e/f"), "1:3", ACTOR);
  expect(inputs()).toEqual(["/d/e/f"]);
  expect(removed()).toEqual(["/d"]);
});

test("a file that is moved out of a directory, and back when that has another name, is not removed", () => {
  const { files, at, removed } = setUp();
  files.rename(at("/d/e/f"), at("/d/f"), ACTOR);
  files.rename(at("/d"), at("/x"), ACTOR);
  files.rename(at("/x/f"), at("/x/e/f"), ACTOR);
  expect(removed()).toEqual(["/d"]);
});

test("each hard link of the start that is read is an input", () => {
  const { files, at, inputs } = setUp();
  files.read(at("/a"), "1:1", ACTOR);
  files.read(at("/b"), "1:1", ACTOR);
  files.link(at("/a"), false, at("/c"), "1:1", ACTOR);
  files.read(at("/c"), "1:1", ACTOR);
  expect(inputs()).toEqual(["/a", "/b"]);
});

test("a file without a name any more is at no path, though the kernel reports its last one", () => {
  const { files, at, inputs } = setUp();
  const open = at("/t", { followed: true });
  const paths = () => [...files.entries()].map(([, { path }]) => path);
  files.write(open, "1:5", ACTOR, true);
  files.remove(at("/t"), ACTOR);
  files.truncate(open, ACTOR);
  files.changeMetadata(open, ACTOR, true);
  files.read(open, "1:5", ACTOR);
  expect(inputs()).toEqual([]);
  expect(paths()).not.toContain("/t");
  files.write(open, "1:6", ACTOR, true);
  expect(paths()).toContain("/t");
});

test("a file that was there at the start and has no name any more is still an input", () => {
  const { files, at, inputs } = setUp();
  files.remove(at("/a"), ACTOR);
  files.read(at("/a", { followed: true }), "1:1", ACTOR);
  expect(inputs()).toEqual(["/a"]);
});

test("a name that was moved away and back leads to the same file as at the start", () => {
  const { files, at } = setUp();
  const back = () =>
    [...files.entries()]
      .filter(([entry]) => entry.placed && isBack(entry))
      .map(([, { path }]) => path);
  files.rename(at("/d"), at("/x"), ACTOR);
  files.rename(at("/x/f"), at("/x/g"), ACTOR);
  expect(back()).toEqual([]);
  files.rename(at("/x/g"), at("/x/f"), ACTOR);
  files.rename(at("/x"), at("/d"), ACTOR);
  expect(back()).toEqual(["/d", "/d/f"]);
});

test("symbolic links and .. are resolved as the run made them", () => {
  const { files, at } = setUp();
  files.create(at("/l"), ACTOR, false, "d/e");
  expect(files.resolve(at("/l/../t"), false)).toBe("/d/t");
  expect(files.resolve(at("/l"), false)).toBe("/l");
  expect(files.resolve(at("/l"), true)).toBe("/d/e");
});

const ROOT = { dev: "8:1", root: "/", point: "/" };
const TMPFS = { dev: "0:45", root: "/", point: "/d" };
const BIND = { dev: "8:1", root: "/src", point: "/d" };

test("what a mount covers is another file than what is in the mount", () => {
  const { files, at, inputs } = setUp();
  files.write(at("/d/f", { mntns: "2", mount: TMPFS, followed: true }), "45:1", ACTOR, true);
  files.read(at("/d/f", { mount: ROOT, followed: true }), "1:1", ACTOR);
  expect(inputs()).toEqual(["/d/f"]);
  const made = [...files.entries()].filter(([{ file }]) => file.written).map(([, path]) => path);
  expect(made.map(({ view, path }) => [view.id, path])).toEqual([["2", "/d/f"]]);
});

test("a file that is seen through a bind mount is the one of its own path", () => {
  const { files, at, inputs } = setUp();
  files.read(at("/x", { mount: ROOT, followed: true }), "1:9", ACTOR);
  files.write(at("/d/f", { mntns: "2", mount: BIND, followed: true }), "1:1", ACTOR, true);
  files.read(at("/src/f", { mount: ROOT, followed: true }), "1:1", ACTOR);
  expect(inputs()).toEqual(["/x"]);
  files.rename(
    at("/d/f", { mntns: "2", mount: BIND, directory: "/d" }),
    at("/d/g", { mntns: "2", mount: BIND, directory: "/d" }),
    ACTOR,
  );
  const made = [...files.entries()].filter(([{ file }]) => file.written).map(([, path]) => path);
  expect(made.map(({ view, path }) => [view.id, path])).toEqual([["1", "/src/g"]]);
});

test("an unmounted file system has no path any more, and what it covered is seen again", () => {
  const { files, at } = setUp();
  const made = () =>
    [...files.entries()].filter(([{ file }]) => file.written).map(([, path]) => path);
  files.read(at("/x", { mount: ROOT, followed: true }), "1:9", ACTOR);
  files.write(at("/d/f", { mount: TMPFS, followed: true }), "45:1", ACTOR, true);
  expect(made().map(({ path, mounted }) => [path, mounted])).toEqual([["/d/f", true]]);
  files.write(at("/d/f", { mount: ROOT, followed: true }), "1:1", ACTOR, false);
  expect(made().map(({ path, mounted }) => [path, mounted])).toEqual([
    ["/d/f", true],
    ["/d/f", false],
  ]);
});

test("a name is followed through the mounts and links that its process sees", () => {
  const { files, at } = setUp();
  const inside = { mntns: "2", mount: { ...ROOT, dev: "0:50" } };
  files.read(at("/usr/bin/sh", { mount: ROOT, followed: true }), "1:1", ACTOR);
  files.create(at("/l", { ...inside, directory: "/" }), ACTOR, false, "/d");
  files.write(at("/d/f", { mntns: "2", mount: TMPFS, followed: true }), "45:1", ACTOR, true);
  expect(files.resolve(at("/l/../l/f", { ...inside, directory: "/" }), true)).toBe("/d/f");
});

test("a mount that was made is seen before an event says its device", () => {
  const { files, at } = setUp();
  const made = () =>
    [...files.entries()].filter(([{ file }]) => file.written).map(([, path]) => path.path);
  files.read(at("/x", { mount: ROOT, followed: true }), "1:9", ACTOR);
  files.mount(at("/d", { mount: ROOT, directory: "/" }));
  files.create(at("/d/sub", { mount: ROOT, directory: "/" }), ACTOR, true);
  files.write(at("/d/f", { mount: TMPFS, followed: true }), "45:1", ACTOR, true);
  expect(made().sort()).toEqual(["/d/f", "/d/sub"]);
  files.moveMount(at("/d"), at("/e"));
  expect(made().sort()).toEqual(["/e/f", "/e/sub"]);
  files.unmount(at("/e"));
  expect([...files.entries()].some(([{ file }, { mounted }]) => file.written && mounted)).toBe(
    false,
  );
});

test("a bind mount shows the files of the directory that it mounts", () => {
  const { files, at } = setUp();
  files.read(at("/src/f", { mount: ROOT, followed: true }), "1:9", ACTOR);
  files.bindMount(at("/src"), at("/d"));
  files.rename(at("/d/f"), at("/d/g"), ACTOR);
  files.unmount(at("/d"));
  files.read(at("/src/g", { mount: ROOT, followed: true }), "1:9", ACTOR);
  const inputs = Array.from(files.readFiles(), ([{ path }]) => path);
  const removed = Array.from(files.removed(), ([{ path }]) => path);
  expect([inputs, removed]).toEqual([["/src/f"], ["/src/f"]]);
});

test("a new mount namespace has the mounts of the first at first", () => {
  const { files, at } = setUp();
  files.read(at("/x", { mount: ROOT, followed: true }), "1:9", ACTOR);
  files.write(at("/d/f", { mount: TMPFS, followed: true }), "45:1", ACTOR, true);
  files.rename(at("/d/f", { mntns: "2" }), at("/d/g", { mntns: "2" }), ACTOR);
  const made = [...files.entries()].filter(([{ file }]) => file.written).map(([, path]) => path);
  expect(made.map(({ view, path }) => [view.id, path])).toEqual([["1", "/d/g"]]);
});

test("a symbolic link that moved before it was looked at leads where it led", () => {
  const symlinkTarget = (path: string) =>
    path === "/x/k" ? "d/e" : path === "/l" ? undefined : null;
  const { files, at, removed } = setUp({ symlinkTarget, isDirectory: () => false });
  files.create(at("/l/b"), ACTOR);
  files.rename(at("/l"), at("/x/k"), ACTOR);
  const placed = [...files.entries()].filter(([{ placed }]) => placed);
  expect(placed.map(([, { path }]) => path).sort()).toEqual(["/d/e/b", "/x/k"]);
  expect(removed()).toEqual(["/l"]);
});

test.each(["/d/t", "/l/t"])(
  "of two files with a name through such a link, the later %s has it",
  (last) => {
    const symlinkTarget = (path: string) =>
      path === "/x/k" ? "d" : path === "/l" ? undefined : null;
    const { files, at } = setUp({ symlinkTarget, isDirectory: () => false });
    const first = last === "/d/t" ? "/l/t" : "/d/t";
    files.write(at(first), "1:20", ACTOR, true);
    files.write(at(last), "1:21", ACTOR, true);
    files.rename(at("/l"), at("/x/k"), ACTOR);
    const named = [...files.entries()].filter(([{ name }]) => name === "t");
    expect(named.map(([{ file }, { path }]) => [path, file.id])).toEqual([["/d/t", "1:21"]]);
  },
);

test("what was read and removed through a link that moved before it was looked at is where it led", () => {
  const symlinkTarget = (path: string) =>
    path === "/x/k" ? "d" : path === "/l" ? undefined : null;
  const { files, at, inputs, removed } = setUp({ symlinkTarget, isDirectory: () => false });
  files.read(at("/d/kept"), "1:7", ACTOR);
  files.read(at("/l/a"), "1:8", ACTOR);
  files.remove(at("/l/b"), ACTOR);
  files.rename(at("/l/c"), at("/c"), ACTOR);
  files.rename(at("/l"), at("/x/k"), ACTOR);
  expect(inputs().sort()).toEqual(["/d/a", "/d/kept"]);
  expect(removed().sort()).toEqual(["/d/b", "/d/c", "/l"]);
});

const MOVED_LINK = {
  symlinkTarget: (path: string) => (path === "/x/k" ? "d" : path === "/l" ? undefined : null),
  isDirectory: () => false,
};

test("what the run made, and removed through a link that moved before it was looked at, is gone", () => {
  const { files, at, removed } = setUp(MOVED_LINK);
  files.write(at("/d/t"), "1:20", ACTOR, true);
  files.write(at("/d/e/t"), "1:21", ACTOR, true);
  files.remove(at("/l/t"), ACTOR);
  files.remove(at("/l/e/t"), ACTOR);
  files.write(at("/d/e/t"), "1:22", ACTOR, true);
  files.rename(at("/l"), at("/x/k"), ACTOR);
  const made = [...files.entries()].filter(([{ file }]) => file.written);
  expect(made.map(([{ file }, { path }]) => [path, file.id])).toEqual([["/d/e/t", "1:22"]]);
  expect(removed().sort()).toEqual(["/l"]);
});

test("a directory that was made through such a link keeps what was made in it by its own path", () => {
  const { files, at, removed } = setUp(MOVED_LINK);
  files.create(at("/l/c"), ACTOR, true);
  files.write(at("/d/c/f"), "1:20", ACTOR, true);
  files.rename(at("/l"), at("/x/k"), ACTOR);
  const made = [...files.entries()].filter(([{ file }]) => file.written);
  expect(made.map(([, { path }]) => path).sort()).toEqual(["/d/c", "/d/c/f"]);
  expect(removed()).toEqual(["/l"]);
});

test("what left a directory through such a link was in the directory that it led to", () => {
  const { files, at, inputs } = setUp(MOVED_LINK);
  files.rename(at("/l/c"), at("/c"), ACTOR);
  files.rename(at("/l"), at("/x/k"), ACTOR);
  files.read(at("/c/r"), "1:9", ACTOR);
  expect(inputs()).toEqual(["/d/c/r"]);
});

test("what was read in a directory before such a link is known to have brought it there", () => {
  const { files, at, inputs } = setUp(MOVED_LINK);
  files.rename(at("/p/q"), at("/l/c"), ACTOR);
  files.read(at("/d/c/r"), "1:9", ACTOR);
  files.write(at("/d/c/new"), "1:10", ACTOR, true);
  files.rename(at("/l"), at("/x/k"), ACTOR);
  expect(inputs()).toEqual(["/p/q/r"]);
});

test("a link that moves through itself leaves its name, and is nowhere", () => {
  const { files, at, removed } = setUp();
  files.rename(at("/p/up"), at("/p/up/x"), ACTOR);
  files.exchange(at("/d"), at("/d/e"), ACTOR);
  expect([...files.entries()].map(([, { path }]) => path).sort()).toEqual(["/d", "/d/e", "/p"]);
  expect(removed()).toEqual(["/p/up"]);
});

test("what a past machine said of a name holds until another file gets it", () => {
  const directories = new Set<string>();
  const { files, at } = setUp({
    symlinkTarget: () => null,
    isDirectory: () => false,
    wasDirectory: (path) => directories.has(path),
  });
  const kinds = () =>
    Array.from(files.entries()).flatMap(([entry, where]) =>
      entry.placed ? [`${where.path}${files.isDirectory(entry, where) ? "/" : ""}`] : [],
    );
  directories.add("/p");
  files.rename(at("/d"), at("/p"), ACTOR);
  expect(kinds()).toEqual(["/p/"]);
  directories.add("/q");
  files.rename(at("/p"), at("/q"), ACTOR);
  files.link(at("/a"), false, at("/p"), null, ACTOR);
  expect(kinds().sort()).toEqual(["/p", "/q/"]);
  // The note of a name is not of the file that a later rename gives it.
  directories.delete("/q");
  files.rename(at("/p"), at("/q"), ACTOR);
  files.write(at("/p"), null, ACTOR, true);
  expect(kinds().sort()).toEqual(["/p", "/q"]);
  // Its removal was not recorded.
  directories.add("/r");
  files.rename(at("/e"), at("/r"), ACTOR);
  files.write(at("/r"), null, ACTOR, true);
  expect(kinds()).toContain("/r");
});
