/**
 * The command is a child of the caller, and its tracer an orphan: strace -D. Bun cannot fork, so trace
 * starts itself again as the tracer, and then becomes the command.
 */
import { ARCH } from "../../ffi/machine.ts";
import { Child, type OrphanPlace, type SpawnOptions } from "../../process/child.ts";
import { becomeTraced } from "../../sources/ptrace/spawn.ts";
import type { Plan } from "./plan.ts";
import { commandEnvironment } from "./settings.ts";

/** Returns how the command is started. */
export function spawnOptions({ given, command, inherited, user }: Plan): SpawnOptions {
  const argv0 = given.last("argv0");
  return {
    ...{ command, inherited, user },
    env: commandEnvironment(given, process.env),
    ...(argv0 === undefined ? {} : { argv0 }),
    // -E PATH= is for the command, not for finding it.
    ...(process.env.PATH === undefined ? {} : { searchPath: process.env.PATH }),
  };
}

/** Returns the calls that the command's filter stops at; null for none. */
export function filteredCalls({ filtered, expression: { calls } }: Plan) {
  return filtered && calls ? calls.namesOf(ARCH) : null;
}

/**
 * Starts the tracer, and becomes the command. Does not return.
 * @throws CommandError, SystemError
 */
export function becomeCommand(plan: Plan, place: OrphanPlace): never {
  const { inherited } = plan;
  const [name, ...args] = process.argv.slice(2);
  return becomeTraced(spawnOptions(plan), filteredCalls(plan), (socket) =>
    Child.spawnOrphan(
      {
        command: [process.execPath, name, `--tracer-of=${process.pid}:${socket}`, ...args],
        env: process.env,
        inherited: { ...inherited, fds: [...inherited.fds, socket] },
        user: null,
      },
      place,
    ),
  );
}
