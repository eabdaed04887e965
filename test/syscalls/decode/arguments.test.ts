/** Arguments as the kernel reads them: their widths, and the memory behind them as far as it can be read. */
import { describe, expect, test } from "bun:test";
import { decodeArguments } from "../../../src/syscalls/decode/index.ts";
import { straceText } from "../../../src/syscalls/strace-text.ts";
import type { Value } from "../../../src/syscalls/value.ts";
import { BASE, decodeTexts, type FixedCall, fixedView } from "./fixed-memory.ts";

const EFAULT = -14;
/** What may be above the 32 bits of an int. */
const GARBAGE = 0xdefaced00000000n;

const words = (...values: bigint[]) => new Uint8Array(BigUint64Array.from(values).buffer);
const ints = (...values: number[]) => new Uint8Array(Int32Array.from(values).buffer);
const bytes = (text: string) => Buffer.from(text, "latin1");
const texts = (name: string, args: FixedCall["args"], memory?: Uint8Array, result = 0) =>
  decodeTexts({ name, args, result, ...(memory ? { memory } : {}) });

describe("an int", () => {
  test("has 32 bits, whatever the register holds above them", () => {
    const failed = texts("getdents64", [GARBAGE | 3n, 0, GARBAGE | 5n], undefined, EFAULT);
    expect(failed).toEqual(["3", "NULL", "5"]);
    expect(texts("fchown", [3, GARBAGE | 0xffffffffn, GARBAGE | 0xfffffffen])).toEqual([
      ...["3", "-1", "4294967294"],
    ]);
    expect(texts("faccessat", [-100, 0, -1])[2]).toBe("R_OK|W_OK|X_OK|0xfffffff8");
    expect(texts("madvise", [0, 0, -1])[2]).toBe("0xffffffff /* MADV_??? */");
  });

  test("of flags without names is hexadecimal, a key decimal", () => {
    expect(texts("process_mrelease", [3, 0x1f])[1]).toBe("0x1f");
    expect(texts("add_key", [0, 0, 0, 0, -5])[4]).toBe("KEY_SPEC_USER_SESSION_KEYRING");
    expect(texts("add_key", [0, 0, 0, 0, -1234])[4]).toBe("-1234");
  });
});

describe("a string", () => {
  test("without a NUL before memory that cannot be read is its address", () => {
    expect(texts("chdir", [BASE], bytes("/tmp"))).toEqual(["0x10000"]);
    expect(texts("chdir", [BASE], bytes("/tmp\0"))).toEqual(['"/tmp"']);
  });

  test("of a limited length is cut where the kernel stops reading", () => {
    const name = (length: number) =>
      texts("memfd_create", [BASE, 0], bytes(`${"a".repeat(length)}\0`))[0];
    expect(name(249)).toBe(`"${"a".repeat(249)}"`);
    expect(name(250)).toBe(`"${"a".repeat(250)}"...`);
  });

  test("that is a path is shown whole", () => {
    const path = `/${"a".repeat(60)}`;
    expect(texts("inotify_add_watch", [3, BASE, 0], bytes(`${path}\0`))[1]).toBe(`"${path}"`);
  });
});

describe("an array", () => {
  const group = (count: number) => texts("setgroups", [count, BASE], ints(1, 2, -1))[1];

  test("is shown as far as it can be read", () => {
    expect(group(0)).toBe("[]");
    expect(group(3)).toBe("[1, 2, -1]");
    expect(group(4)).toBe("[1, 2, -1, ... /* 0x1000c */]");
    expect(texts("setgroups", [2, BASE])[1]).toBe("0x10000");
    expect(texts("setgroups", [2, 0])[1]).toBe("NULL");
  });

  test("beyond the kernel's limit is its address", () => {
    expect(group(65537)).toBe("0x10000");
    expect(group(-1)).toBe("0x10000");
  });

  test("has all elements that the kernel wrote", () => {
    const events = words(1n, 2n, 3n, 0n, 4n, 5n, 6n, 0n);
    const written = texts("io_getevents", [0x1000, 1, 2, BASE, 0], events, 2);
    expect(written[3]).toBe(
      "[{data=0x1, obj=0x2, res=3, res2=0}, {data=0x4, obj=0x5, res=6, res2=0}]",
    );
    expect(texts("io_getevents", [0, 1, 2, BASE, 0], events, EFAULT)[3]).toBe("0x10000");
  });

  test("is cut at the limit, unless the next element cannot be read", () => {
    const limited = (count: number) => {
      const call = fixedView({ name: "setgroups", args: [count, BASE], memory: ints(1, 2, 3) });
      call.limits = { string: 2, array: 2 };
      const values: (Value | null | undefined)[] = [];
      decodeArguments(call, "entry", values);
      return straceText(values[1]!);
    };
    expect(limited(2)).toBe("[1, 2]");
    expect(limited(3)).toBe("[1, 2, ...]");
  });

  test("of pointers to strings ends where its memory does", () => {
    const argv = words(BASE + 16n, 0x99n);
    const memory = Buffer.concat([words(BASE + 16n, 0x99n).subarray(0, 16), bytes("sh\0")]);
    expect(argv).toHaveLength(16);
    const [, list, environment] = texts("execve", [0, BASE, BASE], memory.subarray(0, 19), EFAULT);
    expect(list).toBe('["sh", 0x99, ... /* 0x10010 */]');
    expect(environment).toBe("0x10000 /* 2 vars, unterminated */");
  });
});

describe("a struct of a declared size", () => {
  const how = (size: number, tail: bigint[]) =>
    texts("openat2", [-100, 0, BASE, size], words(0n, 0n, 0n, ...tail))[2];

  test("shows what follows the known fields", () => {
    expect(how(24, [])).toBe("{flags=O_RDONLY, resolve=0}");
    expect(how(32, [])).toBe("{flags=O_RDONLY, resolve=0, ???}");
    expect(how(32, [0n])).toBe("{flags=O_RDONLY, resolve=0}");
    expect(how(32, [1n])).toBe(
      '{flags=O_RDONLY, resolve=0, /* bytes 24..31 */ "\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00"}',
    );
  });

  test("that is too small for the kernel is its address", () => {
    expect(how(16, [])).toBe("0x10000");
    expect(texts("sched_setattr", [0, BASE, 0], ints(1))[1]).toBe("{size=1}");
  });

  test("sets a signal mask only of the kernel's size", () => {
    const mask = (size: number) => texts("rt_sigprocmask", [0, BASE, 0, size], words(1n))[1];
    expect([mask(8), mask(4), mask(16)]).toEqual(["[HUP]", "0x10000", "0x10000"]);
  });
});

describe("a number of several parts", () => {
  test("has a comment for each part without a name", () => {
    expect(texts("fanotify_init", [0xc0000000 | 0xc, 0])[0]).toBe(
      "0xc /* FAN_CLASS_??? */|0xc0000000 /* FAN_??? */",
    );
    expect(texts("mmap", [0, 0, 0, 0x1f, -1, 0])[3]).toBe("0xf /* MAP_??? */|MAP_FIXED");
  });

  test("has the size of huge pages and a priority after the other bits", () => {
    expect(texts("memfd_create", [0, 0x54000004])[1]).toBe("MFD_HUGETLB|21<<MFD_HUGE_SHIFT");
    expect(texts("swapon", [0, 0x8000 | 42])[1]).toBe("SWAP_FLAG_PREFER|42");
    expect(texts("swapon", [0, 0x8000])[1]).toBe("SWAP_FLAG_PREFER|0");
  });

  test("loses an obsolete magic number before its names", () => {
    expect(texts("mount", [0, 0, 0, 0xc0ed0001, 0])[3]).toBe("MS_MGC_VAL|MS_RDONLY");
  });
});
