/**
 * What the processes of a run did to its files, lookups and addresses: for each process, action and
 * target how often, and when first and last. A build has millions of these, so they are columns of
 * numbers, not objects.
 */

/** The actions, in the order of their codes. */
export const ACTIONS = [
  "read",
  "written",
  "created",
  "moved",
  "removed",
  "listed",
  "executed",
  "interpreter",
  "failed",
  "connected",
  "bound",
] as const;
export type Action = (typeof ACTIONS)[number];

/** Something that edges lead to. */
export interface Target {
  /** Its number among the targets; -1 until an edge leads to it. */
  index: number;
}

/** Something that edges come from. */
export interface Source {
  readonly index: number;
}

export interface Edge<S extends Source, T extends Target> {
  readonly source: S;
  readonly action: Action;
  readonly target: T;
  readonly times: number;
  /** Nanoseconds since 1970; 0 if the record has no times. */
  readonly first: number;
  readonly last: number;
}

const CODES = new Map<Action, number>(ACTIONS.map((action, code) => [action, code]));
/** Bits of an edge's origin that hold the action. */
const ACTION_BITS = 4;
const CHUNK_BITS = 15;
const CHUNK_SIZE = 1 << CHUNK_BITS;
const FIRST_SLOTS = 1 << 10;

/** A part of the columns, so that they grow without being copied. */
class Chunk {
  /** Index of the source, and the action. */
  readonly origins = new Uint32Array(CHUNK_SIZE);
  readonly targets = new Uint32Array(CHUNK_SIZE);
  readonly times = new Uint32Array(CHUNK_SIZE);
  readonly first = new Float64Array(CHUNK_SIZE);
  /** Nanoseconds from the first to the last time. */
  readonly span = new Float32Array(CHUNK_SIZE);
}

export class Edges<S extends Source, T extends Target> {
  size = 0;
  private readonly sources: readonly S[];
  private readonly targets: T[] = [];
  private readonly chunks: Chunk[] = [];
  /** A hash table of edges: number of the edge + 1, or 0. Its size is a power of two. */
  private slots = new Uint32Array(FIRST_SLOTS);
  private bySource: EdgeIndex | null = null;
  private byTarget: EdgeIndex | null = null;

  /** @param sources everything that edges come from, by index; it may grow */
  constructor(sources: readonly S[]) {
    this.sources = sources;
  }

  /**
   * Counts an action.
   * @param mayAdd whether an edge is added if there is none
   * @returns whether it was added
   */
  add(source: S, action: Action, target: T, time: number, mayAdd = true): boolean {
    if (target.index < 0 && !mayAdd) return false;
    if (target.index < 0) target.index = this.targets.push(target) - 1;
    const origin = ((source.index << ACTION_BITS) | CODES.get(action)!) >>> 0;
    const slot = this.slotOf(origin, target.index);
    const edge = this.slots[slot] - 1;
    if (edge >= 0) this.repeat(edge, time);
    else if (mayAdd) this.append(slot, origin, target.index, time);
    return edge < 0 && mayAdd;
  }

  /** Returns the slot of an edge, or the free one that it would take. */
  private slotOf(origin: number, target: number): number {
    const { slots, chunks } = this;
    const mask = slots.length - 1;
    for (let slot = hash(origin, target) & mask; ; slot = (slot + 1) & mask) {
      const edge = slots[slot] - 1;
      if (edge < 0) return slot;
      const chunk = chunks[edge >>> CHUNK_BITS];
      const at = edge & (CHUNK_SIZE - 1);
      if (chunk.origins[at] === origin && chunk.targets[at] === target) return slot;
    }
  }

  private repeat(edge: number, time: number): void {
    const chunk = this.chunks[edge >>> CHUNK_BITS];
    const at = edge & (CHUNK_SIZE - 1);
    chunk.times[at]++;
    const span = time - chunk.first[at];
    if (span > chunk.span[at]) chunk.span[at] = span;
  }

  private append(slot: number, origin: number, target: number, time: number): void {
    const edge = this.size++;
    const at = edge & (CHUNK_SIZE - 1);
    if (at === 0) this.chunks.push(new Chunk());
    const chunk = this.chunks[edge >>> CHUNK_BITS];
    chunk.origins[at] = origin;
    chunk.targets[at] = target;
    chunk.times[at] = 1;
    chunk.first[at] = time;
    this.slots[slot] = edge + 1;
    this.bySource = this.byTarget = null;
    if (this.size * 4 > this.slots.length * 3) this.grow();
  }

  private grow(): void {
    this.slots = new Uint32Array(this.slots.length * 2);
    for (let edge = 0; edge < this.size; edge++) {
      const chunk = this.chunks[edge >>> CHUNK_BITS];
      const at = edge & (CHUNK_SIZE - 1);
      this.slots[this.slotOf(chunk.origins[at], chunk.targets[at])] = edge + 1;
    }
  }

  private at(edge: number): Edge<S, T> {
    const chunk = this.chunks[edge >>> CHUNK_BITS];
    const at = edge & (CHUNK_SIZE - 1);
    const origin = chunk.origins[at];
    const first = chunk.first[at];
    return {
      source: this.sources[origin >>> ACTION_BITS],
      action: ACTIONS[origin & ((1 << ACTION_BITS) - 1)],
      target: this.targets[chunk.targets[at]],
      times: chunk.times[at],
      first,
      last: first + chunk.span[at],
    };
  }

  /** The edges of a process or another source, in the order of their first times. */
  *from(source: S): Iterable<Edge<S, T>> {
    this.bySource ??= new EdgeIndex(this.size, this.sources.length, (edge) => {
      return this.chunks[edge >>> CHUNK_BITS].origins[edge & (CHUNK_SIZE - 1)] >>> ACTION_BITS;
    });
    for (const edge of this.bySource.edgesOf(source.index)) yield this.at(edge);
  }

  /** The edges that lead to a target, in the order of their first times. */
  *to(target: T): Iterable<Edge<S, T>> {
    if (target.index < 0) return;
    this.byTarget ??= new EdgeIndex(this.size, this.targets.length, (edge) => {
      return this.chunks[edge >>> CHUNK_BITS].targets[edge & (CHUNK_SIZE - 1)];
    });
    for (const edge of this.byTarget.edgesOf(target.index)) yield this.at(edge);
  }
}

/** The edges of each key, in the order in which they were added: a counting sort. */
class EdgeIndex {
  private readonly ends: Uint32Array;
  private readonly edges: Uint32Array;

  constructor(size: number, keys: number, keyOf: (edge: number) => number) {
    this.ends = new Uint32Array(keys + 1);
    this.edges = new Uint32Array(size);
    for (let edge = 0; edge < size; edge++) this.ends[keyOf(edge) + 1]++;
    for (let key = 1; key <= keys; key++) this.ends[key] += this.ends[key - 1];
    // Each start moves to its end while the edges are placed.
    for (let edge = 0; edge < size; edge++) this.edges[this.ends[keyOf(edge)]++] = edge;
  }

  edgesOf(key: number): Uint32Array {
    // A key that was added later has no edges yet.
    if (key >= this.ends.length) return this.edges.subarray(0, 0);
    return this.edges.subarray(key === 0 ? 0 : this.ends[key - 1], this.ends[key]);
  }
}

/** Mixes both numbers into 32 bits: the finalizer of MurmurHash3. */
function hash(origin: number, target: number): number {
  let h = Math.imul(origin, 0x9e3779b1) ^ Math.imul(target, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
