/** What the times of change prove on a file system: statfs(2), include/uapi/linux/magic.h. */
import { libc } from "../ffi/libc.ts";
import { allocate, type Memory } from "../ffi/memory.ts";

const BTRFS = 0x9123683e;
const OVERLAYFS = 0x794c7630;

/** Local file systems, whose times are those of this machine's clock. */
const LOCAL = new Set([
  BTRFS,
  0xef53, // ext2, ext3, ext4
  0x58465342, // xfs
  0x01021994, // tmpfs
  0xf2f52010, // f2fs
  0x2fc12fc1, // zfs
  0xca451a4e, // bcachefs
  0x858458f6, // ramfs
  0xe0f5e1e2, // erofs
  0x73717368, // squashfs
  0x9660, // iso9660
  0x4d44, // FAT
  0x2011bab0, // exFAT
]);

/** What is no file on a disk: reading it may have effects, or wait. */
const PSEUDO = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x27e0eb, // cgroup
  0x63677270, // cgroup2
  0x73636673, // securityfs
  0xcafe4a11, // bpf
  0x62656570, // configfs
  0xde5e81e4, // efivarfs
  0x6165676c, // pstore
  0xf97cff8c, // selinuxfs
  0x43415d53, // smackfs
  0x5a3c69f0, // apparmorfs
  0x65735543, // fusectl
  0x42494e4d, // binfmt_misc
  0x19800202, // mqueue
  0x6e736673, // nsfs
  0x09041934, // anonymous inodes
]);

const STATFS_SIZE = 120;
let memory: Memory | undefined;

export interface FileSystem {
  /** Why the times of its files prove nothing; null if they do. */
  readonly doubt: string | null;
  readonly isPseudo: boolean;
  /** What stat(2) shows of an inode as the kernel has it: btrfs has a device a subvolume. */
  readonly shows: "device and inode" | "inode" | "nothing";
}

/** Returns what is known of the file system of an open file. */
export function fileSystemOf(fd: number): FileSystem {
  memory ??= allocate(STATFS_SIZE);
  const type = libc.fstatfs(fd, memory.address) < 0 ? 0 : memory.view.getUint32(0, true);
  const isOverlay = type === OVERLAYFS;
  const doubt = isOverlay
    ? "on overlayfs a mapping may write without notice"
    : LOCAL.has(type)
      ? null
      : "the times of its file system are not known to be those of this machine";
  const shows = isOverlay ? "nothing" : type === BTRFS ? "inode" : "device and inode";
  return { doubt, isPseudo: PSEUDO.has(type), shows };
}
