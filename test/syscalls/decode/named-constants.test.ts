/** Names of the parts of numbers, as in open(2), stat(2), mmap(2) and others. */
import { describe, expect, test } from "bun:test";
import {
  constantName,
  constants,
  partsValue,
} from "../../../src/syscalls/decode/named-constants.ts";
import { straceText } from "../../../src/syscalls/strace-text.ts";
import type { NumberParts } from "../../../src/syscalls/table.ts";

const OPEN: NumberParts = { value: "open_access", mask: 3, bits: ["open"] };
const MMAP: NumberParts = { value: "map_type", mask: 0xf, bits: ["map"] };
const SOCKET: NumberParts = { value: "socket", mask: 0xf, bits: ["socket_flags"] };
const FILE: NumberParts = { value: "file_type", mask: 0o170000, octal: 0o7777 };

function parts(value: number, of: NumberParts, bits = 32) {
  const number = BigInt.asUintN(bits, BigInt(value));
  return partsValue(number, BigInt.asIntN(bits, number), of, "x64");
}
const names = (value: number, of: NumberParts) => parts(value, of).names;

describe("a value within a mask", () => {
  test("is named together with the bits outside of the mask", () => {
    expect(names(0o2000101, OPEN)).toEqual(["O_WRONLY", "O_CREAT", "O_CLOEXEC"]);
    expect(names(0x22, MMAP)).toEqual(["MAP_PRIVATE", "MAP_ANONYMOUS"]);
    expect(names(0o2004001, SOCKET).toSorted()).toEqual([
      "SOCK_CLOEXEC",
      "SOCK_NONBLOCK",
      "SOCK_STREAM",
    ]);
  });

  test("is named if it is 0", () => {
    expect(names(0, OPEN)).toEqual(["O_RDONLY"]);
    expect(names(0o100, OPEN)).toEqual(["O_RDONLY", "O_CREAT"]);
  });

  test("leaves bits and values without a name as the rest", () => {
    expect(parts(0x4000_0001, OPEN)).toMatchObject({ names: ["O_WRONLY"], rest: 0x4000_0000n });
    expect(parts(0o2000017, SOCKET)).toMatchObject({ names: ["SOCK_CLOEXEC"], rest: 0xfn });
  });

  test("keeps the whole number", () => {
    expect(parts(0x4000_0101, OPEN).value).toBe(0x4000_0101n);
  });
});

describe("a value without a mask", () => {
  test("is the whole number, also a negative one", () => {
    const dirfd = { value: "dirfd" };
    expect(parts(-100, dirfd)).toMatchObject({ names: ["AT_FDCWD"], rest: 0n });
    expect(parts(3, dirfd)).toMatchObject({ names: [], rest: 3n });
  });

  test("without a name is written as strace writes it", () => {
    const text = straceText(parts(4321, { value: "madvise" }));
    expect(text).toBe("0x10e1 /* MADV_??? */");
    expect(straceText(parts(4, { value: "madvise" }))).toBe("MADV_DONTNEED");
  });
});

describe("bits", () => {
  test("of several sets are taken one set after the other", () => {
    const tree = { bits: ["open_tree", "at_mount"] };
    expect(names(0x8001, tree)).toEqual(["OPEN_TREE_CLONE", "AT_RECURSIVE"]);
  });

  test("without a name follow those with one", () => {
    const tree = { bits: ["open_tree", "at_mount"] };
    expect(straceText(parts(0x80_8001, tree))).toBe("OPEN_TREE_CLONE|AT_RECURSIVE|0x800000");
  });

  test("none of which has a name are written as strace writes them", () => {
    expect(straceText(parts(0x10, { bits: ["rename"] }))).toBe("0x10 /* RENAME_??? */");
    const tree = { bits: ["open_tree", "at_mount"] };
    expect(straceText(parts(0x40, tree))).toBe("0x40 /* OPEN_TREE_??? */");
    expect(straceText(parts(0x40, { bits: ["namespaces"] }))).toBe("0x40 /* CLONE_NEW??? */");
    expect(straceText(parts(0x7b0, { value: "signal" }))).toBe("0x7b0");
  });

  test("above the 32nd are included", () => {
    expect(parts(2 ** 40, { bits: ["open"] }, 64).rest).toBe(2n ** 40n);
  });
});

describe("permissions", () => {
  const mode = { octal: 0o7777 };

  test("are written in octal, with three digits", () => {
    expect([0o644, 0o7, 0o4755, 0].map((bits) => names(bits, mode))).toEqual([
      ["0644"],
      ["0007"],
      ["04755"],
      ["000"],
    ]);
  });

  test("follow the file type", () => {
    expect(names(0o100644, FILE)).toEqual(["S_IFREG", "0644"]);
    expect(names(0o40000, FILE)).toEqual(["S_IFDIR", "000"]);
  });

  test("without bits are omitted after flags", () => {
    const shmget = { bits: ["shmget"], octal: 0o777 };
    expect(names(0o1000, shmget)).toEqual(["IPC_CREAT"]);
    expect(names(0o1600, shmget)).toEqual(["IPC_CREAT", "0600"]);
  });
});

describe("a set of constants", () => {
  test("has the numbers of the requested ABI", () => {
    expect(constantName("open", 0o40000)).toBe("O_DIRECT");
    expect(constantName("open", 0o40000, "arm64")).toBe("O_DIRECTORY");
  });

  test("that does not exist throws", () => {
    expect(() => constants("none such")).toThrow("no set of constants is called none such");
  });

  test("has no name for an unknown number", () => {
    expect([constantName("seek", 0), constantName("seek", 99)]).toEqual(["SEEK_SET", ""]);
  });
});
