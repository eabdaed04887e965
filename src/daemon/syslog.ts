/** Sends messages to the system log: syslog(3), RFC 3164. */
import { trySendDatagram } from "./unix-datagram.ts";

const SOCKET = "/dev/log";
const LOG_DAEMON = 3 << 3;
const TAG = "trace";
/** Severities, as syslog(3) numbers them. */
export const LOG_ERR = 3;
export const LOG_WARNING = 4;

/**
 * Sends a message, if there is a system log and it does not have to be waited for.
 * @param severity LOG_ERR, LOG_WARNING
 * @param message one line
 */
export function syslog(severity: number, message: string): void {
  trySendDatagram(SOCKET, syslogLine(severity, message, new Date(), process.pid));
}

/** Returns the line as the C library sends it. @param time shown in local time */
export function syslogLine(severity: number, message: string, time: Date, pid: number): string {
  return `${syslogHeader(severity, time, pid)}${message}`;
}

/** Returns what is before the message in a line. */
export function syslogHeader(severity: number, time: Date, pid: number): string {
  const month = time.toLocaleString("en-US", { month: "short" });
  const day = String(time.getDate()).padStart(2);
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
  return `<${LOG_DAEMON | severity}>${month} ${day} ${clock} ${TAG}[${pid}]: `;
}
