/** Reports the daemon's state to the service manager: sd_notify(3), unix(7). */
import { check } from "../ffi/errno.ts";
import { close } from "../ffi/fd.ts";
import { libc } from "../ffi/libc.ts";
import { allocate } from "../ffi/memory.ts";
import { AF_UNIX, SUN_PATH, SUN_PATH_SIZE } from "../kernel/socket.ts";

const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_NOSIGNAL = 0x4000;
const SLASH = 0x2f;
const AT = 0x40;

/**
 * Sends lines of NAME=VALUE such as "READY=1". Ignores an unset or unsupported socket.
 * @param socket NOTIFY_SOCKET: a path, or an abstract name after @
 * @throws SystemError that names the socket
 */
export function sdNotify(socket: string | undefined, lines: string): void {
  const name = Buffer.from(socket ?? "");
  const abstract = name[0] === AT;
  if ((!abstract && name[0] !== SLASH) || name.length > SUN_PATH_SIZE) return;
  if (abstract) name[0] = 0;
  const address = allocate(SUN_PATH + name.length);
  address.view.setUint16(0, AF_UNIX, true);
  address.bytes.set(name, SUN_PATH);
  const message = allocate(Buffer.byteLength(lines));
  message.bytes.set(Buffer.from(lines));
  const fd = check(libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket", "AF_UNIX");
  try {
    const { length } = message.bytes;
    check(
      libc.sendto(fd, message.address, length, MSG_NOSIGNAL, address.address, address.bytes.length),
      "sendto",
      `NOTIFY_SOCKET=${socket}`,
    );
  } finally {
    close(fd);
  }
}
