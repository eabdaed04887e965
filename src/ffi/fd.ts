/** File descriptors: epoll(7), pipe(2), and the calls that node:fs lacks. */
import { EAGAIN, EINTR } from "../kernel/errno.ts";
import { O_CLOEXEC, O_NONBLOCK } from "../kernel/fcntl.ts";
import { PATH_MAX } from "../kernel/limits.ts";
import { AF_UNIX, SOCK_STREAM } from "../kernel/socket.ts";
import { check, lastErrno, SystemError } from "./errno.ts";
import { libc } from "./libc.ts";
import { ARCH, SYS } from "./machine.ts";
import { allocate, cString, type Memory } from "./memory.ts";

/** memfd_create(2), which glibc has a function for since 2.27. */
const MFD_CLOEXEC = 1;
export const MFD_ALLOW_SEALING = 2;
/** fcntl(2): F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW and F_SEAL_WRITE. */
const F_ADD_SEALS = 1033;
const ALL_SEALS = 0xf;
const EPOLL_CLOEXEC = O_CLOEXEC;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_MOD = 3;
const EPOLLIN = 1;
const EPOLLPRI = 2;
export const EPOLLONESHOT = 1 << 30;
/** Edge-triggered: reported once each time the fd wakes its waiters. */
export const EPOLLET = 2 ** 31;
/** struct epoll_event is packed on x86-64 only: epoll_wait(2), uapi/linux/eventpoll.h. */
export const EPOLL_EVENT_SIZE = ARCH === "arm64" ? 16 : 12;
export const EPOLL_DATA = ARCH === "arm64" ? 8 : 4;
const MAX_READY = 16;

/** Shared by all renames, as allocated memory is never freed. */
let renameMemory: readonly [Memory, Memory] | undefined;

/** An epoll instance. Another one can wait for its fd. */
export class Epoll {
  readonly fd: number;
  private readonly events: Memory = allocate(EPOLL_EVENT_SIZE * MAX_READY);

  constructor() {
    this.fd = check(libc.epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  }

  /** Waits for an fd to become readable. @param flags EPOLLONESHOT, EPOLLET */
  add(fd: number, flags = 0): void {
    this.control(EPOLL_CTL_ADD, fd, EPOLLIN + flags);
  }

  /** Waits for an exceptional condition of an fd, such as a change of mountinfo. */
  addExceptional(fd: number): void {
    this.control(EPOLL_CTL_ADD, fd, EPOLLPRI);
  }

  /** Re-enables an fd that was added with EPOLLONESHOT. */
  rearm(fd: number): void {
    this.control(EPOLL_CTL_MOD, fd, EPOLLIN + EPOLLONESHOT);
  }

  private control(operation: number, fd: number, events: number): void {
    this.events.view.setUint32(0, events, true);
    this.events.view.setUint32(EPOLL_DATA, fd, true);
    this.events.view.setUint32(EPOLL_DATA + 4, 0, true);
    const result = libc.epoll_ctl(this.fd, operation, fd, this.events.address);
    check(result, "epoll_ctl", `fd ${fd}`);
  }

  /**
   * Waits until an fd is readable, a signal arrives, or the timeout expires.
   * @param milliseconds -1: no timeout
   * @returns whether an fd is readable
   */
  wait(milliseconds: number): boolean {
    const ready = libc.epoll_wait(this.fd, this.events.address, MAX_READY, milliseconds);
    if (ready < 0 && lastErrno() !== EINTR) throw new SystemError("epoll_wait", "", lastErrno());
    return ready > 0;
  }
}

/** Creates a pipe. Both ends are non-blocking and close-on-exec. */
export function pipe(): { readonly reader: number; readonly writer: number } {
  const ends = allocate(8);
  check(libc.pipe2(ends.address, O_CLOEXEC | O_NONBLOCK), "pipe2");
  return { reader: ends.view.getInt32(0, true), writer: ends.view.getInt32(4, true) };
}

/**
 * Creates a file in memory, close-on-exec. Returns its fd.
 * @param name shown in /proc/PID/fd
 * @param flags MFD_ALLOW_SEALING
 */
export function memoryFile(name: Memory, flags = 0): number {
  const all = MFD_CLOEXEC | flags;
  const fd = libc.syscall(SYS.memfd_create, name.address, all, 0, 0, 0, 0);
  return check(fd, "memfd_create");
}

/** Makes a file in memory unchangeable, for everyone. */
export function sealMemoryFile(fd: number): void {
  check(libc.fcntl(fd, F_ADD_SEALS, ALL_SEALS), "fcntl", "F_ADD_SEALS");
}

/** Creates a pair of connected sockets, close-on-exec: socketpair(2). */
export function socketPair(): readonly [number, number] {
  const ends = allocate(8);
  check(libc.socketpair(AF_UNIX, SOCK_STREAM | O_CLOEXEC, 0, ends.address), "socketpair");
  return [ends.view.getInt32(0, true), ends.view.getInt32(4, true)];
}

/** Reads available bytes, up to the memory's size. Returns 0 at the end or if there are none. */
export function readAvailable(fd: number, into: Memory): number {
  const length = libc.read(fd, into.address, into.bytes.length);
  if (length >= 0) return length;
  const errno = lastErrno();
  if (errno === EAGAIN || errno === EINTR) return 0;
  throw new SystemError("read", `fd ${fd}`, errno);
}

/** Opens a file, close-on-exec: openat(2). @throws SystemError that names the path */
export function openAt(dfd: number, path: string, flags: number, mode = 0): number {
  const name = cString(path);
  return check(libc.openat(dfd, name.address, flags | O_CLOEXEC, mode), "open", path);
}

/** Renames a file within a directory: renameat(2). @throws SystemError that names the old name */
export function rename(directory: number, from: string, to: string): void {
  renameMemory ??= [allocate(PATH_MAX), allocate(PATH_MAX)];
  const [old, next] = renameMemory;
  for (const [memory, name] of [[old, from] as const, [next, to] as const])
    memory.bytes[new TextEncoder().encodeInto(name, memory.bytes.subarray(0, -1)).written] = 0;
  check(libc.renameat(directory, old.address, directory, next.address), "rename", from);
}

export function close(fd: number): void {
  libc.close(fd);
}
