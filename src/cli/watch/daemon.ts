/** The daemon of `trace watch`: `--daemon` and `--stop`. */

import { ControlServer } from "../../daemon/control-server.ts";
import { Detached, startDetached, unwrittenMessage } from "../../daemon/detach.ts";
import { type Daemon, DaemonError, isAlive, register, selfRecord } from "../../daemon/registry.ts";
import { makeRuntimeDirectory, socketPath } from "../../daemon/runtime-directory.ts";
import { historyPath, invokingUser, makeStateDirectory } from "../../daemon/state-directory.ts";
import { LOG_WARNING, syslog } from "../../daemon/syslog.ts";
import { terminateProcess } from "../../daemon/terminate.ts";
import { SystemError } from "../../ffi/errno.ts";
import type { InheritedState } from "../../process/inherited-state.ts";
import { absolute } from "../../process/paths.ts";
import { sudoCaller, type User } from "../../process/user.ts";
import type { LogSink } from "../../sinks/watch/log-sink.ts";
import { FileOutput } from "../../storage/output-file.ts";
import { EXIT, messageOf, withStartErrors } from "../errors.ts";
import { logger, setWriter } from "../messages.ts";
import { DaemonControl } from "./control.ts";
import { logReports, openLog } from "./outputs.ts";
import { type WatchArgs, WatchRun } from "./run.ts";
import { EXIT_NO_DAEMON, ownDaemons, reportNoDaemon, resolvedPaths } from "./running-daemons.ts";

/** How long a daemon may take to write its last events and exit. */
const STOP_TIMEOUT_MS = 30_000;

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
  const directory = makeRuntimeDirectory(process.env);
  const unregister = register(directory, daemon);
  let server: ControlServer | undefined;
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
      logins: true,
      readerGone: () => false,
      problems: () => log.problems(),
    };
    const run = new WatchRun(args, watched, () => outputs);
    const control = new DaemonControl(run, args, directory, daemon);
    server = new ControlServer(socketPath(directory, daemon.pid), control.answer);
    run.run(watched, {
      control: server,
      stopHint: `process ${daemon.pid} records to ${path}`,
      onReady: () => detached.notifyParent(messages.fd),
      onHangup: () => reopenLog(log),
    });
    const status = run.finish();
    if (unwrittenMessage() !== "") syslog(LOG_WARNING, unwrittenMessage());
    return status;
  } finally {
    server?.close();
    unregister();
  }
}

/** Stops the daemons of the caller and waits for them; root without sudo stops those of all users. */
export function stopDaemons(paths: readonly string[]): number {
  return withStartErrors("", () => {
    const all = ownDaemons(paths);
    const daemons = all.filter(({ isService }) => !isService);
    for (const { pid } of all.filter(({ isService }) => isService))
      logger.info(`process ${pid} is a service; stop it with systemctl`);
    for (const daemon of daemons) {
      if (!terminateProcess(daemon.pid, () => isAlive(daemon), STOP_TIMEOUT_MS))
        throw new DaemonError(`process ${daemon.pid} has not exited within half a minute`);
      logger.info(`process ${daemon.pid} has exited; it watched ${daemon.paths.join(", ")}`);
    }
    if (daemons.length) return EXIT.ok;
    return all.length ? EXIT_NO_DAEMON : reportNoDaemon();
  });
}
