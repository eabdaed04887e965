/** Files and file descriptors: open(2) to statx(2). */

import { __O_TMPFILE, AT_STATX_SYNC_TYPE, O_CREAT } from "../../kernel/fcntl.ts";
import {
  CompositeValue,
  flags,
  integer,
  NamedValue,
  pointer,
  struct,
  type Value,
  withTail,
} from "../value.ts";
import {
  address,
  argv,
  choice,
  dirfd,
  envp,
  fd,
  id,
  inputBuffer,
  int,
  long,
  mode,
  numberAt,
  onlyIf,
  outputBuffer,
  outputFds,
  path,
  pathAt,
  set,
  string,
  uint,
  ulong,
} from "./arguments.ts";
import { structTail } from "./arrays.ts";
import { type ArgumentDecoder, onEntry, onExit, type SyscallView } from "./call.ts";
import { entries } from "./directory-entries.ts";
import { constants } from "./named-constants.ts";
import { statValue, statxValue } from "./stat.ts";
import { deviceValue, modeValue, openFlagsValue, statfsValue } from "./structs.ts";
import { readVectors, remoteVectors, writeVectors } from "./vectors.ts";

const OPEN_HOW_SIZE = 24;

const hasCreateFlag = (index: number) => (call: SyscallView) =>
  (call.uint(index) & (O_CREAT | __O_TMPFILE)) !== 0;
const openFlags = onEntry((call, index) => openFlagsValue(call.uint(index), call.arch));
const atFlags = (name: string) => set(() => constants(name), "AT_???");
const accessMode = onEntry((call, index) => {
  const value = call.int(index);
  return value === 0
    ? new NamedValue(0, ["F_OK"])
    : flags(
        value,
        [
          ["R_OK", 4],
          ["W_OK", 2],
          ["X_OK", 1],
        ],
        "?_OK",
      );
});
const renameFlags = set(() => constants("rename"), "RENAME_??");

/** struct open_how. */
const openHow = onEntry((call, index) => {
  const at = call.ulong(index);
  const size = Number(call.ulong(3));
  const found = size < OPEN_HOW_SIZE ? null : call.memory.read(Number(at), OPEN_HOW_SIZE);
  if (!found) return pointer(at);
  const [how, permissions, resolve] = [0, 8, 16].map((offset) =>
    found.view.getBigUint64(offset, true),
  );
  const create = (how & BigInt(O_CREAT | __O_TMPFILE)) !== 0n;
  const value = struct([
    ["flags", openFlagsValue(how, call.arch)],
    ...(create || permissions ? [["mode", integer(permissions, "octal")] as const] : []),
    ["resolve", flags(resolve, constants("resolve"), "RESOLVE_???")],
  ]);
  return withTail(value, structTail(call, at, OPEN_HOW_SIZE, size));
});

const stat = onExit((call, index) => statValue(call, call.ulong(index)));
const statx = onExit((call, index) => statxValue(call, call.ulong(index)));

const whence = choice(() => constants("seek"), "SEEK_???");
const linkTarget = outputBuffer;
const lockOperation = set(() => constants("flock"), "LOCK_???");
const statfs = onExit((call, index) => statfsValue(call, call.ulong(index)));
const fileMode = onEntry((call, index) => modeValue(call.uint(index) & 0xffff));
/** Only device files have a device number. */
const device = (modeIndex: number) =>
  onEntry((call, index) => {
    const isDevice = [0o020000, 0o060000].includes(call.uint(modeIndex) & 0o170000);
    return isDevice ? deviceValue(call.uint(index)) : null;
  });
/** A file offset in one register, or in two of 32 bits each. */
const offset = onEntry((call, index) =>
  call.wordSize === 8
    ? integer(call.long(index))
    : integer(BigInt.asIntN(64, call.ulong(index) | (call.ulong(index + 1) << 32n))),
);
const omitted = onEntry(() => null);
const rwf = set(() => constants("rwf"), "RWF_???");
const offsetPointer = (signed: boolean) =>
  onEntry((call, index) => {
    const at = call.ulong(index);
    return at === 0n ? pointer(at) : numberAt(call, at, 8, signed);
  });
/** strace shows that of sendfile without a sign. */
const sendOffset = offsetPointer(false);
const copyOffset = offsetPointer(true);
/** Returns the number behind an offset pointer; null if it was not read. */
function offsetOf(value: Value | null | undefined): number | bigint | null {
  const number = value?.kind === "array" ? value.items[0] : null;
  return number?.kind === "integer" ? number.value : null;
}
/** An offset that the call advances. */
const offsetOut = onExit(
  (call, index, before) => {
    const after = sendOffset.decode(call, index);
    const [from, to] = [before, after].map(offsetOf);
    if (call.failed || !before || !after || from === null || to === null || from === to)
      return before ?? after;
    return { kind: "change", before, after, indirect: false };
  },
  (call, index) => sendOffset.decode(call, index),
);

/** Bits only, without an access mode. */
const descriptorFlags = set(() => constants("open"), "O_???");
const currentDirectory = onExit((call, index) =>
  call.failed ? pointer(call.ulong(index)) : pathAt(call, call.ulong(index)),
);
/** Without a bit of AT_STATX_SYNC_TYPE, the file system decides how to synchronize. */
const statxFlags = onEntry((call, index) => {
  const value = call.uint(index);
  const how = value & AT_STATX_SYNC_TYPE ? [] : ["AT_STATX_SYNC_AS_STAT"];
  const bits = flags(value, [...constants("at_statx"), ...constants("at")]);
  return new NamedValue(value, [...how, ...bits.names], bits.rest);
});
const MS_REMOUNT = 0x20;
/** MS_BIND, MS_MOVE and the propagation flags: they use neither type nor data. */
const MS_NO_DATA = 0x1000 | 0x2000 | 0x20000 | 0x40000 | 0x80000 | 0x100000;
const MS_NO_TYPE = MS_NO_DATA | MS_REMOUNT;
/** An obsolete number in the upper half says nothing. */
const MS_MGC_MASK = 0xffff0000;
const MS_MGC_VAL = 0xc0ed0000;
const hasMagic = (value: number) => (value & MS_MGC_MASK) >>> 0 === MS_MGC_VAL;
const mountBits = (value: number) => (hasMagic(value) ? value & ~MS_MGC_MASK : value);
const mountFlags = onEntry((call, index) => {
  const value = call.ulong(index);
  const magic = hasMagic(call.uint(index));
  const bits = magic ? value & ~BigInt(MS_MGC_MASK) : value;
  const named = flags(bits, constants("mount"), "MS_???");
  if (!magic) return named;
  const first = new NamedValue(MS_MGC_VAL, ["MS_MGC_VAL"]);
  return new CompositeValue(bits === 0n ? [first] : [first, named]);
});
const unless = (bits: number, argument: ArgumentDecoder) =>
  onEntry((call, index) =>
    (mountBits(call.uint(3)) & bits ? address : argument).decode(call, index),
  );

/** Arguments by system call; strace omits what a call does not use. */
export const FILE_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  close_range: [uint, uint, set(() => constants("close_range"), "CLOSE_RANGE_???")],
  open: [path, openFlags, onlyIf(hasCreateFlag(1), mode)],
  openat: [dirfd, path, openFlags, onlyIf(hasCreateFlag(2), mode)],
  openat2: [dirfd, path, openHow, ulong],
  creat: [path, mode],
  close: [fd],
  read: [fd, outputBuffer, ulong],
  write: [fd, inputBuffer(2), ulong],
  pread64: [fd, outputBuffer, ulong, offset],
  pwrite64: [fd, inputBuffer(2), ulong, offset],
  readv: [fd, readVectors, ulong],
  writev: [fd, writeVectors, ulong],
  preadv: [fd, readVectors, ulong, offset],
  pwritev: [fd, writeVectors, ulong, offset],
  preadv2: [fd, readVectors, ulong, offset, omitted, rwf],
  pwritev2: [fd, writeVectors, ulong, offset, omitted, rwf],
  vmsplice: [fd, writeVectors, ulong, set(() => constants("splice"), "SPLICE_F_???")],
  process_vm_readv: [int, readVectors, ulong, remoteVectors, ulong, ulong],
  process_vm_writev: [int, writeVectors, ulong, remoteVectors, ulong, ulong],
  mknod: [path, fileMode, device(1)],
  mknodat: [dirfd, path, fileMode, device(2)],
  statfs: [path, statfs],
  fstatfs: [fd, statfs],
  lseek: [fd, long, whence],
  access: [path, accessMode],
  faccessat: [dirfd, path, accessMode],
  faccessat2: [dirfd, path, accessMode, atFlags("at_access")],
  stat: [path, stat],
  lstat: [path, stat],
  fstat: [fd, stat],
  newfstatat: [dirfd, path, stat, atFlags("at")],
  statx: [dirfd, path, statxFlags, set(() => constants("statx"), "STATX_???"), statx],
  rename: [path, path],
  renameat: [dirfd, path, dirfd, path],
  renameat2: [dirfd, path, dirfd, path, renameFlags],
  unlink: [path],
  unlinkat: [dirfd, path, atFlags("at")],
  rmdir: [path],
  mkdir: [path, mode],
  mkdirat: [dirfd, path, mode],
  link: [path, path],
  linkat: [dirfd, path, dirfd, path, atFlags("at")],
  symlink: [path, path],
  symlinkat: [path, dirfd, path],
  readlink: [path, linkTarget, ulong],
  readlinkat: [dirfd, path, linkTarget, ulong],
  chmod: [path, mode],
  fchmod: [fd, mode],
  fchmodat: [dirfd, path, mode],
  chown: [path, id, id],
  fchown: [fd, id, id],
  lchown: [path, id, id],
  fchownat: [dirfd, path, id, id, atFlags("at")],
  chdir: [path],
  fchdir: [fd],
  chroot: [path],
  getcwd: [currentDirectory, ulong],
  truncate: [path, ulong],
  ftruncate: [fd, ulong],
  fallocate: [fd, set(() => constants("fallocate"), "FALLOC_FL_???"), long, long],
  dup: [fd],
  dup2: [fd, fd],
  dup3: [fd, fd, descriptorFlags],
  pipe: [outputFds(2)],
  pipe2: [outputFds(2), descriptorFlags],
  flock: [fd, lockOperation],
  fsync: [fd],
  fdatasync: [fd],
  sendfile: [fd, fd, offsetOut, ulong],
  copy_file_range: [fd, copyOffset, fd, copyOffset, ulong, uint],
  getdents: [fd, entries("linux_dirent"), uint],
  getdents64: [fd, entries("linux_dirent64"), uint],
  umask: [mode],
  eventfd2: [uint, set(() => constants("eventfd"), "EFD_???")],
  execve: [path, argv, envp],
  execveat: [dirfd, path, argv, envp, atFlags("at_exec")],
  mount: [string, path, unless(MS_NO_TYPE, string), mountFlags, unless(MS_NO_DATA, string)],
  umount2: [path, set(() => constants("umount"), "MNT_???")],
};
