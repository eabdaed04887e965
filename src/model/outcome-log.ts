/**
 * Which outcomes each task had, and when first. A build has millions of these pairs: each is a few bytes in
 * blocks of a task, which are linked. A pair is stored as its differences from the one before it in its
 * block.
 */

/** Differences are numbers of LEB128: seven bits a byte, the lowest first. */
const BITS = 7;
const MORE = 1 << BITS;
/** Larger differences begin a new block. */
const MAX_DIFFERENCE = 2 ** 29 - 1;
/** Bytes of a pair at most. */
const MAX_PAIR = 10;
/** Bytes of the first block of a task, which may have few outcomes, and of the others. */
const FIRST_SIZE = 1 << 6;
const BLOCK_SIZE = 1 << 8;
const CHUNK_SIZE = 1 << 20;
/** A pair that is among the recent ones is not added again. These fit into the processor's cache. */
const RECENT = 1 << 12;
export const MICROSECOND = 1000;
const NO_BYTES: Uint8Array = new Uint8Array(0);

interface Block {
  readonly bytes: Uint8Array;
  /** Where it begins and ends there. */
  readonly at: number;
  readonly end: number;
  /** The time from which it counts, in microseconds. */
  readonly time: number;
  next: Block | null;
}

/** The outcomes of a task. */
export class TaskOutcomes {
  /** The number of the task. */
  readonly task: number;
  first: Block | null = null;
  last: Block | null = null;
  /** Where the next pair goes, and where its block ends. */
  bytes = NO_BYTES;
  at = 0;
  end = 0;
  /** The latest pair of the block, its time in microseconds. */
  outcome = 0;
  time = 0;

  constructor(task: number) {
    this.task = task;
  }

  /** Visits outcomes and times, to a microsecond, oldest first. An outcome may come several times. */
  visit(visit: (outcome: number, time: number) => void): void {
    for (let block = this.first; block; block = block.next) visitBlock(block, visit);
  }
}

function visitBlock(block: Block, visit: (outcome: number, time: number) => void): void {
  const { bytes, end } = block;
  const differences = new Differences(bytes, block.at);
  let outcome = 0;
  let { time } = block;
  // 0 is the end of a block that is not full.
  while (differences.at < end && bytes[differences.at] !== 0) {
    outcome += unzigzag(differences.next() - 1);
    time += unzigzag(differences.next());
    visit(outcome, time * MICROSECOND);
  }
}

/** Reads the numbers of a block. */
class Differences {
  at: number;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  next(): number {
    let byte = this.bytes[this.at++];
    let value = byte & (MORE - 1);
    for (let bits = BITS; byte >= MORE; bits += BITS) {
      byte = this.bytes[this.at++];
      value |= (byte & (MORE - 1)) << bits;
    }
    return value;
  }
}

/** Adds the outcomes of all tasks of a run. */
export class OutcomeLog {
  private bytes = NO_BYTES;
  /** Where the next block begins. */
  private end = 0;
  /** Recent pairs: the task, and the outcome + 1. */
  private readonly recent = new Uint32Array(2 * RECENT);

  /** Notes an outcome, unless it was noted before. @param time nanoseconds */
  add(of: TaskOutcomes, outcome: number, time: number): void {
    const { recent } = this;
    const { task } = of;
    // Tasks come to the same outcomes in the same order: neighbours are in one cache line.
    const slot = 2 * ((outcome + Math.imul(task, 0x9e3779b1)) & (RECENT - 1));
    if (recent[slot] === task && recent[slot + 1] === outcome + 1) return;
    recent[slot] = task;
    recent[slot + 1] = outcome + 1;
    this.append(of, outcome, time);
  }

  private append(of: TaskOutcomes, outcome: number, time: number): void {
    const micros = Math.floor(time / MICROSECOND);
    let elapsed = micros - of.time;
    if (of.at + MAX_PAIR > of.end || Math.abs(elapsed) > MAX_DIFFERENCE) {
      this.begin(of, micros);
      elapsed = 0;
    }
    const { bytes } = of;
    const middle = put(bytes, of.at, 1 + zigzag(outcome - of.outcome));
    of.at = put(bytes, middle, zigzag(elapsed | 0));
    of.outcome = outcome;
    of.time = micros;
  }

  private begin(of: TaskOutcomes, micros: number): void {
    const size = of.first ? BLOCK_SIZE : FIRST_SIZE;
    if (this.end + size > this.bytes.length) {
      this.bytes = new Uint8Array(CHUNK_SIZE);
      this.end = 0;
    }
    const { bytes, end: at } = this;
    this.end += size;
    const block: Block = { bytes, at, end: this.end, time: micros, next: null };
    if (of.last) of.last.next = block;
    else of.first = block;
    of.last = block;
    of.bytes = bytes;
    of.at = at;
    of.end = block.end;
    of.outcome = 0;
  }
}

/** Returns where the next value goes. */
function put(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  for (; rest >= MORE; rest >>>= BITS) bytes[at++] = rest | MORE;
  bytes[at] = rest;
  return at + 1;
}

/** Returns a number that is not negative for any integer of 31 bits: small ones for small ones. */
function zigzag(value: number): number {
  return (value << 1) ^ (value >> 31);
}

function unzigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}
