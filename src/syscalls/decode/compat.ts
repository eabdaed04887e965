/**
 * Calls of 32-bit programs that pass a 64-bit number in two registers or have other names:
 * syscall(2).
 */
import { array, flags, integer, pointer } from "../value.ts";
import { fd, hex, numberAt, path, set, uint, ulong } from "./arguments.ts";
import { type ArgumentDecoder, onEntry, onExit, type SyscallView } from "./call.ts";
import { constants } from "./named-constants.ts";

const PAGE_SIZE = 4096n;

/** Returns a 64-bit number from two registers, low half first. */
function longLong(call: SyscallView, index: number): bigint {
  return call.ulong(index) | (call.ulong(index + 1) << 32n);
}
const signedLongLong = onEntry((call, index) => integer(BigInt.asIntN(64, longLong(call, index))));
const upperHalf = onEntry(() => null);

/** _llseek(2) has the high half first. */
const highHalfFirst = onEntry((call, index) =>
  integer(BigInt.asIntN(64, (call.ulong(index - 1) << 32n) | call.ulong(index))),
);
const newOffset = onExit((call, index) => {
  const at = call.ulong(index);
  return call.failed ? pointer(at) : numberAt(call, at, 8);
});
const timeOut = (call: SyscallView, index: number) => {
  const at = call.ulong(index);
  const found = call.failed || at === 0n ? null : call.memory.read(Number(at), 4);
  return found ? array([integer(found.view.getInt32(0, true))]) : pointer(at);
};

/**
 * Returns the decoders of 32-bit calls.
 * @param of returns the decoders of a 64-bit call
 */
export function compatDecoders(
  of: (call: string) => readonly ArgumentDecoder[],
): Readonly<Record<string, readonly ArgumentDecoder[]>> {
  const last = (call: string) => of(call).at(-1)!;
  return {
    truncate64: [path, signedLongLong, upperHalf],
    ftruncate64: [fd, signedLongLong, upperHalf],
    readahead: [fd, signedLongLong, upperHalf, ulong],
    fadvise64: [fd, signedLongLong, upperHalf, ulong, last("fadvise64")],
    fadvise64_64: [fd, signedLongLong, upperHalf, signedLongLong, upperHalf, last("fadvise64")],
    fallocate: [fd, of("fallocate")[1], signedLongLong, upperHalf, signedLongLong, upperHalf],
    sync_file_range: [fd, signedLongLong, upperHalf, signedLongLong, upperHalf, SYNC_FLAGS],
    _llseek: [fd, upperHalf, highHalfFirst, newOffset, last("lseek")],
    fanotify_mark: [
      ...of("fanotify_mark").slice(0, 2),
      onEntry((call, index) => flags(longLong(call, index), constants("fanotify"), "FAN_???")),
      upperHalf,
      ...of("fanotify_mark").slice(3),
    ],
    mmap2: [
      ...of("mmap").slice(0, 5),
      onEntry((call, index) => integer(call.ulong(index) * PAGE_SIZE, "hex")),
    ],
    time: [onExit(timeOut)],
    ugetrlimit: of("getrlimit"),
    stat64: of("stat"),
    lstat64: of("lstat"),
    fstat64: of("fstat"),
    fstatat64: of("newfstatat"),
    fcntl64: of("fcntl"),
    _newselect: of("select"),
    send: [fd, of("sendto")[1], uint, of("sendto")[3]],
    recv: [fd, of("recvfrom")[1], uint, of("recvfrom")[3]],
    set_tls: [hex],
  };
}
const SYNC_FLAGS = set(() => constants("sync_file_range"), "SYNC_FILE_RANGE_???");

/** Number of socketcall(2) on i386. */
export const SOCKETCALL_NUMBER = 102;
const socketCall = (name: string, count: number) => ({ name, arguments: count });
/**
 * The call that socketcall(2) makes, by its first argument: include/uapi/linux/net.h,
 * net/socket.c.
 */
export const SOCKET_CALLS: Readonly<Record<number, ReturnType<typeof socketCall> | undefined>> = {
  1: socketCall("socket", 3),
  2: socketCall("bind", 3),
  3: socketCall("connect", 3),
  4: socketCall("listen", 2),
  5: socketCall("accept", 3),
  6: socketCall("getsockname", 3),
  7: socketCall("getpeername", 3),
  8: socketCall("socketpair", 4),
  9: socketCall("send", 4),
  10: socketCall("recv", 4),
  11: socketCall("sendto", 6),
  12: socketCall("recvfrom", 6),
  13: socketCall("shutdown", 2),
  14: socketCall("setsockopt", 5),
  15: socketCall("getsockopt", 5),
  16: socketCall("sendmsg", 3),
  17: socketCall("recvmsg", 3),
  18: socketCall("accept4", 4),
  19: socketCall("recvmmsg", 5),
  20: socketCall("sendmmsg", 4),
};

/** Returns the name without its 64-bit time suffix: "clock_gettime64", "ppoll_time64". */
export function withoutTime64(name: string): string {
  return name.replace(/(_time64|(?<=^(clock|timer|timerfd)_\w+)64)$/, "");
}
