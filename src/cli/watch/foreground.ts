/** `trace watch` in the foreground, where a person sees it, or as a service of systemd. */
import { ControlServer } from "../../daemon/control-server.ts";
import { type Daemon, register, selfRecord } from "../../daemon/registry.ts";
import { makeRuntimeDirectory, socketPath } from "../../daemon/runtime-directory.ts";
import { invokingUser } from "../../daemon/state-directory.ts";
import { absolute } from "../../process/paths.ts";
import { sudoCaller } from "../../process/user.ts";
import { StartError, withStartErrors } from "../errors.ts";
import { logger } from "../messages.ts";
import { DaemonControl } from "./control.ts";
import { WatchOutputs } from "./outputs.ts";
import { type WatchArgs, WatchRun } from "./run.ts";
import { resolvedPaths } from "./running-daemons.ts";

/** Where a service is registered and answers. */
interface Reachable {
  readonly control: ControlServer;
  close(): void;
}

/**
 * Watches in the foreground.
 * @returns the exit status of trace
 * @throws UsageError, StartError, SystemError
 */
export function watchForeground(args: WatchArgs, paths: readonly string[]): number {
  const user = sudoCaller(process.env);
  const isService = Boolean(process.env.NOTIFY_SOCKET);
  const run = new WatchRun(args, paths, () => new WatchOutputs(args, user));
  const reachable = isService ? tryRegister(run, args, paths) : null;
  try {
    run.run(paths, {
      stopHint: "press Ctrl-C to stop",
      control: reachable?.control,
      // systemd reloads a service with SIGHUP. Nothing to do: the log follows the file's name.
      onHangup: isService ? () => {} : undefined,
    });
  } finally {
    reachable?.close();
  }
  return run.finish();
}

/** Opens the control socket of a service. If that fails, it warns and continues. */
function tryRegister(run: WatchRun, args: WatchArgs, paths: readonly string[]): Reachable | null {
  try {
    return withStartErrors("", () => registerService(run, args, paths));
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    logger.warn(`${error.message}; --add, --remove and --health do not reach this service`);
    return null;
  }
}

function registerService(run: WatchRun, args: WatchArgs, paths: readonly string[]): Reachable {
  const daemon: Daemon = {
    ...selfRecord(),
    user: invokingUser(process.env).name,
    paths: resolvedPaths(paths),
    log: args.output === undefined ? "" : absolute(args.output),
    messages: "",
    since: new Date().toISOString(),
    isService: true,
  };
  const directory = makeRuntimeDirectory(process.env);
  const unregister = register(directory, daemon);
  try {
    const { answer } = new DaemonControl(run, args, directory, daemon);
    const control = new ControlServer(socketPath(directory, daemon.pid), answer);
    return {
      control,
      close: () => {
        control.close();
        unregister();
      },
    };
  } catch (error) {
    unregister();
    throw error;
  }
}
