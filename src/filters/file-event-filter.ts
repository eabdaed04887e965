/** The filter of `--path`, `--exclude` and `--failed`: of file events, on their bytes. */
import type { EventKind } from "../events/event-kinds.ts";
import type { FileEvent } from "../events/file-event.ts";
import type { ByteSlice } from "../text/byte-slice.ts";
import { latin1Slice } from "../text/latin1.ts";
import type { PathFilter } from "./path-filter.ts";

const SLASH = 0x2f;

export class FileEventFilter {
  /** Null for any path. */
  readonly paths: PathFilter | null;
  /** Whether only failed calls are accepted. */
  readonly failed: boolean;
  /** The kinds whose successful events are accepted in any case. */
  private readonly always: readonly EventKind[];

  constructor(paths: PathFilter | null, failed: boolean, always: readonly EventKind[] = []) {
    this.paths = paths;
    this.failed = failed;
    this.always = always;
  }

  readonly accepts = (event: FileEvent): boolean => {
    if (isAlways(this.always, event)) return true;
    if (this.failed && (event.ret ?? 0) >= 0) return false;
    return this.paths === null || this.acceptsNames(this.paths, event);
  };

  /** Whether a file itself, such as its digest, is accepted. @param path one character per byte */
  acceptsPath(path: string): boolean {
    return !this.failed && (this.paths?.accepts(latin1Slice(path)) ?? true);
  }

  /** An event of two files, such as a rename, is accepted if one of them is. */
  private acceptsNames(paths: PathFilter, event: FileEvent): boolean {
    const path = event.path;
    const name = passedPath(event.hasPathName ? event.name : null);
    if ((path !== null || name !== null) && acceptsFile(paths, path, name)) return true;
    const path2 = event.path2;
    const name2 = passedPath(event.hasRole("name2") ? event.name2 : null);
    if (path2 !== null || name2 !== null) return acceptsFile(paths, path2, name2);
    // An event without a path can only be asked for by no path.
    return path === null && name === null && !paths.includesSome;
  }
}

/** Whether an event has succeeded and is of one of these kinds. */
export function isAlways(kinds: readonly EventKind[], event: FileEvent): boolean {
  return kinds.length > 0 && kinds.includes(event.kind) && (event.ret ?? 0) >= 0;
}

/** Returns a name that is itself a path from the root; null for others. */
function passedPath(name: ByteSlice | null): ByteSlice | null {
  return name !== null && name.length > 0 && name.bytes[name.start] === SLASH ? name : null;
}

/** A file that was named by a symbolic link has two paths. Each can include it, and exclude it. */
function acceptsFile(paths: PathFilter, path: ByteSlice | null, name: ByteSlice | null): boolean {
  if (name === null) return path !== null && paths.accepts(path);
  if (path === null) return paths.accepts(name);
  if (paths.excludes(path) || paths.excludes(name)) return false;
  return paths.includes(path) || paths.includes(name);
}
