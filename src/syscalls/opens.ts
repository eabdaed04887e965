/**
 * Which system calls open files and where each keeps its arguments: one line a call. Numbers:
 * arch/x86/entry/syscalls/syscall_64.tbl and syscall_32.tbl, include/uapi/asm-generic/unistd.h,
 * arch/arm64/tools/syscall_32.tbl. Registers: arch/<arch>/include/asm/syscall.h.
 */
import type { Arch } from "../kernel/fcntl.ts";
import { CALLS, CONFIG, NO_ARG } from "../kernel/trace_events.ts";

/** Positions of the arguments, from 0. x32 programs use the native numbers with bit 30 set. */
interface OpenCall {
  readonly call: (typeof CALLS)[number];
  readonly number: Readonly<Record<`${Arch}${"" | "Compat"}`, number | null>>;
  readonly dfd?: number;
  readonly name: number;
  readonly flags?: number;
  readonly mode?: number;
  /** struct open_how, which holds flags and mode: openat2(2). */
  readonly how?: number;
}

const OPENS: readonly OpenCall[] = [
  {
    call: "open",
    number: { x64: 2, x64Compat: 5, arm64: null, arm64Compat: 5 },
    name: 0,
    flags: 1,
    mode: 2,
  },
  {
    call: "openat",
    number: { x64: 257, x64Compat: 295, arm64: 56, arm64Compat: 322 },
    dfd: 0,
    name: 1,
    flags: 2,
    mode: 3,
  },
  {
    call: "openat2",
    number: { x64: 437, x64Compat: 437, arm64: 437, arm64Compat: 437 },
    dfd: 0,
    name: 1,
    how: 2,
  },
  {
    call: "creat",
    number: { x64: 85, x64Compat: 8, arm64: null, arm64Compat: 8 },
    name: 0,
    mode: 1,
  },
];

/** Index of each argument's register in struct pt_regs, in 8-byte words. */
const REGISTERS: Readonly<Record<`${Arch}${"" | "Compat"}`, readonly number[]>> = {
  x64: [14, 13, 12, 7, 9, 8], // di, si, dx, r10, r8, r9
  x64Compat: [5, 11, 12, 13, 14, 4], // bx, cx, dx, si, di, bp
  arm64: [34, 1, 2, 3, 4, 5], // orig_x0, x1 … : x0 holds the result by now
  arm64Compat: [34, 1, 2, 3, 4, 5],
};

/** Fills both tables of struct config for a machine. */
export function writeOpenCalls(config: DataView, arch: Arch): void {
  for (const [table, abi] of [
    [CONFIG.native, arch],
    [CONFIG.compat, `${arch}Compat`],
  ] as const)
    for (const open of OPENS) {
      const number = open.number[abi];
      if (number === null) continue;
      const register = (argument: number | undefined) =>
        argument === undefined ? NO_ARG : REGISTERS[abi][argument];
      const entry = [
        CALLS.indexOf(open.call),
        register(open.dfd),
        register(open.name),
        register(open.flags),
        register(open.mode),
        register(open.how),
      ];
      for (const [offset, value] of entry.entries())
        config.setUint8(table + number * 8 + offset, value);
    }
}
