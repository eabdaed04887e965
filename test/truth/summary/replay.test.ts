/** The replay of what strace saw, by which summaries are judged. */
import { expect, test } from "bun:test";
import { Replay } from "./replay.ts";
import { contradictions, modelOf, type SnapshotEntry } from "./snapshot.ts";
import { readLog } from "./strace-log.ts";

const entry = (path: string, id: string, kind: SnapshotEntry["kind"] = "file", content = "x") => ({
  path,
  id,
  kind,
  content,
});
const BEFORE = [entry("a", "1:1"), entry("d", "1:2", "directory", ""), entry("d/g", "1:3")];

/** Converts strings in quotes and angle brackets to hex, as strace -xx prints them. */
function hex(text: string): string {
  const inHex = (plain: string) =>
    [...Buffer.from(plain)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
  return text
    .replace(/"([^"]*)"/g, (_, plain) => `"${inHex(plain)}"`)
    .replace(/<([^<>]*)>/g, (_, plain) => `<${inHex(plain)}>`);
}

function replayed(...lines: string[]) {
  const model = modelOf(BEFORE, "/w");
  const { inputsOutside } = new Replay(model, readLog(hex(lines.join("\n"))), "/w");
  return { model, outside: [...inputsOutside], ...model.expected() };
}

const open = (path: string, flags: string) =>
  `7 openat(-100</w>, "${path}", ${flags}) = 3</w/${path}>`;

test("a file is read before its name is replaced", () => {
  const { inputs, outputs, removed } = replayed(
    open("a", "0"),
    open("t", "0x241, 0666"),
    '7 renameat2(-100</w>, "t", -100</w>, "a", 0) = 0',
  );
  expect({ inputs, outputs, removed }).toEqual({ inputs: ["a"], outputs: ["a"], removed: [] });
});

test("names start from the directory of their process, which may move", () => {
  const { inputs, outputs, removed } = replayed(
    "7 clone(child_stack=NULL, flags=0x1200000|17) = 8",
    '8 chdir("d") = 0',
    '8 rename("../d", "../z") = 0',
    '8 unlink("g") = 0',
    '8 mkdir("n", 0777) = 0',
    '7 unlink("g") = -1 ENOENT (No such file or directory)',
  );
  expect({ inputs, outputs, removed }).toEqual({
    inputs: [],
    outputs: ["z/n/"],
    removed: ["d", "d/g"],
  });
});

test("what is in a file system that one namespace mounts is no file of the directory", () => {
  const { inputs, outputs } = replayed(
    "7 clone(child_stack=NULL, flags=0x1200000|17) = 8",
    "8 unshare(0x20000) = 0",
    '8 mount("none", "/w/d", "tmpfs", 0, NULL) = 0',
    '8 openat(-100</w>, "d/f", 0x241, 0666) = 3</w/d/f>',
    open("d/g", "0"),
  );
  expect({ inputs, outputs }).toEqual({ inputs: ["d/g"], outputs: [] });
});

test("a bind mount shows the files of another directory", () => {
  const { inputs } = replayed(
    "7 unshare(0x20000) = 0",
    '7 mkdir("e", 0777) = 0',
    '7 mount("/w/d", "/w/e", NULL, 0x1000, NULL) = 0',
    '7 openat(-100</w>, "e/g", 0) = 3</w/e/g>',
  );
  expect(inputs).toEqual(["d/g"]);
});

test("files elsewhere that are read and not written before are inputs outside", () => {
  const { outside } = replayed(
    '7 openat(-100</w>, "/etc/x", 0) = 3</etc/x>',
    '7 openat(-100</w>, "/tmp/y", 0x241, 0666) = 3</tmp/y>',
    '7 openat(-100</w>, "/tmp/y", 0) = 3</tmp/y>',
  );
  expect(outside).toEqual(["/etc/x"]);
});

test("a replay that leads to another tree, or misses a change, is found out", () => {
  const { model } = replayed();
  expect(contradictions(model, BEFORE, BEFORE)).toEqual([]);
  expect(contradictions(model, BEFORE, [...BEFORE, entry("n", "1:9")])).toEqual(["lacks n"]);
  expect(contradictions(model, BEFORE, BEFORE.slice(1))).toEqual(["has a, which is not there"]);
  const changed = [{ ...BEFORE[0], content: "y" }, ...BEFORE.slice(1)];
  expect(contradictions(model, BEFORE, changed)).toEqual(["missed a change of a"]);
  const other = [{ ...BEFORE[0], id: "1:8" }, ...BEFORE.slice(1)];
  expect(contradictions(model, BEFORE, other)).toEqual(["has a at a, where another file is"]);
});
