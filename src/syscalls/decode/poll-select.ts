/** Waiting for descriptors: poll(2), select(2), epoll(7). */
import { siginfoValue } from "../siginfo.ts";
import {
  array,
  type FdValue,
  flags,
  integer,
  pointer,
  type SetValue,
  type StructValue,
  setOf,
  struct,
  type Value,
} from "../value.ts";
import { choice, fd, fdValue, int, set, uint, ulong } from "./arguments.ts";
import { arrayAt } from "./arrays.ts";
import { type ArgumentDecoder, onEntry, onExit, type SyscallView } from "./call.ts";
import { constants } from "./named-constants.ts";
import { inputSet, pendingSet, signalSetAt } from "./process.ts";
import { timespecAt, timevalAt } from "./structs.ts";

const POLLFD_SIZE = 8;

/** struct pollfd; a negative fd is ignored. */
function pollFd(call: SyscallView, view: DataView, member: "events" | "revents"): StructValue {
  const number = view.getInt32(0, true);
  const bits = view.getUint16(member === "events" ? 4 : 6, true);
  const fd = ["fd", fdValue(call, number)] as const;
  if (number < 0) return struct([fd]);
  return struct([fd, [member, flags(bits, constants("poll"), "POLL???")]]);
}
/** Returns the fds of entries that are not shown, which matter to -P. */
function hiddenFds(call: SyscallView, at: bigint, first: number, count: number): FdValue[] {
  const fds: FdValue[] = [];
  for (let i = first; i < Math.min(count, MAX_POLL_FDS); i++) {
    const found = call.memory.read(Number(at) + i * POLLFD_SIZE, POLLFD_SIZE);
    if (!found) break;
    fds.push(fdValue(call, found.view.getInt32(0, true)));
  }
  return fds;
}
const pollFdsArgument = onEntry((call, index) => {
  const [at, count] = [call.ulong(index), call.uint(index + 1)];
  const value = arrayAt(call, at, count, POLLFD_SIZE, (view) => pollFd(call, view, "events"));
  if (value.kind !== "array" || !value.cut || !call.detailsOf) return value;
  return { ...value, hidden: hiddenFds(call, at, value.items.length, count) };
});

/** The entries with returned events. */
export function returnedPollFds(call: SyscallView, at: bigint, count: number): Value {
  const items: Value[] = [];
  for (let i = 0; i < Math.min(count, MAX_POLL_FDS); i++) {
    const found = call.memory.read(Number(at) + i * POLLFD_SIZE, POLLFD_SIZE);
    if (!found) return pointer(at);
    if (found.view.getInt32(0, true) < 0 || found.view.getUint16(6, true) === 0) continue;
    if (items.length === call.limits.array) return array(items, true);
    items.push(pollFd(call, found.view, "revents"));
  }
  return array(items);
}

const BITS_PER_BYTE = 8;
const MAX_FDS = 1024;
const MAX_POLL_FDS = 4096;

/** Decodes the members of an fd_set. @returns null if it cannot be read */
export function fdSet(call: SyscallView, at: bigint, count: number): SetValue | null {
  if (count < 0) return null;
  const bits = Math.min(count, MAX_FDS);
  const bytes = Math.ceil(bits / (call.wordSize * BITS_PER_BYTE)) * call.wordSize;
  const found = at === 0n ? null : call.memory.read(Number(at), bytes);
  if (!found) return null;
  const fds = Array.from({ length: bits }, (_, i) => i).filter(
    (i) => (found.bytes[i >> 3] >> (i & 7)) & 1,
  );
  return call.detailsOf
    ? { ...setOf(fds), fds: fds.map((each) => fdValue(call, each)) }
    : setOf(fds);
}
const fdSetArgument = onEntry(
  (call, index) => fdSet(call, call.ulong(index), call.int(0)) ?? pointer(call.ulong(index)),
);
const timeout = (read: typeof timespecAt) =>
  onEntry((call, index) => read(call, call.ulong(index)) ?? pointer(call.ulong(index)));

const KERNEL_SET_SIZE = 8n;

/** pselect6(2): a signal set and its size, behind one pointer. */
export const maskWithSize = onEntry((call, index) => {
  const at = call.ulong(index);
  const found = at === 0n || call.wordSize === 4 ? null : call.memory.read(Number(at), 16);
  if (!found) return pointer(at);
  const [mask, size] = [found.view.getBigUint64(0, true), found.view.getBigUint64(8, true)];
  return struct([
    ["sigmask", size === KERNEL_SET_SIZE ? signalSetAt(call, mask) : pointer(mask)],
    ["sigsetsize", integer(size)],
  ]);
});

/** struct epoll_event is packed on x86 only. */
function epollEvent(call: SyscallView, view: DataView, at: number): Value {
  const data = view.getBigUint64(at + (call.arch === "arm64" ? 8 : 4), true);
  return struct([
    ["events", flags(view.getUint32(at, true), constants("epoll"), "EPOLL???")],
    [
      "data",
      struct([
        ["u32", integer(data & 0xffffffffn)],
        ["u64", integer(data)],
      ]),
    ],
  ]);
}
const epollEventSize = (call: SyscallView) => (call.arch === "arm64" ? 16 : 12);
const EPOLL_CTL_DEL = 2;
const epollEventIn = onEntry((call, index) => {
  const at = call.ulong(index);
  const found =
    at === 0n || call.int(1) === EPOLL_CTL_DEL
      ? null
      : call.memory.read(Number(at), epollEventSize(call));
  return found ? epollEvent(call, found.view, 0) : pointer(at);
});
const epollEventsOut = onExit((call, index) => {
  const at = call.ulong(index);
  if (call.failed) return pointer(at);
  return arrayAt(call, at, call.result, epollEventSize(call), (view) => epollEvent(call, view, 0));
});

const SIGINFO_SIZE = 128;
const receivedInfo = onExit((call, index) => {
  const at = call.ulong(index);
  const isKnown = at !== 0n && !call.failed && call.wordSize === 8;
  const found = isKnown ? call.memory.read(Number(at), SIGINFO_SIZE) : null;
  return found ? siginfoValue(found.view, (number) => fdValue(call, number)) : pointer(at);
});

const epollWait: readonly ArgumentDecoder[] = [fd, epollEventsOut, int, int];

export const WAIT_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  poll: [pollFdsArgument, uint, int],
  ppoll: [pollFdsArgument, uint, timeout(timespecAt), inputSet(4), ulong],
  select: [int, fdSetArgument, fdSetArgument, fdSetArgument, timeout(timevalAt)],
  pselect6: [int, fdSetArgument, fdSetArgument, fdSetArgument, timeout(timespecAt), maskWithSize],
  epoll_create1: [set(() => constants("epoll_create"), "EPOLL_???")],
  epoll_ctl: [fd, choice(() => constants("epoll_ctl"), "EPOLL_CTL_???"), fd, epollEventIn],
  epoll_wait: epollWait,
  epoll_pwait: [...epollWait, inputSet(5), ulong],
  epoll_pwait2: [fd, epollEventsOut, int, timeout(timespecAt), inputSet(5), ulong],
  pause: [],
  signalfd: [fd, inputSet(2), ulong],
  signalfd4: [
    fd,
    inputSet(2),
    ulong,
    set(
      () => [
        ["SFD_CLOEXEC", 0o2000000],
        ["SFD_NONBLOCK", 0o4000],
      ],
      "SFD_???",
    ),
  ],
  rt_sigpending: [pendingSet, ulong],
  rt_sigtimedwait: [inputSet(3), receivedInfo, timeout(timespecAt), ulong],
};
