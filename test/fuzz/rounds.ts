/** Rounds with mutated input: the same in each run, unless SEED=n or ROUNDS=n are given. */
import { Random } from "../random.ts";

const SEED = Number(process.env.SEED || 1);
export const ROUNDS = Number(process.env.ROUNDS || 1);

/** Runs a round `count` times; an error has the seed and the round to repeat it. */
export function rounds(count: number, round: (random: Random) => void): void {
  for (let i = 0; i < count * ROUNDS; i++) {
    try {
      round(new Random(SEED * 1_000_003 + i));
    } catch (error) {
      throw new Error(`SEED=${SEED}, round ${i}`, { cause: error });
    }
  }
}

/** Returns the result of `work`, or undefined if it throws this kind of error. */
export function unless<T>(kind: new (...args: never[]) => Error, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof kind) return undefined;
    throw error;
  }
}
