/** The base of all errors that trace throws on purpose. Any other error is a bug. */

export interface TraceErrorOptions {
  /** The error that led to this one. */
  readonly cause?: unknown;
  /** Lines that belong below the message; "" for none. */
  readonly details?: string;
}

export class TraceError extends Error {
  /** Identifies the failure in every version of trace: errno's name, or a word per class. */
  readonly code: string = "TRACE";
  /** Lines below the message, "" if there are none. */
  readonly details: string;

  /** @param message one line that names what failed */
  constructor(message = "", { cause, details = "" }: TraceErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.details = details;
  }
}
