/** Stream sockets of the Unix domain: unix(7), socket(7). */
import { EAGAIN, ECONNREFUSED, EINTR } from "../kernel/errno.ts";
import { AT_FDCWD, O_PATH } from "../kernel/fcntl.ts";
import {
  AF_UNIX,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  SO_PEERCRED,
  SO_RCVTIMEO,
  SO_SNDTIMEO,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  SUN_PATH,
  SUN_PATH_SIZE,
  UCRED,
  UCRED_SIZE,
} from "../kernel/socket.ts";
import { check, lastErrno, SystemError } from "./errno.ts";
import { close, openAt } from "./fd.ts";
import { libc } from "./libc.ts";
import { allocate, type Memory } from "./memory.ts";

const TIMEVAL_SIZE = 16;

/** Returns a struct sockaddr_un. */
function socketAddress(name: Buffer): Memory {
  const address = allocate(SUN_PATH + name.length + 1);
  address.view.setUint16(0, AF_UNIX, true);
  address.bytes.set(name, SUN_PATH);
  return address;
}

/** Calls a function with the address of a path. One that is too long is reached through an fd. */
function withAddress(path: string, work: (address: Memory) => number): number {
  const name = Buffer.from(path);
  if (name.length < SUN_PATH_SIZE) return work(socketAddress(name));
  const slash = path.lastIndexOf("/");
  const directory = openAt(AT_FDCWD, path.slice(0, slash + 1), O_PATH);
  try {
    return work(socketAddress(Buffer.from(`/proc/self/fd/${directory}${path.slice(slash)}`)));
  } finally {
    close(directory);
  }
}

function openSocket(flags = 0): number {
  return check(libc.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0), "socket", "AF_UNIX");
}

/** Returns the result of a call on a socket. If it failed, closes the socket and throws. */
function checkSocket(fd: number, result: number, call: string, path: string): number {
  if (result >= 0) return fd;
  const errno = lastErrno();
  close(fd);
  throw new SystemError(call, path, errno);
}

/** Binds a socket to a path and listens. Accepting does not block. @throws SystemError */
export function listenAt(path: string, backlog: number): number {
  const fd = openSocket(SOCK_NONBLOCK);
  const bound = withAddress(path, ({ address, bytes }) => libc.bind(fd, address, bytes.length));
  checkSocket(fd, bound, "bind", path);
  return checkSocket(fd, libc.listen(fd, backlog), "listen", path);
}

/** Accepts a connection, which does not block. @returns -1 if there is none */
export function acceptConnection(listener: number): number {
  return libc.accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/** Connects to a path. Sending and receiving block for that time at most. @throws SystemError */
export function connectTo(path: string, milliseconds: number): number {
  const fd = openSocket();
  const timeout = allocate(TIMEVAL_SIZE);
  timeout.view.setBigInt64(0, BigInt(Math.ceil(milliseconds / 1000)), true);
  for (const option of [SO_SNDTIMEO, SO_RCVTIMEO])
    libc.setsockopt(fd, SOL_SOCKET, option, timeout.address, TIMEVAL_SIZE);
  const result = withAddress(path, ({ address, bytes }) => libc.connect(fd, address, bytes.length));
  return checkSocket(fd, result, "connect", path);
}

let credentials: { readonly ucred: Memory; readonly size: Memory } | undefined;

/** Returns the effective user id of the process that connected: SO_PEERCRED. */
export function peerUid(fd: number): number {
  credentials ??= { ucred: allocate(UCRED_SIZE), size: allocate(4) };
  const { ucred, size } = credentials;
  size.view.setUint32(0, UCRED_SIZE, true);
  const result = libc.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ucred.address, size.address);
  check(result, "getsockopt", "SO_PEERCRED");
  return ucred.view.getUint32(UCRED.uid, true);
}

/** Receives into memory. @returns the number of bytes; 0 at the end; -1 if there are none now */
export function receive(fd: number, into: Memory, flags = MSG_DONTWAIT): number {
  const length = libc.recv(fd, into.address, into.bytes.length, flags);
  if (length >= 0) return length;
  const errno = lastErrno();
  if (errno === EAGAIN || errno === EINTR) return -1;
  throw new SystemError("recv", `fd ${fd}`, errno);
}

/** Sends what fits. @returns the number of bytes; -1 if none fits now */
export function sendSome(fd: number, from: Memory, length: number, flags = MSG_DONTWAIT): number {
  const sent = libc.send(fd, from.address, length, flags | MSG_NOSIGNAL);
  if (sent >= 0) return sent;
  const errno = lastErrno();
  if (errno === EAGAIN || errno === EINTR) return -1;
  throw new SystemError("send", `fd ${fd}`, errno);
}

/** Whether an error says that no process listens on a socket. */
export function isRefused(error: unknown): boolean {
  return error instanceof SystemError && error.errno === ECONNREFUSED;
}
