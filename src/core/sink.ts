/** The interfaces of everything that takes events, and of the outputs that take bytes. */
export interface Sink<E> {
  /** Events whose bytes the output has taken; what was written beyond these is not there. */
  readonly delivered: number;
  /**
   * Encodes one event. The event is lent: nothing of it is kept after the call.
   * @throws what a column throws (the event is left out), or what the output throws.
   */
  write(event: E): void;
  /** Hands all encoded bytes to the output. Where that throws, they are dropped. */
  flush(): void;
  /** Ends the document, so that it is valid as a whole, and flushes. The output stays open. */
  close(): void;
}

/** Where bytes go: a file or a pipe. */
export interface Output {
  /**
   * Writes all of `bytes[0, length)`, which are whole events, or throws. A file is then cut back
   * to what it was before the call: so the document can still be ended as a valid one.
   */
  write(bytes: Uint8Array, length: number): void;
}
