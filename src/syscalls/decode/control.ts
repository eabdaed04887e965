/** Calls whose last argument depends on a command: fcntl(2), ioctl(2). */
import { signalName } from "../../kernel/signal.ts";
import {
  array,
  enumValue,
  flags,
  integer,
  macro,
  NamedValue,
  parts,
  pointer,
  struct,
  symbol,
  type Value,
  withNumber,
} from "../value.ts";
import * as usual from "./arguments.ts";
import { type ArgumentDecoder, onEntry, onExitIf, type SyscallView } from "./call.ts";
import { constantName, constants } from "./named-constants.ts";
import { openFlagsValue } from "./structs.ts";

const { choice, fd } = usual;

/** Commands without an argument. */
const NO_ARGUMENT = /^F_(GETFD|GETFL|GETOWN|GETSIG|GETLEASE|GETPIPE_SZ|GET_SEALS)$/;

/** Whether the argument is a pointer that the kernel writes to. */
function isReading(call: SyscallView): boolean {
  const name = constantName("fcntl", call.int(1));
  return /^F_(OFD_)?GET|^$/.test(name) && !NO_ARGUMENT.test(name);
}

// ---- fcntl ----

/** struct flock of 64-bit callers. */
function flock(call: SyscallView, at: bigint, withPid: boolean): Value {
  const found = call.wordSize === 8 ? call.memory.read(Number(at), 32) : null;
  if (!found) return pointer(at);
  const { view } = found;
  return struct([
    ["l_type", enumValue(view.getInt16(0, true), constants("lock_type"), "F_???")],
    ["l_whence", enumValue(view.getInt16(2, true), constants("seek"), "SEEK_???")],
    ["l_start", integer(view.getBigInt64(8, true))],
    ["l_len", integer(view.getBigInt64(16, true))],
    ...(withPid ? [["l_pid", integer(view.getInt32(24, true))] as const] : []),
  ]);
}

function flockOwnerAt(call: SyscallView, at: bigint): Value {
  const found = call.memory.read(Number(at), 8);
  if (!found) return pointer(at);
  return struct([
    ["type", enumValue(found.view.getInt32(0, true), constants("owner_type"), "F_OWNER_???")],
    ["pid", integer(found.view.getInt32(4, true))],
  ]);
}

const signalOrZero = (number: number) =>
  number === 0 ? integer(0) : symbol(signalName(number), integer(number));

const fcntlArgument = onExitIf(isReading, (call, index) => {
  const name = constantName("fcntl", call.int(1));
  const at = call.ulong(index);
  if (NO_ARGUMENT.test(name)) return null;
  switch (name) {
    case "F_SETFD":
      return flags(call.uint(index), constants("fd_flags"), "FD_???");
    case "F_SETFL":
      return openFlagsValue(call.uint(index), call.arch);
    case "F_SETSIG":
      return signalOrZero(call.int(index));
    case "F_ADD_SEALS":
      return flags(call.uint(index), constants("seals"), "F_SEAL_???");
    case "F_NOTIFY":
      return flags(call.uint(index), constants("notify"), "DN_???");
    case "F_SETLEASE":
      return enumValue(call.int(index), constants("lock_type"), "F_???");
    case "F_GETLK":
    case "F_OFD_GETLK":
      return call.failed ? pointer(at) : flock(call, at, true);
    case "F_SETLK":
    case "F_SETLKW":
    case "F_OFD_SETLK":
    case "F_OFD_SETLKW":
      return flock(call, at, false);
    case "F_GETOWN_EX":
      return call.failed ? pointer(at) : flockOwnerAt(call, at);
    case "F_SETOWN_EX":
      return flockOwnerAt(call, at);
  }
  if (/^F_(DUPFD|SETPIPE_SZ|SETOWN)/.test(name)) return integer(call.int(index));
  return integer(at, "hex");
});

// ---- ioctl ----

/** include/uapi/asm-generic/ioctl.h. */
const IOC_DIRECTIONS = [
  ["_IOC_READ", 2],
  ["_IOC_WRITE", 1],
] as const;
const ioctlRequest = onEntry((call, index) => {
  const number = call.uint(index);
  const names = constants("ioctl", call.abi).filter(([, value]) => value === number);
  if (names.length) return enumValue(number, names);
  const direction = number >>> 30;
  const bits = flags(direction, IOC_DIRECTIONS);
  const fields = [(number >>> 8) & 0xff, number & 0xff, (number >>> 16) & 0x3fff];
  const request = macro(
    "_IOC",
    direction === 0 ? symbol("_IOC_NONE") : bits,
    ...fields.map((each) => integer(each, "hex")),
  );
  return withNumber(number, request);
});

/** Output delays, which strace shows before the bits: termios(3). */
const DELAYS = [
  ["NL", 0o400, 8],
  ["CR", 0o3000, 9],
  ["TAB", 0o14000, 11],
  ["BS", 0o20000, 13],
  ["VT", 0o40000, 14],
  ["FF", 0o100000, 15],
] as const;
const ALL_DELAYS = 0o177400;

function outputFlags(value: number): Value {
  const delays = DELAYS.map(([name, mask, shift]) => `${name}${(value & mask) >> shift}`);
  const bits = flags(value & ~ALL_DELAYS, constants("c_oflag"));
  return new NamedValue(value, [...delays, ...bits.names], bits.rest);
}

function termios(call: SyscallView, at: bigint): Value {
  const found = call.memory.read(Number(at), 36);
  if (!found) return pointer(at);
  const { view } = found;
  const [iflag, oflag, cflag, lflag] = [0, 4, 8, 12].map((offset) => view.getUint32(offset, true));
  const baud = constantName("baud", cflag & 0x100f);
  const size = constantName("c_csize", cflag & 0x30);
  const others = flags(cflag & ~0x103f, constants("c_cflag"));
  return struct(
    [
      ["c_iflag", flags(iflag, constants("c_iflag"))],
      ["c_oflag", outputFlags(oflag)],
      ["c_cflag", withNumber(cflag, parts(...[baud, size, ...others.names].filter(Boolean)))],
      ["c_lflag", flags(lflag, constants("c_lflag"))],
    ],
    true,
  );
}

function winsize(call: SyscallView, at: bigint): Value {
  const found = call.memory.read(Number(at), 8);
  if (!found) return pointer(at);
  const [rows, columns, x, y] = [0, 2, 4, 6].map((offset) => found.view.getUint16(offset, true));
  return struct([
    ["ws_row", integer(rows)],
    ["ws_col", integer(columns)],
    ["ws_xpixel", integer(x)],
    ["ws_ypixel", integer(y)],
  ]);
}

const ioctlWrites = (call: SyscallView) => call.uint(1) >>> 30 !== 0 || call.uint(1) < 0x10000;
const ioctlArgument = onExitIf(ioctlWrites, (call, index) => {
  const name = constantName("ioctl", call.uint(1), call.abi);
  const at = call.ulong(index);
  switch (name) {
    case "FIOCLEX":
    case "FIONCLEX":
    case "NS_GET_PARENT":
    case "NS_GET_USERNS":
    case "NS_GET_NSTYPE":
      return null;
    case "FICLONE":
    case "TIOCSCTTY":
      return integer(call.int(index));
    case "FIONBIO":
    case "FIOASYNC":
    case "TIOCSPGRP":
    case "TIOCSPTLCK":
      return usual.numberAt(call, at, 4);
    case "TCSETS":
    case "TCSETSW":
    case "TCSETSF":
      return termios(call, at);
    case "TIOCSWINSZ":
      return winsize(call, at);
  }
  if (call.failed) return pointer(at);
  switch (name) {
    case "TCGETS":
      return termios(call, at);
    case "TIOCGWINSZ":
      return winsize(call, at);
    case "FIONREAD":
    case "TIOCGPGRP":
    case "TIOCGSID":
    case "TIOCOUTQ":
    case "TIOCGPTN":
      return usual.numberAt(call, at, 4);
    case "FS_IOC_GETFLAGS": {
      const found = call.memory.read(Number(at), 4);
      const bits = found?.view.getUint32(0, true);
      return bits === undefined ? pointer(at) : array([flags(bits, constants("inode_flags"))]);
    }
  }
  return pointer(at);
});

export const CONTROL_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  fcntl: [fd, choice(() => constants("fcntl"), "F_???"), fcntlArgument],
  ioctl: [fd, ioctlRequest, ioctlArgument],
};
