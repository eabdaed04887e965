/**
 * Why process events cannot be had. Two more kinds stand where they belong: SystemError, a call
 * that failed (src/ffi/errno.ts), and Truncated, a message that is too short (src/kernel/netlink.ts).
 */
import { TraceError } from "../../errors.ts";

/** What the caller may not do: the right that is missing. */
export class PermissionError extends TraceError {
  override readonly name = "PermissionError";
  override readonly code = "PERMISSION";
}

/** What this kernel, or this namespace, does not have. */
export class UnsupportedError extends TraceError {
  override readonly name = "UnsupportedError";
  override readonly code = "UNSUPPORTED";
}

/** The connection has ended: nothing more will come. */
export class ConnectionClosedError extends TraceError {
  override readonly name = "ConnectionClosedError";
  override readonly code = "CONNECTION_CLOSED";
}

/** A signal came while waiting. Ask again. */
export class InterruptedError extends TraceError {
  override readonly name = "InterruptedError";
  override readonly code = "INTERRUPTED";
}

/** The caller's buffer is too small. What did not fit is still there. */
export class BufferTooSmallError extends TraceError {
  override readonly name = "BufferTooSmallError";
  override readonly code = "BUFFER_TOO_SMALL";
  /** Bytes. */
  readonly needed: number;

  constructor(have: number, needed: number) {
    super(`a buffer of ${have} bytes, needs ${needed}`);
    this.needed = needed;
  }
}

/** Events were lost, at this place: the receive buffer was full. */
export class OverrunError extends TraceError {
  override readonly name = "OverrunError";
  override readonly code = "OVERRUN";
  /** How many, exactly, since the last Overrun. */
  readonly lost: number;

  constructor(lost: number) {
    super(`${lost} events lost: receive buffer full`);
    this.lost = lost;
  }
}
