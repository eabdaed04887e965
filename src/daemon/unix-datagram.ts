/** Sends a datagram to a socket of the file system, or to an abstract one: unix(7). */
import { check } from "../ffi/errno.ts";
import { close } from "../ffi/fd.ts";
import { libc } from "../ffi/libc.ts";
import { allocate, type Memory } from "../ffi/memory.ts";
import {
  AF_UNIX,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SUN_PATH,
} from "../kernel/socket.ts";

/** Reused, as allocated memory is never freed. */
let memory: Memory | undefined;

/** Returns memory that holds the parts one after another. */
function joined(parts: readonly Uint8Array[]): Memory {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  if (!memory || memory.bytes.length < size) memory = allocate(Math.max(4096, size));
  memory.bytes.set(Buffer.concat([...parts]));
  return memory;
}

/**
 * @param name of the socket
 * @param subject names the socket in an error
 * @param flags such as MSG_DONTWAIT: then it fails if the reader is behind
 * @throws SystemError
 */
export function sendDatagram(
  name: Uint8Array,
  message: Uint8Array,
  subject: string,
  flags = 0,
): void {
  const address = new Uint8Array(SUN_PATH + name.length);
  new DataView(address.buffer).setUint16(0, AF_UNIX, true);
  address.set(name, SUN_PATH);
  const at = joined([message, address]).address;
  const fd = check(libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket", "AF_UNIX");
  try {
    const { length } = message;
    const all = flags | MSG_NOSIGNAL;
    const sent = libc.sendto(fd, at, length, all, at + length, address.length);
    check(sent, "sendto", subject);
  } finally {
    close(fd);
  }
}

/** Like sendDatagram, but never waits. @returns false if it cannot be sent */
export function trySendDatagram(name: string, message: string): boolean {
  try {
    sendDatagram(Buffer.from(name), Buffer.from(message), name, MSG_DONTWAIT);
    return true;
  } catch {
    return false;
  }
}
