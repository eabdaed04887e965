/** The interfaces of sinks, which encode events, and of outputs, which write the bytes. */
import type { FileDigest } from "../events/file-digest.ts";
import type { RunHeader, RunTrailer } from "../events/run-info.ts";

export interface Sink<E> {
  /** Number of events whose bytes the output has accepted; others that were written are lost. */
  readonly delivered: number;
  /** Begins the document with what is known of the run, if the format has a place for it. */
  begin?(header: RunHeader): void;
  /**
   * Encodes one event. The event is borrowed (see Source): it must not be used after the call.
   * @throws what a column throws (the event is dropped), or what the output throws
   */
  write(event: E): void;
  /** Writes all encoded bytes to the output. They are dropped if that throws. */
  flush(): void;
  /** Ends the document, so that it is valid, and flushes. The output stays open. */
  close(): void;
  /** Adds the digests of files after `close`, if the format has a place for them. */
  digests?(all: readonly FileDigest[]): void;
  /** Adds the result of the run after `close` and `digests`, if the format has a place for it. */
  conclude?(result: RunTrailer): void;
}

/** A destination of bytes: a file or a pipe. */
export interface Output {
  /**
   * Writes `bytes[0, length)`, which are whole events, or throws. If it throws, a file is truncated
   * to its size before the call, so that the document can still be ended as a valid one.
   */
  write(bytes: Uint8Array, length: number): void;
  /** Removes the last bytes that were written; returns false if that is not possible. */
  retract?(length: number): boolean;
}
