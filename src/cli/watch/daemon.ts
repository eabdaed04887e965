/** `trace watch` without the caller: `--daemon`, `--status` and `--stop`. */

import { Detached, startDetached } from "../../daemon/detach.ts";
import {
  type Daemon,
  DaemonError,
  isAlive,
  ourselves,
  register,
  runningDaemons,
} from "../../daemon/registry.ts";
import { makeRuntimeDirectory, runtimeDirectory } from "../../daemon/runtime-directory.ts";
import { historyPath, invokingUser, makeStateDirectory } from "../../daemon/state-directory.ts";
import { endProcess } from "../../daemon/terminate.ts";
import { SystemError } from "../../ffi/errno.ts";
import type { Inherited } from "../../process/inherited-state.ts";
import { fromRoot, resolved } from "../../process/paths.ts";
import { sudoCaller, type User } from "../../process/user.ts";
import type { LogFile } from "../../storage/log-file.ts";
import { FileOutput } from "../../storage/output-file.ts";
import { shown } from "../../text/printable.ts";
import { explained } from "../errors.ts";
import { EXIT, say, UsageError } from "../messages.ts";
import { logSink, openLog } from "./outputs.ts";
import { type WatchArgs, WatchRun } from "./run.ts";

/** How long a daemon may take to write what it has. */
const ENDING_MS = 30_000;
/** Of --status and --stop: there is none. */
const NONE = 1;

/** A set of paths is the same however it is written. */
const setOf = (paths: readonly string[]) => [...new Set(paths.map(resolved))].sort();

/**
 * Watches on in the background.
 * @returns once it does, or the exit status of what did not
 */
export function watchDetached(
  args: WatchArgs,
  paths: readonly string[],
  inherited: Inherited,
): number {
  const detached = Detached.take();
  if (detached) return explained("", () => watchOn(args, paths, detached));
  return startDetached(process.argv.slice(2), inherited);
}

/** Where it is recorded; the user's own history is in a directory that may have to be made. */
function logOf(args: WatchArgs, user: User): string {
  if (args.output !== undefined) return fromRoot(args.output);
  makeStateDirectory(user);
  return historyPath(user);
}

/** Where the log cannot be opened anew, the old one is still there. */
function reopen(log: LogFile): void {
  try {
    log.reopen();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    say.error(error.message);
  }
}

function watchOn(args: WatchArgs, paths: readonly string[], detached: Detached): number {
  const user = invokingUser(process.env);
  const caller = sudoCaller(process.env);
  const path = logOf(args, user);
  const daemon: Daemon = {
    ...ourselves(),
    user: user.name,
    paths: setOf(paths),
    log: path,
    messages: `${path}.messages`,
    since: new Date().toISOString(),
  };
  const forget = register(makeRuntimeDirectory(process.env), daemon);
  try {
    const log = openLog(path, args, caller);
    const messages = new FileOutput(daemon.messages, caller, true);
    // Relative paths would lead elsewhere later.
    const watched = paths.map(fromRoot);
    const outputs = { sink: logSink(log), sizes: true, abandoned: () => false };
    const run = new WatchRun(args, watched, () => outputs);
    run.run(watched, {
      ending: `process ${daemon.pid} records to ${path}`,
      ready: () => detached.ready(messages.fd),
      hangup: () => reopen(log),
    });
    return run.finish();
  } finally {
    forget();
  }
}

/** @param paths none: whatever is watched */
function daemonsOf(paths: readonly string[]): Daemon[] {
  const directory = runtimeDirectory(process.env);
  if (directory === null) return [];
  const wanted = setOf(paths).join("\0");
  return runningDaemons(directory).filter(
    (daemon) => !paths.length || daemon.paths.join("\0") === wanted,
  );
}

/** Says that there is none, and where others may be. */
function sayNone(): number {
  const hint =
    process.geteuid?.() === 0 ? "" : "; those of root are seen by root: sudo trace watch …";
  say.info(`no daemon is watching${hint}`);
  return NONE;
}

/**
 * Tells which daemons are running; root is told of those, too, that others started by sudo.
 * @param format text or json
 */
export function status(format: string, paths: readonly string[]): number {
  if (format !== "text" && format !== "json")
    throw new UsageError(`--format ${format}: --status is told as text or json`);
  const daemons = explained("", () => daemonsOf(paths));
  if (format === "json") process.stdout.write(`${JSON.stringify(daemons, null, 2)}\n`);
  else for (const daemon of daemons) process.stdout.write(`${told(daemon)}\n`);
  if (daemons.length) return EXIT.ok;
  return format === "json" ? NONE : sayNone();
}

const name = (text: string) => shown(Buffer.from(text).toString("latin1"));

function told({ pid, user, paths, since, log, messages }: Daemon): string {
  return `process ${pid} of ${name(user)} watches ${paths.map(name).join(", ")}
  since     ${name(since)}
  log       ${name(log)}
  messages  ${name(messages)}`;
}

/** Ends daemons of the caller and waits until they have; root without sudo ends anybody's. */
export function stop(paths: readonly string[]): number {
  return explained("", () => {
    const caller = sudoCaller(process.env);
    const daemons = daemonsOf(paths).filter(({ user }) => !caller || user === caller.name);
    for (const daemon of daemons) {
      if (!endProcess(daemon.pid, () => isAlive(daemon), ENDING_MS))
        throw new DaemonError(`process ${daemon.pid} has not ended within half a minute`);
      say.info(`process ${daemon.pid} has ended; it watched ${daemon.paths.join(", ")}`);
    }
    return daemons.length ? EXIT.ok : sayNone();
  });
}
