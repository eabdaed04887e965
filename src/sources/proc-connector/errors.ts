/**
 * Why process events cannot be had. Two more kinds stand where they belong: SystemError, a call
 * that failed (src/ffi/errno.ts), and Truncated, a message that is too short (src/kernel/netlink.ts).
 */

/** What the caller may not do: the right that is missing. */
export class PermissionError extends Error {
  override readonly name = "PermissionError";
}

/** What this kernel, or this namespace, does not have. */
export class UnsupportedError extends Error {
  override readonly name = "UnsupportedError";
}

/** The connection has ended: nothing more will come. */
export class ConnectionClosedError extends Error {
  override readonly name = "ConnectionClosedError";
}

/** A signal came while waiting. Ask again. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/** The caller's buffer is too small. What did not fit is still there. */
export class BufferTooSmallError extends Error {
  override readonly name = "BufferTooSmallError";
  /** Bytes. */
  readonly needed: number;

  constructor(have: number, needed: number) {
    super(`a buffer of ${have} bytes, needs ${needed}`);
    this.needed = needed;
  }
}

/** Events were lost, at this place: the receive buffer was full. */
export class OverrunError extends Error {
  override readonly name = "OverrunError";
  /** How many, exactly, since the last Overrun. */
  readonly lost: number;

  constructor(lost: number) {
    super(`${lost} events lost: receive buffer full`);
    this.lost = lost;
  }
}
