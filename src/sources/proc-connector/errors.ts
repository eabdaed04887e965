/**
 * Why process events cannot be had. Two more kinds stand where they belong: SystemError, a call
 * that failed (src/ffi/errno.ts), and Truncated, a message that is too short (src/kernel/netlink.ts).
 */

/** What the caller may not do: the right that is missing. */
export class NotPermitted extends Error {
  override readonly name = "NotPermitted";
}

/** What this kernel, or this namespace, does not have. */
export class NotSupported extends Error {
  override readonly name = "NotSupported";
}

/** The connection has ended: nothing more will come. */
export class ConnectionClosed extends Error {
  override readonly name = "ConnectionClosed";
}

/** A signal came while waiting. Ask again. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** The caller's buffer is too small. What did not fit is still there. */
export class BufferTooSmall extends Error {
  override readonly name = "BufferTooSmall";
  /** Bytes. */
  readonly needed: number;

  constructor(have: number, needed: number) {
    super(`a buffer of ${have} bytes, needs ${needed}`);
    this.needed = needed;
  }
}

/** Events were lost, at this place: the receive buffer was full. */
export class Overrun extends Error {
  override readonly name = "Overrun";
  /** How many, exactly, since the last Overrun. */
  readonly lost: number;

  constructor(lost: number) {
    super(`${lost} events lost: receive buffer full`);
    this.lost = lost;
  }
}
