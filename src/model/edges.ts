/**
 * What the processes of a run did to its files, lookups and addresses: for each process, action and
 * target how often, and when first and last. A build has millions of these. The recent ones are in a
 * hash table; when that is full they are packed, a few bytes each, by process. What a process does
 * again later is then packed again, and merged when it is read.
 */
import { ByteLog } from "./byte-log.ts";

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
  // An open that discarded the content; it is "written", too.
  "truncated",
  // A lookup that found the file, where the model is asked for these.
  "found",
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
  /** Nanoseconds since 1970, to a microsecond; 0 if the record has no times. */
  readonly first: number;
  readonly last: number;
}

const CODES = new Map<Action, number>(ACTIONS.map((action, code) => [action, code]));
/** Bits of an edge's origin that hold the action. */
const ACTION_BITS = 4;
const ACTION_MASK = (1 << ACTION_BITS) - 1;
/** Set in the first byte of a packed edge that was counted more than once. */
const REPEATED = 1 << ACTION_BITS;
/** Recent edges: so many that their table stays in the cache of a core. */
const RECENT = 1 << 14;
const SLOTS = RECENT * 2;
const MICROSECOND = 1000;

/** An edge as numbers; times in microseconds. */
interface Numbers {
  action: number;
  target: number;
  times: number;
  first: number;
  last: number;
}

export class Edges<S extends Source, T extends Target> {
  private readonly sources: readonly S[];
  /** Everything that edges lead to, by index. */
  readonly targets: T[] = [];
  // The recent edges: columns of numbers.
  private count = 0;
  /** Index of the source, and the action. */
  private readonly origins = new Uint32Array(RECENT);
  private readonly targetOf = new Uint32Array(RECENT);
  private readonly times = new Uint32Array(RECENT);
  private readonly first = new Float64Array(RECENT);
  private readonly last = new Float64Array(RECENT);
  /** Of the same source, number of the edge after it + 1, or 0. */
  private readonly next = new Uint32Array(RECENT);
  /** By source, number of its last recent edge + 1, or 0. */
  private lastOf = new Uint32Array(0);
  /** The first recent edge of each source that has one. */
  private readonly firsts: number[] = [];
  /** A hash table: number of a recent edge + 1, or 0. */
  private readonly slots = new Uint32Array(SLOTS);
  private readonly packed = new ByteLog();
  /** Number of packed edges, before those of several runs are merged. */
  private packedCount = 0;
  /** The origins of the edges that lead to each target; dropped when edges are added. */
  private originsByTarget: Groups | null = null;

  /** @param sources everything that edges come from, by index; it may grow */
  constructor(sources: readonly S[]) {
    this.sources = sources;
  }

  /** Counts an action. @param time nanoseconds since 1970 */
  add(source: S, action: Action, target: T, time: number): void {
    if (target.index < 0) target.index = this.targets.push(target) - 1;
    const origin = ((source.index << ACTION_BITS) | CODES.get(action)!) >>> 0;
    const micros = Math.floor(time / MICROSECOND);
    const slot = this.slotOf(origin, target.index);
    const edge = this.slots[slot] - 1;
    if (edge < 0) this.append(slot, origin, target.index, micros);
    else {
      this.times[edge]++;
      if (micros > this.last[edge]) this.last[edge] = micros;
    }
  }

  /** Returns the slot of a recent edge, or the free one that it would take. */
  private slotOf(origin: number, target: number): number {
    const { slots, origins, targetOf } = this;
    for (let slot = hash(origin, target) & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const edge = slots[slot] - 1;
      if (edge < 0 || (origins[edge] === origin && targetOf[edge] === target)) return slot;
    }
  }

  private append(slot: number, origin: number, target: number, micros: number): void {
    const edge = this.count++;
    this.origins[edge] = origin;
    this.targetOf[edge] = target;
    this.times[edge] = 1;
    this.first[edge] = micros;
    this.last[edge] = micros;
    this.slots[slot] = edge + 1;
    this.chain(edge);
    this.originsByTarget = null;
    if (this.count === RECENT) this.pack();
  }

  /** Adds a recent edge to the others of its source. */
  private chain(edge: number): void {
    const source = this.origins[edge] >>> ACTION_BITS;
    if (source >= this.lastOf.length) this.lastOf = grown(this.lastOf, source + 1);
    const last = this.lastOf[source] - 1;
    this.lastOf[source] = edge + 1;
    this.next[edge] = 0;
    if (last < 0) this.firsts.push(edge);
    else this.next[last] = edge + 1;
  }

  /** Packs the recent edges, those of each source together and in order. */
  private pack(): void {
    for (const edge of this.firsts) this.packSource(edge);
    this.firsts.length = 0;
    this.packedCount += this.count;
    this.count = 0;
    this.slots.fill(0);
  }

  /** @param head the first recent edge of a source */
  private packSource(head: number): void {
    const { packed, next } = this;
    const source = this.origins[head] >>> ACTION_BITS;
    this.lastOf[source] = 0;
    let count = 0;
    for (let edge = head; edge >= 0; edge = next[edge] - 1) count++;
    packed.begin(source);
    packed.varint(count);
    let [target, first] = [0, 0];
    for (let edge = head; edge >= 0; edge = next[edge] - 1) {
      this.packEdge(edge, target, first);
      target = this.targetOf[edge];
      first = this.first[edge];
    }
  }

  /** @param target that of the edge before, and `first` its time */
  private packEdge(edge: number, target: number, first: number): void {
    const { packed } = this;
    const times = this.times[edge];
    packed.byte((this.origins[edge] & ACTION_MASK) | (times > 1 ? REPEATED : 0));
    packed.signed(this.targetOf[edge] - target);
    packed.signed(this.first[edge] - first);
    if (times === 1) return;
    packed.varint(times);
    packed.varint(this.last[edge] - this.first[edge]);
  }

  /** Visits the edges of a source as numbers, oldest first. The object is borrowed. */
  private visit(source: number, visit: (edge: Numbers) => void): void {
    const { packed } = this;
    const numbers: Numbers = { action: 0, target: 0, times: 0, first: 0, last: 0 };
    for (const reader of packed.of(source)) {
      numbers.target = numbers.first = 0;
      for (let left = reader.varint(); left > 0; left--) {
        const byte = reader.byte();
        numbers.action = byte & ACTION_MASK;
        numbers.target += reader.signed();
        numbers.first += reader.signed();
        numbers.times = byte & REPEATED ? reader.varint() : 1;
        numbers.last = numbers.first + (byte & REPEATED ? reader.varint() : 0);
        visit(numbers);
      }
    }
  }

  /** The edges of a process or another source, in the order of their first times. */
  from(source: S): Edge<S, T>[] {
    return this.merged(source, null);
  }

  /**
   * The edges that lead to a target, those of each source together.
   * @param wanted only these actions; null for all
   */
  to(target: T, wanted: ReadonlySet<Action> | null = null): Edge<S, T>[] {
    if (target.index < 0) return [];
    const isWanted = ACTIONS.map((action) => wanted === null || wanted.has(action));
    this.originsByTarget ??= this.findOrigins();
    const sources = new Set<number>();
    for (const origin of this.originsByTarget.of(target.index))
      if (isWanted[origin & ACTION_MASK]) sources.add(origin >>> ACTION_BITS);
    const edges = Array.from(sources, (source) => this.merged(this.sources[source], target)).flat();
    return edges.filter(({ action }) => wanted === null || wanted.has(action));
  }

  /** Returns the edges of a source, or those that lead to a target. */
  private merged(source: S, target: T | null): Edge<S, T>[] {
    if (this.count > 0) this.pack();
    const merged = new Map<number, Numbers>();
    this.visit(source.index, (edge) => {
      if (target && edge.target !== target.index) return;
      const key = edge.target * (ACTION_MASK + 1) + edge.action;
      const known = merged.get(key);
      if (!known) merged.set(key, { ...edge });
      else {
        known.times += edge.times;
        known.last = Math.max(known.last, edge.last);
      }
    });
    return Array.from(merged.values(), (edge) => ({
      source,
      action: ACTIONS[edge.action],
      target: this.targets[edge.target],
      times: edge.times,
      first: edge.first * MICROSECOND,
      last: edge.last * MICROSECOND,
    }));
  }

  /** Finds the origins of each target; one that was packed several times is there several times. */
  private findOrigins(): Groups {
    if (this.count > 0) this.pack();
    const targets = new Uint32Array(this.packedCount);
    const origins = new Uint32Array(this.packedCount);
    let count = 0;
    for (let source = 0; source < this.sources.length; source++)
      this.visit(source, ({ target, action }) => {
        targets[count] = target;
        origins[count++] = (source << ACTION_BITS) | action;
      });
    return new Groups(targets, this.targets.length, origins);
  }
}

/** The values of each key, in order: a counting sort. */
class Groups {
  private readonly values: Uint32Array;
  private readonly ends: Uint32Array;

  /** @param keys one for each value, below `limit` */
  constructor(keys: Uint32Array, limit: number, values: Uint32Array) {
    const ends = new Uint32Array(limit + 1);
    const sorted = new Uint32Array(keys.length);
    for (let item = 0; item < keys.length; item++) ends[keys[item] + 1]++;
    for (let key = 1; key <= limit; key++) ends[key] += ends[key - 1];
    // Each start moves to its end while the values are placed.
    for (let item = 0; item < keys.length; item++) sorted[ends[keys[item]]++] = values[item];
    this.ends = ends;
    this.values = sorted;
  }

  of(key: number): Uint32Array {
    return this.values.subarray(key === 0 ? 0 : this.ends[key - 1], this.ends[key]);
  }
}

/** Returns a copy that is at least twice as large. */
function grown(numbers: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(Math.max(length, 2 * numbers.length));
  more.set(numbers);
  return more;
}

/** Mixes both numbers into 32 bits: the finalizer of MurmurHash3. */
function hash(origin: number, target: number): number {
  let h = Math.imul(origin, 0x9e3779b1) ^ Math.imul(target, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
