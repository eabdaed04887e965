/** What a daemon of `trace watch` answers on its socket: `--add`, `--remove`, `--status`, `--health`. */
import { type Daemon, updateRecord } from "../../daemon/registry.ts";
import { TraceError } from "../../errors.ts";
import type { Loss } from "../../events/loss.ts";
import { fileSize, type MemoryUse, memoryUse } from "../../process/memory-use.ts";
import type { Delivery } from "../../sinks/watch/delivery.ts";
import { nearest } from "../../text/did-you-mean.ts";
import { UsageError, withStartErrors } from "../errors.ts";
import { logger } from "../messages.ts";
import type { WatchArgs, WatchRun } from "./run.ts";

/** The most paths of a request. */
const MAX_PATHS = 1000;

/** A request: one line of JSON. */
export interface ControlRequest {
  readonly command: "add" | "remove" | "health";
  /** Absolute. */
  readonly paths?: readonly string[];
  /** Whether all descendants are meant. */
  readonly recursive?: boolean;
  /** Whether to wait for paths that do not exist. */
  readonly wait?: boolean;
}

/** The answer to `add` and `remove`: all paths that are watched now. */
export interface PathsAnswer {
  readonly paths: readonly string[];
  /** What cannot be reported of the added paths. */
  readonly limitations: readonly string[];
}

/** The answer to `health`. */
export interface Health extends MemoryUse {
  readonly pid: number;
  readonly user: string;
  /** When it started to watch: ISO 8601. */
  readonly since: string;
  readonly recursive: boolean;
  readonly paths: readonly string[];
  /** Those of them that do not exist now. */
  readonly missing: readonly string[];
  /** Number of events that were written. */
  readonly events: number;
  /** When the last one was read: ISO 8601; null if there was none. */
  readonly last_event: string | null;
  readonly queue: { readonly pending: number; readonly max: number };
  readonly losses: readonly Loss[];
  /** What other programs get. */
  readonly deliveries: readonly Delivery[];
  readonly log: string;
  /** Bytes of the log, without rotated files; null if it cannot be found out. */
  readonly log_size: number | null;
}

function isTextList(value: unknown): value is readonly string[] {
  const isPath = (each: unknown) =>
    typeof each === "string" && each.startsWith("/") && !each.includes("\0");
  return Array.isArray(value) && value.length <= MAX_PATHS && value.every(isPath);
}

/** @throws UsageError if the JSON is no request */
function parseRequest(value: unknown): ControlRequest {
  const { command, paths = [] } = Object(value) as Partial<Record<keyof ControlRequest, unknown>>;
  const isKnown = command === "add" || command === "remove" || command === "health";
  if (!isKnown || !isTextList(paths)) throw new UsageError("the request is not understood");
  return value as ControlRequest;
}

export class DaemonControl {
  private readonly run: WatchRun;
  private readonly args: WatchArgs;
  private readonly directory: string;
  private daemon: Daemon;

  /** @param directory the runtime directory, in which the daemon is registered */
  constructor(run: WatchRun, args: WatchArgs, directory: string, daemon: Daemon) {
    this.run = run;
    this.args = args;
    this.directory = directory;
    this.daemon = daemon;
  }

  /** Answers a request. An error is an answer, too. */
  readonly answer = (value: unknown): object => {
    try {
      const request = parseRequest(value);
      if (request.command === "add") return this.add(request);
      if (request.command === "remove") return this.remove(request);
      return this.health();
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      return { error: error.message, usage: error instanceof UsageError };
    }
  };

  private add({ paths = [], recursive = false, wait = false }: ControlRequest): PathsAnswer {
    const { pid } = this.daemon;
    if (recursive && !this.args.recursive)
      throw new UsageError(`process ${pid} watches without -r; start another daemon with -r`);
    const watched = this.run.paths;
    const before = watched.all;
    const known = this.run.limitations;
    this.run.add(paths, wait || this.args.wait === true);
    const added = watched.all.filter((path) => !before.includes(path));
    this.register(() => this.run.remove(added));
    const limitations = this.run.limitations.filter((limit) => !known.includes(limit));
    for (const limit of limitations) logger.info(limit);
    if (added.length) logger.info(`watching ${added.join(", ")} too`);
    return { paths: watched.real, limitations };
  }

  private remove({ paths = [] }: ControlRequest): PathsAnswer {
    const watched = this.run.paths;
    const removed = new Set(paths.map((path) => this.watchedName(path)));
    if (watched.all.every((path) => removed.has(path)))
      throw new UsageError(
        `process ${this.daemon.pid} watches nothing else; stop it with trace watch --stop`,
      );
    this.run.remove([...removed]);
    this.register(() => this.run.add([...removed], true));
    logger.info(`no longer watching ${[...removed].join(", ")}`);
    return { paths: watched.real, limitations: [] };
  }

  /** Returns the name under which a path was added. @throws UsageError */
  private watchedName(path: string): string {
    const { all, real } = this.run.paths;
    const name = this.run.paths.added(path);
    if (name !== undefined) return name;
    const near = nearest(path, [...all, ...real]);
    const hint = near ? `did you mean ${near}?` : `it watches ${all.join(", ")}`;
    throw new UsageError(`${path}: not watched by process ${this.daemon.pid}; ${hint}`);
  }

  /** Stores the paths in the registry. @param undo restores the former paths if that fails */
  private register(undo: () => void): void {
    const daemon = { ...this.daemon, paths: this.run.paths.real };
    try {
      withStartErrors(this.directory, () => updateRecord(this.directory, daemon));
      this.daemon = daemon;
    } catch (error) {
      undo();
      throw error;
    }
  }

  private health(): Health {
    const { pid, user, since, log } = this.daemon;
    const { events, lastEvent, queue, losses, deliveries } = this.run.progress;
    return {
      ...{ pid, user, since, recursive: this.args.recursive === true },
      paths: this.run.paths.real,
      missing: this.run.paths.missing,
      events,
      last_event: lastEvent === null ? null : new Date(lastEvent).toISOString(),
      ...{ queue, losses, deliveries },
      ...memoryUse(),
      log,
      log_size: fileSize(log),
    };
  }
}
