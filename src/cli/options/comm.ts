/** Parses names of processes. */
import { CommFilter, shortestMatch } from "../../filters/comm-filter.ts";
import { PatternError } from "../../filters/glob.ts";
import { toUsageError, UsageError } from "../errors.ts";

const TASK_COMM_LEN = 16;

/** Checks the name of a process: the kernel stores TASK_COMM_LEN - 1 bytes of it. @throws UsageError */
export function parseComm(option: string, text: string): string {
  if (text && Buffer.byteLength(text) < TASK_COMM_LEN) return text;
  throw lengthError(option, text);
}

function lengthError(option: string, text: string): UsageError {
  return new UsageError(
    `${option} ${text}: expected 1 to ${TASK_COMM_LEN - 1} bytes, as the kernel stores a name`,
  );
}

/**
 * Parses names and globs separated by commas; null if the option is not given.
 * @throws UsageError
 */
export function parseComms(option: string, text: string | undefined): CommFilter | null {
  if (text === undefined) return null;
  const patterns = text.split(",");
  for (const pattern of patterns) checkPattern(option, pattern);
  return new CommFilter(patterns);
}

/** @throws UsageError for a pattern that no name can match */
function checkPattern(option: string, pattern: string): void {
  try {
    if (pattern && shortestMatch(pattern) < TASK_COMM_LEN) return;
  } catch (error) {
    if (error instanceof PatternError) throw toUsageError(option, error);
    throw error;
  }
  throw lengthError(option, pattern);
}
