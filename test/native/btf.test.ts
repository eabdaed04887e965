/** src/native/btf.c on synthetic BTF: include/uapi/linux/btf.h. */
import { dlopen } from "bun:ffi";
import { beforeAll, expect, test } from "bun:test";
import { closeSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { memoryFile } from "../../src/ffi/fd.ts";
import { libc } from "../../src/ffi/libc.ts";
import { cString, foreign, type Memory } from "../../src/ffi/memory.ts";

const BUILD = join(import.meta.dir, "../../build");
const EINVAL = -22;
const ENOTSUP = -95;

// ---- synthetic BTF ----

const INT = 1;
const PTR = 2;
const ARRAY = 3;
const STRUCT = 4;
const UNION = 5;
const ENUM = 6;
const FWD = 7;
const TYPEDEF = 8;
const VOLATILE = 9;
const CONST = 10;
const RESTRICT = 11;
const FUNC = 12;
const FUNC_PROTO = 13;
const VAR = 14;
const DATASEC = 15;
const FLOAT = 16;
const DECL_TAG = 17;
const TYPE_TAG = 18;
const ENUM64 = 19;
const KIND_FLAG = 0x80; // with it, a member's offset is a bitfield's size << 24 | offset

/** 32-bit words in order. A text is replaced by its offset in the string section. */
type Words = readonly (string | number)[];

/** Encodes a type. @param size the third word of struct btf_type @param parts its vlen elements */
function type(kind: number, name: string, size: number, parts: Words[] = [], once: Words = []) {
  return [name, ((kind << 24) | parts.length) >>> 0, size, ...once, ...parts.flat()];
}

/** Encodes BTF. Each use of a name has its own string, in the order of use. */
function btf(types: readonly Words[]): Buffer {
  let strings = "\0";
  const words = types.flat().map((word) => {
    if (typeof word === "number") return word;
    if (word === "") return 0;
    const at = strings.length;
    strings += `${word}\0`;
    return at;
  });
  const size = words.length * 4;
  const header = Uint32Array.of(0x0001eb9f, 24, 0, size, size, strings.length);
  return Buffer.concat([
    Buffer.from(header.buffer),
    Buffer.from(Uint32Array.from(words).buffer),
    Buffer.from(strings, "latin1"),
  ]);
}

/** Types of all kinds. The eBPF object needs file, inode, task_struct, pid, dentry … */
const KERNEL = [
  /* 1 */ type(INT, "word", 4, [], [32]),
  /* 2 */ type(PTR, "", 3),
  /* 3 */ type(STRUCT, "unrelated", 8, [["file", 2, 0]]),
  /* 4 */ type(STRUCT, "file", 64, [
    ["f_path", 6, 0],
    ["f_inode", 2, 128],
    ["f_op", 8, 192],
    ["", 10, 256],
  ]),
  /* 5 */ type(PTR, "", 4),
  /* 6 */ type(STRUCT, "path", 16, [
    ["mnt", 5, 0],
    ["dentry", 2, 64],
  ]),
  /* 7 */ type(PTR, "", 9),
  /* 8 */ type(CONST, "", 7),
  /* 9 */ type(STRUCT, "also_unrelated", 0),
  /* 10 */ type(UNION | KIND_FLAG, "", 8, [
    ["bits", 11, (3 << 24) | 5],
    ["state", 13, 0],
    ["mode", 14, 0],
    ["table", 15, 0],
    ["ratio", 16, 0],
    ["tagged", 17, 0],
    ["compare", 19, 0],
    ["own", 21, 0],
  ]),
  /* 11 */ type(TYPEDEF, "bits_t", 12),
  /* 12 */ type(VOLATILE, "", 1),
  /* 13 */ type(ENUM, "state", 4, [
    ["IDLE", 0],
    ["BUSY", 1],
  ]),
  /* 14 */ type(ENUM64 | KIND_FLAG, "mode", 8, [["HUGE", 0, 1]]),
  /* 15 */ type(ARRAY, "", 0, [], [4, 1, 2]),
  /* 16 */ type(FLOAT, "double", 8),
  /* 17 */ type(TYPE_TAG, "user", 18),
  /* 18 */ type(RESTRICT, "", 1),
  /* 19 */ type(TYPEDEF, "compare_fn", 20),
  /* 20 */ type(FUNC_PROTO, "", 1, [
    ["left", 3],
    ["", 0],
  ]),
  /* 21 */ type(VOLATILE, "", 0),
  /* 22 */ [...type(FUNC, "dentry", 20)],
  /* 23 */ type(VAR, "inode", 3, [], [1]),
  /* 24 */ type(DATASEC, ".data", 8, [[23, 0, 8]]),
  /* 25 */ type(DECL_TAG, "tag", 4, [], [0xffffffff]),
  /* 26 */ type(FWD, "inode", 0),
  /* 27 */ type(STRUCT, "inode", 4, [["i_ino", 1, 0]]),
  /* 28 */ type(STRUCT, "", 4, [["counter", 1, 0]]),
];
// A function's vlen is its linkage.
(KERNEL[21] as (string | number)[])[1] = (FUNC << 24) | 1;

/** The expected output: the needed types in their order, then their members' in order of use. */
const MINIMIZED = [
  /* 1 */ type(PTR, "", 0),
  /* 2 */ type(STRUCT, "file", 64, [
    ["f_path", 3, 0],
    ["f_inode", 1, 128],
    ["f_op", 6, 192],
    ["", 7, 256],
  ]),
  /* 3 */ type(STRUCT, "path", 16, [
    ["mnt", 1, 0],
    ["dentry", 1, 64],
  ]),
  /* 4 */ type(FWD, "inode", 0),
  /* 5 */ type(STRUCT, "inode", 4, [["i_ino", 8, 0]]),
  /* 6 */ type(CONST, "", 1),
  /* 7 */ type(UNION | KIND_FLAG, "", 8, [
    ["bits", 9, (3 << 24) | 5],
    ["state", 10, 0],
    ["mode", 11, 0],
    ["table", 12, 0],
    ["ratio", 13, 0],
    ["tagged", 14, 0],
    ["compare", 15, 0],
    ["own", 16, 0],
  ]),
  /* 8 */ type(INT, "word", 4, [], [32]),
  /* 9 */ type(TYPEDEF, "bits_t", 17),
  /* 10 */ type(ENUM, "state", 4, [
    ["IDLE", 0],
    ["BUSY", 1],
  ]),
  /* 11 */ type(ENUM64 | KIND_FLAG, "mode", 8, [["HUGE", 0, 1]]),
  /* 12 */ type(ARRAY, "", 0, [], [2, 8, 2]),
  /* 13 */ type(FLOAT, "double", 8),
  /* 14 */ type(TYPE_TAG, "user", 18),
  /* 15 */ type(TYPEDEF, "compare_fn", 0),
  /* 16 */ type(VOLATILE, "", 0),
  /* 17 */ type(VOLATILE, "", 8),
  /* 18 */ type(RESTRICT, "", 8),
];

// ---- minimizing it ----

const PAGE = libc.getpagesize();
const PROT_READ_WRITE = 3;
const MAP_PRIVATE_ANONYMOUS = 0x22;
const MAP_FIXED = 0x10;

const { symbols: native } = dlopen(join(BUILD, "native.so"), {
  bpf_object__open_mem: { args: ["u64", "u64", "u64"], returns: "u64" },
  trace_minimize_btf: { args: ["u64", "u64", "u64", "i32"], returns: "i32" },
});
let object: bigint;
/** A page followed by an inaccessible one. */
let page: Memory;

beforeAll(() => {
  const image = readFileSync(join(BUILD, "trace.bpf.o"));
  object = native.bpf_object__open_mem(cString(image).address, image.length, 0) as bigint;
  const both = libc.mmap(0, 2 * PAGE, 0, MAP_PRIVATE_ANONYMOUS, -1, 0n);
  libc.mmap(both, PAGE, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS | MAP_FIXED, -1, 0n);
  page = foreign(both, PAGE);
});

/** Minimizes BTF whose last byte is the last readable one. Returns the output, or -errno. */
function minimize(input: Buffer): Buffer | number {
  const at = PAGE - input.length;
  page.bytes.set(input, at);
  const fd = memoryFile(cString("minimized"));
  try {
    const result = native.trace_minimize_btf(object, page.address + at, input.length, fd);
    const written = readFileSync(`/proc/self/fd/${fd}`);
    if (result === 0) return written;
    expect(written).toBeEmpty();
    return result;
  } finally {
    closeSync(fd);
  }
}

/** Returns the kernel's BTF with one word replaced. */
function withWord(at: number, word: number): Buffer {
  const bytes = btf(KERNEL);
  bytes.writeUInt32LE(word >>> 0, at);
  return bytes;
}

test("the types that the object names are copied with their members, pointers become void *", () => {
  expect(minimize(btf(KERNEL))).toEqual(btf(MINIMIZED));
});

test("the output can be minimized again and keeps its size", () => {
  const twice = minimize(btf(MINIMIZED)) as Buffer;
  expect(twice.length).toBe(btf(MINIMIZED).length);
});

test("the output for a kernel without any of the types is the pointer", () => {
  expect(minimize(btf([type(STRUCT, "unrelated", 0)]))).toEqual(btf([type(PTR, "", 0)]));
});

test("BTF truncated at any length is refused, and not read beyond its end", () => {
  const bytes = btf(KERNEL);
  for (let length = 0; length < bytes.length; length++)
    expect(minimize(bytes.subarray(0, length))).toBe(EINVAL);
});

test("BTF whose type section has too small a size is refused, unless its types are complete", () => {
  const { length } = KERNEL.flat();
  for (let words = 1; words < length; words++) {
    const result = minimize(withWord(12, words * 4));
    // If a type ends there, the result depends on whether the rest refers to missing types.
    expect(result instanceof Buffer || result === EINVAL).toBe(true);
  }
});

test("unknown kinds and bits are distinguished from malformed BTF", () => {
  const types = 24;
  expect(minimize(withWord(types + 4, 20 << 24))).toBe(ENOTSUP);
  expect(minimize(withWord(types + 4, 0))).toBe(ENOTSUP);
  expect(minimize(withWord(types + 4, (INT << 24) | (1 << 16)))).toBe(ENOTSUP);
  expect(minimize(withWord(0, 0x0002eb9f))).toBe(EINVAL);
  expect(minimize(withWord(0, 0x01009feb))).toBe(EINVAL);
});

test("no value of any word causes an access out of bounds", () => {
  const { length } = btf(KERNEL);
  const words = [0, 1, 4, 28, 29, 0xffff, 0x00ffffff, 0x04ffffff, 0x7fffffff, 0x84ffffff, -1, -4];
  for (let at = 0; at + 4 <= length; at += 4)
    for (const word of words) {
      const result = minimize(withWord(at, word));
      if (result instanceof Buffer) expect(result.length).toBeLessThan(length + 12);
      else expect(result).toBeOneOf([EINVAL, ENOTSUP, -7]);
    }
});
