/** Errors of work on files and daemons, as main.ts knows them: what failed, in one line. */

import { DaemonError } from "../process/daemons.ts";
import { CutError } from "../process/head-cut.ts";
import { UnsafeDirectory } from "../process/runtime-directory.ts";
import { StartError } from "./recording.ts";

const KNOWN = [CutError, DaemonError, UnsafeDirectory];

/** @throws StartError for what node:fs throws, and for what our own files of process/ do */
export function explained<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (KNOWN.some((kind) => error instanceof kind)) throw new StartError(error.message);
    const { code, syscall, path } = error as NodeJS.ErrnoException;
    // A SystemError has a code too, but says all itself.
    if (code === undefined || syscall === undefined) throw error;
    throw new StartError(`${syscall}(${path ?? ""}): ${code}`);
  }
}
