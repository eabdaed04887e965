/** struct stat and struct statx, abbreviated and whole. */
import { expect, test } from "bun:test";
import { SyscallView } from "../../../src/syscalls/decode/call.ts";
import { statValue, statxValue } from "../../../src/syscalls/decode/stat.ts";
import { straceText } from "../../../src/syscalls/strace-text.ts";
import type { Abi } from "../../../src/syscalls/table.ts";
import { BASE, fixedView } from "./fixed-memory.ts";

/** Puts numbers of 2, 4 or 8 bytes at their offsets. */
function bytesOf(size: number, fields: readonly (readonly [number, 2 | 4 | 8, bigint])[]) {
  const view = new DataView(new ArrayBuffer(size));
  for (const [offset, width, value] of fields) {
    if (width === 2) view.setUint16(offset, Number(value), true);
    else if (width === 4) view.setUint32(offset, Number(value), true);
    else view.setBigUint64(offset, value, true);
  }
  return new Uint8Array(view.buffer);
}

function viewOf(name: string, memory: Uint8Array, abbreviated: boolean, abi: Abi = "x64") {
  const wordSize = abi === "x64" || abi === "arm64" ? 8 : 4;
  return Object.assign(fixedView({ name, args: [0, BASE], memory }), {
    abi,
    wordSize,
    abbreviated,
  });
}

const STAT = bytesOf(144, [
  [0, 8, 0x103n],
  [8, 8, 77n],
  [16, 8, 2n],
  [24, 4, 0o100644n],
  [28, 4, 5n],
  [32, 4, 6n],
  [48, 8, 1000n],
  [56, 8, 4096n],
  [64, 8, 8n],
  [72, 8, 1n],
  [80, 8, 5n],
]);

test("a stat has its mode and size, or all fields with -v", () => {
  const text = (abbreviated: boolean, memory = STAT) =>
    straceText(statValue(viewOf("stat", memory, abbreviated), BASE));
  expect(text(true)).toBe("{st_mode=S_IFREG|0644, st_size=1000, ...}");
  const whole = text(false).replaceAll(/ \/\* [^*]*1970[^*]*\*\//g, " DATE");
  expect(whole).toBe(
    "{st_dev=makedev(0x1, 0x3), st_ino=77, st_mode=S_IFREG|0644, st_nlink=2, st_uid=5, st_gid=6, " +
      "st_blksize=4096, st_blocks=8, st_size=1000, st_atime=1 DATE, st_atime_nsec=5, st_mtime=0, " +
      "st_mtime_nsec=0, st_ctime=0, st_ctime_nsec=0}",
  );
  expect(text(false)).toContain(".000000005");
  expect(text(true, STAT.subarray(0, 143))).toBe("0x10000");
});

test.each([
  ["stat", "arm64", 128, 16, 48],
  ["stat64", "x64Compat", 96, 16, 44],
  ["stat64", "arm64Compat", 104, 16, 48],
] as const)("%s of %s has its own offsets", (name, abi, size, mode, length) => {
  const memory = bytesOf(size, [
    [mode, 4, 0o100600n],
    [length, 8, 123n],
  ]);
  const text = straceText(statValue(viewOf(name, memory, true, abi), BASE));
  expect(text).toBe("{st_mode=S_IFREG|0600, st_size=123, ...}");
});

test("a device has its number", () => {
  const memory = bytesOf(144, [
    [24, 4, 0o020666n],
    [40, 8, 0x103n],
  ]);
  expect(straceText(statValue(viewOf("stat", memory, true), BASE))).toBe(
    "{st_mode=S_IFCHR|0666, st_rdev=makedev(0x1, 0x3), ...}",
  );
});

test("a statx has the fields of its mask", () => {
  const text = (mask: bigint, abbreviated: boolean) => {
    const memory = bytesOf(256, [
      [0, 4, mask],
      [28, 2, 0o100644n],
      [40, 8, 9n],
      [64, 8, 3n],
    ]);
    return straceText(statxValue(viewOf("statx", memory, abbreviated), BASE));
  };
  expect(text(0x202n, true)).toBe(
    "{stx_mask=STATX_MODE|STATX_SIZE, stx_attributes=0, stx_mode=S_IFREG|0644, stx_size=9, ...}",
  );
  expect(text(0n, true)).toBe("{stx_mask=0, stx_attributes=0, ...}");
  expect(text(0x20n, false)).toMatch(
    /^\{stx_mask=STATX_ATIME, stx_blksize=0, stx_attributes=0, stx_attributes_mask=0, stx_atime=\{tv_sec=3, tv_nsec=0\} \/\* .* \*\/, stx_rdev_major=0, .*stx_dev_minor=0\}$/,
  );
});

test("nothing is read for a call that failed", () => {
  const call = new SyscallView();
  call.registers = { ...call.registers, failed: true };
  expect(straceText(statValue(call, BASE))).toBe("0x10000");
});
