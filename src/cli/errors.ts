/** Turns errors of work on files and daemons into messages of one line. */

import { DaemonError } from "../daemon/registry.ts";
import { UnsafeDirectoryError } from "../daemon/runtime-directory.ts";
import { SystemError } from "../ffi/errno.ts";
import { LockTimeoutError } from "../storage/file-lock.ts";
import { TruncateHeadError } from "../storage/truncate-head.ts";
import { StartError } from "./record/session.ts";

const EXPECTED_ERRORS = [LockTimeoutError, TruncateHeadError, DaemonError, UnsafeDirectoryError];

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
    if (EXPECTED_ERRORS.some((kind) => error instanceof kind)) throw new StartError(error.message);
    const { code, syscall, path = subject } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new StartError(`${syscall}(${path}): ${code}`);
  }
}
