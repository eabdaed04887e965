/** `trace watch --add`, `--remove`, `--status` and `--health`: they ask running daemons. */
import { ask, RefusedError } from "../../daemon/control-client.ts";
import { type Daemon, DaemonError } from "../../daemon/registry.ts";
import { runtimeDirectory } from "../../daemon/runtime-directory.ts";
import { lossText } from "../../events/loss.ts";
import { absolute, realPathText } from "../../process/paths.ts";
import type { Delivery } from "../../sinks/watch/delivery.ts";
import { print } from "../../storage/print.ts";
import { escapeStrings } from "../../text/backslash-escape.ts";
import { formatSize } from "../../text/byte-size.ts";
import { printableJson, printableText } from "../../text/printable.ts";
import { EXIT, UsageError, withStartErrors } from "../errors.ts";
import { logger } from "../messages.ts";
import type { ControlRequest, Health, PathsAnswer } from "./control.ts";
import {
  EXIT_NO_DAEMON,
  intendedDaemon,
  matchingDaemons,
  ownDaemons,
  reportNoDaemon,
} from "./running-daemons.ts";

/** How long a daemon may take to answer. Adding a large tree takes a while. */
const CHANGE_MS = 120_000;
const HEALTH_MS = 10_000;

export interface ControlArgs {
  readonly which?: string;
  readonly recursive?: boolean;
  readonly wait?: boolean;
}

function change(request: ControlRequest, { which }: ControlArgs): number {
  const daemons = withStartErrors("", ownDaemons);
  if (!daemons.length) return reportNoDaemon();
  const { paths = [], command } = request;
  // The daemon to remove a path from is the one that watches it.
  const wanted = paths.map(realPathText);
  const candidates = command === "add" ? [] : daemons.filter((each) => watchesAll(each, wanted));
  const daemon = intendedDaemon(daemons, which, candidates);
  const answer = askDaemon<PathsAnswer>(daemon, request, CHANGE_MS);
  for (const limit of answer.limitations) logger.info(limit);
  logger.info(`process ${daemon.pid} watches ${answer.paths.join(", ")}`);
  return EXIT.ok;
}

const watchesAll = ({ paths }: Daemon, wanted: readonly string[]) =>
  wanted.every((path) => paths.includes(path));

/** @throws UsageError, StartError */
function askDaemon<T>(daemon: Daemon, request: ControlRequest, milliseconds: number): T {
  const directory = runtimeDirectory(process.env) ?? "";
  try {
    return withStartErrors("", () => ask<T>(directory, daemon, request, milliseconds));
  } catch (error) {
    const { cause } = error as Error;
    if (cause instanceof RefusedError && cause.isUsage)
      throw new UsageError(cause.message, { cause });
    throw error;
  }
}

export function addPaths(paths: readonly string[], args: ControlArgs): number {
  if (!paths.length) throw new UsageError("--add: expected a PATH");
  const { recursive = false, wait = false } = args;
  return change({ command: "add", paths: paths.map(absolute), recursive, wait }, args);
}

export function removePaths(paths: readonly string[], args: ControlArgs): number {
  if (!paths.length) throw new UsageError("--remove: expected a PATH");
  return change({ command: "remove", paths: paths.map(absolute) }, args);
}

function checkFormat(option: string, format: string): void {
  if (format !== "text" && format !== "json")
    throw new UsageError(`--format ${format}: ${option} supports text and json`);
}

/** @param escapes whether bytes that are not UTF-8 are escaped by backslashes */
function printJson(value: unknown, escapes: boolean): void {
  const shown = escapes ? escapeStrings(value) : value;
  print(`${printableJson(JSON.stringify(shown, null, 2))}\n`);
}

/**
 * Lists the running daemons. Root also sees those that other users started with sudo.
 * @param format text or json
 */
export function printDaemonStatus(
  format: string,
  paths: readonly string[],
  escapes = false,
): number {
  checkFormat("--status", format);
  const daemons = withStartErrors("", () => matchingDaemons(paths));
  const listed = daemons.map((daemon) => ({ ...daemon, missing: missingPaths(daemon) }));
  if (format === "json") printJson(listed, escapes);
  else for (const daemon of listed) print(`${statusText(daemon)}\n`);
  if (daemons.length) return EXIT.ok;
  return format === "json" ? EXIT_NO_DAEMON : reportNoDaemon();
}

/** Returns the watched paths that do not exist now; null if the daemon does not answer. */
function missingPaths(daemon: Daemon): readonly string[] | null {
  return healthOf(daemon)?.missing ?? null;
}

/** Returns paths as text, and says of those that do not exist that they do not. */
function pathsText(paths: readonly string[], missing: readonly string[]): string {
  const suffix = (path: string) => (missing.includes(path) ? " (does not exist)" : "");
  return paths.map((path) => printableText(path) + suffix(path)).join(", ");
}

type Listed = Daemon & { readonly missing: readonly string[] | null };

function statusText({ pid, user, paths, missing, since, log, messages }: Listed): string {
  return `process ${pid} of ${printableText(user)} watches ${pathsText(paths, missing ?? [])}
  since     ${printableText(since)}
  log       ${printableText(log || "none")}
  messages  ${printableText(messages || "in the journal")}`;
}

/**
 * Reports how running daemons are.
 * @param format text or json
 * @returns 0; 1 if none is running; 3 if one has lost events; 125 if one does not answer
 */
export function printHealth(format: string, paths: readonly string[], escapes = false): number {
  checkFormat("--health", format);
  const daemons = withStartErrors("", () => matchingDaemons(paths));
  const answers = daemons.map((daemon) => healthOf(daemon));
  const healths = answers.flatMap((each) => each ?? []);
  if (format === "json") printJson(healths, escapes);
  else for (const health of healths) print(`${healthText(health)}\n`);
  if (!daemons.length) return format === "json" ? EXIT_NO_DAEMON : reportNoDaemon();
  if (answers.includes(null)) return EXIT.failure;
  return healths.some(({ losses }) => losses.length) ? EXIT.incomplete : EXIT.ok;
}

/** Returns null if a daemon does not answer, and says so. */
export function healthOf(daemon: Daemon): Health | null {
  const directory = runtimeDirectory(process.env) ?? "";
  try {
    return ask<Health>(directory, daemon, { command: "health" }, HEALTH_MS);
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
    logger.error(error.message);
    return null;
  }
}

function deliveryText({ to, sent, waiting, problem }: Delivery): string {
  const why = problem === null ? "" : ` (${problem})`;
  return `${to}: ${sent} sent${waiting === 0 ? "" : `, ${waiting} wait${why}`}`;
}

function healthText(health: Health): string {
  const { pid, user, paths, missing, since, queue, losses, log, log_size } = health;
  const rows = [
    ["since", since],
    ["events", String(health.events)],
    ["last event", health.last_event ?? "none"],
    ["queue", `${queue.pending} of at most ${queue.max}`],
    ["losses", losses.map((loss) => lossText(loss)).join("; ") || "none"],
    ...health.deliveries.map((each) => ["to", deliveryText(each)]),
    ["memory", formatSize(health.memory)],
    ["fds", String(health.fds)],
    [
      "log",
      log === ""
        ? "none"
        : log_size === null
          ? `${log} (missing)`
          : `${log} (${formatSize(log_size)})`,
    ],
  ];
  return [
    `process ${pid} of ${printableText(user)} watches ${pathsText(paths, missing)}`,
    ...rows.map(([name, value]) => `  ${name.padEnd(11)} ${printableText(value)}`),
  ].join("\n");
}
