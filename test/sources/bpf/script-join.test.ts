/** The scripts of an exec, from the record of the executed file. */
import { describe, expect, test } from "bun:test";
import * as abi from "../../../src/events/event-record.ts";
import { type ScriptFiles, ScriptJoin } from "../../../src/sources/bpf/script-join.ts";
import { buildRecord, components } from "../../fixtures/builders.ts";
import { type Cells, cellsOf, eventOf } from "../../fixtures/fixtures.ts";

const BOTH = abi.NOTE_PATH | abi.NOTE_BASE | abi.NOTE_PATH2;
const PROGRAM = 77;

type Fields = Parameters<typeof buildRecord>[1];
type Parts = Parameters<typeof buildRecord>[2];

/** Expands a record among these files, by path; a file's inode number is the length of its text. */
function expand(fields: Fields, parts: Parts, files: Readonly<Record<string, string>>) {
  const found: ScriptFiles = {
    readStart: (_, path) => (path in files ? Buffer.from(files[path], "latin1") : null),
    inode: (_, path) => (path in files ? BigInt(files[path].length) : null),
  };
  const out = new abi.EventRecord(new Uint8Array(abi.MAX_EVENT_SIZE).fill(0x58));
  const record = buildRecord(abi.EVENT_INTERP, { tgid: 7, ino2: PROGRAM, ...fields }, parts);
  const before = record.bytes.slice();
  const scripts: Cells[] = [];
  new ScriptJoin(out, found).expand(record, () => {
    scripts.push(cellsOf(eventOf(out)));
    expect([out.ino2, out.argvLength, out.path2Length]).toEqual([0, 0, 0]);
    expect(out.notes & (abi.NOTE_INTERP_UNSURE | abi.NOTE_PATH2)).toBe(0);
  });
  expect(record.bytes).toEqual(before); // the ring buffer is read-only
  return scripts;
}

const pick = (scripts: readonly Cells[]) => scripts.map(({ filename, path }) => [filename, path]);
const relative = (name: string, argv: string): Parts => ({
  name,
  path: components("/home/x"),
  path2: components("/srv/root"),
  cgroup: components("/a/b"),
  argv,
});

test("a script that its interpreter runs is one event", () => {
  const parts = relative("./a", "/bin/sh\0./a\0");
  const scripts = expand({ notes: BOTH, uid: 5 }, parts, {});
  expect(pick(scripts)).toEqual([["./a", "/home/x/a"]]);
  expect(scripts[0]).toMatchObject({ event: "interp", pid: "7", uid: "5", cgroup: "/a/b" });
});

test("an interpreter that is a script starts from the working directory or from the root", () => {
  const files = { "/home/x/a": "#! ./b\n", "/home/x/b": "#!/c\n", "/srv/root/c": "#!/bin/sh\n" };
  const argv = "/bin/sh\0/c\0./b\0a\0";
  const expected = [
    ["a", "/home/x/a"],
    ["./b", "/home/x/b"],
    ["/c", "/srv/root/c"],
  ];
  expect(pick(expand({ notes: BOTH }, relative("a", argv), files))).toEqual(expected);
  const absolute = {
    ...relative("/s", "/bin/sh\0/c\0./b\0/s\0"),
    path: components("/srv/root"),
    path2: components("/home/x"),
  };
  const inRoot = { ...files, "/srv/root/s": "#!./b\n" };
  const [, ...interpreters] = expected;
  expect(pick(expand({ notes: BOTH }, absolute, inRoot))).toEqual([
    ["/s", "/srv/root/s"],
    ...interpreters,
  ]);
});

describe("a script that was executed by an fd", () => {
  const parts = {
    name: "",
    path: components("/home/x/a"),
    path2: components("/home/y"),
    argv: "/bin/sh\0/b\0/dev/fd/3\0",
  };
  const fields = {
    dfd: 3,
    notes: abi.NOTE_PATH | abi.NOTE_PATH2,
    ino: 9,
    dev: 1,
    i_mode: 0o100755,
  };

  test("has the path and the inode of the fd's file", () => {
    const files = { "/home/x/a": "#!/b\n", "/b": "#!/bin/sh\n" };
    const [script, interpreter] = expand(fields, parts, files);
    expect(script).toMatchObject({ filename: "", path: "/home/x/a", ino: "9", dfd: "3" });
    expect(interpreter).toMatchObject({ filename: "/b", path: "/b", ino: null, dfd: "-100" });
  });

  test("has interpreters that start from the working directory or from the root", () => {
    const argv = "/bin/sh\0/b\0./c\0/dev/fd/3\0";
    const files = { "/home/x/a": "#!./c\n", "/home/y/c": "#!/b\n", "/root/b": "#!/bin/sh\n" };
    const [, ...interpreters] = expand(
      fields,
      { ...parts, name2: components("/root"), argv },
      files,
    );
    expect(pick(interpreters)).toEqual([
      ["./c", "/home/y/c"],
      ["/b", "/root/b"],
    ]);
  });

  test("has the name of a memfd", () => {
    const memfd = { ...fields, notes: abi.NOTE_PATH2 };
    const [script] = expand(memfd, { ...parts, path: "memfd:x\0" }, {});
    expect(script.path).toBe("memfd:x");
  });

  test("may be in the fd's directory", () => {
    const inDirectory = { ...parts, name: "a", argv: "/bin/sh\0-e\0/dev/fd/3/a\0" };
    const notes = { dfd: 3, notes: BOTH };
    const scripts = expand(
      notes,
      { ...inDirectory, path: components("/d") },
      { "/d/a": "#!/bin/sh -e\n" },
    );
    expect(pick(scripts)).toEqual([["a", "/d/a"]]);
  });
});

describe("where the kernel does not tell whether an interpreter was used", () => {
  const unsure = { notes: BOTH | abi.NOTE_INTERP_UNSURE };

  test("a program is none, even if its own name is an argument", () => {
    expect(expand(unsure, relative("a", "a\0-x\0"), {})).toEqual([]);
    const itself = { "/home/x/a": "x".repeat(PROGRAM) };
    expect(expand(unsure, relative("a", "cat\0a\0"), itself)).toEqual([]);
  });

  test("a script is one", () => {
    const files = { "/home/x/a": "#!/bin/sh\n" };
    expect(pick(expand(unsure, relative("a", "/bin/sh\0a\0"), files))).toEqual([
      ["a", "/home/x/a"],
    ]);
  });

  test("a file that binfmt_misc runs is one, and so is a script that has gone", () => {
    const parts = relative("a", "/usr/bin/run\0a\0");
    expect(expand(unsure, parts, { "/home/x/a": "MZ" }).length).toBe(1);
    expect(expand(unsure, parts, {}).length).toBe(1);
  });
});

test("without paths only names are known", () => {
  const scripts = expand({ notes: 0 }, { name: "./a", argv: "/bin/sh\0./a\0" }, {});
  expect(pick(scripts)).toEqual([["./a", null]]);
});

test("the mount of a path goes with it", () => {
  const parts = { ...relative("a", "/bin/sh\0/b\0a\0"), root: "r\0", root2: "other\0" };
  const fields = { notes: BOTH, mount_len: 2, mount2_len: 4, mount_dev: 5, mount2_dev: 6 };
  const out = new abi.EventRecord(new Uint8Array(abi.MAX_EVENT_SIZE));
  const mounts: unknown[] = [];
  const files = { readStart: () => Buffer.from("#!/b\n"), inode: () => null };
  new ScriptJoin(out, files).expand(buildRecord(abi.EVENT_INTERP, fields, parts), () =>
    mounts.push([out.mountLength, out.mountDev, out.rootLength, out.mount2Dev, out.root2Length]),
  );
  expect(mounts[0]).toEqual([2, 5, 2, 0, 0]);
  expect(mounts[1]).toEqual([4, 6, 6, 0, 0]);
});
