/**
 * Formats flags and modes as strace does, in its order: open(2), rename(2), unlinkat(2), clone(2),
 * access(2), mknod(2). include/uapi/linux/fcntl.h, fs.h, sched.h, stat.h.
 */
import type { Arch } from "../kernel/fcntl.ts";
import { signalName } from "../kernel/signal.ts";
import { constants } from "./decode/named-constants.ts";
import { namedOpenFlags } from "./open-flags.ts";
import { flags, type NameSet } from "./value.ts";

const AT: NameSet = [
  ["AT_STATX_FORCE_SYNC", 0x2000],
  ["AT_STATX_DONT_SYNC", 0x4000],
  ["AT_SYMLINK_NOFOLLOW", 0x100],
  ["AT_REMOVEDIR", 0x200],
  ["AT_SYMLINK_FOLLOW", 0x400],
  ["AT_NO_AUTOMOUNT", 0x800],
  ["AT_EMPTY_PATH", 0x1000],
];
/** faccessat2(2) has another name for one bit. */
const AT_ACCESS = AT.map(([name, bits]) => [bits === 0x200 ? "AT_EACCESS" : name, bits] as const);
const AT_EXEC: NameSet = [...AT, ["AT_EXECVE_CHECK", 0x10000]];

/** The lowest bits are the signal sent to the parent; CLONE_NEWTIME reuses the highest of them. */
const CLONE_SIGNAL = 0x7f;
const CLONE: NameSet = [
  ["CLONE_NEWTIME", 0x80],
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
  ["CLONE_IO", 0x80000000],
  ["CLONE_CLEAR_SIGHAND", 0x100000000],
  ["CLONE_INTO_CGROUP", 0x200000000],
];

/** Not in the headers' set: the old magic number that may accompany the flags of mount(2). */
const MS_MGC_VAL = ["MS_MGC_VAL", 0xc0ed0000] as const;
const mountTreeFlags = () => [...constants("open_tree"), ...constants("at_mount")];

/** Flags by system call, for calls whose flags differ from those of other calls of their kind. */
const FLAGS_BY_CALL = {
  name_to_handle_at: () => constants("at_handle"),
  inotify_add_watch: () => constants("inotify"),
  fanotify_mark: () => constants("fanotify_mark"),
  mount: () => [MS_MGC_VAL, ...constants("mount")],
  umount2: () => constants("umount"),
  move_mount: () => constants("move_mount"),
  open_tree: mountTreeFlags,
  open_tree_attr: mountTreeFlags,
  mount_setattr: () => constants("at_mount"),
  fspick: () => constants("fspick"),
  swapon: () => constants("swap"),
} as const satisfies Record<string, () => NameSet>;
export const CALLS_WITH_OWN_FLAGS = Object.keys(FLAGS_BY_CALL) as (keyof typeof FLAGS_BY_CALL)[];

/** Flags by event kind and by call. Other kinds have AT_ flags. */
const FLAGS_BY_EVENT: Readonly<Record<string, () => NameSet>> = {
  ...FLAGS_BY_CALL,
  access: () => AT_ACCESS,
  exec: () => AT_EXEC,
  rename: () => constants("rename"),
  // setxattr(2) takes the XATTR_ flags, setxattrat(2) and its relatives take the AT_ flags.
  xattr: () => [...constants("xattr"), ...AT],
};

/** Returns the names, and the unknown bits in hexadecimal. */
function withRest(names: readonly string[], rest: number | bigint): readonly string[] {
  return BigInt(rest) === 0n ? names : [...names, `0x${rest.toString(16)}`];
}

function flagNames(value: bigint, set: NameSet): readonly string[] {
  const { names, rest } = flags(value, set);
  return withRest(names, rest);
}

function cloneFlagNames(value: bigint): readonly string[] {
  const signal = Number(value & BigInt(CLONE_SIGNAL));
  const names = flagNames(value & ~BigInt(CLONE_SIGNAL), CLONE);
  return signal ? [...names, signalName(signal)] : names;
}

/**
 * Formats flags: "O_WRONLY|O_CREAT|O_TRUNC", or "" for none.
 * @param kind the event's kind, a name of `--events`, or one of CALLS_WITH_OWN_FLAGS
 */
export function flagsText(kind: string, number: number | bigint, arch: Arch): string {
  const value = BigInt(number);
  if (kind === "fork") return cloneFlagNames(value).join("|");
  if (kind !== "open") return flagNames(value, FLAGS_BY_EVENT[kind]?.() ?? AT).join("|");
  const { names, rest } = namedOpenFlags(value, arch);
  return withRest(names, rest).join("|");
}

/** Indexed by the four bits of S_IFMT. */
const FILE_TYPE_NAMES: Readonly<Record<number, string>> = {
  1: "S_IFIFO",
  2: "S_IFCHR",
  4: "S_IFDIR",
  6: "S_IFBLK",
  8: "S_IFREG",
  10: "S_IFLNK",
  12: "S_IFSOCK",
};

/** Formats a mode: "0644", "R_OK|W_OK" for access(2), "S_IFIFO|0644" for mknod(2). */
export function modeText(kind: string, mode: number): string {
  if (kind === "access") return flagNames(BigInt(mode), constants("access")).join("|") || "F_OK";
  const octal = (bits: number) => `0${bits.toString(8)}`.padStart(3, "0");
  const type = kind === "mknod" ? FILE_TYPE_NAMES[(mode >>> 12) & 0o17] : undefined;
  return type ? `${type}|${octal(mode & ~0o170000)}` : octal(mode);
}
