/** Calls whose last argument depends on a command: fcntl(2), and ioctl(2) of its own directory. */
import { signalName } from "../../kernel/signal.ts";
import { enumValue, flags, integer, pointer, struct, symbol, type Value } from "../value.ts";
import * as usual from "./arguments.ts";
import { type ArgumentDecoder, onExitIf, type SyscallView } from "./call.ts";
import { IOCTL_DECODER } from "./ioctl/index.ts";
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

export const CONTROL_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  fcntl: [fd, choice(() => constants("fcntl"), "F_???"), fcntlArgument],
  ioctl: IOCTL_DECODER,
};
