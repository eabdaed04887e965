/** Prints what a person or a script asked for, such as help and status, on standard output. */
import { writeSync } from "node:fs";
import { TraceError } from "../errors.ts";
import { nodeErrorText } from "../ffi/errno.ts";
import { isWritableInherited } from "../process/inherited-state.ts";
import { OutputClosedError } from "./output-file.ts";

const STDOUT = 1;
const NAME = "standard output";

/** Standard output cannot be written. */
export class PrintError extends TraceError {
  override readonly name = "PrintError";
  override readonly code = "PRINT";
}

/**
 * Writes a text to standard output, without calling the C library: help and the version are shown
 * even where that is not possible.
 * @throws PrintError; OutputClosedError if nobody reads it
 */
export function print(text: string): void {
  if (!isWritableInherited(STDOUT)) throw new PrintError(`${NAME}: is closed`);
  const bytes = new TextEncoder().encode(text);
  // These end a process by default: the failing write says it better.
  for (const signal of ["SIGXFSZ", "SIGPIPE"]) process.on(signal, () => {});
  for (let done = 0; done < bytes.length; ) done += writeSome(bytes.subarray(done));
}

function writeSome(bytes: Uint8Array): number {
  try {
    return writeSync(STDOUT, bytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EAGAIN") {
      Bun.sleepSync(1);
      return 0;
    }
    if (code === "EPIPE") throw new OutputClosedError();
    throw new PrintError(`write(${NAME}): ${nodeErrorText(error)}`, { cause: error });
  }
}
