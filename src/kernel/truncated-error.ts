/** What parsers throw at bytes that are too few. */

/** Bytes that are shorter than they say, or than their kind can be. */
export class TruncatedError extends Error {
  constructor(what: string, have: number, need: number) {
    super(`${what}: ${have} bytes, needs ${need}`);
    this.name = "TruncatedError";
  }
}
