/** Rounds with changed input: the same at each run, unless SEED=n or ROUNDS=n say otherwise. */
import { Random } from "../random.ts";

const SEED = Number(process.env.SEED || 1);
export const ROUNDS = Number(process.env.ROUNDS || 1);

/** Runs a round so many times; what it throws says how it is run again. */
export function rounds(count: number, round: (random: Random) => void): void {
  for (let i = 0; i < count * ROUNDS; i++) {
    try {
      round(new Random(SEED * 1_000_003 + i));
    } catch (error) {
      throw new Error(`SEED=${SEED}, round ${i}`, { cause: error });
    }
  }
}

/** What `work` returns, or undefined where it throws one of these errors. */
export function unless<T>(kind: new (...args: never[]) => Error, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof kind) return undefined;
    throw error;
  }
}
