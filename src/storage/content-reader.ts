/** Reads the content of a file for its SHA-256. */
import { readSync } from "node:fs";
import { TraceError } from "../errors.ts";

/** A file cannot be read. The message is the error's name: "EIO". */
export class ReadError extends TraceError {
  override readonly name = "ReadError";
  override readonly code = "READ";
}

export interface ContentReader {
  /** Undefined until the whole file was read, or it is longer than it was said to be. */
  readonly result: { readonly sha256: string; readonly length: bigint } | undefined;
  /** Reads up to about `bytes`. @returns how many were read @throws ReadError, errors of node:fs */
  step(bytes: number): number;
  /** Gives up. @returns whether nothing reads the file any more, so that it can be closed */
  cancel(): boolean;
}

const CHUNK = 256 << 10;
const chunk = new Uint8Array(CHUNK);

/** Reads in `step`. */
export class InlineReader implements ContentReader {
  result: ContentReader["result"];
  private readonly fd: number;
  private readonly size: bigint;
  private readonly hash = new Bun.CryptoHasher("sha256");
  private at = 0;

  /** @param size that the file should have */
  constructor(fd: number, size: bigint) {
    this.fd = fd;
    this.size = size;
  }

  step(bytes: number): number {
    let read = 0;
    while (read < bytes && !this.result) {
      const length = readSync(this.fd, chunk, 0, CHUNK, this.at);
      this.hash.update(chunk.subarray(0, length));
      this.at += length;
      read += length;
      // It grows, or it has ended.
      if (length === 0 || BigInt(this.at) > this.size)
        this.result = { sha256: this.hash.digest("hex"), length: BigInt(this.at) };
    }
    return read;
  }

  cancel(): boolean {
    return true;
  }
}
