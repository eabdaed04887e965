/**
 * Reduced ordered binary decision diagrams over the bits of a 64-bit word: they decide exactly
 * whether a condition is never or always met, and cut it into few (mask, value) terms.
 *
 * Bryant, "Graph-Based Algorithms for Boolean Function Manipulation" (1986), for the diagrams;
 * Minato, "Fast Generation of Irredundant Sum-of-Products Forms from BDDs" (1992), for the terms.
 */
import { TraceError } from "../errors.ts";

/** Matches a word when `(word & mask) === value`. */
export interface Term {
  readonly mask: bigint;
  readonly value: bigint;
}

/** A condition: equal conditions of one diagram have equal numbers. */
export type Node = number;

export const FALSE: Node = 0;
export const TRUE: Node = 1;

/** The condition takes more work, or more terms, than it was allowed. */
export class TooComplexError extends TraceError {
  override readonly name = "TooComplexError";
  override readonly code = "TOO_COMPLEX";
}

const WORD_BITS = 64;
const MAX_STEPS = 1 << 15;
/** More than there are nodes (each costs a step), so that three of them are the digits of one key. */
const RADIX = 1 << 17;

export class Diagram {
  // FALSE and TRUE decide on no bit: they are below all that do.
  readonly #bits = [WORD_BITS, WORD_BITS];
  readonly #lows: Node[] = [FALSE, TRUE];
  readonly #highs: Node[] = [FALSE, TRUE];
  readonly #nodes = new Map<number, Node>();
  readonly #choices = new Map<number, Node>();
  #steps = 0;

  /** The condition `(word & mask) === value`. Like all conditions: @throws {TooComplexError} */
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
   * Terms that together match exactly the words that meet `f`, none of them dispensable: none for
   * FALSE, one with mask 0 for TRUE.
   * @throws {TooComplexError} when there are more than `limit`
   */
  terms(f: Node, limit: number): Term[] {
    const terms: Term[] = [];

    /** Adds terms for at least `least` and at most `most`; returns what they match. */
    const cover = (least: Node, most: Node, mask: bigint, value: bigint): Node => {
      if (least === FALSE) return FALSE;
      if (most === TRUE) {
        if (terms.length === limit) throw new TooComplexError(`more than ${limit} terms`);
        terms.push({ mask, value });
        return TRUE;
      }
      const bit = Math.min(this.#bits[least]!, this.#bits[most]!);
      const weight = 1n << BigInt(bit);
      const [least0, least1] = [this.#low(least, bit), this.#high(least, bit)];
      const [most0, most1] = [this.#low(most, bit), this.#high(most, bit)];
      const clear = cover(this.#without(least0, most1), most0, mask | weight, value);
      const set = cover(this.#without(least1, most0), most1, mask | weight, value | weight);
      const rest = this.or(this.#without(least0, clear), this.#without(least1, set));
      const either = cover(rest, this.and(most0, most1), mask, value);
      return this.#node(bit, this.or(clear, either), this.or(set, either));
    };

    cover(f, f, 0n, 0n);
    return terms;
  }

  #without(f: Node, g: Node): Node {
    return this.and(f, this.not(g));
  }

  /** If f then g else h. */
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

  /** If the bit is clear then `low` else `high`. */
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
