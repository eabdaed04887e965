/** Outputs that a person names with an option. */

import type { User } from "../../process/user.ts";
import { FileOutput, NoReaderError, type OutputOptions } from "../../storage/output-file.ts";
import { logger } from "../messages.ts";

/** Options that several commands have, as they declare them for citty. */
export const OUTPUT_ARG = {
  type: "string",
  alias: "o",
  valueHint: "FILE|-",
  description: "output file (default: standard output)",
} as const;
export const QUIET_ARG = {
  type: "boolean",
  alias: "q",
  description: "write only errors and losses to stderr",
} as const;

/** How long to wait for a reader of a FIFO. */
const READER_TIMEOUT_MS = 10_000;
const POLL_INTERVAL_MS = 20;

/**
 * Runs work that opens a FIFO. Waits if nothing reads it yet, and says so.
 * @throws NoReaderError if there is still no reader after ten seconds
 */
export function waitForReader<T>(path: string, open: () => T): T {
  const deadline = performance.now() + READER_TIMEOUT_MS;
  for (let isFirst = true; ; isFirst = false) {
    try {
      return open();
    } catch (error) {
      if (!(error instanceof NoReaderError) || performance.now() >= deadline) throw error;
      if (isFirst) logger.warn(`${path}: waiting for a reader of the FIFO, for 10 seconds`);
      Bun.sleepSync(POLL_INTERVAL_MS);
    }
  }
}

/**
 * Opens an output, "-" for standard output. An existing file is truncated by begin() only.
 * @throws OutputOpenError that names the file
 */
export function openOutput(path: string, user: User | null, options?: OutputOptions): FileOutput {
  return waitForReader(path, () => new FileOutput(path, user, options));
}
