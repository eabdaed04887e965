/** Calls of 32-bit programs that take a number of 64 bits in two registers, or go by other names. */
import { array, integer, pointer } from "../value.ts";
import { fd, hex, numberAt, path, set, uint, ulong } from "./arguments.ts";
import { type Argument, type Call, onEntry, onExit } from "./call.ts";
import { setNamed } from "./named-constants.ts";

const PAGE = 4096n;

/** The low half comes first. */
function wide(call: Call, index: number): bigint {
  return call.ulong(index) | (call.ulong(index + 1) << 32n);
}
const signed = onEntry((call, index) => integer(BigInt.asIntN(64, wide(call, index))));
const upperHalf = onEntry(() => null);

/** _llseek(2) has the high half first. */
const swapped = onEntry((call, index) =>
  integer(BigInt.asIntN(64, (call.ulong(index - 1) << 32n) | call.ulong(index))),
);
const newOffset = onExit((call, index) => {
  const at = call.ulong(index);
  return call.failed ? pointer(at) : numberAt(call, at, 8);
});
const timeRead = (call: Call, index: number) => {
  const at = call.ulong(index);
  const found = call.failed || at === 0n ? null : call.memory.read(Number(at), 4);
  return found ? array([integer(found.view.getInt32(0, true))]) : pointer(at);
};

/**
 * @param of a call that other programs make, whose decoder is taken
 */
export function compatDecoders(
  of: (call: string) => readonly Argument[],
): Readonly<Record<string, readonly Argument[]>> {
  const last = (call: string) => of(call).at(-1)!;
  return {
    truncate64: [path, signed, upperHalf],
    ftruncate64: [fd, signed, upperHalf],
    readahead: [fd, signed, upperHalf, ulong],
    fadvise64: [fd, signed, upperHalf, ulong, last("fadvise64")],
    fadvise64_64: [fd, signed, upperHalf, signed, upperHalf, last("fadvise64")],
    fallocate: [fd, of("fallocate")[1], signed, upperHalf, signed, upperHalf],
    sync_file_range: [fd, signed, upperHalf, signed, upperHalf, SYNC_FLAGS],
    _llseek: [fd, upperHalf, swapped, newOffset, last("lseek")],
    mmap2: [
      ...of("mmap").slice(0, 5),
      onEntry((call, index) => integer(call.ulong(index) * PAGE, "hex")),
    ],
    time: [onExit(timeRead)],
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
const SYNC_FLAGS = set(() => setNamed("sync_file_range"), "SYNC_FILE_RANGE_???");

/** The number of socketcall(2) on i386. */
export const SOCKETCALL = 102;
const called = (name: string, count: number) => ({ name, arguments: count });
/** What it calls, by its first argument: include/uapi/linux/net.h, net/socket.c. */
export const SOCKET_CALLS: Readonly<Record<number, ReturnType<typeof called> | undefined>> = {
  1: called("socket", 3),
  2: called("bind", 3),
  3: called("connect", 3),
  4: called("listen", 2),
  5: called("accept", 3),
  6: called("getsockname", 3),
  7: called("getpeername", 3),
  8: called("socketpair", 4),
  9: called("send", 4),
  10: called("recv", 4),
  11: called("sendto", 6),
  12: called("recvfrom", 6),
  13: called("shutdown", 2),
  14: called("setsockopt", 5),
  15: called("getsockopt", 5),
  16: called("sendmsg", 3),
  17: called("recvmsg", 3),
  18: called("accept4", 4),
  19: called("recvmmsg", 5),
  20: called("sendmmsg", 4),
};

/** "clock_gettime64" and "ppoll_time64" are what "clock_gettime" and "ppoll" are of others. */
export function withoutTime64(name: string): string {
  return name.replace(/(_time64|(?<=^(clock|timer|timerfd)_\w+)64)$/, "");
}
