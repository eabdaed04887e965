/** The error of the kernel's record parsers for truncated input. */
import { TraceError } from "../errors.ts";

/** Input is shorter than its length field, or than the minimum for its kind. */
export class TruncatedError extends TraceError {
  override readonly name = "TruncatedError";
  override readonly code = "TRUNCATED";
  constructor(what: string, have: number, need: number) {
    super(`${what}: ${have} bytes, needs ${need}`);
  }
}
