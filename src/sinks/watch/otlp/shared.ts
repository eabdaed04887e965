/**
 * What the main thread and the thread that sends to a receiver share: counts, the state, and the last
 * problem. The main thread does not return to Bun's event loop, so that it gets no messages.
 */

/** Indexes of 32-bit words. */
const WORD = {
  /** Counts complete files: the sender waits for a change. */
  sealed: 0,
  /** 1: the sender tries once more, and ends. */
  isOver: 1,
  isFinished: 2,
  /** 1: the receiver did not take the last batch. */
  isFailing: 3,
  problemLength: 4,
} as const;

/** Indexes of 64-bit counts, after the words. */
const COUNTS = ["sent", "refused", "unreadable", "removed", "removedBytes"] as const;
export type Count = (typeof COUNTS)[number];

const COUNTS_AT = 64;
const TEXT_AT = COUNTS_AT + COUNTS.length * 8;
const TEXT_SIZE = 512;

export class SenderState {
  readonly memory: SharedArrayBuffer;
  private readonly words: Int32Array;
  private readonly counts: BigInt64Array;
  private readonly text: Uint8Array;

  /** @param memory of another thread; by default new */
  constructor(memory = new SharedArrayBuffer(TEXT_AT + TEXT_SIZE)) {
    this.memory = memory;
    this.words = new Int32Array(memory, 0, COUNTS_AT / 4);
    this.counts = new BigInt64Array(memory, COUNTS_AT, COUNTS.length);
    this.text = new Uint8Array(memory, TEXT_AT, TEXT_SIZE);
  }

  count(name: Count): number {
    return Number(Atomics.load(this.counts, COUNTS.indexOf(name)));
  }

  add(name: Count, count: number): void {
    Atomics.add(this.counts, COUNTS.indexOf(name), BigInt(count));
  }

  get isOver(): boolean {
    return Atomics.load(this.words, WORD.isOver) === 1;
  }

  get isFinished(): boolean {
    return Atomics.load(this.words, WORD.isFinished) === 1;
  }

  get isFailing(): boolean {
    return Atomics.load(this.words, WORD.isFailing) === 1;
  }

  /** Number of complete files so far. */
  get sealed(): number {
    return Atomics.load(this.words, WORD.sealed);
  }

  /** Wakes the sender: there is a file. */
  wake(): void {
    Atomics.add(this.words, WORD.sealed, 1);
    Atomics.notify(this.words, WORD.sealed);
  }

  /** Has the sender end. */
  end(): void {
    Atomics.store(this.words, WORD.isOver, 1);
    Atomics.notify(this.words, WORD.isOver);
    this.wake();
  }

  /** Waits in the sender for a file. @param seen the number of files that it knows */
  waitForFile(seen: number, milliseconds: number): void {
    Atomics.wait(this.words, WORD.sealed, seen, milliseconds);
  }

  /** Waits in the sender for the end of the run. */
  waitForEnd(milliseconds: number): void {
    Atomics.wait(this.words, WORD.isOver, 0, milliseconds);
  }

  finish(): void {
    Atomics.store(this.words, WORD.isFinished, 1);
  }

  /**
   * Notes what is wrong.
   * @param text "" if nothing is; the last problem stays
   * @param isFailing whether the receiver did not take what it will be sent again
   */
  setProblem(text: string, isFailing: boolean): void {
    if (text !== "") {
      const bytes = Buffer.from(text).subarray(0, TEXT_SIZE);
      this.text.set(bytes);
      Atomics.store(this.words, WORD.problemLength, bytes.length);
    }
    Atomics.store(this.words, WORD.isFailing, isFailing ? 1 : 0);
  }

  /** The last problem; "" if there was none. */
  get problem(): string {
    const length = Atomics.load(this.words, WORD.problemLength);
    return Buffer.from(this.text.slice(0, length)).toString();
  }
}
