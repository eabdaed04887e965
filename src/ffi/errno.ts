/** errno and the one error type for a call that failed. errno(3). */
import { TraceError } from "../errors.ts";
import { errnoName } from "../kernel/errno.ts";
import { libc } from "./libc.ts";
import { foreign } from "./memory.ts";

let errnoView: DataView | undefined;

/** errno of the calling thread. Read it right after the call that failed. */
export function lastErrno(): number {
  errnoView ??= foreign(libc.__errno_location(), 4).view;
  return errnoView.getInt32(0, true);
}

/** A system or library call that failed: names the call, what it was about, and the errno. */
export class SystemError extends TraceError {
  override readonly name: string = "SystemError";
  readonly call: string;
  readonly errno: number;
  /** errno's name, as node's own errors have it. */
  override readonly code: string;

  /**
   * @param call the function, as its man page is called
   * @param subject the argument that matters, "" if there is none
   * @param errno positive
   * @param hint what to do about it, if that is known
   */
  constructor(call: string, subject: string, errno: number, hint = "") {
    const code = errnoName(errno);
    super(
      `${call}${subject && `(${subject})`}: ${code}: ${libc.strerror(errno)}${hint && `; ${hint}`}`,
    );
    this.call = call;
    this.errno = errno;
    this.code = code;
  }
}

/**
 * Passes a call's result through, or throws the SystemError for it if it is negative.
 * For functions that return -1 and set errno.
 */
export function check(result: number, call: string, subject = "", hint = ""): number {
  if (result < 0) throw new SystemError(call, subject, lastErrno(), hint);
  return result;
}
