/** The errors and exit statuses of the command line, and the report of an error to the user. */

import { DaemonError, DaemonRunningError } from "../daemon/registry.ts";
import { UnsafeDirectoryError } from "../daemon/runtime-directory.ts";
import { TraceError, type TraceErrorOptions } from "../errors.ts";
import { nodeErrorText, SystemError } from "../ffi/errno.ts";
import { CommandError } from "../process/child.ts";
import { LockTimeoutError } from "../storage/file-lock.ts";
import { OutputClosedError, OutputOpenError } from "../storage/output-file.ts";
import { SpoolError } from "../storage/spool/open.ts";
import { TruncateHeadError } from "../storage/truncate-head.ts";
import { commandHint } from "./command-hint.ts";
import { logger } from "./messages.ts";

/** The exit statuses of trace itself, as docs/trace.md lists them; the status of a traced command is passed on. */
export const EXIT = {
  ok: 0,
  different: 1,
  usage: 2,
  incomplete: 3,
  violation: 4,
  failure: 125,
} as const;

/** Invalid input on the command line. The message names it and a near match, if there is one. */
export class UsageError extends TraceError {
  override readonly name = "UsageError";
  override readonly code = "USAGE";
}

/** Recording cannot start. The message names what is missing, and what to do. */
export class StartError extends TraceError {
  override readonly name = "StartError";
  override readonly code = "START";
  /** What is missing, without the advice. */
  readonly reason: string;
  /** What to do about it; "" if unknown. */
  readonly advice: string;

  constructor(reason: string, options: TraceErrorOptions & { readonly advice?: string } = {}) {
    const { advice = "" } = options;
    super(advice === "" ? reason : `${reason}; ${advice}`, options);
    this.reason = reason;
    this.advice = advice;
  }
}

/** Turns an error whose message shows the text with a caret below it into one with details. */
export function toUsageError(option: string, error: Error): UsageError {
  const [problem, ...details] = error.message.split("\n");
  return new UsageError(`${option}: ${problem}`, { cause: error, details: details.join("\n") });
}

const EXPECTED_ERRORS = [
  ...[LockTimeoutError, TruncateHeadError, DaemonError],
  ...[UnsafeDirectoryError, SpoolError],
];

/**
 * Runs work on files and daemons.
 * @param subject the path that a message names if an error does not
 * @throws StartError for system errors of node:fs, and for the errors of daemon/ and storage/
 */
export function withStartErrors<T>(subject: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof SystemError) throw error;
    if (EXPECTED_ERRORS.some((kind) => error instanceof kind)) {
      const advice = error instanceof DaemonRunningError ? "to stop it: trace watch --stop" : "";
      throw new StartError(error.message, { cause: error, advice });
    }
    const { syscall, path = subject } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new StartError(`${syscall}(${path}): ${nodeErrorText(error)}`, { cause: error });
  }
}

/** Returns the message of an error, with the option that can help. */
export function messageOf(error: TraceError): string {
  if (error instanceof CommandError) return error.message + commandHint(error);
  if (!(error instanceof OutputOpenError)) return error.message;
  return `${error.message}; choose ${error.isSymlink ? "its target" : "another file"} with -o`;
}

/** Whether an output is named for which there is no place: in no directory, or a directory itself. */
function isMisnamedOutput(error: TraceError): boolean {
  return error instanceof OutputOpenError && MISNAMED.includes(error.code);
}

const MISNAMED = ["ENOENT", "ENOTDIR", "EISDIR", "ENAMETOOLONG"];

/**
 * Reports an error to the user. Every error that is not a TraceError is a bug.
 * @returns the exit status
 */
export function reportError(error: unknown): number {
  if (!(error instanceof TraceError)) {
    logger.error(`a bug in trace: ${error}`, error instanceof Error ? error.stack : "");
    return EXIT.failure;
  }
  // The reader of standard output has what it needs.
  if (error instanceof OutputClosedError) return EXIT.ok;
  logger.error(messageOf(error), error.details);
  if (error instanceof UsageError || isMisnamedOutput(error)) return EXIT.usage;
  return error instanceof CommandError ? error.status : EXIT.failure;
}
