/** Calls whose last argument depends on a command: fcntl(2), ioctl(2), futex(2), prctl(2). */
import { signalName } from "../../kernel/signal.ts";
import { array, flags, integer, oneOf, pointer, struct, type Value, word } from "../value.ts";
import * as usual from "./arguments.ts";
import { type Argument, type Call, onEntry } from "./call.ts";
import { setNamed } from "./parts.ts";
import { openFlagsValue, timespecAt } from "./structs.ts";

const { address, choice, fd, int, uint } = usual;
const nameIn = (set: string, number: number, abi?: Call["abi"]) =>
  setNamed(set, abi).find(([, value]) => value === number)?.[0] ?? "";

/** A pointer to what the kernel writes. */
function isReading(call: Call): boolean {
  const command = call.name === "fcntl" ? nameIn("fcntl", call.int(1)) : optionOf(call);
  return /^(F|PR)_(OFD_)?GET/.test(command) || command === "";
}
/** Known at the entry unless so. */
function unless(late: (call: Call) => boolean, decode: Argument["decode"]): Argument {
  return { when: "exit", early: (call) => !late(call), decode };
}

// ---- fcntl ----

/** struct flock of 64-bit callers. */
function flock(call: Call, at: bigint, withPid: boolean): Value {
  const found = call.word === 8 ? call.memory.read(Number(at), 32) : null;
  if (!found) return pointer(at);
  const { view } = found;
  return struct([
    ["l_type", oneOf(view.getInt16(0, true), setNamed("lock_type"), "F_???")],
    ["l_whence", oneOf(view.getInt16(2, true), setNamed("seek"), "SEEK_???")],
    ["l_start", integer(view.getBigInt64(8, true))],
    ["l_len", integer(view.getBigInt64(16, true))],
    ...(withPid ? [["l_pid", integer(view.getInt32(24, true))] as const] : []),
  ]);
}

function ownerAt(call: Call, at: bigint): Value {
  const found = call.memory.read(Number(at), 8);
  if (!found) return pointer(at);
  return struct([
    ["type", oneOf(found.view.getInt32(0, true), setNamed("owner_type"), "F_OWNER_???")],
    ["pid", integer(found.view.getInt32(4, true))],
  ]);
}

const signalOrZero = (number: number) => (number === 0 ? integer(0) : word(signalName(number)));

const fcntlArgument = unless(isReading, (call, index) => {
  const name = nameIn("fcntl", call.int(1));
  const at = call.ulong(index);
  if (/^F_(GETFD|GETFL|GETOWN|GETSIG|GETLEASE|GETPIPE_SZ|GET_SEALS)$/.test(name)) return null;
  switch (name) {
    case "F_SETFD":
      return flags(call.uint(index), setNamed("fd_flags"), "FD_???");
    case "F_SETFL":
      return openFlagsValue(call.uint(index), call.arch);
    case "F_SETSIG":
      return signalOrZero(call.int(index));
    case "F_ADD_SEALS":
      return flags(call.uint(index), setNamed("seals"), "F_SEAL_???");
    case "F_NOTIFY":
      return flags(call.uint(index), setNamed("notify"), "DN_???");
    case "F_SETLEASE":
      return oneOf(call.int(index), setNamed("lock_type"), "F_???");
    case "F_GETLK":
    case "F_OFD_GETLK":
      return call.failed ? pointer(at) : flock(call, at, true);
    case "F_SETLK":
    case "F_SETLKW":
    case "F_OFD_SETLK":
    case "F_OFD_SETLKW":
      return flock(call, at, false);
    case "F_GETOWN_EX":
      return call.failed ? pointer(at) : ownerAt(call, at);
    case "F_SETOWN_EX":
      return ownerAt(call, at);
  }
  if (/^F_(DUPFD|SETPIPE_SZ|SETOWN)/.test(name)) return integer(call.int(index));
  return integer(at, "hex");
});

// ---- ioctl ----

const ioctlRequest = onEntry((call, index) => {
  const number = call.uint(index);
  const names = setNamed("ioctl", call.abi).filter(([, value]) => value === number);
  if (names.length) return oneOf(number, names);
  const direction = ["_IOC_NONE", "_IOC_WRITE", "_IOC_READ", "_IOC_READ|_IOC_WRITE"][number >>> 30];
  const hex = (value: number) => (value === 0 ? "0" : `0x${value.toString(16)}`);
  const size = (number >>> 16) & 0x3fff;
  return word(
    `_IOC(${direction}, ${hex((number >>> 8) & 0xff)}, ${hex(number & 0xff)}, ${hex(size)})`,
  );
});

function termios(call: Call, at: bigint): Value {
  const found = call.memory.read(Number(at), 36);
  if (!found) return pointer(at);
  const { view } = found;
  const [iflag, oflag, cflag, lflag] = [0, 4, 8, 12].map((offset) => view.getUint32(offset, true));
  const baud = nameIn("baud", cflag & 0x100f);
  const size = nameIn("c_csize", cflag & 0x30);
  const others = flags(cflag & ~0x103f, setNamed("c_cflag"));
  return struct(
    [
      ["c_iflag", flags(iflag, setNamed("c_iflag"))],
      ["c_oflag", flags(oflag, setNamed("c_oflag"))],
      ["c_cflag", word([baud, size, ...others.names].filter((each) => each !== "").join("|"))],
      ["c_lflag", flags(lflag, setNamed("c_lflag"))],
    ],
    true,
  );
}

function window(call: Call, at: bigint): Value {
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

const ioctlWrites = (call: Call) => call.uint(1) >>> 30 !== 0 || call.uint(1) < 0x10000;
const ioctlArgument = unless(ioctlWrites, (call, index) => {
  const name = nameIn("ioctl", call.uint(1), call.abi);
  const at = call.ulong(index);
  switch (name) {
    case "FIOCLEX":
    case "FIONCLEX":
      return null;
    case "FICLONE":
      return integer(call.int(index));
    case "FIONBIO":
    case "FIOASYNC":
    case "TIOCSPGRP":
      return usual.numberAt(call, at, 4);
    case "TCSETS":
    case "TCSETSW":
    case "TCSETSF":
      return termios(call, at);
    case "TIOCSWINSZ":
      return window(call, at);
  }
  if (call.failed) return pointer(at);
  switch (name) {
    case "TCGETS":
      return termios(call, at);
    case "TIOCGWINSZ":
      return window(call, at);
    case "FIONREAD":
    case "TIOCGPGRP":
    case "TIOCGSID":
    case "TIOCOUTQ":
      return usual.numberAt(call, at, 4);
    case "FS_IOC_GETFLAGS": {
      const found = call.memory.read(Number(at), 4);
      const bits = found?.view.getUint32(0, true);
      return bits === undefined ? pointer(at) : array([flags(bits, setNamed("inode_flags"))]);
    }
  }
  return pointer(at);
});

// ---- futex ----

const FUTEX_PRIVATE = 128;
const FUTEX_CLOCK_REALTIME = 256;
const commandOf = (call: Call) => nameIn("futex", call.uint(1) & 0x7f).slice("FUTEX_".length);

const futexOperation = onEntry((call, index) => {
  const value = call.uint(index);
  const name = commandOf(call);
  if (name === "") return oneOf(value, [], "FUTEX_???");
  const own = value & FUTEX_PRIVATE ? "_PRIVATE" : "";
  return word(`FUTEX_${name}${own}${value & FUTEX_CLOCK_REALTIME ? "|FUTEX_CLOCK_REALTIME" : ""}`);
});
const WAITS = /^(WAIT|WAIT_BITSET|LOCK_PI|LOCK_PI2|WAIT_REQUEUE_PI)$/;
const REQUEUES = /REQUEUE|WAKE_OP/;
const futexTime = onEntry((call, index) => {
  const name = commandOf(call);
  if (REQUEUES.test(name) && name !== "WAIT_REQUEUE_PI") return uint.decode(call, index);
  if (WAITS.test(name)) return timespecAt(call, call.ulong(index)) ?? address.decode(call, index);
  return name === "" ? address.decode(call, index) : null;
});
const futexOther = onEntry((call, index) => {
  const name = commandOf(call);
  return REQUEUES.test(name) || name === "" ? address.decode(call, index) : null;
});
const futexLast = onEntry((call, index) => {
  const name = commandOf(call);
  if (name.endsWith("BITSET"))
    return call.uint(index) === 0xffffffff
      ? word("FUTEX_BITSET_MATCH_ANY")
      : integer(call.uint(index), "hex");
  return name.startsWith("CMP_REQUEUE") || name === "" ? uint.decode(call, index) : null;
});
const futexValue = onEntry((call, index) =>
  /^(LOCK_PI|LOCK_PI2|UNLOCK_PI|TRYLOCK_PI)$/.test(commandOf(call))
    ? null
    : uint.decode(call, index),
);

// ---- prctl ----

/** What the second argument is, by the first; those that have more are told in full. */
type Second = (call: Call, index: number) => Value | null;
const capability: Second = (call, index) =>
  oneOf(call.int(index), setNamed("capability"), "CAP_???");
const nameAt: Second = (call, index) => {
  const found = call.memory.string(call.address(index), 15);
  if (!found) return pointer(call.ulong(index));
  return { kind: "string", bytes: found.bytes.slice(0, found.length), cut: found.cut };
};
const none: Second = () => null;
const number: Second = (call, index) => integer(call.ulong(index));
const DUMPABLE = [
  ["SUID_DUMP_DISABLE", 0],
  ["SUID_DUMP_USER", 1],
  ["SUID_DUMP_ROOT", 2],
] as const;
const PRCTL: Readonly<Record<string, Second>> = {
  PR_SET_NAME: nameAt,
  PR_GET_NAME: (call, index) => (call.failed ? pointer(call.ulong(index)) : nameAt(call, index)),
  PR_SET_PDEATHSIG: (call, index) => signalOrZero(call.int(index)),
  PR_GET_PDEATHSIG: (call, index) => {
    const found = call.failed ? null : call.memory.read(call.address(index), 4);
    return found ? array([signalOrZero(found.view.getInt32(0, true))]) : pointer(call.ulong(index));
  },
  PR_SET_DUMPABLE: (call, index) => oneOf(call.int(index), DUMPABLE, "SUID_DUMP_???"),
  PR_GET_DUMPABLE: none,
  PR_GET_KEEPCAPS: none,
  PR_SET_KEEPCAPS: number,
  PR_SET_CHILD_SUBREAPER: number,
  PR_CAPBSET_READ: capability,
  PR_CAPBSET_DROP: capability,
};
/** Those that are told with all their arguments. */
const LONG = /^PR_(SET_NO_NEW_PRIVS|GET_NO_NEW_PRIVS|SET_THP_DISABLE|GET_THP_DISABLE)$/;
const optionOf = (call: Call) => nameIn("prctl", call.int(0));
const second = unless(isReading, (call, index) => {
  const name = optionOf(call);
  const decode = PRCTL[name];
  if (decode) return decode(call, index);
  if (name === "PR_GET_NO_NEW_PRIVS") return integer(call.ulong(index));
  if (name === "PR_SET_SECCOMP")
    return oneOf(call.int(index), setNamed("seccomp_mode"), "SECCOMP_MODE_???");
  return LONG.test(name) ? number(call, index) : integer(call.ulong(index), "hex");
});
const further = unless(isReading, (call, index) => {
  const name = optionOf(call);
  if (PRCTL[name]) return null;
  return LONG.test(name) ? number(call, index) : integer(call.ulong(index), "hex");
});

export const CONTROL_DECODERS: Readonly<Record<string, readonly Argument[]>> = {
  fcntl: [fd, choice(() => setNamed("fcntl"), "F_???"), fcntlArgument],
  ioctl: [fd, ioctlRequest, ioctlArgument],
  futex: [address, futexOperation, futexValue, futexTime, futexOther, futexLast],
  prctl: [choice(() => setNamed("prctl"), "PR_???"), second, further, further, further],
  kill: [int, onEntry((call, index) => signalNumber(call.int(index)))],
  tkill: [int, onEntry((call, index) => signalNumber(call.int(index)))],
  tgkill: [int, int, onEntry((call, index) => signalNumber(call.int(index)))],
};

/** 99 is no signal. */
function signalNumber(value: number): Value {
  return value > 0 && value <= 64 ? word(signalName(value)) : integer(value);
}
