/**
 * Reduced ordered binary decision diagrams over the bits of a 64-bit word. They decide exactly
 * whether a condition is never or always met, and yield a small set of equivalent (mask, value) terms.
 *
 * Diagrams: Bryant, "Graph-Based Algorithms for Boolean Function Manipulation" (1986).
 * Terms: Minato, "Fast Generation of Irredundant Sum-of-Products Forms from BDDs" (1992).
 */
import { TraceError } from "../errors.ts";

/** Matches a word when `(word & mask) === value`. */
export interface Term {
  readonly mask: bigint;
  readonly value: bigint;
}

/** A condition. Equal conditions of one diagram have equal numbers. */
export type Node = number;

export const FALSE: Node = 0;
export const TRUE: Node = 1;

/** The condition exceeds the limit of steps or terms. */
export class TooComplexError extends TraceError {
  override readonly name = "TooComplexError";
  override readonly code = "TOO_COMPLEX";
}

const WORD_BITS = 64;
const MAX_STEPS = 1 << 15;
/** Exceeds the number of nodes (each costs a step), so that one key can hold three of them. */
const RADIX = 1 << 17;

export class Diagram {
  // FALSE and TRUE test no bit, so they are below all nodes that do.
  readonly #bits = [WORD_BITS, WORD_BITS];
  readonly #lows: Node[] = [FALSE, TRUE];
  readonly #highs: Node[] = [FALSE, TRUE];
  readonly #nodes = new Map<number, Node>();
  readonly #choices = new Map<number, Node>();
  #steps = 0;

  /**
   * Returns the condition `(word & mask) === value`.
   * @throws {TooComplexError} like all methods that build conditions
   */
  term({ mask, value }: Term): Node {
    let node = TRUE;
    for (let bit = WORD_BITS - 1; bit >= 0; bit--) {
      const weight = 1n << BigInt(bit);
      if ((mask & weight) === 0n) continue;
      node = (value & weight) === 0n ? this.#node(bit, node, FALSE) : this.#node(bit, FALSE, node);
    }
    return node;
  }

  not(f: Node): Node {
    return this.#choose(f, FALSE, TRUE);
  }

  and(f: Node, g: Node): Node {
    return this.#choose(f, g, FALSE);
  }

  or(f: Node, g: Node): Node {
    return this.#choose(f, TRUE, g);
  }

  /**
   * Returns terms that together match exactly the words that meet `f`, without a redundant one: none
   * for FALSE, one with mask 0 for TRUE.
   * @throws {TooComplexError} if there are more than `limit`
   */
  terms(f: Node, limit: number): Term[] {
    const terms: Term[] = [];

    /** Adds terms that match at least `lower` and at most `upper`; returns their union. */
    const cover = (lower: Node, upper: Node, mask: bigint, value: bigint): Node => {
      if (lower === FALSE) return FALSE;
      if (upper === TRUE) {
        if (terms.length === limit) throw new TooComplexError(`more than ${limit} terms`);
        terms.push({ mask, value });
        return TRUE;
      }
      const bit = Math.min(this.#bits[lower]!, this.#bits[upper]!);
      const weight = 1n << BigInt(bit);
      const [lower0, lower1] = [this.#low(lower, bit), this.#high(lower, bit)];
      const [upper0, upper1] = [this.#low(upper, bit), this.#high(upper, bit)];
      const clear = cover(this.#without(lower0, upper1), upper0, mask | weight, value);
      const set = cover(this.#without(lower1, upper0), upper1, mask | weight, value | weight);
      const rest = this.or(this.#without(lower0, clear), this.#without(lower1, set));
      const either = cover(rest, this.and(upper0, upper1), mask, value);
      return this.#node(bit, this.or(clear, either), this.or(set, either));
    };

    cover(f, f, 0n, 0n);
    return terms;
  }

  #without(f: Node, g: Node): Node {
    return this.and(f, this.not(g));
  }

  /** Returns `f ? g : h`. */
  #choose(f: Node, g: Node, h: Node): Node {
    if (f === TRUE || g === h) return g;
    if (f === FALSE) return h;
    if (g === TRUE && h === FALSE) return f;
    const key = (f * RADIX + g) * RADIX + h;
    const known = this.#choices.get(key);
    if (known !== undefined) return known;
    this.#step();
    const bit = Math.min(this.#bits[f]!, this.#bits[g]!, this.#bits[h]!);
    const low = this.#choose(this.#low(f, bit), this.#low(g, bit), this.#low(h, bit));
    const high = this.#choose(this.#high(f, bit), this.#high(g, bit), this.#high(h, bit));
    const node = this.#node(bit, low, high);
    this.#choices.set(key, node);
    return node;
  }

  /** Returns `bit === 0 ? low : high`. */
  #node(bit: number, low: Node, high: Node): Node {
    if (low === high) return low;
    const key = (bit * RADIX + low) * RADIX + high;
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    this.#step();
    const node = this.#bits.push(bit) - 1;
    this.#lows.push(low);
    this.#highs.push(high);
    this.#nodes.set(key, node);
    return node;
  }

  #low(f: Node, bit: number): Node {
    return this.#bits[f] === bit ? this.#lows[f]! : f;
  }

  #high(f: Node, bit: number): Node {
    return this.#bits[f] === bit ? this.#highs[f]! : f;
  }

  #step(): void {
    this.#steps += 1;
    if (this.#steps > MAX_STEPS) throw new TooComplexError(`more than ${MAX_STEPS} steps`);
  }
}
