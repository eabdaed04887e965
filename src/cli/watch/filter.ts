/** The event filter of `trace watch`: types of events, processes, paths and sizes. */

import type { Loss } from "../../events/loss.ts";
import { chainOf, effectiveUid } from "../../events/process-info.ts";
import {
  DEFAULT_WATCH_TYPES,
  isNote,
  WATCH_TYPES,
  type WatchEvent,
  type WatchType,
} from "../../events/watch-event.ts";
import type { CommFilter } from "../../filters/comm-filter.ts";
import type { PathFilter } from "../../filters/path-filter.ts";
import type { ByteSlice } from "../../text/byte-slice.ts";
import { UsageError } from "../errors.ts";
import { parseComms } from "../options/comm.ts";
import { parsePids } from "../options/number.ts";
import { parsePathFilter } from "../options/path-patterns.ts";
import { parseSize } from "../options/size.ts";
import { parseUid } from "../options/user.ts";
import { parseTypeNames } from "../options/watch-types.ts";

export interface WatchFilterArgs {
  readonly "min-size"?: string;
  /** Only changes by these processes. */
  readonly pid?: string;
  /** No changes by these processes. */
  readonly "exclude-pid"?: string;
  readonly user?: string;
  readonly comm?: string;
  readonly ancestor?: string;
  readonly "exclude-comm"?: string;
  /** Patterns of paths, independent of the working directory. */
  readonly includes: readonly string[];
  readonly excludes: readonly string[];
  /** Tests whether a path is excluded by name. */
  readonly isExcluded?: ((path: ByteSlice) => boolean) | null;
}

/** @throws UsageError */
export function parseWatchTypes(types: string | undefined, all = false): ReadonlySet<WatchType> {
  if (types === undefined) return new Set(all ? WATCH_TYPES : DEFAULT_WATCH_TYPES);
  if (all) throw new UsageError("--all-events: cannot be used with --types");
  return parseTypeNames("--types", types);
}

/** Decides which events are reported. Counts those dropped because their process is unknown. */
export class WatchFilter {
  private readonly minSize: number;
  private readonly pids: ReadonlySet<number> | null;
  private readonly uids: ReadonlySet<number> | null;
  private readonly excludedPids: ReadonlySet<number>;
  private readonly comms: CommFilter | null;
  private readonly ancestors: CommFilter | null;
  private readonly excludedComms: CommFilter | null;
  private readonly paths: PathFilter | null;
  private readonly isExcluded: ((path: ByteSlice) => boolean) | null;
  private unattributed = 0;

  /** @throws UsageError */
  constructor(args: WatchFilterArgs) {
    const { "min-size": minSize } = args;
    this.minSize = minSize === undefined ? 0 : parseSize("--min-size", minSize);
    const pids = parsePids("--pid", args.pid);
    this.pids = pids ? new Set(pids) : null;
    const uids = args.user?.split(",").map((user) => parseUid("--user", user));
    this.uids = uids ? new Set(uids) : null;
    this.excludedPids = new Set(parsePids("--exclude-pid", args["exclude-pid"]));
    this.comms = parseComms("--comm", args.comm);
    this.ancestors = parseComms("--ancestor", args.ancestor);
    this.excludedComms = parseComms("--exclude-comm", args["exclude-comm"]);
    this.paths = parsePathFilter(args);
    this.isExcluded = args.isExcluded ?? null;
  }

  readonly accepts = (event: WatchEvent): boolean => {
    if (isNote(event.type)) return true;
    if (!this.acceptsSize(event) || !this.acceptsPaths(event)) return false;
    return this.acceptsProcess(event);
  };

  /** If the previous size of the file is unknown, its whole size counts. */
  private acceptsSize({ size, change }: WatchEvent): boolean {
    return this.minSize === 0 || Math.abs(change ?? size ?? 0) >= this.minSize;
  }

  /** A rename matches by either path: renaming a.tmp to a is a change of a. */
  private acceptsPaths({ path, oldPath }: WatchEvent): boolean {
    return this.acceptsPath(path) || (oldPath.length > 0 && this.acceptsPath(oldPath));
  }

  private acceptsPath(path: ByteSlice): boolean {
    return !this.isExcluded?.(path) && (this.paths?.accepts(path) ?? true);
  }

  private acceptsProcess({ processInfo }: WatchEvent): boolean {
    const { pid, uid, comm } = processInfo;
    if (this.excludedPids.has(pid) || this.excludedComms?.matches(comm)) return false;
    const { pids, uids, comms, ancestors } = this;
    const needsName = comms !== null || ancestors !== null;
    const unknown = (pids && pid === 0) || (uids && uid < 0) || (needsName && comm === "");
    if (unknown) this.unattributed++;
    if (pids && !pids.has(pid)) return false;
    if (ancestors && !ancestors.matchesChain(chainOf(processInfo))) return false;
    if (uids && !uids.has(uid) && !uids.has(effectiveUid(processInfo))) return false;
    return comms?.matches(comm) ?? true;
  }

  losses(): Loss[] {
    const what = "dropped because their process is unknown";
    return this.unattributed ? [{ what, count: this.unattributed }] : [];
  }
}
