/**
 * The system calls that access files and the roles of their arguments, one line per call. Numbers:
 * arch/x86/entry/syscalls/syscall_64.tbl and syscall_32.tbl, include/uapi/asm-generic/unistd.h,
 * arch/arm64/tools/syscall_32.tbl. Registers: arch/<arch>/include/asm/syscall.h.
 */

import type { Arch } from "../kernel/fcntl.ts";
import type { EventKind } from "./event-kinds.ts";
import * as abi from "./event-record.ts";

/** Null if the machine has no such call. */
type SyscallNumber = number | null;
type Row = readonly [
  name: string,
  kind: EventKind,
  x64: SyscallNumber,
  x64Compat: SyscallNumber,
  arm64: SyscallNumber,
  arm64Compat: SyscallNumber,
  roles: string,
];

/**
 * Numbers on x86-64, i386, arm64 and 32-bit arm, and the roles of the arguments in order. `name` and
 * `name2` are paths, relative to `dfd` and `dfd2` or to the working directory. `text` and `text2` are
 * names but not paths. `fd` is the file itself. `how` is a struct open_how, `address` and `length`
 * are a struct sockaddr.
 */
const FILE_CALL_ROWS: readonly Row[] = [
  ["open", "open", 2, 5, null, 5, "name flags mode"],
  ["openat", "open", 257, 295, 56, 322, "dfd name flags mode"],
  ["openat2", "open", 437, 437, 437, 437, "dfd name how"],
  ["creat", "open", 85, 8, null, 8, "name mode"],
  ["open_by_handle_at", "open", 304, 342, 265, 371, "fd _ flags"],
  ["execve", "exec", 59, 11, 221, 11, "name"],
  ["execveat", "exec", 322, 358, 281, 387, "dfd name _ _ flags"],
  ["fork", "fork", 57, 2, null, 2, ""],
  ["vfork", "fork", 58, 190, null, 190, ""],
  ["clone", "fork", 56, 120, 220, 120, "flags"],
  ["clone3", "fork", 435, 435, 435, 435, ""],
  ["rename", "rename", 82, 38, null, 38, "name name2"],
  ["renameat", "rename", 264, 302, 38, 329, "dfd name dfd2 name2"],
  ["renameat2", "rename", 316, 353, 276, 382, "dfd name dfd2 name2 flags"],
  ["unlink", "unlink", 87, 10, null, 10, "name"],
  ["unlinkat", "unlink", 263, 301, 35, 328, "dfd name flags"],
  ["link", "link", 86, 9, null, 9, "name name2"],
  ["linkat", "link", 265, 303, 37, 330, "dfd name dfd2 name2 flags"],
  ["symlink", "symlink", 88, 83, null, 83, "text name2"],
  ["symlinkat", "symlink", 266, 304, 36, 331, "text dfd2 name2"],
  ["mkdir", "mkdir", 83, 39, null, 39, "name mode"],
  ["mkdirat", "mkdir", 258, 296, 34, 323, "dfd name mode"],
  ["rmdir", "rmdir", 84, 40, null, 40, "name"],
  ["mknod", "mknod", 133, 14, null, 14, "name mode"],
  ["mknodat", "mknod", 259, 297, 33, 324, "dfd name mode"],
  ["truncate", "truncate", 76, 92, 45, 92, "name"],
  ["truncate64", "truncate", null, 193, null, 193, "name"],
  ["ftruncate", "truncate", 77, 93, 46, 93, "fd"],
  ["ftruncate64", "truncate", null, 194, null, 194, "fd"],
  ["chmod", "chmod", 90, 15, null, 15, "name mode"],
  ["fchmod", "chmod", 91, 94, 52, 94, "fd mode"],
  ["fchmodat", "chmod", 268, 306, 53, 333, "dfd name mode"],
  ["fchmodat2", "chmod", 452, 452, 452, 452, "dfd name mode flags"],
  ["chown", "chown", 92, 182, null, 182, "name"],
  ["chown32", "chown", null, 212, null, 212, "name"],
  ["lchown", "chown", 94, 16, null, 16, "name"],
  ["lchown32", "chown", null, 198, null, 198, "name"],
  ["fchown", "chown", 93, 95, 55, 95, "fd"],
  ["fchown32", "chown", null, 207, null, 207, "fd"],
  ["fchownat", "chown", 260, 298, 54, 325, "dfd name _ _ flags"],
  ["utime", "utimes", 132, 30, null, null, "name"],
  ["utimes", "utimes", 235, 271, null, 269, "name"],
  ["futimesat", "utimes", 261, 299, null, 326, "dfd name"],
  ["utimensat", "utimes", 280, 320, 88, 348, "dfd name _ flags"],
  ["utimensat_time64", "utimes", null, 412, null, 412, "dfd name _ flags"],
  ["chdir", "chdir", 80, 12, 49, 12, "name"],
  ["fchdir", "chdir", 81, 133, 50, 133, "fd"],
  ["chroot", "chdir", 161, 61, 51, 61, "name"],
  ["stat", "stat", 4, 106, null, 106, "name"],
  ["lstat", "stat", 6, 107, null, 107, "name"],
  ["newfstatat", "stat", 262, null, 79, null, "dfd name _ flags"],
  ["statx", "stat", 332, 383, 291, 397, "dfd name flags"],
  ["oldstat", "stat", null, 18, null, null, "name"],
  ["oldlstat", "stat", null, 84, null, null, "name"],
  ["stat64", "stat", null, 195, null, 195, "name"],
  ["lstat64", "stat", null, 196, null, 196, "name"],
  ["fstatat64", "stat", null, 300, null, 327, "dfd name _ flags"],
  ["access", "access", 21, 33, null, 33, "name mode"],
  ["faccessat", "access", 269, 307, 48, 334, "dfd name mode"],
  ["faccessat2", "access", 439, 439, 439, 439, "dfd name mode flags"],
  ["readlink", "readlink", 89, 85, null, 85, "name"],
  ["readlinkat", "readlink", 267, 305, 78, 332, "dfd name"],
  ["setxattr", "xattr", 188, 226, 5, 226, "name text2 _ _ flags"],
  ["lsetxattr", "xattr", 189, 227, 6, 227, "name text2 _ _ flags"],
  ["fsetxattr", "xattr", 190, 228, 7, 228, "fd text2 _ _ flags"],
  ["getxattr", "xattr", 191, 229, 8, 229, "name text2"],
  ["lgetxattr", "xattr", 192, 230, 9, 230, "name text2"],
  ["fgetxattr", "xattr", 193, 231, 10, 231, "fd text2"],
  ["listxattr", "xattr", 194, 232, 11, 232, "name"],
  ["llistxattr", "xattr", 195, 233, 12, 233, "name"],
  ["flistxattr", "xattr", 196, 234, 13, 234, "fd"],
  ["removexattr", "xattr", 197, 235, 14, 235, "name text2"],
  ["lremovexattr", "xattr", 198, 236, 15, 236, "name text2"],
  ["fremovexattr", "xattr", 199, 237, 16, 237, "fd text2"],
  ["setxattrat", "xattr", 463, 463, 463, 463, "dfd name flags text2"],
  ["getxattrat", "xattr", 464, 464, 464, 464, "dfd name flags text2"],
  ["listxattrat", "xattr", 465, 465, 465, 465, "dfd name flags"],
  ["removexattrat", "xattr", 466, 466, 466, 466, "dfd name flags text2"],
  ["connect", "connect", 42, 362, 203, 283, "fd address length"],
  ["bind", "bind", 49, 361, 200, 282, "fd address length"],
];

/** x32 programs use x86-64's numbers with bit 30 set, except for these. */
const X32_NUMBERS: Readonly<Record<string, number>> = { execve: 520, execveat: 545 };

type Machine = `${Arch}${"" | "Compat"}`;

export interface FileCall {
  readonly name: string;
  readonly kind: EventKind;
  /** Those of x32 without bit 30. */
  readonly numbers: Readonly<Record<Machine | "x32", number | null>>;
  readonly roles: readonly string[];
}

export const FILE_CALLS: readonly FileCall[] = FILE_CALL_ROWS.map(
  ([name, kind, x64, x64Compat, arm64, arm64Compat, roles]) => ({
    name,
    kind,
    numbers: { x64, x64Compat, x32: X32_NUMBERS[name] ?? x64, arm64, arm64Compat },
    roles: roles.split(" "),
  }),
);

/** The name of io_uring requests in the column `kind`. */
export const IO_URING_CALL_NAME = "Uring";
/** The column `kind` by struct event's `call`, which is 0 for records of no call. */
export const CALL_NAMES = ["", ...FILE_CALLS.map((call) => call.name), IO_URING_CALL_NAME];

/** Index of each argument's register in struct pt_regs, in 8-byte words. */
const ARGUMENT_REGISTERS: Readonly<Record<Machine, readonly number[]>> = {
  x64: [14, 13, 12, 7, 9, 8], // di, si, dx, r10, r8, r9
  x64Compat: [5, 11, 12, 13, 14, 4], // bx, cx, dx, si, di, bp
  arm64: [34, 1, 2, 3, 4, 5], // orig_x0, x1 …: x0 holds the result on exit
  arm64Compat: [34, 1, 2, 3, 4, 5],
};

/** The fields of struct syscall_args that hold a register, and the roles of each. */
const REGISTER_FIELDS: readonly (readonly [
  field: keyof typeof abi.SYSCALL_ARGS,
  roles: string[],
])[] = [
  ["dfd", ["dfd", "fd"]],
  ["name", ["name", "text", "address"]],
  ["flags", ["flags", "how"]],
  ["mode", ["mode", "length"]],
  ["dfd2", ["dfd2"]],
  ["name2", ["name2", "text2"]],
];

function callTraits({ name, kind, roles }: FileCall): number {
  const bits: readonly (readonly [number, boolean])[] = [
    [abi.TRAIT_OPEN, kind === "open"],
    [abi.TRAIT_CHROOT, name === "chroot"],
    [abi.TRAIT_HOW, roles.includes("how")],
    [abi.TRAIT_ADDRESS, roles.includes("address")],
    [abi.TRAIT_FAILED_ONLY, kind === "exec" || kind === "fork"],
    [abi.TRAIT_CHDIR, name === "chdir" || name === "fchdir"],
    [abi.TRAIT_TEXT, roles.includes("text")],
    [abi.TRAIT_TEXT2, roles.includes("text2")],
  ];
  return bits.reduce((sum, [bit, applies]) => sum | (applies ? bit : 0), 0);
}

/** Returns the register of each field's argument; NO_ARG if the call has no such argument. */
function argumentRegisters(call: FileCall, machine: Machine): Record<string, number> {
  return Object.fromEntries(
    REGISTER_FIELDS.map(([field, roles]) => {
      const argument = call.roles.findIndex((role) => roles.includes(role));
      return [field, argument < 0 ? abi.NO_ARG : ARGUMENT_REGISTERS[machine][argument]];
    }),
  );
}

/** Returns struct syscall_args by syscall number, for one machine. */
function configEntries(
  machine: Machine,
  kinds: ReadonlySet<EventKind>,
): Map<number, Record<string, number>> {
  const entries = new Map<number, Record<string, number>>();
  for (const [index, call] of FILE_CALLS.entries()) {
    if (!kinds.has(call.kind)) continue;
    const args = { ...argumentRegisters(call, machine), call: index + 1, traits: callTraits(call) };
    const { [machine]: number, x32 } = call.numbers;
    if (number !== null) entries.set(number, args);
    if (machine === "x64" && x32 !== null) entries.set(x32, args);
  }
  // i386 once had no connect and bind calls, and its C library still uses socketcall(2).
  if (machine === "x64Compat" && (kinds.has("connect") || kinds.has("bind"))) {
    const none = Object.fromEntries(REGISTER_FIELDS.map(([field]) => [field, abi.NO_ARG]));
    const [dfd, name] = ARGUMENT_REGISTERS.x64Compat;
    const call = CALL_NAMES.indexOf("connect");
    entries.set(abi.SOCKETCALL, { ...none, dfd, name, call, traits: abi.TRAIT_ADDRESS });
  }
  return entries;
}

/** Writes the calls of these kinds into both tables of struct config. */
export function writeFileCalls(config: DataView, arch: Arch, kinds: ReadonlySet<EventKind>): void {
  let anyBits = 0n;
  let allBits = (1n << 64n) - 1n;
  for (const [table, machine] of [
    [abi.CONFIG.native, arch],
    [abi.CONFIG.compat, `${arch}Compat`],
  ] as const)
    for (const [number, args] of configEntries(machine, kinds)) {
      const entry = table + number * abi.SYSCALL_ARGS_SIZE;
      for (const [field, at] of Object.entries(abi.SYSCALL_ARGS))
        config.setUint8(entry + at, args[field]);
      const word = config.getBigUint64(entry, true);
      anyBits |= word;
      allBits &= word;
    }
  config.setBigUint64(abi.CONFIG.args_or, anyBits, true);
  config.setBigUint64(abi.CONFIG.args_and, anyBits & allBits, true);
}
