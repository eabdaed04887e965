import { beforeEach, expect, test } from "bun:test";
import * as abi from "../../src/events/event-record.ts";
import { CALL_NAMES } from "../../src/events/file-calls.ts";
import { NoteTaker } from "../../src/model/note-taker.ts";
import {
  fromRecordedNote,
  NotedFiles,
  type PathNote,
  toRecordedNote,
} from "../../src/model/path-notes.ts";
import { buildRecord, components, type Parts } from "../fixtures/builders.ts";
import { eventOf } from "../fixtures/fixtures.ts";

/** Symbolic links and directories of a machine. */
let links: Record<string, string>;
let directories: string[];
let asked: string[];
let notes: PathNote[];
let taker: NoteTaker;

beforeEach(() => {
  links = { "/w/m": "p", "/w/p/up": "..", "/w/abs": "/w/p" };
  directories = ["/w", "/w/p", "/w/d"];
  asked = [];
  notes = [];
  const machine = {
    mntns: "7",
    symlinkTarget: (path: string) => {
      asked.push(path);
      return links[path] ?? (directories.includes(path) || /file$/.test(path) ? null : undefined);
    },
    isDirectory: (path: string) => directories.includes(path),
  };
  taker = new NoteTaker(machine, (note) => notes.push(note));
});

const number = (call: string) => CALL_NAMES.indexOf(call as (typeof CALL_NAMES)[number]);

/** An event of a process in /w. */
function call(name: string, parts: Parts, fields = {}): void {
  const base = { path: components("/w"), path2: parts.name2 ? components("/w") : undefined };
  const second = parts.name2 ? abi.NOTE_PATH2 : 0;
  const given = {
    ...{ call: number(name), notes: abi.NOTE_PATH | abi.NOTE_BASE | second, mntns: 7, dfd2: -100 },
    ...fields,
  };
  taker.take(eventOf(buildRecord(abi.EVENT_SYSCALL, given, { ...base, ...parts })));
}

test("symbolic links on the way to a name are noted, once", () => {
  call("unlink", { name: "m/file" });
  call("unlink", { name: "m/other" });
  call("unlink", { name: "/w/abs/up/m/file", path: "" });
  expect(notes).toEqual([
    { type: "link", path: "/w/m", target: "p" },
    { type: "link", path: "/w/abs", target: "/w/p" },
    { type: "link", path: "/w/p/up", target: ".." },
  ]);
  expect(asked).not.toContain("/w/p/file");
});

test("the name itself is asked for where the call follows it", () => {
  call("unlink", { name: "m" });
  expect(notes).toEqual([]);
  call("chmod", { name: "m" });
  expect(notes.map(({ path }) => path)).toEqual(["/w/m"]);
});

test("the name itself is not asked for where the call changes the link", () => {
  call("lchown", { name: "m" });
  call("utimensat", { name: "m" }, { flags: 0x100 });
  expect(notes).toEqual([]);
  call("utimensat", { name: "m" });
  expect(notes.map(({ path }) => path)).toEqual(["/w/m"]);
});

test("the target of a hard link is asked for where the call follows symbolic links", () => {
  call("link", { name: "m", name2: "x" });
  expect(notes).toEqual([]);
  call("linkat", { name: "m", name2: "y" }, { flags: 0x400 });
  expect(notes.map(({ path }) => path)).toEqual(["/w/m"]);
});

test("a script that was run by a link is asked for", () => {
  links["/w/run"] = "p/script";
  const fields = { notes: abi.NOTE_PATH | abi.NOTE_BASE, mntns: 7 };
  const parts = { name: "run", path: components("/w") };
  taker.take(eventOf(buildRecord(abi.EVENT_INTERP, fields, parts)));
  expect(notes[0]).toEqual({ type: "link", path: "/w/run", target: "p/script" });
});

test("nothing is asked of failed calls, resolved paths and other mount namespaces", () => {
  call("unlink", { name: "m/file" }, { ret: -2 });
  call("openat", { name: "m/file" }, { notes: abi.NOTE_PATH });
  call("unlink", { name: "m/file" }, { mntns: 8 });
  expect(asked).toEqual([]);
});

test("a name that a rename gave is asked for again", () => {
  call("unlink", { name: "to/file" });
  directories.push("/w/to");
  call("rename", { name: "d", name2: "to" });
  call("rename", { name: "to", name2: "file" });
  links["/w/to"] = "p";
  call("rename", { name: "m", name2: "to" });
  expect(notes).toEqual([
    { type: "directory", path: "/w/to" },
    { type: "link", path: "/w/to", target: "p" },
  ]);
});

test("both names of an exchange are asked for", () => {
  directories.push("/w/d", "/w/e");
  call("renameat2", { name: "d", name2: "e" }, { flags: 2 });
  expect(notes.map(({ path }) => path).sort()).toEqual(["/w/d", "/w/e"]);
});

test("a file in the place of a directory is none", () => {
  directories.push("/w/file");
  call("rename", { name: "x", name2: "file" });
  directories.pop();
  call("rename", { name: "y", name2: "file" });
  expect(notes.map(({ type }) => type)).toEqual(["directory", "other"]);
});

test("a rename of the working directory is asked for where that was", () => {
  const exec = { path: components("/bin/mv"), path2: components("/w/p") };
  const executed = { notes: abi.NOTE_PATH | abi.NOTE_PATH2, tgid: 5 };
  taker.take(eventOf(buildRecord(abi.EVENT_EXEC, executed, { name: "/bin/mv", ...exec })));
  directories.push("/w/d/p");
  call("rename", { name: "../p", name2: "../d/p", path2: components("/w/d/p") }, { tgid: 5 });
  expect(notes).toContainEqual({ type: "directory", path: "/w/d/p" });
});

test("notes survive a record, whatever is in a name", () => {
  const files = new NotedFiles();
  const all: PathNote[] = [
    { type: "link", path: "/w/\xff", target: "\xfe/ü" },
    { type: "directory", path: "/d" },
    { type: "directory", path: "/g" },
    { type: "other", path: "/g" },
    { type: "link", path: "/o", target: "x" },
    { type: "other", path: "/o" },
  ];
  for (const note of all) {
    const read = fromRecordedNote(JSON.parse(JSON.stringify(toRecordedNote(note))));
    expect(read).toEqual(note);
    if (read) files.add(read);
  }
  const targets = ["/w/\xff", "/d", "/g", "/o", "/unknown"].map((path) =>
    files.symlinkTarget(path),
  );
  expect(targets).toEqual(["\xfe/ü", null, undefined, undefined, undefined]);
  expect(["/d", "/g"].map((path) => files.wasDirectory(path))).toEqual([true, false]);
});

test("what is no note is refused", () => {
  const bad = [
    null,
    1,
    {},
    { type: "link", path: "/a" },
    { type: "x", path: "/a" },
    { type: "gone" },
  ];
  expect(bad.map(fromRecordedNote)).toEqual(bad.map(() => null));
});
