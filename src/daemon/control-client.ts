/** Asks a running daemon through its socket: see control-server.ts. */
import { SystemError } from "../ffi/errno.ts";
import { close } from "../ffi/fd.ts";
import { allocate } from "../ffi/memory.ts";
import { connectTo, isRefused, receive, sendSome } from "../ffi/unix-socket.ts";
import { ENOENT } from "../kernel/errno.ts";
import { type Daemon, DaemonError } from "./registry.ts";
import { socketPath } from "./runtime-directory.ts";

const CHUNK = 64 << 10;
const NEWLINE = 0x0a;

/** The daemon refused the request. */
export class RefusedError extends DaemonError {
  /** Whether the request, and not the daemon, is at fault. */
  readonly isUsage: boolean;

  constructor(message: string, isUsage: boolean) {
    super(message);
    this.isUsage = isUsage;
  }
}

/** The part of an answer that every answer can have. */
interface Refusal {
  readonly error?: string;
  readonly usage?: boolean;
}

/**
 * Sends a request and returns the answer.
 * @param directory the runtime directory
 * @param milliseconds how long each step may take
 * @throws RefusedError; DaemonError if the daemon does not answer
 */
export function ask<T>(
  directory: string,
  { pid }: Daemon,
  request: object,
  milliseconds: number,
): T {
  const path = socketPath(directory, pid);
  const line = exchange(path, pid, Buffer.from(JSON.stringify(request)), milliseconds);
  const answer: T & Refusal = JSON.parse(line);
  if (answer.error !== undefined) throw new RefusedError(answer.error, answer.usage === true);
  return answer;
}

function exchange(path: string, pid: number, request: Buffer, milliseconds: number): string {
  let fd = -1;
  try {
    fd = connectTo(path, milliseconds);
    sendLine(fd, request, pid);
    return readLine(fd, pid);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    if (isRefused(error) || error.errno === ENOENT)
      throw new DaemonError(`process ${pid} cannot be reached: ${error.message}`);
    throw new DaemonError(`process ${pid} does not answer: ${error.message}`);
  } finally {
    if (fd >= 0) close(fd);
  }
}

function sendLine(fd: number, request: Buffer, pid: number): void {
  const memory = allocate(request.length + 1);
  memory.bytes.set(request);
  memory.bytes[request.length] = NEWLINE;
  const sent = sendSome(fd, memory, request.length + 1, 0);
  if (sent !== request.length + 1) throw new DaemonError(`process ${pid} does not answer`);
}

function readLine(fd: number, pid: number): string {
  const chunk = allocate(CHUNK);
  const parts: Buffer[] = [];
  for (;;) {
    const length = receive(fd, chunk, 0);
    if (length <= 0)
      throw new DaemonError(`process ${pid} ${length < 0 ? "does not answer" : "did not answer"}`);
    parts.push(Buffer.from(chunk.bytes.subarray(0, length)));
    if (chunk.bytes[length - 1] === NEWLINE) return Buffer.concat(parts).toString();
  }
}
