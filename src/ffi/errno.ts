/** errno, and the error class for failed calls: errno(3). */
import { TraceError, type TraceErrorOptions } from "../errors.ts";
import { errnoName } from "../kernel/errno.ts";
import { libc } from "./libc.ts";
import { foreign } from "./memory.ts";

let errnoView: DataView | undefined;

/** Returns the calling thread's errno. It is only valid right after the failed call. */
export function lastErrno(): number {
  errnoView ??= foreign(libc.__errno_location(), 4).view;
  return errnoView.getInt32(0, true);
}

/** Returns the name of an errno, and what it means: "ENOENT: No such file or directory". */
export function errnoText(errno: number): string {
  return `${errnoName(errno)}: ${libc.strerror(errno)}`;
}

/** Returns the same of an error of node:fs; its code if it has no errno. */
export function nodeErrorText(error: unknown): string {
  const { errno, code = "" } = error as NodeJS.ErrnoException;
  return errno === undefined ? code : errnoText(Math.abs(errno));
}

/** A system or library call failed. The message names the call, its subject and the errno. */
export class SystemError extends TraceError {
  override readonly name: string = "SystemError";
  readonly call: string;
  readonly errno: number;
  /** How to solve the problem, or "". */
  readonly hint: string;
  /** The errno's name, as in the errors of node:fs. */
  override readonly code: string;

  /**
   * @param call the function's name, as in its man page
   * @param subject the argument to name, or ""
   * @param errno positive
   * @param hint how to solve the problem, or ""
   */
  constructor(
    call: string,
    subject: string,
    errno: number,
    hint = "",
    options: TraceErrorOptions = {},
  ) {
    super(
      `${call}${subject && `(${subject})`}: ${errnoText(errno)}${hint && `; ${hint}`}`,
      options,
    );
    this.call = call;
    this.errno = errno;
    this.hint = hint;
    this.code = errnoName(errno);
  }
}

/**
 * Returns the result of a function that sets errno, if it is not negative.
 * @throws SystemError
 */
export function check(result: number, call: string, subject = "", hint = ""): number {
  if (result < 0) throw new SystemError(call, subject, lastErrno(), hint);
  return result;
}
