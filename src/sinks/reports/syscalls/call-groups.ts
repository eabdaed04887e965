/**
 * Groups calls that do the same to files, and knows which calls transfer bytes from or to an fd.
 */

/** One name for calls that differ only in their arguments. */
const CALL_GROUPS: Readonly<Record<string, string>> = {
  open: "open openat openat2 creat open_by_handle_at open_tree open_tree_attr",
  read: "read readv pread64 preadv preadv2 recvfrom recvmsg recvmmsg readahead recv",
  write: "write writev pwrite64 pwritev pwritev2 sendto sendmsg sendmmsg vmsplice send",
  copy: "sendfile sendfile64 copy_file_range splice tee",
  stat: "stat lstat fstat newfstatat statx oldstat oldlstat oldfstat stat64 lstat64 fstat64 fstatat64",
  access: "access faccessat faccessat2",
  list: "getdents getdents64 readdir",
  seek: "lseek _llseek",
  map: "mmap mmap2",
  remove: "unlink unlinkat rmdir",
  mkdir: "mkdir mkdirat",
  mknod: "mknod mknodat",
  rename: "rename renameat renameat2",
  link: "link linkat",
  symlink: "symlink symlinkat",
  readlink: "readlink readlinkat",
  chmod: "chmod fchmod fchmodat fchmodat2",
  chown: "chown fchown lchown fchownat chown32 fchown32 lchown32",
  truncate: "truncate ftruncate truncate64 ftruncate64 fallocate",
  sync: "fsync fdatasync sync_file_range syncfs",
  times: "utime utimes futimesat utimensat utimensat_time64",
  xattr: `
    getxattr lgetxattr fgetxattr getxattrat listxattr llistxattr flistxattr listxattrat setxattr
    lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat
  `,
  chdir: "chdir fchdir",
  execute: "execve execveat",
  dup: "dup dup2 dup3",
  control: "fcntl fcntl64",
  wait: "poll ppoll select pselect6 _newselect epoll_wait epoll_pwait epoll_pwait2 ppoll_time64",
  watch: "inotify_add_watch fanotify_mark",
  statfs: "statfs fstatfs statfs64 fstatfs64",
  accept: "accept accept4",
};

const GROUP_BY_CALL = new Map(
  Object.entries(CALL_GROUPS).flatMap(([kind, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, kind] as const),
  ),
);

/** Returns "open" for openat; the call's own name if it has no group. */
export function callGroup(name: string): string {
  return GROUP_BY_CALL.get(name) ?? name;
}

/** Calls whose result is a number of bytes, with the indexes of the source and target fd. */
const BYTE_TRANSFERS: Readonly<Record<string, { readonly from?: number; readonly to?: number }>> = {
  ...Object.fromEntries(
    "read readv pread64 preadv preadv2 recvfrom recvmsg recv"
      .split(" ")
      .map((name) => [name, { from: 0 }]),
  ),
  ...Object.fromEntries(
    "write writev pwrite64 pwritev pwritev2 sendto sendmsg vmsplice send"
      .split(" ")
      .map((name) => [name, { to: 0 }]),
  ),
  sendfile: { to: 0, from: 1 },
  sendfile64: { to: 0, from: 1 },
  copy_file_range: { from: 0, to: 2 },
  splice: { from: 0, to: 2 },
  tee: { from: 0, to: 1 },
};

/**
 * Returns the argument indexes of the fds that bytes are read from and written to; null if there
 * are none.
 */
export function byteTransfer(
  name: string,
): { readonly from?: number; readonly to?: number } | null {
  return BYTE_TRANSFERS[name] ?? null;
}
