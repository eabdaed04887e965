/** The running daemons of `trace watch`, and which of them a command is about. */
import { type Daemon, runningDaemons } from "../../daemon/registry.ts";
import { runtimeDirectory } from "../../daemon/runtime-directory.ts";
import { realPathText } from "../../process/paths.ts";
import { sudoCaller } from "../../process/user.ts";
import { nearest } from "../../text/did-you-mean.ts";
import { UsageError } from "../errors.ts";
import { logger } from "../messages.ts";

/** The exit status of the commands that are about running daemons if no daemon is running. */
export const EXIT_NO_DAEMON = 1;

/** Returns a canonical form of a set of paths. */
export const resolvedPaths = (paths: readonly string[]) =>
  [...new Set(paths.map(realPathText))].sort();

/** @param paths the watched paths; none: all daemons */
export function matchingDaemons(paths: readonly string[]): Daemon[] {
  const directory = runtimeDirectory(process.env);
  if (directory === null) return [];
  const wanted = resolvedPaths(paths).join("\0");
  return runningDaemons(directory).filter(
    (daemon) => !paths.length || daemon.paths.join("\0") === wanted,
  );
}

/** The daemons of the caller; root without sudo has those of all users. */
export function ownDaemons(paths: readonly string[] = []): Daemon[] {
  const caller = sudoCaller(process.env);
  return matchingDaemons(paths).filter(({ user }) => !caller || user === caller.name);
}

/** Reports that no daemon is running, and that an ordinary user does not see those of root. */
export function reportNoDaemon(): number {
  const hint =
    process.geteuid?.() === 0
      ? ""
      : " (daemons started by root are only visible to root: sudo trace watch …)";
  logger.info(`no daemon is running${hint}`);
  return EXIT_NO_DAEMON;
}

const listText = (daemons: readonly Daemon[]) =>
  daemons.map(({ pid, paths }) => `${pid} (${paths.join(", ")})`).join("; ");

/** Returns the daemon with a pid, or the one that watches a path. @throws UsageError */
function chosenDaemon(daemons: readonly Daemon[], which: string): Daemon {
  const path = realPathText(which);
  const chosen = daemons.filter(({ pid, paths }) => String(pid) === which || paths.includes(path));
  if (chosen.length === 1) return chosen[0];
  const option = `--which ${which}`;
  if (chosen.length > 1)
    throw new UsageError(
      `${option}: several daemons watch it; name one by pid: ${listText(chosen)}`,
    );
  const names = daemons.flatMap(({ pid, paths }) => [String(pid), ...paths]);
  const near = nearest(path, names) ?? nearest(which, names);
  const hint = near ? `did you mean ${near}?` : `there are ${listText(daemons)}`;
  throw new UsageError(`${option}: no such daemon; ${hint}`);
}

/** Returns the daemon that is meant: the chosen one, or the only one. @throws UsageError */
export function intendedDaemon(
  daemons: readonly Daemon[],
  which: string | undefined,
  candidates: readonly Daemon[],
): Daemon {
  if (which !== undefined) return chosenDaemon(daemons, which);
  if (daemons.length === 1) return daemons[0];
  if (candidates.length === 1) return candidates[0];
  const text = listText(candidates.length ? candidates : daemons);
  throw new UsageError(`several daemons are running; choose with --which PID|PATH: ${text}`);
}
