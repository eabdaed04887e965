/**
 * Which outcomes each task had, and when first. A build has millions of these pairs: each is a few bytes in
 * blocks of a task, which are linked. A pair is stored as its differences from the one before it in its
 * block.
 */

/** Differences are in units of 16 bits: 15 bits each, the highest first, and whether more follow. */
const UNIT_BITS = 15;
const MORE = 1 << UNIT_BITS;
const UNIT_MASK = MORE - 1;
/** The largest difference that fits into two units, whatever its sign. */
const MAX_DIFFERENCE = 2 ** (2 * UNIT_BITS - 1) - 1;
/** Units of a pair at most. */
const MAX_PAIR = 4;
/** Units of the first block of a task, which may have few outcomes, and of the others. */
const FIRST_SIZE = 1 << 6;
const BLOCK_SIZE = 1 << 8;
const CHUNK_SIZE = 1 << 20;
/** A pair that is among the recent ones is not added again. */
const RECENT = 1 << 17;
const NO_UNITS: Uint16Array = new Uint16Array(0);

interface Block {
  readonly units: Uint16Array;
  /** Where it begins and ends there. */
  readonly at: number;
  readonly end: number;
  /** The time from which it counts. */
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
  units = NO_UNITS;
  at = 0;
  end = 0;
  /** The latest pair of the block. */
  outcome = 0;
  time = 0;

  constructor(task: number) {
    this.task = task;
  }

  /** Visits outcomes and times, oldest first. An outcome may come several times. */
  visit(visit: (outcome: number, time: number) => void): void {
    for (let block = this.first; block; block = block.next) visitBlock(block, visit);
  }
}

function visitBlock(
  { units, at: start, end, time: from }: Block,
  visit: (outcome: number, time: number) => void,
): void {
  let outcome = 0;
  let time = from;
  // 0 is the end of a block that is not full.
  for (let at = start; at < end && units[at] !== 0; ) {
    let value = units[at++];
    if (value & MORE) value = ((value & UNIT_MASK) << UNIT_BITS) | units[at++];
    outcome += unzigzag(value - 1);
    value = units[at++];
    if (value & MORE) value = ((value & UNIT_MASK) << UNIT_BITS) | units[at++];
    time += unzigzag(value);
    visit(outcome, time);
  }
}

/** Adds the outcomes of all tasks of a run. */
export class OutcomeLog {
  private units = NO_UNITS;
  /** Where the next block begins. */
  private end = 0;
  /** Recent pairs: the task, and the outcome + 1. */
  private readonly recent = new Uint32Array(2 * RECENT);

  /** Notes an outcome, unless it was noted before. @param time a safe integer */
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
    let elapsed = time - of.time;
    if (of.at + MAX_PAIR > of.end || Math.abs(elapsed) > MAX_DIFFERENCE) {
      this.begin(of, time);
      elapsed = 0;
    }
    const { units } = of;
    const middle = put(units, of.at, 1 + zigzag(outcome - of.outcome));
    of.at = put(units, middle, zigzag(elapsed | 0));
    of.outcome = outcome;
    of.time = time;
  }

  private begin(of: TaskOutcomes, time: number): void {
    const size = of.first ? BLOCK_SIZE : FIRST_SIZE;
    if (this.end + size > this.units.length) {
      this.units = new Uint16Array(CHUNK_SIZE);
      this.end = 0;
    }
    const { units, end: at } = this;
    this.end += size;
    const block: Block = { units, at, end: this.end, time, next: null };
    if (of.last) of.last.next = block;
    else of.first = block;
    of.last = block;
    of.units = units;
    of.at = at;
    of.end = block.end;
    of.outcome = 0;
  }
}

/** Returns where the next value goes. */
function put(units: Uint16Array, at: number, value: number): number {
  if (value < MORE) {
    units[at] = value;
    return at + 1;
  }
  units[at] = MORE | (value >>> UNIT_BITS);
  units[at + 1] = value & UNIT_MASK;
  return at + 2;
}

/** Returns a number that is not negative for any integer of 31 bits: small ones for small ones. */
function zigzag(value: number): number {
  return (value << 1) ^ (value >> 31);
}

function unzigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}
