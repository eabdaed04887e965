/**
 * Errors of the process connector. It also throws SystemError for a failed system call
 * (src/ffi/errno.ts) and TruncatedError for a message that is too short (src/kernel/truncated-error.ts).
 */
import { TraceError } from "../../errors.ts";

/** The caller lacks a privilege, which the message names. */
export class PermissionError extends TraceError {
  override readonly name = "PermissionError";
  override readonly code = "PERMISSION";
}

/** The kernel or the namespace does not support the process connector. */
export class UnsupportedError extends TraceError {
  override readonly name = "UnsupportedError";
  override readonly code = "UNSUPPORTED";
}

/** The connection is closed; no more events can be received. */
export class ConnectionClosedError extends TraceError {
  override readonly name = "ConnectionClosedError";
  override readonly code = "CONNECTION_CLOSED";
}

/** A signal interrupted the wait; the call can be repeated. */
export class InterruptedError extends TraceError {
  override readonly name = "InterruptedError";
  override readonly code = "INTERRUPTED";
}

/** The caller's buffer is too small; the datagram can still be received. */
export class BufferTooSmallError extends TraceError {
  override readonly name = "BufferTooSmallError";
  override readonly code = "BUFFER_TOO_SMALL";
  /** Required size in bytes. */
  readonly needed: number;

  constructor(size: number, needed: number) {
    super(`buffer of ${size} bytes, needs ${needed}`);
    this.needed = needed;
  }
}

/** Events were lost at this point because the receive buffer was full. */
export class OverrunError extends TraceError {
  override readonly name = "OverrunError";
  override readonly code = "OVERRUN";
  /** The exact number of lost events since the last OverrunError. */
  readonly lost: number;

  constructor(lost: number) {
    super(`${lost} events lost: receive buffer full`);
    this.lost = lost;
  }
}
