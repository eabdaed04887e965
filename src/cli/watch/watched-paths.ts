/** The paths of a run of `trace watch`: those that exist, and those that it waits for. */
import { SystemError } from "../../ffi/errno.ts";
import { ENOENT, ENOTDIR } from "../../kernel/errno.ts";
import { realPathText } from "../../process/paths.ts";
import type { FanotifySource } from "../../sources/fanotify/source.ts";
import { surrogateUnescape } from "../../text/surrogate-escape.ts";
import { UsageError } from "../errors.ts";

const NOT_FOUND_ERRNOS = [ENOENT, ENOTDIR];

interface WatchedPath {
  /** As the user wrote it. */
  readonly path: string;
  /** The real path: that when it was added, or where its link leads since it was switched. */
  real: string;
}

export class WatchedPaths {
  private readonly source: FanotifySource;
  private paths: WatchedPath[] = [];

  constructor(source: FanotifySource) {
    this.source = source;
  }

  /**
   * Watches paths: all, or none.
   * @param wait whether to wait for those that do not exist
   * @throws UsageError, SystemError that names the path
   */
  add(paths: readonly string[], wait: boolean): void {
    const added: string[] = [];
    try {
      for (const path of paths) {
        const real = realPathText(path);
        if (this.find(path, real)) continue;
        this.watch(path, wait);
        this.paths.push({ path, real });
        added.push(path);
      }
    } catch (error) {
      this.remove(added);
      throw error;
    }
  }

  private watch(path: string, wait: boolean): void {
    const latin1 = surrogateUnescape(path);
    if (trueIfFound(() => this.source.add(latin1))) return;
    if (!wait) throw new UsageError(`${path}: no such file; use --wait to wait for it`);
    this.source.addPending(latin1);
  }

  private find(path: string, real: string): WatchedPath | undefined {
    return this.paths.find((each) => each.path === path || each.real === real);
  }

  /** Returns how the path was added that has this name; undefined if it is not watched. */
  added(path: string): string | undefined {
    return this.find(path, realPathText(path))?.path;
  }

  /** Returns the real path of one that was added. */
  realOf(path: string): string {
    return this.find(path, path)?.real ?? path;
  }

  /** Notes that a path leads elsewhere now. */
  switch(from: string, to: string): void {
    for (const each of this.paths) if (each.real === from) each.real = to;
  }

  /** Stops watching paths. @param paths as they were added */
  remove(paths: readonly string[]): void {
    for (const path of paths) this.source.remove(surrogateUnescape(path));
    this.paths = this.paths.filter((each) => !paths.includes(each.path));
  }

  /** All paths, as they were added. */
  get all(): readonly string[] {
    return this.paths.map(({ path }) => path);
  }

  /** Those of the real paths that nothing has now. */
  get missing(): readonly string[] {
    const isMissing = ({ path }: WatchedPath) => !this.source.exists(surrogateUnescape(path));
    return this.paths.filter(isMissing).map(({ real }) => real);
  }

  /** The real paths, sorted. */
  get real(): readonly string[] {
    return this.paths.map(({ real }) => real).sort();
  }
}

/** Runs `work`. @returns false if a file that it needs does not exist */
function trueIfFound(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof SystemError && NOT_FOUND_ERRNOS.includes(error.errno)) return false;
    throw error;
  }
}
