/** Files and file descriptors: open(2) to statx(2). */

import {
  array,
  flags,
  integer,
  NamedValue,
  oneOf,
  pointer,
  struct,
  type Value,
  word,
} from "../value.ts";
import {
  address,
  argv,
  bytesAt,
  choice,
  dirfd,
  envp,
  fd,
  fdValue,
  hex,
  input,
  int,
  long,
  mode,
  numberAt,
  output,
  outputFds,
  path,
  pathAt,
  set,
  string,
  uint,
  ulong,
  when,
} from "./arguments.ts";
import { type Argument, type Call, onEntry, onExit } from "./call.ts";
import { setNamed } from "./parts.ts";
import { openFlagsValue, statValue, statxValue, timespecAt } from "./structs.ts";

const O_CREAT = 0o100;
const __O_TMPFILE = 0o20000000;

const createsAt = (index: number) => (call: Call) =>
  (call.uint(index) & (O_CREAT | __O_TMPFILE)) !== 0;
const openFlags = onEntry((call, index) => openFlagsValue(call.uint(index), call.arch));
const atFlags = set(() => setNamed("at_stat"), "AT_???");
const accessMode = onEntry((call, index) => {
  const asked = call.int(index);
  return asked === 0
    ? new NamedValue(0, ["F_OK"])
    : flags(
        asked,
        [
          ["R_OK", 4],
          ["W_OK", 2],
          ["X_OK", 1],
        ],
        "?_OK",
      );
});
const renameFlags = set(() => setNamed("rename"), "RENAME_???");

/** struct open_how. */
const openHow = onEntry((call, index) => {
  const at = call.ulong(index);
  const found = call.memory.read(Number(at), 24);
  if (!found) return pointer(at);
  const [how, permissions, resolve] = [0, 8, 16].map((offset) =>
    found.view.getBigUint64(offset, true),
  );
  const create = (Number(how) & (O_CREAT | __O_TMPFILE)) !== 0;
  return struct([
    ["flags", openFlagsValue(Number(how), call.arch)],
    ...(create || permissions ? [["mode", integer(permissions, "octal")] as const] : []),
    ["resolve", flags(resolve, setNamed("resolve"), "RESOLVE_???")],
  ]);
});

const stat = onExit((call, index) => statValue(call, call.ulong(index)));
const statx = onExit((call, index) => statxValue(call, call.ulong(index)));

/** struct iovec: what is written, or what was read. */
function vectors(lengthOf: (call: Call) => number, isInput: boolean): Argument["decode"] {
  return (call, index) => {
    const at = call.ulong(index);
    const count = call.int(index + 1);
    if (call.failed && !isInput) return pointer(at);
    let left = lengthOf(call);
    const items: Value[] = [];
    for (let i = 0; i < Math.min(count, call.limits.array); i++) {
      const found = call.memory.read(Number(at) + i * 2 * call.word, 2 * call.word);
      if (!found) return i === 0 ? pointer(at) : array(items, true);
      const word8 = call.word === 8;
      const base = word8 ? found.view.getBigUint64(0, true) : BigInt(found.view.getUint32(0, true));
      const length = word8
        ? found.view.getBigUint64(8, true)
        : BigInt(found.view.getUint32(4, true));
      const bytes = bytesAt(call, base, Math.min(Number(length), left));
      left -= Math.min(Number(length), left);
      items.push(
        struct([
          ["iov_base", bytes],
          ["iov_len", integer(length)],
        ]),
      );
    }
    return array(items, count > items.length);
  };
}
const writtenVectors = onEntry(vectors(() => Infinity, true));
const readVectors = onExit(vectors((call) => call.result, false));

/** The commands of fcntl(2) by what their argument is. */
const fcntlArgument = (isExit: boolean): Argument => ({
  when: isExit ? "exit" : "entry",
  decode: (call, index) => {
    const command = call.int(1);
    const name = setNamed("fcntl").find(([, value]) => value === command)?.[0] ?? "";
    if (/^F_(GETFD|GETFL|GETOWN|GETSIG|GETLEASE|GETPIPE_SZ|GET_SEALS)$/.test(name)) return null;
    if (name === "F_SETFD") return flags(call.uint(index), [["FD_CLOEXEC", 1]]);
    if (name === "F_SETFL") return openFlagsValue(call.uint(index), call.arch);
    if (/^F_(OFD_)?(GETLK|SETLKW?)$/.test(name)) return flock(call, call.ulong(index));
    return integer(
      /^F_(DUPFD|SETPIPE_SZ|SETOWN|SETSIG)/.test(name) ? call.int(index) : call.ulong(index),
      /^F_/.test(name) ? "decimal" : "hex",
    );
  },
});

/** struct flock of 64-bit callers. */
function flock(call: Call, at: bigint): Value {
  const found = call.word === 8 ? call.memory.read(Number(at), 32) : null;
  if (!found) return pointer(at);
  const { view } = found;
  const types = ["F_RDLCK", "F_WRLCK", "F_UNLCK"];
  return struct([
    ["l_type", word(types[view.getInt16(0, true)] ?? String(view.getInt16(0, true)))],
    ["l_whence", word(["SEEK_SET", "SEEK_CUR", "SEEK_END"][view.getInt16(2, true)] ?? "SEEK_???")],
    ["l_start", integer(view.getBigInt64(8, true))],
    ["l_len", integer(view.getBigInt64(16, true))],
  ]);
}

const whence = choice(() => setNamed("seek"), "SEEK_???");
const linkTarget = output;
const lockOperation = set(() => setNamed("flock"), "LOCK_???");
/** Two timespecs, or NULL for now. */
const twoTimes = onEntry((call, index) => {
  const at = call.ulong(index);
  if (at === 0n) return pointer(at);
  const first = timespecAt(call, at, true);
  const second = timespecAt(call, at + 16n, true);
  return first && second ? array([first, second]) : pointer(at);
});
const offsetPointer = onEntry((call, index) => {
  const at = call.ulong(index);
  return at === 0n ? pointer(at) : numberAt(call, at, 8);
});

/** struct pollfd: what is asked for at the entry, what came is told after the result. */
export function pollFds(call: Call, at: bigint, count: number, answered: boolean): Value {
  const items: Value[] = [];
  const set_ = setNamed("poll");
  for (let i = 0; i < Math.min(count, call.limits.array); i++) {
    const found = call.memory.read(Number(at) + i * 8, 8);
    if (!found) return pointer(at);
    const each = fdValue(call, found.view.getInt32(0, true));
    const [events, revents] = [found.view.getInt16(4, true), found.view.getInt16(6, true)];
    if (answered && revents === 0) continue;
    items.push(
      struct([
        ["fd", each],
        answered
          ? ["revents", flags(revents & 0xffff, set_)]
          : ["events", flags(events & 0xffff, set_)],
      ]),
    );
  }
  return array(items, count > call.limits.array);
}
const polled = onEntry((call, index) => {
  const at = call.ulong(index);
  return at === 0n ? pointer(at) : pollFds(call, at, call.uint(index + 1), false);
});

const epollEvent = onEntry((call, index) => {
  const at = call.ulong(index);
  const found = call.memory.read(Number(at), call.arch === "arm64" ? 16 : 12);
  if (!found) return pointer(at);
  const data = found.view.getBigUint64(call.arch === "arm64" ? 8 : 4, true);
  return struct([
    ["events", flags(found.view.getUint32(0, true), setNamed("epoll"))],
    [
      "data",
      struct([
        ["u32", integer(data & 0xffffffffn)],
        ["u64", integer(data)],
      ]),
    ],
  ]);
});

/** Requests have names; several share a number, the likelier first. */
const ioctlRequest = onEntry((call, index) => oneOf(call.uint(index), setNamed("ioctl", call.abi)));
/** Only bits: there is no access mode. */
const descriptorFlags = set(() => setNamed("open"), "O_???");
const currentDirectory = onExit((call, index) =>
  call.failed ? pointer(call.ulong(index)) : pathAt(call, call.ulong(index)),
);
/** Of three ways to look at a remote file the first is no bit. */
const statxFlags = onEntry((call, index) => {
  const value = call.uint(index);
  const named = flags(value, setNamed("at_stat"), "AT_???");
  if (value & 0x6000) return named;
  return new NamedValue(value, ["AT_STATX_SYNC_AS_STAT", ...named.names], named.rest);
});
/** Names in a directory: strace tells only how many. */
const entries = onExit((call, index) => {
  const at = call.ulong(index);
  if (call.failed) return pointer(at);
  const found = call.memory.read(Number(at), call.result);
  let count = 0;
  for (let offset = 0; found && offset < call.result; count++)
    offset += Math.max(1, found.view.getUint16(offset + 16, true));
  return word(`0x${at.toString(16)} /* ${count} entries */`);
});

/** Arguments by system call; strace leaves out what a call does not use. */
export const FILE_DECODERS: Readonly<Record<string, readonly Argument[]>> = {
  open: [path, openFlags, when(createsAt(1), mode)],
  openat: [dirfd, path, openFlags, when(createsAt(2), mode)],
  openat2: [dirfd, path, openHow, ulong],
  creat: [path, mode],
  close: [fd],
  read: [fd, output, ulong],
  write: [fd, input(2), ulong],
  pread64: [fd, output, ulong, long],
  pwrite64: [fd, input(2), ulong, long],
  readv: [fd, readVectors, int],
  writev: [fd, writtenVectors, int],
  lseek: [fd, long, whence],
  access: [path, accessMode],
  faccessat: [dirfd, path, accessMode],
  faccessat2: [dirfd, path, accessMode, atFlags],
  stat: [path, stat],
  lstat: [path, stat],
  fstat: [fd, stat],
  newfstatat: [dirfd, path, stat, atFlags],
  statx: [dirfd, path, statxFlags, set(() => setNamed("statx"), "STATX_???"), statx],
  rename: [path, path],
  renameat: [dirfd, path, dirfd, path],
  renameat2: [dirfd, path, dirfd, path, renameFlags],
  unlink: [path],
  unlinkat: [dirfd, path, atFlags],
  rmdir: [path],
  mkdir: [path, mode],
  mkdirat: [dirfd, path, mode],
  link: [path, path],
  linkat: [dirfd, path, dirfd, path, atFlags],
  symlink: [path, path],
  symlinkat: [path, dirfd, path],
  readlink: [path, linkTarget, ulong],
  readlinkat: [dirfd, path, linkTarget, ulong],
  chmod: [path, mode],
  fchmod: [fd, mode],
  fchmodat: [dirfd, path, mode],
  chown: [path, int, int],
  fchown: [fd, int, int],
  lchown: [path, int, int],
  fchownat: [dirfd, path, int, int, atFlags],
  chdir: [path],
  fchdir: [fd],
  chroot: [path],
  getcwd: [currentDirectory, ulong],
  truncate: [path, long],
  ftruncate: [fd, long],
  fallocate: [fd, set(() => setNamed("fallocate")), long, long],
  utimensat: [dirfd, path, twoTimes, atFlags],
  dup: [fd],
  dup2: [fd, fd],
  dup3: [fd, fd, descriptorFlags],
  pipe: [outputFds(2)],
  pipe2: [outputFds(2), descriptorFlags],
  fcntl: [fd, choice(() => setNamed("fcntl"), "F_???"), fcntlArgument(false)],
  flock: [fd, lockOperation],
  fsync: [fd],
  fdatasync: [fd],
  sendfile: [fd, fd, offsetPointer, ulong],
  copy_file_range: [fd, offsetPointer, fd, offsetPointer, ulong, hex],
  poll: [polled, uint, int],
  epoll_create1: [set(() => setNamed("epoll_create"))],
  epoll_ctl: [fd, choice(() => setNamed("epoll_ctl"), "EPOLL_CTL_???"), fd, epollEvent],
  ioctl: [fd, ioctlRequest, address],
  getdents64: [fd, entries, ulong],
  umask: [mode],
  memfd_create: [string, set(() => setNamed("memfd"), "MFD_???")],
  eventfd2: [uint, set(() => setNamed("eventfd"))],
  execve: [path, argv, envp],
  execveat: [dirfd, path, argv, envp, atFlags],
  mount: [string, path, string, set(() => setNamed("mount")), address],
  umount2: [path, set(() => setNamed("umount"))],
};
