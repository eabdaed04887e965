/** Reports the daemon's state to the service manager: sd_notify(3). */
import { SUN_PATH_SIZE } from "../kernel/socket.ts";
import { sendDatagram } from "./unix-datagram.ts";

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
  sendDatagram(name, Buffer.from(lines), `NOTIFY_SOCKET=${socket}`);
}
