/** What parsers throw at bytes that are too few. */
import { TraceError } from "../errors.ts";

/** Bytes that are shorter than they say, or than their kind can be. */
export class TruncatedError extends TraceError {
  override readonly name = "TruncatedError";
  override readonly code = "TRUNCATED";
  constructor(what: string, have: number, need: number) {
    super(`${what}: ${have} bytes, needs ${need}`);
  }
}
