/** Errors of work on files and daemons, as main.ts knows them: what failed, in one line. */

import { DaemonError } from "../daemon/registry.ts";
import { UnsafeDirectoryError } from "../daemon/runtime-directory.ts";
import { SystemError } from "../ffi/errno.ts";
import { LockTimeoutError } from "../storage/file-lock.ts";
import { TruncateHeadError } from "../storage/truncate-head.ts";
import { StartError } from "./record/session.ts";

const EXPECTED_ERRORS = [LockTimeoutError, TruncateHeadError, DaemonError, UnsafeDirectoryError];

/**
 * Does something with files.
 * @param subject what it is about, where an error does not name it
 * @throws StartError for what node:fs throws of the system, and for what process/ has of its own
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
