/** The daemons of `trace watch`: `--daemon`, `--status` and `--stop`. */

import { Detached, startDetached, unwrittenMessage } from "../../daemon/detach.ts";
import {
  type Daemon,
  DaemonError,
  isAlive,
  register,
  runningDaemons,
  selfRecord,
} from "../../daemon/registry.ts";
import { makeRuntimeDirectory, runtimeDirectory } from "../../daemon/runtime-directory.ts";
import { historyPath, invokingUser, makeStateDirectory } from "../../daemon/state-directory.ts";
import { LOG_WARNING, syslog } from "../../daemon/syslog.ts";
import { terminateProcess } from "../../daemon/terminate.ts";
import { SystemError } from "../../ffi/errno.ts";
import type { InheritedState } from "../../process/inherited-state.ts";
import { absolute, realPathText } from "../../process/paths.ts";
import { sudoCaller, type User } from "../../process/user.ts";
import { FileOutput } from "../../storage/output-file.ts";
import { print } from "../../storage/print.ts";
import { printableText } from "../../text/printable.ts";
import { EXIT, messageOf, UsageError, withStartErrors } from "../errors.ts";
import { logger, setWriter } from "../messages.ts";
import type { LogSink } from "./log-sink.ts";
import { logReports, openLog } from "./outputs.ts";
import { type WatchArgs, WatchRun } from "./run.ts";

/** How long a daemon may take to write its last events and exit. */
const STOP_TIMEOUT_MS = 30_000;
/** The exit status of --status and --stop if no daemon is running. */
const EXIT_NO_DAEMON = 1;

/** Returns a canonical form of a set of paths. */
const resolvedPaths = (paths: readonly string[]) => [...new Set(paths.map(realPathText))].sort();

/**
 * Starts a daemon that watches the paths.
 * @returns the exit status: 0 as soon as the daemon is watching, or the daemon's own if it failed
 */
export function watchInBackground(
  args: WatchArgs,
  paths: readonly string[],
  inherited: InheritedState,
): number {
  const detached = Detached.fromEnvironment(setWriter);
  if (detached) return withStartErrors("", () => runDaemon(args, paths, detached));
  return startDetached(process.argv.slice(2), inherited);
}

/** Returns the path of the log. Creates the directory of the user's own history. */
function logPath(args: WatchArgs, user: User): string {
  if (args.output !== undefined) return absolute(args.output);
  makeStateDirectory(user);
  return historyPath(user);
}

/** Reopens the log. If that fails, the daemon continues with the open one. */
function reopenLog(log: LogSink): void {
  try {
    log.reopen();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    logger.error(messageOf(error));
  }
}

function runDaemon(args: WatchArgs, paths: readonly string[], detached: Detached): number {
  const user = invokingUser(process.env);
  const caller = sudoCaller(process.env);
  const path = logPath(args, user);
  const daemon: Daemon = {
    ...selfRecord(),
    user: user.name,
    paths: resolvedPaths(paths),
    log: path,
    messages: `${path}.messages`,
    since: new Date().toISOString(),
  };
  const unregister = register(makeRuntimeDirectory(process.env), daemon);
  try {
    const log = openLog(path, args, caller, logReports(path, syslog));
    const messages = new FileOutput(daemon.messages, caller, {
      append: true,
      named: false,
    });
    // The daemon changes its working directory.
    const watched = paths.map(absolute);
    const outputs = {
      sink: log,
      log,
      sizes: true,
      readerGone: () => false,
      problems: () => log.problems(),
    };
    const run = new WatchRun(args, watched, () => outputs);
    run.run(watched, {
      stopHint: `process ${daemon.pid} records to ${path}`,
      onReady: () => detached.notifyParent(messages.fd),
      onHangup: () => reopenLog(log),
    });
    const status = run.finish();
    if (unwrittenMessage() !== "") syslog(LOG_WARNING, unwrittenMessage());
    return status;
  } finally {
    unregister();
  }
}

/** @param paths the watched paths; none: all daemons */
function matchingDaemons(paths: readonly string[]): Daemon[] {
  const directory = runtimeDirectory(process.env);
  if (directory === null) return [];
  const wanted = resolvedPaths(paths).join("\0");
  return runningDaemons(directory).filter(
    (daemon) => !paths.length || daemon.paths.join("\0") === wanted,
  );
}

/** Reports that no daemon is running, and that an ordinary user does not see those of root. */
function reportNoDaemon(): number {
  const hint =
    process.geteuid?.() === 0
      ? ""
      : " (daemons started by root are only visible to root: sudo trace watch …)";
  logger.info(`no daemon is running${hint}`);
  return EXIT_NO_DAEMON;
}

/**
 * Lists the running daemons. Root also sees those that other users started with sudo.
 * @param format text or json
 */
export function printDaemonStatus(format: string, paths: readonly string[]): number {
  if (format !== "text" && format !== "json")
    throw new UsageError(`--format ${format}: --status supports text and json`);
  const daemons = withStartErrors("", () => matchingDaemons(paths));
  if (format === "json") print(`${JSON.stringify(daemons, null, 2)}\n`);
  else for (const daemon of daemons) print(`${statusText(daemon)}\n`);
  if (daemons.length) return EXIT.ok;
  return format === "json" ? EXIT_NO_DAEMON : reportNoDaemon();
}

function statusText({ pid, user, paths, since, log, messages }: Daemon): string {
  return `process ${pid} of ${printableText(user)} watches ${paths.map(printableText).join(", ")}
  since     ${printableText(since)}
  log       ${printableText(log)}
  messages  ${printableText(messages)}`;
}

/** Stops the daemons of the caller and waits for them; root without sudo stops those of all users. */
export function stopDaemons(paths: readonly string[]): number {
  return withStartErrors("", () => {
    const caller = sudoCaller(process.env);
    const daemons = matchingDaemons(paths).filter(({ user }) => !caller || user === caller.name);
    for (const daemon of daemons) {
      if (!terminateProcess(daemon.pid, () => isAlive(daemon), STOP_TIMEOUT_MS))
        throw new DaemonError(`process ${daemon.pid} has not exited within half a minute`);
      logger.info(`process ${daemon.pid} has exited; it watched ${daemon.paths.join(", ")}`);
    }
    return daemons.length ? EXIT.ok : reportNoDaemon();
  });
}
