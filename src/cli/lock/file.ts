/** Reads and writes lock files. */
import { LockFile, LockSyntaxError } from "../../policy/lock-file.ts";
import { pathExists } from "../../process/paths.ts";
import type { User } from "../../process/user.ts";
import { InputError, readInput } from "../../storage/input.ts";
import type { FileOutput } from "../../storage/output-file.ts";
import { UsageError } from "../errors.ts";
import { openOutput } from "../options/output.ts";

export const DEFAULT_LOCK = "trace.lock";

const TO_MAKE_ONE = "; to make one: trace lock -- COMMAND";

/** @throws UsageError that names the file, and has the line and a caret if it is faulty */
export function readLock(path: string): LockFile {
  try {
    const bytes = readInput(path);
    if (bytes.length === 0) throw new UsageError(`${path}: is empty${TO_MAKE_ONE}`);
    return LockFile.parse(bytes);
  } catch (error) {
    if (error instanceof LockSyntaxError) {
      const [problem, ...details] = error.message.split("\n");
      throw new UsageError(`${path}: ${problem}`, { cause: error, details: details.join("\n") });
    }
    if (!(error instanceof InputError)) throw error;
    const advice = pathExists(path) ? "" : TO_MAKE_ONE;
    throw new UsageError(error.message + advice, { cause: error });
  }
}

/** Opens a lock file to be written, before the command runs. @param user its owner */
export function openLock(path: string, user: User | null): FileOutput {
  return openOutput(path, user);
}

export function writeLock(output: FileOutput, lock: LockFile): void {
  output.begin();
  const bytes = lock.format();
  output.write(bytes, bytes.length);
}
