/**
 * Flags as strace and the man pages spell them: open(2), rename(2), unlinkat(2), clone(2).
 * include/uapi/linux/fcntl.h, fs.h, sched.h.
 */
import { type Arch, O_ACCMODE, openFlags } from "./fcntl.ts";

type Names = readonly (readonly [name: string, bits: number])[];

const AT: Names = [
  ["AT_SYMLINK_NOFOLLOW", 0x100],
  ["AT_REMOVEDIR", 0x200],
  ["AT_SYMLINK_FOLLOW", 0x400],
  ["AT_NO_AUTOMOUNT", 0x800],
  ["AT_EMPTY_PATH", 0x1000],
  ["AT_STATX_FORCE_SYNC", 0x2000],
  ["AT_STATX_DONT_SYNC", 0x4000],
];
/** faccessat2(2) gives this bit another name. */
const AT_ACCESS: Names = [["AT_EACCESS", 0x200], ...AT.filter(([name]) => name !== "AT_REMOVEDIR")];
const RENAME: Names = [
  ["RENAME_NOREPLACE", 1],
  ["RENAME_EXCHANGE", 2],
  ["RENAME_WHITEOUT", 4],
];
const XATTR: Names = [
  ["XATTR_CREATE", 1],
  ["XATTR_REPLACE", 2],
];
const CLONE: Names = [
  ["CLONE_VM", 0x100],
  ["CLONE_FS", 0x200],
  ["CLONE_FILES", 0x400],
  ["CLONE_SIGHAND", 0x800],
  ["CLONE_PIDFD", 0x1000],
  ["CLONE_PTRACE", 0x2000],
  ["CLONE_VFORK", 0x4000],
  ["CLONE_PARENT", 0x8000],
  ["CLONE_THREAD", 0x10000],
  ["CLONE_NEWNS", 0x20000],
  ["CLONE_SYSVSEM", 0x40000],
  ["CLONE_SETTLS", 0x80000],
  ["CLONE_PARENT_SETTID", 0x100000],
  ["CLONE_CHILD_CLEARTID", 0x200000],
  ["CLONE_UNTRACED", 0x800000],
  ["CLONE_CHILD_SETTID", 0x1000000],
  ["CLONE_NEWCGROUP", 0x2000000],
  ["CLONE_NEWUTS", 0x4000000],
  ["CLONE_NEWIPC", 0x8000000],
  ["CLONE_NEWUSER", 0x10000000],
  ["CLONE_NEWPID", 0x20000000],
  ["CLONE_NEWNET", 0x40000000],
];

/** The flags of events by their kind; others have those of the *at calls. */
const BY_KIND: Readonly<Record<string, Names>> = {
  access: AT_ACCESS,
  rename: RENAME,
  xattr: XATTR,
  fork: CLONE,
};

/** Names in the order of the man page; composites before what they are composed of. */
function openNames(arch: Arch): Names {
  const skipped = /^(O_RDONLY|O_WRONLY|O_RDWR|O_NDELAY|O_RSYNC|FASYNC)$/;
  return Object.entries(openFlags(arch))
    .filter(([name]) => !skipped.test(name))
    .sort(([, a], [, b]) => bitCount(b) - bitCount(a) || a - b);
}

function bitCount(value: number): number {
  return value.toString(2).replaceAll("0", "").length;
}

function named(value: bigint, names: Names): string[] {
  let rest = value;
  const found = names.filter(([, bits]) => {
    const all = BigInt(bits);
    if ((rest & all) !== all) return false;
    rest &= ~all;
    return true;
  });
  const words = found.sort((a, b) => a[1] - b[1]).map(([name]) => name);
  return rest === 0n ? words : [...words, `0x${rest.toString(16)}`];
}

const ACCESS_MODES = ["O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"];

/** "O_WRONLY|O_CREAT|O_TRUNC"; "" where there are none. Bits without a name stand in hexadecimal. */
export function flagsText(kind: string, flags: number | bigint, arch: Arch): string {
  const value = BigInt(flags);
  if (kind !== "open") return named(value, BY_KIND[kind] ?? AT).join("|");
  const access = ACCESS_MODES[Number(value & BigInt(O_ACCMODE))];
  return [access, ...named(value & ~BigInt(O_ACCMODE), openNames(arch))].join("|");
}
