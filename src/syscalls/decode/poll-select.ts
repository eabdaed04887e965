/** Waiting for descriptors: poll(2), select(2), epoll(7). */
import {
  array,
  flags,
  integer,
  pointer,
  type SetValue,
  setOf,
  struct,
  type Value,
} from "../value.ts";
import { address, choice, fd, fdValue, int, set, uint, ulong } from "./arguments.ts";
import { type ArgumentDecoder, onEntry, onExit, type SyscallView } from "./call.ts";
import { constants } from "./named-constants.ts";
import { inputSet, signalSetAt } from "./process.ts";
import { timespecAt, timevalAt } from "./structs.ts";

/** struct pollfd: the requested events at entry, the returned events in the result. */
export function pollFds(call: SyscallView, at: bigint, count: number, isResult: boolean): Value {
  const items: Value[] = [];
  const set_ = constants("poll");
  for (let i = 0; i < Math.min(count, call.limits.array); i++) {
    const found = call.memory.read(Number(at) + i * 8, 8);
    if (!found) return pointer(at);
    const number = found.view.getInt32(0, true);
    const [events, revents] = [found.view.getUint16(4, true), found.view.getUint16(6, true)];
    if (isResult && revents === 0) continue;
    const each = fdValue(call, number);
    if (number < 0) items.push(struct([["fd", each]]));
    else if (isResult)
      items.push(
        struct([
          ["fd", each],
          ["revents", flags(revents, set_)],
        ]),
      );
    else
      items.push(
        struct([
          ["fd", each],
          ["events", flags(events, set_)],
        ]),
      );
  }
  return array(items, count > call.limits.array);
}
const pollFdsArgument = onEntry((call, index) => {
  const at = call.ulong(index);
  return at === 0n ? pointer(at) : pollFds(call, at, call.uint(index + 1), false);
});

const BITS_PER_BYTE = 8;
const MAX_FDS = 1024;

/** Decodes the members of an fd_set. @returns null if it cannot be read */
export function fdSet(call: SyscallView, at: bigint, count: number): SetValue | null {
  const bits = Math.min(Math.max(0, count), MAX_FDS);
  const bytes = Math.ceil(bits / (call.wordSize * BITS_PER_BYTE)) * call.wordSize;
  const found = at === 0n ? null : call.memory.read(Number(at), bytes);
  if (!found) return null;
  const fds = Array.from({ length: bits }, (_, i) => i).filter(
    (i) => (found.bytes[i >> 3] >> (i & 7)) & 1,
  );
  return setOf(fds);
}
const fdSetArgument = onEntry(
  (call, index) => fdSet(call, call.ulong(index), call.int(0)) ?? pointer(call.ulong(index)),
);
const timeout = (read: typeof timespecAt) =>
  onEntry((call, index) => read(call, call.ulong(index)) ?? pointer(call.ulong(index)));

/** pselect6(2): a signal set and its size, behind one pointer. */
const maskWithSize = onEntry((call, index) => {
  const at = call.ulong(index);
  const found = at === 0n || call.wordSize === 4 ? null : call.memory.read(Number(at), 16);
  if (!found) return pointer(at);
  const [mask, size] = [found.view.getBigUint64(0, true), found.view.getBigUint64(8, true)];
  return struct([
    ["sigmask", signalSetAt(call, mask)],
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
  const size = epollEventSize(call);
  const shown = Math.min(call.result, call.limits.array);
  const found = call.failed ? null : call.memory.read(Number(at), shown * size);
  if (!found) return pointer(at);
  const items = Array.from({ length: shown }, (_, i) => epollEvent(call, found.view, i * size));
  return array(items, call.result > shown);
});

const epollWait: readonly ArgumentDecoder[] = [fd, epollEventsOut, int, int];

export const WAIT_DECODERS: Readonly<Record<string, readonly ArgumentDecoder[]>> = {
  poll: [pollFdsArgument, uint, int],
  ppoll: [pollFdsArgument, uint, timeout(timespecAt), inputSet, ulong],
  select: [int, fdSetArgument, fdSetArgument, fdSetArgument, timeout(timevalAt)],
  pselect6: [int, fdSetArgument, fdSetArgument, fdSetArgument, timeout(timespecAt), maskWithSize],
  epoll_create1: [set(() => constants("epoll_create"), "EPOLL_???")],
  epoll_ctl: [fd, choice(() => constants("epoll_ctl"), "EPOLL_CTL_???"), fd, epollEventIn],
  epoll_wait: epollWait,
  epoll_pwait: [...epollWait, inputSet, ulong],
  epoll_pwait2: [fd, epollEventsOut, int, timeout(timespecAt), inputSet, ulong],
  pause: [],
  signalfd: [fd, inputSet, ulong],
  signalfd4: [
    fd,
    inputSet,
    ulong,
    set(
      () => [
        ["SFD_CLOEXEC", 0o2000000],
        ["SFD_NONBLOCK", 0o4000],
      ],
      "SFD_???",
    ),
  ],
  rt_sigpending: [
    onExit((call, index) =>
      call.failed ? pointer(call.ulong(index)) : signalSetAt(call, call.ulong(index)),
    ),
    ulong,
  ],
  rt_sigtimedwait: [inputSet, address, timeout(timespecAt), ulong],
};
