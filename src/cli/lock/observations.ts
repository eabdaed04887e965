/** The runs that `trace lock` learns from and `trace check` judges. */
import type { Bases } from "../../policy/names.ts";
import type { InheritedState } from "../../process/inherited-state.ts";
import type { User } from "../../process/user.ts";
import { basesOfCommand, basesOfRecord } from "./bases.ts";
import { type Observation, type ObserveArgs, observeCommand, observeRecord } from "./observe.ts";
import type { Target } from "./options.ts";

/** A run, and the directories that the lock's names are relative to. */
export type Observed = readonly [Observation, Bases];

/** How a command is run and recorded. */
export interface Running {
  readonly args: ObserveArgs;
  readonly inherited: InheritedState;
  readonly user: User | null;
  /** Open for what is written afterwards. */
  readonly fds: readonly number[];
  /** How far the working directory of a record is below the lock's directory; 0 by default. */
  readonly depth?: number;
}

/**
 * Runs the command of a target, or reads its records.
 * @param lock path of the lock file
 * @param runs how often a command is run
 */
export async function* observations(
  target: Target,
  lock: string,
  { args, inherited, user, fds, depth }: Running,
  runs = 1,
): AsyncGenerator<Observed> {
  if ("files" in target) {
    const all = await Array.fromAsync(target.files, (path) => observeRecord(path));
    for (const observation of all) yield [observation, basesOfRecord(lock, observation, depth)];
    return;
  }
  const bases = basesOfCommand(lock, user);
  for (let run = 0; run < runs; run++)
    yield [observeCommand(args, target.command, inherited, { fds }), bases];
}
