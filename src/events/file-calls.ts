/**
 * The system calls that access files and the roles of their arguments, one line per call. Numbers come
 * from the generated tables. Registers: arch/<arch>/include/asm/syscall.h.
 */

import type { Arch } from "../kernel/fcntl.ts";
import { type Abi, syscallNumber } from "../syscalls/table.ts";
import type { EventKind } from "./event-kinds.ts";
import * as abi from "./event-record.ts";

type Row = readonly [name: string, kind: EventKind, roles: string, compatRoles?: string];

/**
 * Name, kind, and the roles of the arguments in order. `name` and
 * `name2` are paths, relative to `dfd` and `dfd2` or to the working directory. `text` and `text2` are
 * names but not paths. `fd` is the file itself. `how` is a struct open_how, `address` and `length`
 * are a struct sockaddr, and `destination` one that may be missing: then the call is not recorded.
 * `message` is a struct msghdr with such an address, `messages` an array of `count` struct mmsghdr. The first name of a mount is the mount point; the source of mount(2) is a
 * path only with MS_BIND or MS_MOVE. 32-bit callers pass 64-bit arguments in two parts, so their roles
 * may differ.
 */
const FILE_CALL_ROWS: readonly Row[] = [
  ["open", "open", "name flags mode"],
  ["openat", "open", "dfd name flags mode"],
  ["openat2", "open", "dfd name how"],
  ["creat", "open", "name mode"],
  ["open_by_handle_at", "open", "fd _ flags"],
  ["execve", "exec", "name"],
  ["execveat", "exec", "dfd name _ _ flags"],
  ["fork", "fork", ""],
  ["vfork", "fork", ""],
  ["clone", "fork", "flags"],
  ["clone3", "fork", ""],
  ["rename", "rename", "name name2"],
  ["renameat", "rename", "dfd name dfd2 name2"],
  ["renameat2", "rename", "dfd name dfd2 name2 flags"],
  ["unlink", "unlink", "name"],
  ["unlinkat", "unlink", "dfd name flags"],
  ["link", "link", "name name2"],
  ["linkat", "link", "dfd name dfd2 name2 flags"],
  ["symlink", "symlink", "text name2"],
  ["symlinkat", "symlink", "text dfd2 name2"],
  ["mkdir", "mkdir", "name mode"],
  ["mkdirat", "mkdir", "dfd name mode"],
  ["rmdir", "rmdir", "name"],
  ["mknod", "mknod", "name mode"],
  ["mknodat", "mknod", "dfd name mode"],
  ["truncate", "truncate", "name"],
  ["truncate64", "truncate", "name"],
  ["ftruncate", "truncate", "fd"],
  ["ftruncate64", "truncate", "fd"],
  ["chmod", "chmod", "name mode"],
  ["fchmod", "chmod", "fd mode"],
  ["fchmodat", "chmod", "dfd name mode"],
  ["fchmodat2", "chmod", "dfd name mode flags"],
  ["chown", "chown", "name"],
  ["chown32", "chown", "name"],
  ["lchown", "chown", "name"],
  ["lchown32", "chown", "name"],
  ["fchown", "chown", "fd"],
  ["fchown32", "chown", "fd"],
  ["fchownat", "chown", "dfd name _ _ flags"],
  ["utime", "utimes", "name"],
  ["utimes", "utimes", "name"],
  ["futimesat", "utimes", "dfd name"],
  ["utimensat", "utimes", "dfd name _ flags"],
  ["utimensat_time64", "utimes", "dfd name _ flags"],
  ["chdir", "chdir", "name"],
  ["fchdir", "chdir", "fd"],
  ["chroot", "chdir", "name"],
  ["fchroot", "chdir", "fd flags"],
  ["stat", "stat", "name"],
  ["lstat", "stat", "name"],
  ["newfstatat", "stat", "dfd name _ flags"],
  ["statx", "stat", "dfd name flags"],
  ["oldstat", "stat", "name"],
  ["oldlstat", "stat", "name"],
  ["stat64", "stat", "name"],
  ["lstat64", "stat", "name"],
  ["fstatat64", "stat", "dfd name _ flags"],
  ["statfs", "stat", "name"],
  ["statfs64", "stat", "name"],
  ["fstatfs", "stat", "fd"],
  ["fstatfs64", "stat", "fd"],
  ["name_to_handle_at", "stat", "dfd name _ _ flags"],
  ["quotactl", "stat", "_ name"],
  ["acct", "stat", "name"],
  ["access", "access", "name mode"],
  ["faccessat", "access", "dfd name mode"],
  ["faccessat2", "access", "dfd name mode flags"],
  ["readlink", "readlink", "name"],
  ["readlinkat", "readlink", "dfd name"],
  ["setxattr", "xattr", "name text2 _ _ flags"],
  ["lsetxattr", "xattr", "name text2 _ _ flags"],
  ["fsetxattr", "xattr", "fd text2 _ _ flags"],
  ["getxattr", "xattr", "name text2"],
  ["lgetxattr", "xattr", "name text2"],
  ["fgetxattr", "xattr", "fd text2"],
  ["listxattr", "xattr", "name"],
  ["llistxattr", "xattr", "name"],
  ["flistxattr", "xattr", "fd"],
  ["removexattr", "xattr", "name text2"],
  ["lremovexattr", "xattr", "name text2"],
  ["fremovexattr", "xattr", "fd text2"],
  ["setxattrat", "xattr", "dfd name flags text2"],
  ["getxattrat", "xattr", "dfd name flags text2"],
  ["listxattrat", "xattr", "dfd name flags"],
  ["removexattrat", "xattr", "dfd name flags text2"],
  ["file_getattr", "xattr", "dfd name _ _ flags"],
  ["file_setattr", "xattr", "dfd name _ _ flags"],
  ["getdents", "list", "fd"],
  ["getdents64", "list", "fd"],
  ["readdir", "list", "fd"],
  ["inotify_add_watch", "watch", "_ name flags"],
  ["fanotify_mark", "watch", "_ flags _ dfd name", "_ flags _ _ dfd name"],
  ["mount", "mount", "text2 name _ flags"],
  ["umount", "mount", "name"],
  ["umount2", "mount", "name flags"],
  ["move_mount", "mount", "dfd2 name2 dfd name flags"],
  ["pivot_root", "mount", "name name2"],
  ["open_tree", "mount", "dfd name flags"],
  ["open_tree_attr", "mount", "dfd name flags"],
  ["mount_setattr", "mount", "dfd name flags"],
  ["fspick", "mount", "dfd name flags"],
  ["swapon", "mount", "name flags"],
  ["swapoff", "mount", "name"],
  ["connect", "connect", "fd address length"],
  ["bind", "bind", "fd address length"],
  ["sendto", "connect", "fd _ _ _ destination length"],
  ["sendmsg", "connect", "fd message"],
  ["sendmmsg", "connect", "fd messages count"],
];

type Machine = `${Arch}${"" | "Compat"}`;

type Numbers = Readonly<Record<Abi, number | null>>;

export interface FileCall {
  readonly name: string;
  readonly kind: EventKind;
  /** Null where an ABI lacks the call; x32 numbers without bit 30. */
  readonly numbers: Numbers;
  readonly roles: readonly string[];
  /** Roles of the arguments of 32-bit callers. */
  readonly compatRoles: readonly string[];
}

/** Looks numbers up on access: most commands need none or those of one machine. */
function numbersOf(name: string): Numbers {
  const number = (abi: Abi) => syscallNumber(abi, name) ?? null;
  return {
    get x64() {
      return number("x64");
    },
    get x64Compat() {
      return number("x64Compat");
    },
    get x32() {
      return number("x32");
    },
    get arm64() {
      return number("arm64");
    },
    get arm64Compat() {
      return number("arm64Compat");
    },
  };
}

export const FILE_CALLS: readonly FileCall[] = FILE_CALL_ROWS.map(
  ([name, kind, roles, compatRoles = roles]) => ({
    name,
    kind,
    numbers: numbersOf(name),
    roles: roles.split(" "),
    compatRoles: compatRoles.split(" "),
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
  ["name", ["name", "text", "address", "destination", "message", "messages"]],
  ["flags", ["flags", "how"]],
  ["mode", ["mode", "length", "count"]],
  ["dfd2", ["dfd2"]],
  ["name2", ["name2", "text2"]],
];

/** Whether an event of this kind names a socket's address. */
export function hasAddress(kind: EventKind): boolean {
  return kind === "connect" || kind === "bind";
}

/** Whether a call is recorded only if it has an address, or as often as it has one. */
export function isSend({ roles }: Pick<FileCall, "roles">): boolean {
  return roles.includes("destination") || isMessage(roles);
}

function isMessage(roles: readonly string[]): boolean {
  return roles.includes("message") || roles.includes("messages");
}

function callTraits(call: FileCall): number {
  const { name, kind, roles } = call;
  const bits: readonly (readonly [number, boolean])[] = [
    [abi.TRAIT_OPEN, kind === "open"],
    [abi.TRAIT_CHROOT, name === "chroot"],
    [abi.TRAIT_HOW, roles.includes("how") || isMessage(roles)],
    [abi.TRAIT_ADDRESS, hasAddress(kind)],
    [abi.TRAIT_FAILED_ONLY, kind === "exec" || kind === "fork"],
    [abi.TRAIT_CHDIR, name === "chdir"],
    [abi.TRAIT_TEXT, roles.includes("text") || isSend(call)],
    [abi.TRAIT_TEXT2, roles.includes("text2")],
  ];
  return bits.reduce((sum, [bit, applies]) => sum | (applies ? bit : 0), 0);
}

/** Returns the register of each field's argument; NO_ARG if the call has no such argument. */
function argumentRegisters(call: FileCall, machine: Machine): Record<string, number> {
  const callRoles = machine.endsWith("Compat") ? call.compatRoles : call.roles;
  return Object.fromEntries(
    REGISTER_FIELDS.map(([field, roles]) => {
      const argument = callRoles.findIndex((role) => roles.includes(role));
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
